"""The class hour that is under way in a camera's room: whose it is, and who should be there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from facts.span import Span
from storage.database.recordings.cameras import KeptCamera
from storage.database.roll_call.rolls import RollHour, hours_within
from storage.database.tables.classes import CLASSES
from storage.database.tables.roll_call import CHECKINS, ROLL_TRAINEES

_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RoomHour:
    """One class hour in one room, with those who signed in to it and those on the roster."""

    class_id: int
    hour_id: str
    name: str
    span: Span
    signed: int
    listed: int


def room_hours(connection: Connection, kept: Sequence[KeptCamera], at: datetime) -> dict[int, RoomHour]:
    """By camera: the hour under way in its room."""
    owners = {one.institution_id for one in kept}
    now = hours_within(connection, Span(at, at + _MOMENT), CLASSES.c.institution_id.in_(owners)) if owners else ()
    by_room: dict[tuple[int, str], RollHour] = {}
    for one in now:
        by_room.setdefault((one.institution_id, one.hour.room), one)
    found = {one.id: by_room.get((one.institution_id, one.room)) for one in kept}
    return {number: _room_hour(connection, hour) for number, hour in found.items() if hour}


def _room_hour(connection: Connection, found: RollHour) -> RoomHour:
    own = (CHECKINS.c.class_id == found.class_id, CHECKINS.c.hour_id == found.hour.id)
    signed = connection.execute(select(func.count(CHECKINS.c.trainee.distinct())).where(*own)).scalar_one()
    listed = connection.execute(
        select(func.count()).select_from(ROLL_TRAINEES).where(ROLL_TRAINEES.c.class_id == found.class_id)
    ).scalar_one()
    label = found.hour.label or found.hour.id
    return RoomHour(found.class_id, found.hour.id, f"{found.class_name} {label}", found.hour.span, signed, listed)
