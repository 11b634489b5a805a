"""Days between two dates in running text, and those on which a timetable says that nothing is taught."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.tables.cell_entries import weeks_in
from ingest.tables.moments import Years, find_day

# Without a year only 月 makes a date: 1-4周 names weeks.
DATE = r"(?:20\d\d\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*[日号]?|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?)"
_TO = r"\s*(?:-+|~+|—+|–|至|到|起至)\s*"
_RANGE = re.compile(rf"(?<![\d./-])({DATE}){_TO}({DATE}|\d{{1,2}}\s*[日号]|\d{{1,2}}[./]\d{{1,2}})(?!\s*[:\d])")
_ONE = re.compile(rf"(?<![\d./-]){DATE}(?![\d./-])")
NO_LESSONS = re.compile(r"放假|停课|不上课|除外|休息日")
_IN_WEEK = re.compile(r"第?\s*(\d{1,2})\s*周\s*的?\s*(?:周|星期|礼拜)\s*([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class FreeDays:
    """Days by their dates, days or whole weeks by the number of the week, and the words that could not be placed."""

    days: frozenset[date] = frozenset()
    in_weeks: tuple[tuple[int, int | None], ...] = ()
    unread: tuple[str, ...] = ()


def free_days(text: str, years: Years) -> FreeDays:
    """Every day that a line on 停课 or 放假 names; a line of which a day stays unread is handed back."""
    days: set[date] = set()
    in_weeks: list[tuple[int, int | None]] = []
    unread: list[str] = []
    for line in text.splitlines():
        if not NO_LESSONS.search(line):
            continue
        own, weeks, whole = _in_line(line, years)
        days |= own
        in_weeks += weeks
        if not whole:
            unread.append(line)
    return FreeDays(frozenset(days), tuple(in_weeks), tuple(unread))


def _in_line(line: str, years: Years) -> tuple[set[date], list[tuple[int, int | None]], bool]:
    days: set[date] = set()
    whole = True
    for match in _RANGE.finditer(line):
        ends = ends_of(match[1], match[2], years)
        whole = whole and ends is not None
        if ends:
            days.update(ends[0] + timedelta(days=step) for step in range((ends[1] - ends[0]).days + 1))
    rest = _RANGE.sub(" ", line)
    for match in _ONE.finditer(rest):
        found = find_day(match[0], years)
        whole = whole and found is not None
        if found:
            days.add(found[0])
    rest = _ONE.sub(" ", rest)
    weeks: list[tuple[int, int | None]] = [
        (int(match[1]), _WEEKDAYS.index(match[2].replace("天", "日"))) for match in _IN_WEEK.finditer(rest)
    ]
    left = _IN_WEEK.sub(" ", rest)
    if not days:
        weeks += [(week, None) for week in sorted(weeks_in(left)[0])]
    return days, weeks, whole and bool(days or weeks)


def range_in(text: str, years: Years) -> tuple[date, date] | None:
    """The first and last day of the first range in the text, such as 2025-03-03 至 2025-06-20."""
    for match in _RANGE.finditer(text):
        if found := ends_of(match[1], match[2], years):
            return found
    return None


def ends_of(first: str, last: str, years: Years) -> tuple[date, date] | None:
    """The two days, the last one in the year of the first or the next where it names none."""
    found = find_day(first, years)
    if not found:
        return None
    start = found[0]
    tail = find_day(last, Years(start.year, month=start.month))
    end = tail[0] if tail else None
    if end and end < start and "20" not in last[:2]:
        end = end.replace(year=end.year + 1) if end.month < start.month else None
    return (start, end) if end and start <= end else None
