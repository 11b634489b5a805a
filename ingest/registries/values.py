"""Cells of a registry to values; what is not surely one is a sentence that says why."""

import re
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from ingest.tables.cells import Cell, CellKind
from ingest.tables.moments import clock_of

_EPOCH = date(1899, 12, 30)
_SERIALS = range(18_264, 73_051)  # 1950 to 2100; a smaller number is no date that a registry holds
_DAY = re.compile(
    r"(19[5-9]\d|20\d\d)\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:(?:月|[-/.])\s*(\d{1,2})\s*[日号]?|月)?(?:[ T]+\d{1,2}:\d\d.*)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(19[5-9]\d|20\d\d)(\d\d)(\d\d)?", re.ASCII)
_YEAR_OR_MONTH = re.compile(r"(20\d\d)\s*(?:年?(?:度)?|(?:年|[-/.])\s*(\d{1,2})\s*月?(?:份)?|(\d\d))", re.ASCII)
_YEAR = re.compile(r"(20\d\d)年?(?:度)?", re.ASCII)
_COUNT = re.compile(r"(\d{1,7})(?:\.0+)?\s*(?:天|人|个月|月|名)?", re.ASCII)
_MONEY = re.compile(r"[¥￥]?(-?[\d,]{1,15}(?:\.\d{1,2})?)元?", re.ASCII)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_GAPS = re.compile(r"[\s-]+")
_LONGEST = 120
_MINUTES_A_DAY = 1440
_BRACKETS = re.compile(r"[（(].*?[)）]")
_LEVELS = {
    "初级工": "初级工 初级 五级 五级工 国家职业资格五级 5级",
    "中级工": "中级工 中级 四级 四级工 国家职业资格四级 4级",
    "高级工": "高级工 高级 三级 三级工 国家职业资格三级 3级",
    "技师": "技师 二级 国家职业资格二级 2级",
    "高级技师": "高级技师 一级 国家职业资格一级 1级",
}
_LEVEL_OF = {word: level for level, words in _LEVELS.items() for word in words.split()}
_PROGRAMMES = {
    "订单式": "订单式培训", "订单培训": "订单式培训", "订单式技能培训": "订单式培训", "项目制": "项目制培训",
    "项目制技能培训": "项目制培训", "普惠制": "普惠制培训", "普惠制技能培训": "普惠制培训",
    "普惠制职业技能培训": "普惠制培训", "企业职工": "企业职工培训", "企业职工技能培训": "企业职工培训",
}  # fmt: skip


def day(cell: Cell) -> date | Text | None:
    """The calendar day; a month alone is its first day."""
    if not cell:
        return None
    text = cell.plain
    if cell.kind is CellKind.DATE or (cell.kind is CellKind.NUMBER and cell.number and int(cell.number) in _SERIALS):
        text = str(_EPOCH + timedelta(days=int(cell.number or 0)))
    return _day(text[:_LONGEST]) or Text(
        f"“{text[:20]}”不是日期，应如 2024-03-05", f"{text[:20]!r} is no date; write it like 2024-03-05"
    )


@lru_cache(maxsize=65_536)
def _day(text: str) -> date | None:
    found = _DAY.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found and text.isdecimal() and int(text) in _SERIALS:
        return _EPOCH + timedelta(days=int(text))
    try:
        return date(int(found[1]), int(found[2]), int(found[3] or 1)) if found else None
    except ValueError:
        return None


def first_day(cell: Cell) -> date | Text | None:
    """The calendar day; of a month or a year alone its first day."""
    return _whole(cell, last=False) or day(cell)


def last_day(cell: Cell) -> date | Text | None:
    """The calendar day; of a month or a year alone its last day."""
    return _whole(cell, last=True) or day(cell)


def _whole(cell: Cell, *, last: bool) -> date | None:
    """A payment or a class may be known by its month or its year alone, which then stands for all its days."""
    found = _YEAR_OR_MONTH.fullmatch(cell.plain) if cell else None
    if not found or cell.kind is CellKind.DATE:
        return None
    month = int(found[2] or found[3] or (12 if last else 1))
    if month not in range(1, 13):
        return None
    years, months = divmod(int(found[1]) * 12 + month, 12)
    return date(years, months + 1, 1) - timedelta(days=1) if last else date(int(found[1]), month, 1)


