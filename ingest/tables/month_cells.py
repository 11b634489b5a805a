"""One cell of a month sheet: the times at which somebody signed in, and the words that make it no sign-in."""

import re
from dataclasses import dataclass
from datetime import timedelta

from ingest.tables.cells import Cell, CellKind
from ingest.tables.half_days import BEFORE_CLOCK, contradicts, normal_half
from ingest.tables.moments import DAY, clock_in, clock_of

_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?(?!\d)"
_TIME = re.compile(
    rf"(?P<next>次日)?\s*(?:(?P<half>{BEFORE_CLOCK})\s*(?P<first>{_CLOCK})|(?P<second>{_CLOCK})(?P<tail>\s*[AaPp]\.?[Mm]\.?)?)"
)
# Beside a time these say how it was signed, and that it was.
_SIGNED = re.compile(
    r"(?:严重|旷工)?迟到(?:\d+分钟?)?|早退(?:\d+分钟?)?|正常|外勤|(?:上|下)班\d?|打卡|签到|签退|[\s()\[\],、;:|/~-]+"
)
_FIELD = "外勤"
_NIGHT = timedelta(hours=7)
_AWAY = re.compile(
    r"未打卡|缺卡|未签[到退]|无需打卡|旷[工课]|缺[勤席]|休息日?|轮休|放假|不排班|未排班|"
    r"(?:事|病|年|公|婚|产|丧|陪产|调休)假|请假|调休|出差|公出|外出|[-—/×xX无]+"
)


@dataclass(frozen=True, slots=True)
class MonthCell:
    """What the cell says: its times, what was noted beside them, and the words that leave it unclear."""

    times: tuple[timedelta, ...] = ()
    note: str = ""
    unclear: str = ""


def month_cell(cell: Cell) -> MonthCell:
    """The cell as it is to be used; where a word beside a time is not known to leave it a sign-in, no time is."""
    if cell.kind in {CellKind.DATE, CellKind.NUMBER}:
        clock = clock_of(cell) if cell.number is not None and 0 < cell.number < 1 else None
        return MonthCell(unclear=cell.plain) if clock is None else MonthCell((clock,))
    text = cell.plain
    found = list(_TIME.finditer(text))
    if not found:
        return MonthCell(unclear="" if _AWAY.fullmatch("".join(text.split())) or not text else text)
    clocks = [_clock(match) for match in found]
    rest = _SIGNED.sub("", _TIME.sub(" ", text))
    known = tuple(dict.fromkeys(clock for clock in clocks if clock is not None))
    if rest or None in clocks or _half_said(found, known):
        return MonthCell(unclear=text)
    return MonthCell(known, _FIELD if _FIELD in text else "")


def _clock(match: "re.Match[str]") -> timedelta | None:
    half = normal_half(match["half"] or match["tail"] or "").strip()
    clock = clock_in(match[0].replace("次日", "").strip())
    if clock is None or contradicts(_written(match), half):
        return None
    return clock + DAY if match["next"] else clock


def _written(match: "re.Match[str]") -> timedelta:
    return clock_in(match["first"] or match["second"]) or timedelta()


def _half_said(found: "list[re.Match[str]]", clocks: tuple[timedelta, ...]) -> bool:
    """Whether a word such as 下午 may govern another time than its own: they run backwards, or one lies in the night."""
    said = any(match["half"] or match["tail"] for match in found)
    bare = [match for match in found if not (match["half"] or match["tail"] or match["next"])]
    return (said and any(_written(match) < _NIGHT for match in bare)) or list(clocks) != sorted(clocks)
