"""What is missing of the cameras' recordings and why, as the recorders' ledgers say; a gap without an end goes on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.cameras import CAMERA_GAPS


@dataclass(frozen=True, slots=True)
class CameraGap:
    """A planned stretch without footage."""

    camera_id: int
    starts_at: datetime
    ends_at: datetime | None
    reason: str
    words: str
    told_at: datetime | None = None
    id: int = 0


def camera_gaps(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, oldest_first: bool = False
) -> tuple[CameraGap, ...]:
    """The gaps that fit, the newest first, or as they were written down."""
    order = (CAMERA_GAPS.c.id,) if oldest_first else (CAMERA_GAPS.c.starts_at.desc(), CAMERA_GAPS.c.id)
    return records_of(CameraGap, connection.execute(select(*_GAP).where(*where).order_by(*order).limit(limit)))


def keep_gaps(connection: Connection, number: int, since: datetime, found: Sequence[CameraGap]) -> None:
    """These are the camera's gaps from ``since`` on; what was told of one stays told of whatever goes on from it."""
    own = (CAMERA_GAPS.c.camera_id == number, CAMERA_GAPS.c.starts_at >= since)
    before = camera_gaps(connection, *own)
    told = {one.starts_at: one.told_at for one in before}
    wanted = sorted(({**_values(one), "told_at": told.get(one.starts_at)} for one in found), key=_start)
    if wanted == sorted(({**_values(one), "told_at": one.told_at} for one in before), key=_start):
        return
    connection.execute(delete(CAMERA_GAPS).where(*own))
    if wanted:
        connection.execute(insert(CAMERA_GAPS), wanted)


def end_gaps(connection: Connection, number: int, before: datetime) -> None:
    """Whatever was still open of an earlier time ended, at the latest, then."""
    own = (CAMERA_GAPS.c.camera_id == number, CAMERA_GAPS.c.ends_at.is_(None), CAMERA_GAPS.c.starts_at < before)
    connection.execute(update(CAMERA_GAPS).where(*own).values(ends_at=before))


def tell_open_gap(connection: Connection, number: int, at: datetime) -> None:
    """The event of the gap that goes on was raised."""
    own = (CAMERA_GAPS.c.camera_id == number, CAMERA_GAPS.c.ends_at.is_(None))
    connection.execute(update(CAMERA_GAPS).where(*own).values(told_at=at))


def not_over(since: datetime) -> ColumnElement[bool]:
    """The gaps that reach into the time since then."""
    return or_(CAMERA_GAPS.c.ends_at.is_(None), CAMERA_GAPS.c.ends_at > since)


def _start(values: dict[str, object]) -> str:
    return str(values["starts_at"])


def _values(one: CameraGap) -> dict[str, object]:
    values: dict[str, object] = {"camera_id": one.camera_id, "starts_at": one.starts_at, "ends_at": one.ends_at}
    return values | {"reason": one.reason, "words": one.words[:200]}


_GAP = columns_for(CameraGap, CAMERA_GAPS)
