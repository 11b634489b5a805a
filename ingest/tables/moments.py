"""Dates and times as Chinese tables write them; nothing is guessed that the clerk did not write."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from facts.span import SHANGHAI
from ingest.tables.cells import Cell, CellKind, number_cell
from ingest.tables.half_days import BEFORE_CLOCK, governed, normal_half

DAY = timedelta(days=1)
_EPOCH = date(1899, 12, 30)
_SERIALS = range(36_526, 73_051)  # 2000-01-01 to 2100-01-01
_YEARS = range(2000, 2101)
_SERIAL_TEXT = re.compile(r"\d{5}\.\d+", re.ASCII)
_EPOCH_MS = range(946_684_800_000, 4_102_444_800_000)
_WEEKDAY = re.compile(r"[(\[]?\s*(?:星期|周|礼拜)[一二三四五六日天]\s*[)\]]?")
_FULL_DAY = re.compile(
    r"(?<!\d)(20\d\d)\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*[日号]?", re.ASCII
)
_COMPACT_DAY = re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)", re.ASCII)
_SHORT_YEAR_DAY = re.compile(r"(?<!\d)(\d\d)([-/])(\d{1,2})\2(\d{1,2})(?!\d)", re.ASCII)
_NO_YEAR_DAY = re.compile(r"(?<!\d)(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*[日号]?", re.ASCII)
_DAY_ALONE = re.compile(r"\s*(\d{1,2})\s*[日号]?\s*", re.ASCII)
_MONTH = re.compile(r"(?<!\d)(\d{1,2})月(?!\s*\d)", re.ASCII)
_CLOCK = re.compile(
    rf"(?P<half>{BEFORE_CLOCK})?\s*"
    r"(?<![\d:])(?P<hour>\d{1,2})\s*(?::|时|点(?!\d*分钟))\s*"
    r"(?:(?P<minute>\d{1,2})(?!\d)\s*分?|(?P<word>半|一刻|三刻|整)?)\s*"
    r"(?:[:]?\s*(?P<second>\d{1,2})(?:\.\d{1,6})?\s*秒?)?(?!\d)"
    r"\s*(?P<tail>[AaPp]\.?[Mm]\.?)?",
    re.ASCII,
)
_WORDS = {"半": 30, "一刻": 15, "三刻": 45}
_ZONE = re.compile(r"\d\s*(Z|[+-]\d\d:?\d\d)$", re.ASCII)
_BETWEEN = re.compile(r"\s*(?:-+|~+|—+|–|―|−|至|到|→)\s*")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})\.(\d{2})(?=\s*(?:[-~—–―−至到]|$))", re.ASCII)
_BARE_RANGE = re.compile(r"([01]\d|2[0-3])([0-5]\d)\s*(?:[-~—–―−]+|至|到)\s*([01]\d|2[0-3])([0-5]\d)", re.ASCII)
_LONGEST = 200
_HALF_YEAR = timedelta(days=184)


@dataclass(frozen=True, slots=True)
class Years:
    """Which year a date without one belongs to: the one stated beside it, or the one the course lies in."""

    stated: int | None = None
    course: tuple[date, date] | None = None
    month: int | None = None  # the month that the sheet's name or title states, for days written as 7日

    def day_of_month(self, number: int) -> date | None:
        """The day of the stated month, or nothing where none is stated."""
        return self.day(self.month, number) if self.month else None

    def day(self, month: int, number: int) -> date | None:
        """The full date, or nothing where no year is known or the calendar has no such day."""
        if self.stated is not None:
            return calendar_day(self.stated, month, number)
        if self.course is None:
            return None
        first, last = self.course
        days = (calendar_day(year, month, number) for year in range(first.year - 1, last.year + 2))
        near = min((day for day in days if day), key=lambda day: _distance(day, first, last), default=None)
        return near if near and _distance(near, first, last) < _HALF_YEAR else None  # 29 February of another year


def _distance(day: date, first: date, last: date) -> timedelta:
    return max(first - day, day - last, timedelta())


def calendar_day(year: int, month: int, number: int) -> date | None:
    """The date, or nothing where the calendar has no such day."""
    try:
        return date(year, month, number)
    except ValueError:
        return None


def day_of(cell: Cell, years: Years) -> date | None:
    """The date in the cell; a year that nobody stated is taken from ``years`` or the date is refused."""
    if cell.kind in {CellKind.NUMBER, CellKind.DATE}:
        return _numeric_day(cell) or (years.day_of_month(int(cell.text)) if _is_day_number(cell.text) else None)
    return day_in(cell.plain[:_LONGEST], years)


def _is_day_number(text: str) -> bool:
    return text.isdecimal() and 1 <= int(text[:3]) <= 31  # noqa: PLR2004 - the longest month


def _numeric_day(cell: Cell) -> date | None:
    compact = _COMPACT_DAY.fullmatch(cell.text)
    if compact:
        return calendar_day(*(int(part) for part in compact.groups()))
    return _EPOCH + timedelta(days=int(cell.number)) if cell.number and int(cell.number) in _SERIALS else None


def day_in(text: str, years: Years) -> date | None:
    """The first date in the text."""
    found = find_day(text, years)
    return found[0] if found else None


def find_day(text: str, years: Years) -> tuple[date, str] | None:
    """The first date in the text, and what follows it."""
    bare = _WEEKDAY.sub(" ", text)
    for pattern in (_FULL_DAY, _COMPACT_DAY):
        match = pattern.search(bare)
        if match:
            return _with_rest(calendar_day(*(int(part) for part in match.groups())), bare[match.end() :])
    match = _SHORT_YEAR_DAY.search(bare)
    if match:
        year, month, number = (int(match.group(index)) for index in (1, 3, 4))
        return _with_rest(calendar_day(2000 + year, month, number), bare[match.end() :])
    match = _NO_YEAR_DAY.search(bare)
    if match:
        return _with_rest(years.day(int(match.group(1)), int(match.group(2))), bare[match.end() :])
    alone = _DAY_ALONE.fullmatch(bare)
    if alone and years.month:
        return _with_rest(years.day_of_month(int(alone[1])), "")
    if bare.strip().isdecimal() and len(bare.strip()) == 5 and int(bare) in _SERIALS:  # noqa: PLR2004 - a serial in a CSV
        return _EPOCH + timedelta(days=int(bare)), ""
    return None


def _with_rest(day: date | None, rest: str) -> tuple[date, str] | None:
    return (day, rest.strip()) if day else None


def is_bare_day(cell: Cell, years: Years) -> bool:
    """Whether the cell names a day and no time of it: taking midnight for the time would be a guess."""
    if cell.kind in {CellKind.NUMBER, CellKind.DATE}:
        return _numeric_day(cell) is not None and cell.number == int(cell.number or 0)
    text = cell.plain[:_LONGEST]
    return day_in(text, years) is not None and moment_in(text, years) is None


def years_in(text: str) -> set[int]:
    """Every year that the text names, as 2025年 or in a full date."""
    found = {int(match.group(1)) for match in re.finditer(r"(?<!\d)(20\d\d)(?=年|[-/.]\d|度|级|\s|$)", text, re.ASCII)}
    found |= {int(match.group(1)) for match in _COMPACT_DAY.finditer(text) if calendar_day(*map(int, match.groups()))}
    return {year for year in found if year in _YEARS}


def month_in(text: str) -> int | None:
    """The one month that the text names without a day, as a sheet called 4月 or a title 2025年4月课程表."""
    found = {int(number) for number in _MONTH.findall(text)}
    month = found.pop() if len(found) == 1 else 0
    return month if 1 <= month <= 12 else None  # noqa: PLR2004 - the months


def clock_of(cell: Cell) -> timedelta | None:
    """The time of day in the cell, counted from midnight; 24:00 and 次日 may reach beyond the day."""
    if cell.kind in {CellKind.NUMBER, CellKind.DATE} and cell.number is not None:
        return _numeric_clock(cell.number)
    return clock_in(cell.plain[:_LONGEST])


def _numeric_clock(number: float) -> timedelta | None:
    if not 0 <= number < _SERIALS.stop:
        return None
    if number > 1 and int(number) not in _SERIALS:
        return None
    milliseconds = round((number - int(number)) * 86_400_000)
    return DAY if number == 1 else timedelta(milliseconds=milliseconds)


def clock_in(text: str) -> timedelta | None:
    """The one time of day in the text; two of them are no single time."""
    matches = list(_CLOCK.finditer(text))
    if not matches and re.fullmatch(r"[01]\d[0-5]\d|2[0-3][0-5]\d", text):
        return timedelta(hours=int(text[:2]), minutes=int(text[2:]))
    if not matches and re.fullmatch(r"0\.\d+", text):
        return _numeric_clock(float(text))
    if len(matches) != 1:
        return None
    return _clock(matches[0], "", next_day="次日" in text[: matches[0].start() + 2])


def _clock(match: "re.Match[str]", inherited: str, *, next_day: bool = False) -> timedelta | None:
    half = normal_half(match["half"] or match["tail"] or inherited)
    hour, minute = int(match["hour"]), int(match["minute"] or _WORDS.get(match["word"] or "", 0))
    second = int(match["second"] or 0)
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):  # noqa: PLR2004 - the clock
        return None
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    return (governed(clock, half) if half else clock) + (DAY if next_day else timedelta())


def clocks_in(text: str) -> tuple[timedelta, timedelta] | None:
    """The two times of a range such as 08:30-09:15, 下午2:30至3:15, 8.30-9.15 or 0830-0915."""
    text = _BARE_RANGE.sub(r"\1:\2-\3:\4", text)
    if ":" not in text:
        text = _DOTTED.sub(r"\1:\2", text)
    matches = list(_CLOCK.finditer(text))
    if len(matches) != 2 or not _BETWEEN.fullmatch(text[matches[0].end() : matches[1].start()].replace("次日", "")):  # noqa: PLR2004 - a range has two ends
        return None
    first, second = matches
    start = _clock(first, "")
    end = _clock(second, "", next_day="次日" in text[first.end() : second.start()])
    if start is not None and end is not None and end <= start and (first["half"] and not second["half"]):
        end = _clock(second, first["half"])
    return (start, end) if start is not None and end is not None else None


def moment_of(cell: Cell, years: Years, day: date | None = None) -> datetime | None:
    """The instant in the cell; a time of day alone is joined to ``day``, and no zone means Chinese time."""
    if cell.kind in {CellKind.NUMBER, CellKind.DATE} and cell.number is not None:
        return _numeric_moment(cell, day)
    return moment_in(cell.plain[:_LONGEST], years, day)


def _numeric_moment(cell: Cell, day: date | None) -> datetime | None:
    number = cell.number or 0.0
    if number >= _EPOCH_MS.start / 1000:
        return _epoch_moment(cell.text)
    own = _numeric_day(cell) if number >= 1 else day
    clock = _numeric_clock(number)
    return on_day(own, clock) if own and clock is not None else None


def _epoch_moment(digits: str) -> datetime | None:
    if not (digits.isdecimal() and digits.isascii() and len(digits) in {10, 13}):
        return None
    milliseconds = int(digits) if len(digits) == 13 else int(digits) * 1000  # noqa: PLR2004 - milliseconds have 13
    return (
        datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds) if milliseconds in _EPOCH_MS else None
    )


def moment_in(text: str, years: Years, day: date | None = None) -> datetime | None:
    """The instant that the text writes, in the zone it states or else in Chinese time."""
    if _SERIAL_TEXT.fullmatch(text):
        return _numeric_moment(number_cell(text), day)
    epoch = _epoch_moment(text)
    if epoch:
        return epoch
    found = find_day(text, years)
    if found is None:
        clock = clock_in(text)
        return on_day(day, clock) if day and clock is not None else None
    own, rest = found
    zone = _ZONE.search(rest)
    clock = clock_in(rest[: zone.start(1)].removeprefix("T").strip() if zone else rest.removeprefix("T").strip())
    if clock is None:
        return None
    return _zoned(own, clock, zone.group(1)) if zone else on_day(own, clock)


def _zoned(day: date, clock: timedelta, zone: str) -> datetime | None:
    digits = zone.replace(":", "")
    offset = timedelta() if zone == "Z" else timedelta(hours=int(digits[1:3]), minutes=int(digits[3:]))
    offset = -offset if zone.startswith("-") else offset
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + clock - offset if offset < DAY else None


def on_day(day: date, clock: timedelta) -> datetime:
    """The instant at which a Chinese wall clock shows this time on this day."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + clock
