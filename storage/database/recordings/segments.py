"""The files that recorders of the service finished, each with its leaf: what was seen as it happened."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.cameras import CAMERA_SEGMENTS
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class NewSegment:
    """A finished file and its place in the log."""

    camera_id: int
    institution_id: int
    file: str
    starts_at: datetime
    ends_at: datetime
    size_bytes: int
    sha256: str
    sidecar_sha256: str
    closed_at: datetime
    noted_at: datetime
    leaf: int


@dataclass(frozen=True, slots=True)
class KeptSegment(NewSegment):
    """The same as the database has it."""

    id: int
    dropped_at: datetime | None
    fault: str | None


def keep_segment(connection: Connection, found: NewSegment) -> None:
    """One more file."""
    connection.execute(insert(CAMERA_SEGMENTS).values(**asdict(found)))


def known_files(connection: Connection, number: int) -> frozenset[str]:
    """The files of the camera that have their leaf."""
    own = select(CAMERA_SEGMENTS.c.file).where(CAMERA_SEGMENTS.c.camera_id == number)
    return frozenset(connection.execute(own).scalars())


def drop_segment(connection: Connection, number: int, at: datetime) -> None:
    """Its bytes are gone, as the recorder's ledger says; its leaf stays."""
    connection.execute(update(CAMERA_SEGMENTS).where(CAMERA_SEGMENTS.c.id == number).values(dropped_at=at))


def spoil_segment(connection: Connection, number: int, fault: str) -> None:
    """No class may have it."""
    connection.execute(update(CAMERA_SEGMENTS).where(CAMERA_SEGMENTS.c.id == number).values(fault=fault))


def camera_segments(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[KeptSegment, ...]:
    """The files that fit, the newest first."""
    own = columns_for(KeptSegment, CAMERA_SEGMENTS)
    rows = connection.execute(select(*own).where(*where).order_by(CAMERA_SEGMENTS.c.starts_at.desc()).limit(limit))
    found = records_of(KeptSegment, rows)
    compare_keys(connection, CAMERA_SEGMENTS, [(one.id,) for one in found])
    return found
