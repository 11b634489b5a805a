"""How a cell is shown to somebody who is to say what its column holds: no name and no number of a person whole."""

import re

from facts.id_number import masked_id
from facts.names import masked_name

_LONGEST = 24
_LETTERS = r"[^\W\d_·]"
_WORD = re.compile(rf"{_LETTERS}+(?:·{_LETTERS}+)*")
_APART = re.compile(r"(?<![\u3400-\u9fff])([\u3400-\u9fff])\s+([\u3400-\u9fff]{1,2})(?![\u3400-\u9fff])")
# As long as a phone or ID number, however it is set apart: 139 0000 0000, 0353-2000000.
_NUMBER = re.compile(r"\d(?:[ \-.]?\d){6,}[Xx]?")
_DATE = re.compile(r"20\d\d[-.]?[01]?\d[-.]?[0-3]?\d(?: \d{1,2})?")
_PERSONAL = re.compile(r"(?<![\d.])(?:\d{17}[\dXx]|1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)")
_HARMLESS = re.compile(
    r"年|月|日|号|时|点|分|秒|至|到|第|节|周|学时|课时|男|女|是|否|无|有|T|Z|"
    r"上午|下午|晚上|中午|凌晨|(?:星期|周|礼拜)[一二三四五六日天]|理论|实操|正常|迟到|早退|缺卡|未打卡|外勤|请假|[AaPp][Mm]"
)


def masked_text(text: str) -> str:
    """The cell's text with every word but those of dates and times, and every long number, hidden behind stars."""
    joined = _APART.sub(
        lambda found: found[0] if any(map(_HARMLESS.fullmatch, found.groups())) else "".join(found.groups()), text
    )
    hidden = _NUMBER.sub(lambda found: found[0] if _DATE.fullmatch(found[0]) else masked_id(found[0]), joined)
    words = _WORD.sub(lambda found: found[0] if _HARMLESS.fullmatch(found[0]) else masked_name(found[0]), hidden)
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def without_numbers(text: str) -> str:
    """The text with what looks like an ID or mobile number hidden but for its last four signs."""
    return _PERSONAL.sub(lambda found: masked_id(found[0]), text)


def holds_number(text: str) -> bool:
    """Whether somewhere in the text stands what looks like an ID or mobile number."""
    return bool(_PERSONAL.search(text))
