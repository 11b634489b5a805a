"""What a leave column says, as spans of Chinese time; words that cannot be placed are handed back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from facts.course import ClassHour
from facts.span import Span, local_day, union
from ingest.tables.cells import plain
from ingest.tables.half_days import NOON_H
from ingest.tables.moments import DAY, Years, calendar_day, clocks_in, find_day, on_day

_NONE = frozenset({"", "无", "否", "没有", "未请假", "/", "-", "--", "—", "——", "0", "no", "none", "n"})
_ALL = re.compile(r"全程|全期|整期|全部(?:课程|学时)?|始终")
_PARTS = re.compile(r"[,、;。\n]+|\s+(?=\d{4}[-/年]|\d{1,2}月)")
_TO = re.compile(r"^\s*(?:-+|~+|—+|–|至|到)\s*")
_HOUR = re.compile(r"第?\s*(\d{1,2})(?:\s*(?:-|~|至|到)\s*第?\s*(\d{1,2}))?\s*(?:学时|课时|节课?|课)", re.ASCII)
_LATER_DAY = re.compile(r"(\d{1,2})\s*[日号]", re.ASCII)
_LISTED_HOURS = re.compile(r"(\d{1,2})\s*[、,](?=\s*(?:\d{1,2}\s*[、,]\s*)*\d{1,2}\s*(?:学时|课时|节|课))", re.ASCII)
_NOISE = re.compile(
    r"请假|事假|病假|公假|一天|全天|整天|当天|已批准|(?:星期|周|礼拜)[一二三四五六日天]|[()\[\]]|(?<!\d):|:(?!\d)"
)
_HALVES = {"上午": (timedelta(), timedelta(hours=NOON_H)), "下午": (timedelta(hours=NOON_H), DAY)}
_NOISE_ENDS = re.compile(r"^\s+|\s+$")
_MAX_DAYS = 400
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class LeaveCalendar:
    """What leave is counted against: the planned hours, and the year of dates without one."""

    years: Years
    hours: Sequence[ClassHour] = ()

    def whole(self) -> Span | None:
        """From the first planned hour to the end of the last."""
        if not self.hours:
            return None
        return Span(min(hour.span.start for hour in self.hours), max(hour.span.end for hour in self.hours))

    def on(self, day: date, number: int) -> tuple[Span, ...]:
        """The class hours that carry this number on the day, one for each room."""
        own = sorted((hour for hour in self.hours if local_day(hour.span.start) == day), key=lambda hour: hour.span)
        named = tuple(hour.span for hour in own if hour.id == f"{day}#{number}")
        return named or tuple(hour.span for hour in own[number - 1 : number])


def leave_spans(text: str, course: LeaveCalendar) -> tuple[tuple[Span, ...], tuple[str, ...]]:
    """The spans that the words name, and the words that name none."""
    text = plain(text)
    if text.lower() in _NONE:
        return (), ()
    if len(text) > _LONGEST:
        return (), (text,)
    spans: list[Span] = []
    unread: list[str] = []
    last_day: date | None = None
    listed = _LISTED_HOURS.sub(r"\1学时,", text)
    for part in filter(None, (_NOISE_ENDS.sub("", part) for part in _PARTS.split(listed))):
        found, last_day = _part(" ".join(_NOISE.sub(" ", part).split()), course, last_day)
        spans.extend(found)
        if not found and part.lower() not in _NONE:
            unread.append(part)
    return union(spans), tuple(unread)


def _part(part: str, course: LeaveCalendar, last_day: date | None) -> tuple[tuple[Span, ...], date | None]:
    if _ALL.fullmatch(part):
        whole = course.whole()
        return ((whole,) if whole else ()), last_day
    found = find_day(part, course.years) if part[:1].isdecimal() else None
    if found:
        return _on_day(found[0], found[1], course, dated=True), found[0]
    short = _LATER_DAY.fullmatch(part)
    if short and last_day:
        day = calendar_day(last_day.year, last_day.month, int(short[1]))
        return ((whole_day(day),) if day else ()), day
    return (_on_day(last_day, part, course, dated=False) if last_day else ()), last_day


def _on_day(day: date, rest: str, course: LeaveCalendar, *, dated: bool) -> tuple[Span, ...]:
    if not rest:
        return (whole_day(day),) if dated else ()
    if rest in _HALVES:
        start, end = _HALVES[rest]
        return (Span(on_day(day, start), on_day(day, end)),)
    hours = [match.groups() for match in _HOUR.finditer(rest)]
    if hours and not _HOUR.sub("", rest).strip():
        numbers = [n for first, last in hours for n in range(int(first), int(last or first) + 1)]
        spans = [course.on(day, number) for number in numbers]
        return tuple(span for found in spans for span in found) if all(spans) else ()
    clocks = clocks_in(rest)
    if clocks and clocks[0] < clocks[1]:
        return (Span(on_day(day, clocks[0]), on_day(day, clocks[1])),)
    return _until(day, rest, course) if dated else ()


def _until(day: date, rest: str, course: LeaveCalendar) -> tuple[Span, ...]:
    match = _TO.match(rest)
    if not match:
        return ()
    tail = rest[match.end() :]
    found = find_day(tail, course.years)
    short = _LATER_DAY.fullmatch(tail)
    last = found[0] if found and not found[1] else calendar_day(day.year, day.month, int(short[1])) if short else None
    if last is None or not day <= last <= day + timedelta(days=_MAX_DAYS):
        return ()
    return (Span(whole_day(day).start, whole_day(last).end),)


def whole_day(day: date) -> Span:
    """The Chinese calendar day."""
    return Span(on_day(day, timedelta()), on_day(day, DAY))
