"""Which recorder holds which camera: for a while, prolonged while it lives, taken over once it fell silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.cameras import CAMERA_LEASES
from storage.database.upsert import insert_over

STARTING, RECORDING, SILENT, WAITING, FAILED = "starting", "recording", "silent", "waiting", "failed"
UNHELD = "unheld"  # its recorder fell silent, and somebody was told
TOLD_AFTER = timedelta(seconds=15)  # of silence: connecting takes a moment; with what it takes to notice, 30 s are kept
CAMERA_LEASE = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class CameraState:
    """How a camera stands, as its recorder said last."""

    camera_id: int
    holder: str
    until: datetime
    version: int
    state: str
    reason: str
    words: str
    since: datetime
    newest_at: datetime | None


def camera_states(connection: Connection, *where: ColumnElement[bool]) -> dict[int, CameraState]:
    """What recorders said last, by camera."""
    rows = connection.execute(select(*columns_for(CameraState, CAMERA_LEASES)).where(*where))
    return {one.camera_id: one for one in records_of(CameraState, rows)}


def take_camera(connection: Connection, number: int, holder: str, at: datetime) -> bool:
    """Whether the camera is the holder's from now on: nobody held it, or whoever did fell silent."""
    own = {"holder": holder, "until": at + CAMERA_LEASE, "version": 0, "state": STARTING, "reason": "", "words": ""}
    made = insert_over(connection, CAMERA_LEASES).values(camera_id=number, **own, since=at)
    if connection.execute(made.on_conflict_do_nothing()).rowcount:
        return True
    free = (CAMERA_LEASES.c.camera_id == number, CAMERA_LEASES.c.until < at)
    return connection.execute(update(CAMERA_LEASES).where(*free).values(**own, since=at)).rowcount > 0


def prolong_cameras(connection: Connection, holder: str, numbers: Iterable[int], at: datetime) -> frozenset[int]:
    """The holder lives; which of its cameras are still its own."""
    own = (CAMERA_LEASES.c.holder == holder, CAMERA_LEASES.c.camera_id.in_(list(numbers)))
    connection.execute(update(CAMERA_LEASES).where(*own).values(until=at + CAMERA_LEASE))
    return frozenset(connection.execute(select(CAMERA_LEASES.c.camera_id).where(*own)).scalars())


def tell_state(connection: Connection, told: CameraState) -> None:
    """How the camera stands, if it is still the holder's."""
    own = (CAMERA_LEASES.c.camera_id == told.camera_id, CAMERA_LEASES.c.holder == told.holder)
    values = {"version": told.version, "state": told.state, "reason": told.reason, "words": told.words[:200]}
    values |= {"since": told.since, "newest_at": told.newest_at}
    connection.execute(update(CAMERA_LEASES).where(*own).values(**values))


def free_camera(connection: Connection, number: int, holder: str) -> None:
    """Nobody holds it any more."""
    own = (CAMERA_LEASES.c.camera_id == number, CAMERA_LEASES.c.holder == holder)
    connection.execute(delete(CAMERA_LEASES).where(*own))
