"""When the cameras of the database are to be recorded."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from facts.span import Span
from ingest.cameras.camera_list import TIMETABLE
from runtime.recordings.recorder_plan import AROUND, Plan, room_spans
from storage.database.recordings.cameras import KeptCamera
from storage.database.roll_call.rolls import RollHour, hours_within

_AHEAD = timedelta(days=14)


def camera_plans(
    connection: Connection, rows: Collection[KeptCamera], at: datetime, *, hours_only: bool = False
) -> dict[int, Plan]:
    """Always, or the hours that their institution's classes have in their room; those ``hours_only`` on a short disk."""
    hours: tuple[RollHour, ...] = ()
    if hours_only or any(one.plan == TIMETABLE for one in rows):
        hours = hours_within(connection, Span(at - AROUND, at + _AHEAD))
    return {
        one.id: room_spans((each.hour for each in hours if each.institution_id == one.institution_id), one.room)
        if hours_only or one.plan == TIMETABLE
        else one.plan
        for one in rows
    }
