"""One lesson of a grid or block on one day, split into its class hours, with what must be said of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from facts.counting import counted
from facts.course import ClassHour
from facts.span import Span
from ingest.tables.cell_entries import CellEntry
from ingest.tables.fault import Faults
from ingest.tables.hour_kinds import hour_kind
from ingest.tables.hour_numbers import Numbered
from ingest.tables.hour_times import confirmed
from ingest.tables.moments import on_day
from ingest.tables.periods import Times

SHORTEST_UNIT = timedelta(minutes=30)
_LONGEST_UNIT = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is taught in one stretch of a day: from when to when, as how many hours, and where the table says so."""

    entry: CellEntry
    times: Times
    place: str
    number: int | None = None
    count: int = 1
    half: str = ""


def lesson_hours(day: date, lesson: Lesson, room: str, faults: Faults) -> Iterator[Numbered]:
    """The class hours; ``room`` is the table's own where the lesson names none."""
    start, end = (on_day(day, clock) for clock in lesson.times)
    first, last = confirmed(start, end, lesson.half, lesson.place, faults)
    if last <= first:
        faults.fault(lesson.place, "起止时间不成学时，未用；请改正", "the times make no class hour; correct them")
        return
    span = Span(first, last)
    _tell(span, lesson, room, faults)
    entry, length = lesson.entry, span.length / lesson.count
    for index in range(lesson.count):
        own = lesson.number + index if lesson.number is not None else None
        until = span.end if index == lesson.count - 1 else span.start + length * (index + 1)
        label = " ".join(filter(None, (f"第{own}学时" if own else "", entry.subject)))
        hour = ClassHour(
            "",
            Span(span.start + length * index, until),
            hour_kind("", entry.subject),
            entry.room or room,
            entry.teacher,
            label,
        )
        yield own, hour


def tell_short(length: timedelta, place: str, faults: Faults) -> None:
    """The fault of a class hour that is shorter than any is."""
    if length < SHORTEST_UNIT:
        minutes = int(length / timedelta(minutes=1))
        faults.fault(
            place,
            f"每学时只有 {minutes} 分钟，少于 {int(SHORTEST_UNIT / timedelta(minutes=1))} 分钟，请核对起止时间和学时数",
            f"each class hour has only {minutes} min; check the times and how many there are",
        )


def _tell(span: Span, lesson: Lesson, room: str, faults: Faults) -> None:
    if not (lesson.entry.room or room):
        faults.fault(
            lesson.place,
            "没有教室，此学时对不上摄像机；请在格内或表的上方写明，如“教室：201”",
            "no room, so the hour matches no camera; write it in the cell or above the table, such as 教室：201",
        )
    minutes = int(span.length_s // 60)
    if lesson.count == 1 and span.length > _LONGEST_UNIT:
        faults.fault(
            lesson.place,
            f"此格长 {minutes} 分钟但没有写明几个学时，只按 1 个学时计；请写明，如“4学时”",
            f"this cell lasts {minutes} min and does not say how many class hours it holds: it was counted as one; "
            "write the number, such as 4学时",
        )
    tell_short(span.length / lesson.count, lesson.place, faults)
    if lesson.count > 1:
        faults.note(
            lesson.place,
            f"此格含 {lesson.count} 个学时，已平均分开；若有课间休息，请一学时一行",
            f"this cell holds {counted(lesson.count, 'class hour')} and was split equally; if there are breaks, give each its own",
        )