def year(cell: Cell) -> int | Text | None:
    """The year of a payment, as a year or as the day of it."""
    if not cell:
        return None
    found = _YEAR.fullmatch(cell.plain)
    if found:
        return int(found[1])
    whole = day(cell)
    return whole.year if isinstance(whole, date) else whole


def count(cell: Cell) -> int | Text | None:
    """A whole number that is not negative, its unit allowed."""
    if not cell:
        return None
    found = _COUNT.fullmatch(cell.plain)
    if found:
        return int(found[1])
    return Text(f"“{cell.plain[:20]}”不是非负整数", f"{cell.plain[:20]!r} is no whole number from 0 on")


def money(cell: Cell) -> Fen | Text | None:
    """An amount in yuan, whole in fen and not negative."""
    if not cell:
        return None
    found = _MONEY.fullmatch(cell.plain)
    try:
        fen = Decimal(found[1].replace(",", "")) * 100 if found else Decimal(-1)
    except InvalidOperation:
        fen = Decimal(-1)
    if fen >= 0 and fen == int(fen):
        return Fen(int(fen))
    return Text(f"“{cell.plain[:20]}”不是金额（元，不为负）", f"{cell.plain[:20]!r} is no amount in yuan from 0 on")


def minute(cell: Cell) -> int | Text | None:
    """Minutes since midnight."""
    if not cell:
        return None
    clock = clock_of(cell)
    minutes = None if clock is None else round(clock.total_seconds() / 60)
    if minutes is not None and 0 <= minutes <= _MINUTES_A_DAY:
        return minutes
    return Text(
        f"“{cell.plain[:20]}”不是时刻，应如 08:30", f"{cell.plain[:20]!r} is no time of day; write it like 08:30"
    )


def words(cell: Cell) -> str | Text | None:
    """Text that is stored in the clear, in which therefore nobody's ID number may hide."""
    return _words(cell.plain[:_LONGEST], error=cell.kind is CellKind.ERROR)


@lru_cache(maxsize=65_536)
def _words(text: str, *, error: bool) -> str | Text | None:
    if _LONG_NUMBER.search(text):
        return Text(
            "此列含身份证号样的数字，请移到身份证号列",
            "a number like an ID number stands here; move it to its own column",
        )
    if text.startswith("=") or error:
        return Text("是公式或错误值，请改为文字", "a formula or an error value; replace it by text")
    return text or None


def digits(cell: Cell) -> str | Text | None:
    """An account or certificate number as it is compared, which a number cell would have cut short."""
    text = _GAPS.sub("", cell.plain).upper()
    if cell.kind is CellKind.NUMBER and len(text) > 15:  # noqa: PLR2004 - what Excel keeps
        return Text(
            "号码被 Excel 当作数字，末尾已丢失，请以文本格式重新导出",
            "Excel cut this number short; export the column as text",
        )
    return text[:_LONGEST] or None


@lru_cache(maxsize=4096)
def level(text: str) -> str:
    """The level by the one name that rulebooks use."""
    bare = _BRACKETS.sub("", text).strip()
    inside = text.strip("（()） ")
    return _LEVEL_OF.get(bare) or _LEVEL_OF.get(inside) or bare


@lru_cache(maxsize=4096)
def programme(text: str) -> str:
    """The programme by the one name that rulebooks use."""
    return _PROGRAMMES.get(text, text)


@lru_cache(maxsize=65_536)
def code(text: str) -> str | Text:
    """A unified social credit code by its shape; a wrong one would make one party into two."""
    bare = _GAPS.sub("", text).upper()
    if re.fullmatch(r"[0-9A-Z]{18}", bare):
        return bare
    return Text(
        f"统一社会信用代码 {bare[:20]} 应为 18 位数字和大写字母", f"code {bare[:20]}: expected 18 digits and letters"
    )


class UnreadError(InputError):
    """Carries the sentence about a cell to the row that it spoils."""

    def __init__(self, field: str, text: Text) -> None:
        self.field, self.text = field, text
        super().__init__(text.en)
