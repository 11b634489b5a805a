"""The days that a weekly grid stands for: by its first week, its weeks, and the days without lessons."""

import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from ingest.tables.cell_entries import weeks_in
from ingest.tables.day_gaps import DATE, NO_LESSONS, FreeDays, free_days, range_in
from ingest.tables.moments import Years, find_day

_WEEK = timedelta(days=7)
_START = re.compile(
    rf"(?:开课|开班|开学|起始|开始|上课|培训|起|第\s*[1一]\s*周)[^\d\n]{{0,12}}({DATE})|({DATE})[^\d\n]{{0,4}}(?:开课|开班|开学|起|开始)"
)
_SINGLE_WEEK = re.compile(r"第\s*(\d{1,2}|[一二三四五六七八九十])\s*周")
_FIRST_WEEK = re.compile(r"[(（]\s*第\s*[1一]\s*周\s*(?:星期一|周一)?[)）]|第\s*[1一]\s*周\s*(?=[:：从为起])")
_AND_WEEKS = re.compile(r"周\s*(?:[、,，]|和|及|与)\s*(?=第?\s*\d)")
_SIGN = re.compile(r"[单双](?=周|[)）])")
_WEEKS_APART = re.compile(r"(?<=周)|\n")
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
    """What the words around a grid say of its time.

    ``missing`` names what no calendar can be made without, ``unread`` the words on days without lessons that name none.
    """

    calendar: WeekCalendar | None = None
    missing: tuple[str, ...] = field(default=())
    unread: tuple[str, ...] = ()


def calendar_of(above: str, around: str, cell_weeks: frozenset[int], years: Years) -> CalendarWords:
    """The calendar of one grid: its own title goes before what stands elsewhere on the sheet."""
    free = free_days(around, years)
    kept = "\n".join(line for line in around.splitlines() if not NO_LESSONS.search(line))
    own = "\n".join(line for line in above.splitlines() if not NO_LESSONS.search(line))
    number = _single_week(_without_first_week(own))
    own_range, whole_range = range_in(own, years), range_in(kept, years)
    if own_range and (number or own_range[1] - own_range[0] < _WEEK):
        week = number or _number_within(own_range[0], _start(kept.replace(own, ""), years))
        monday = _monday(own_range[0]) - _WEEK * (week - 1)
        return _without(WeekCalendar(monday, (week,), own_range[0], own_range[1]), free)
    start = whole_range[0] if whole_range else _start(kept, years)
    if start is None:
        return CalendarWords(missing=("start",))
    last = whole_range[1] if whole_range else None
    lines, signs = next((found for text in (own, kept) if (found := _weeks_stated(text))[0]), ([], set()))
    stated = {number} if number else set(lines[0]) if lines else set(cell_weeks)
    if not number and (len(set(lines)) > 1 or len(signs) > 1):
        return CalendarWords(missing=("one_range",))
    if not stated and last:
        stated = set(range(1, min((_monday(last) - _monday(start)) // _WEEK + 1, _MOST_WEEKS) + 1))
    stated -= {week for week in stated if signs and week % 2 != ("单" in signs)}
    if not stated:
        return CalendarWords(missing=("weeks",))
    return _without(WeekCalendar(_monday(start), tuple(sorted(stated)), start, last), free)


def _without(calendar: WeekCalendar, free: FreeDays) -> CalendarWords:
    """The calendar without the days that the sheet takes out, by their dates or by their week."""
    days = set(free.days)
    for week, weekday in free.in_weeks:
        own = calendar.first_monday + _WEEK * (week - 1)
        days.update(own + timedelta(days=each) for each in (range(7) if weekday is None else (weekday,)))
    return CalendarWords(replace(calendar, free=frozenset(days)), unread=free.unread)


def _weeks_stated(text: str) -> tuple[list[frozenset[int]], set[str]]:
    """Each statement of weeks, such as 第1-8周、第10-16周, and 单 or 双; a remark on another week is one of its own."""
    joined = _AND_WEEKS.sub("、", _without_first_week(text))
    return [found for words in _WEEKS_APART.split(joined) if (found := weeks_in(words)[0])], set(_SIGN.findall(joined))


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


def _start(text: str, years: Years) -> date | None:
    for match in _START.finditer(text):
        if found := find_day(match[1] or match[2], years):
            return found[0]
    return None
