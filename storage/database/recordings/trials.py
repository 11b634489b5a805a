"""A camera to be tried: asked for by a page, done by a recorder, which is where cameras can be reached from."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.cameras import CAMERA_TRIALS
from storage.database.upsert import insert_over

STALE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """The newest trial of a camera; ``result`` is empty until it is over."""

    camera_id: int
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None
    done_at: datetime | None
    result: str
    picture: bytes | None


def ask_trial(connection: Connection, number: int, asked_by: str, at: datetime) -> None:
    """Another trial, in place of the one before."""
    values = {"asked_by": asked_by, "asked_at": at, "taken_at": None, "done_at": None, "result": "", "picture": None}
    made = insert_over(connection, CAMERA_TRIALS).values(camera_id=number, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["camera_id"], set_=values))


def waiting_trials(connection: Connection, at: datetime) -> tuple[int, ...]:
    """The cameras whose trial nobody does yet, and whoever asked still waits for."""
    own = select(CAMERA_TRIALS.c.camera_id).where(CAMERA_TRIALS.c.asked_at > at - STALE)
    return tuple(connection.execute(own.where(CAMERA_TRIALS.c.taken_at.is_(None))).scalars())


def take_trial(connection: Connection, number: int, at: datetime) -> bool:
    """Whether it is ours to do."""
    own = (CAMERA_TRIALS.c.camera_id == number, CAMERA_TRIALS.c.taken_at.is_(None))
    return connection.execute(update(CAMERA_TRIALS).where(*own).values(taken_at=at)).rowcount > 0


def finish_trial(connection: Connection, told: KeptTrial) -> None:
    """What came of it, unless somebody has asked anew meanwhile."""
    own = (CAMERA_TRIALS.c.camera_id == told.camera_id, CAMERA_TRIALS.c.taken_at == told.taken_at)
    values = {"done_at": told.done_at, "result": told.result, "picture": told.picture}
    connection.execute(update(CAMERA_TRIALS).where(*own).values(**values))


def newest_trial(connection: Connection, number: int) -> KeptTrial | None:
    """The trial, if one was asked for."""
    found = records_of(KeptTrial, connection.execute(select(*_TRIAL).where(CAMERA_TRIALS.c.camera_id == number)))
    return found[0] if found else None


_TRIAL = columns_for(KeptTrial, CAMERA_TRIALS)
