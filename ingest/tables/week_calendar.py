"""The days that a weekly grid stands for: by its first week, its weeks, and the days without lessons."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from ingest.tables.cell_entries import weeks_in
from ingest.tables.moments import Years, find_day

_WEEK = timedelta(days=7)
# Without a year only 月 makes a date: 1-4周 names weeks.
_DATE = r"(?:20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?)"
_TO = r"\s*(?:-+|~+|—+|–|至|到|起至)\s*"
_RANGE = re.compile(rf"(?<![\d./-])({_DATE}){_TO}({_DATE}|\d{{1,2}}\s*[日号]|\d{{1,2}}[./]\d{{1,2}})(?!\s*[:\d])")
_ONE = re.compile(rf"(?<![\d./-]){_DATE}(?![\d./-])")
_START = re.compile(
    rf"(?:开课|开班|开学|起始|开始|上课|培训|起|第\s*[1一]\s*周)[^\d\n]{{0,12}}({_DATE})|({_DATE})[^\d\n]{{0,4}}(?:开课|开班|开学|起|开始)"
)
_NO_LESSONS = re.compile(r"放假|停课|不上课|除外|休息日")
_SINGLE_WEEK = re.compile(r"第\s*(\d{1,2}|[一二三四五六七八九十])\s*周")
_FIRST_WEEK = re.compile(r"[(（]\s*第\s*[1一]\s*周\s*(?:星期一|周一)?[)）]|第\s*[1一]\s*周\s*(?=[:：从为起])")
_MOST_WEEKS = 60


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """Week 1 begins on the Monday ``first_monday``; only days from ``first`` to ``last`` and outside ``free`` count."""

    first_monday: date
    weeks: tuple[int, ...]
    first: date
    last: date | None = None
    free: frozenset[date] = frozenset()

    def days(self, weekday: int) -> list[tuple[int, date]]:
        """Every day of this weekday (Monday is 0) with its week's number."""
        found = [(week, self.first_monday + _WEEK * (week - 1) + timedelta(days=weekday)) for week in self.weeks]
        return [(week, day) for week, day in found if self.includes(day)]

    def includes(self, day: date) -> bool:
        """Whether lessons may lie on the day."""
        return day >= self.first and (self.last is None or day <= self.last) and day not in self.free


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """What the words around a grid say of its time; ``missing`` names what no calendar can be made without."""

    calendar: WeekCalendar | None = None
    missing: tuple[str, ...] = field(default=())


def calendar_of(above: str, around: str, cell_weeks: frozenset[int], years: Years) -> CalendarWords:
    """The calendar of one grid: its own title goes before what stands elsewhere on the sheet."""
    free = _free_days(around, years)
    kept = "\n".join(line for line in around.splitlines() if not _NO_LESSONS.search(line))
    own = "\n".join(line for line in above.splitlines() if not _NO_LESSONS.search(line))
    number = _single_week(_without_first_week(own))
    own_range, whole_range = _range(own, years), _range(kept, years)
    if own_range and (number or own_range[1] - own_range[0] < _WEEK):
        week = number or _number_within(own_range[0], _start(kept.replace(own, ""), years))
        monday = _monday(own_range[0]) - _WEEK * (week - 1)
        return CalendarWords(WeekCalendar(monday, (week,), own_range[0], own_range[1], free))
    start = whole_range[0] if whole_range else _start(kept, years)
    if start is None:
        return CalendarWords(missing=("start",))
    last = whole_range[1] if whole_range else None
    stated = {number} if number else set(weeks_in(_without_first_week(kept))[0]) or set(cell_weeks)
    if not stated and last:
        stated = set(range(1, min((_monday(last) - _monday(start)) // _WEEK + 1, _MOST_WEEKS) + 1))
    if not stated:
        return CalendarWords(missing=("weeks",))
    return CalendarWords(WeekCalendar(_monday(start), tuple(sorted(stated)), start, last, free))


def _without_first_week(text: str) -> str:
    """第1周 beside the first day only names that day's week, and says nothing of which weeks are taught."""
    lines = (_FIRST_WEEK.sub(" ", line) if _START.search(line) else line for line in text.splitlines())
    return "\n".join(lines)


def _number_within(day: date, start: date | None) -> int:
    return (_monday(day) - _monday(start)) // _WEEK + 1 if start and start <= day else 1


def _single_week(text: str) -> int:
    found = set(_SINGLE_WEEK.findall(text))
    word = found.pop() if len(found) == 1 and len(weeks_in(text)[0]) <= 1 else ""
    return int(word) if word.isdecimal() else "一二三四五六七八九十".find(word) + 1 if word else 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _range(text: str, years: Years) -> tuple[date, date] | None:
    for match in _RANGE.finditer(text):
        if found := _ends(match[1], match[2], years):
            return found
    return None


def _ends(first: str, last: str, years: Years) -> tuple[date, date] | None:
    found = find_day(first, years)
    if not found:
        return None
    start = found[0]
    tail = find_day(last, Years(start.year, month=start.month))
    end = tail[0] if tail else None
    if end and end < start and "20" not in last[:2]:
        end = end.replace(year=end.year + 1) if end.month < start.month else None
    return (start, end) if end and start <= end else None


def _start(text: str, years: Years) -> date | None:
    for match in _START.finditer(text):
        if found := find_day(match[1] or match[2], years):
            return found[0]
    return None


def _free_days(text: str, years: Years) -> frozenset[date]:
    days: set[date] = set()
    for line in text.splitlines():
        if not _NO_LESSONS.search(line):
            continue
        for match in _RANGE.finditer(line):
            if ends := _ends(match[1], match[2], years):
                days.update(ends[0] + timedelta(days=step) for step in range((ends[1] - ends[0]).days + 1))
        for match in _ONE.finditer(_RANGE.sub(" ", line)):
            if found := find_day(match[0], years):
                days.add(found[0])
    return frozenset(days)
