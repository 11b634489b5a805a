"""Class hours of a whole timetable: the number of each in its day, repeated hours, and two at once in one room."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from facts.counting import counted, noun
from facts.course import ClassHour
from facts.span import Span, local_day
from ingest.tables.fault import Faults

Numbered = tuple[int | None, ClassHour]


def numbered(hours: Iterable[Numbered]) -> tuple[ClassHour, ...]:
    """The hours in order with ids such as 2025-04-07#1: the number the table gave where a day gives each its own."""
    days: dict[str, list[Numbered]] = {}
    for number, hour in sorted(hours, key=lambda each: (each[1].span, each[1].room)):
        days.setdefault(local_day(hour.span.start).isoformat(), []).append((number, hour))
    done: list[ClassHour] = []
    for day, own in days.items():
        stated = [number for number, _ in own]
        if None in stated or len(set(stated)) < len(stated):
            stated = list(range(1, len(own) + 1))
        done.extend(replace(hour, id=f"{day}#{number}") for (_, hour), number in zip(own, stated, strict=True))
    return tuple(done)


def without_repeats(hours: Iterable[Numbered], where: str, faults: Faults) -> list[Numbered]:
    """The hours with those left out that another timetable plans for the same time and room."""
    kept: dict[tuple[Span, str], Numbered] = {}
    repeats = 0
    for each in hours:
        repeats += int((each[1].span, each[1].room) in kept)
        kept.setdefault((each[1].span, each[1].room), each)
    if repeats:
        faults.note(
            where,
            f"{repeats} 个学时在课表中重复（同一时间同一教室），只计一次",
            f"{counted(repeats, 'class hour is', 'class hours are')} planned twice for one time and room and {noun(repeats, 'counts', 'count')} once",
        )
    return list(kept.values())


def tell_overlaps(hours: Sequence[ClassHour], where: str, faults: Faults) -> None:
    """A fault for each two hours that claim one room at one time."""
    rooms: dict[str, list[ClassHour]] = {}
    for hour in sorted(hours, key=lambda hour: hour.span):
        rooms.setdefault(hour.room, []).append(hour)
    for room, own in rooms.items():
        latest = own[0]
        for hour in own[1:]:
            if latest.span.overlaps(hour.span):
                faults.fault(
                    where,
                    f"{room or '同一教室（未写）'} 的学时 {latest.id} 与 {hour.id} 时间重叠；请改正课表",
                    f"hours {latest.id} and {hour.id} overlap in {room or 'one unnamed room'}; correct the timetable",
                )
            latest = max(latest, hour, key=lambda each: each.span.end)
