"""When each camera is to be recorded: always, or in the hours of its room with ten minutes on either side."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from facts.course import ClassHour
from facts.span import Span, union
from ingest.cameras.camera_list import ALWAYS, CameraList
from ingest.tables.search import read_tables

Plan = Sequence[Span] | str
Plans = Mapping[str, Plan]
AROUND = timedelta(minutes=10)


def planned_spans(listed: CameraList) -> Plans:
    """For each camera ``always``, or the hours of its room with ten minutes on either side."""
    hours = _hours(listed.timetable) if listed.timetable else ()
    return {one.id: ALWAYS if one.when == ALWAYS else room_spans(hours, one.room) for one in listed.cameras}


def room_spans(hours: Iterable[ClassHour], room: str) -> tuple[Span, ...]:
    """The hours of the room, widened."""
    return union(Span(hour.span.start - AROUND, hour.span.end + AROUND) for hour in hours if hour.room == room)


def is_planned(plan: Plan, at: datetime) -> bool:
    """Whether the camera is to be recorded at that moment."""
    return isinstance(plan, str) or any(at in span for span in plan)


def told_plans(plans: Plans) -> dict[str, object]:
    """As the ledger writes it."""
    return {
        name: plan if isinstance(plan, str) else [[one.start.isoformat(), one.end.isoformat()] for one in plan]
        for name, plan in plans.items()
    }


def _hours(path: Path) -> Sequence[ClassHour]:
    """Of a class folder, or of one table alone."""
    if path.is_dir():
        return read_tables(path).hours
    return read_tables(path.parent, skip=[other for other in path.parent.iterdir() if other != path]).hours
