"""The cameras that the service records; whatever could let somebody in lies under the institution's key."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.cameras import CAMERAS
from storage.database.verification.facts_keys import open_for_institution, seal_for_institution
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class CameraFields:
    """What is said of a camera by whoever keeps it; both addresses as people may read them."""

    room: str
    name: str
    address: str
    sub_address: str
    user: str
    transport: str
    plan: str
    audio: bool
    enabled: bool


@dataclass(frozen=True, slots=True)
class CameraSecrets:
    """What goes to ffmpeg alone: the addresses whole, which may hold a passphrase (SRT), and the password."""

    address: str = field(repr=False)
    sub_address: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class KeptCamera:
    """One camera of an institution; it is never deleted, because its recordings name it."""

    id: int
    institution_id: int
    room: str
    name: str
    address: str
    sub_address: str
    user: str
    transport: str
    plan: str
    audio: bool
    enabled: bool
    version: int
    made_at: datetime
    changed_at: datetime
    ended_at: datetime | None

    @property
    def folder(self) -> str:
        """Where its recordings lie below the folder of recordings, and how they begin."""
        return str(self.id)


def add_camera(
    connection: Connection, institution_id: int, told: CameraFields, secrets: CameraSecrets, at: datetime
) -> KeptCamera:
    """A new camera."""
    values = {"institution_id": institution_id, **asdict(told), "version": 1, "made_at": at, "changed_at": at}
    made = insert(CAMERAS).values(**values, sealed=b"").returning(CAMERAS.c.id)
    number: int = connection.execute(made).scalar_one()
    _seal(connection, number, institution_id, secrets, at)
    return camera(connection, number)


def change_camera(
    connection: Connection, before: KeptCamera, told: CameraFields, secrets: CameraSecrets, at: datetime
) -> KeptCamera:
    """The camera as it is to be recorded from now on."""
    values = {**asdict(told), "version": before.version + 1, "changed_at": at}
    connection.execute(update(CAMERAS).where(CAMERAS.c.id == before.id).values(**values))
    _seal(connection, before.id, before.institution_id, secrets, at)
    return camera(connection, before.id)


def end_camera(connection: Connection, number: int, at: datetime) -> None:
    """It is recorded no more; what could let somebody in is forgotten."""
    values = {"ended_at": at, "changed_at": at, "sealed": b"", "enabled": False, "version": CAMERAS.c.version + 1}
    connection.execute(update(CAMERAS).where(CAMERAS.c.id == number).values(**values))


def camera(connection: Connection, number: int) -> KeptCamera:
    """The camera of this number, which is there."""
    compare_keys(connection, CAMERAS, [(number,)])
    row = connection.execute(select(*_CAMERA).where(CAMERAS.c.id == number)).one()
    return record_of(KeptCamera, row)


def cameras(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[KeptCamera, ...]:
    """The cameras that fit, in the order in which they came or in the one that is given."""
    found = camera_rows(connection, *where, limit=limit, order=order)
    compare_keys(connection, CAMERAS, [(one.id,) for one in found])
    return found


def camera_rows(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[KeptCamera, ...]:
    """The same without a look at the log: for whoever looks every second, and compares what is new before using it."""
    query = select(*_CAMERA).where(*where).order_by(*order or (CAMERAS.c.id,))
    return records_of(KeptCamera, connection.execute(query.limit(limit)))


def camera_secrets(connection: Connection, row: KeptCamera) -> CameraSecrets:
    """What ffmpeg needs to open it; an ended camera has none."""
    sealed = connection.execute(select(CAMERAS.c.sealed).where(CAMERAS.c.id == row.id)).scalar_one()
    said = json.loads(open_for_institution(connection, row.institution_id, f"camera {row.id}", sealed))
    return CameraSecrets(said["address"], said["sub_address"], said["password"])


def _seal(connection: Connection, number: int, institution_id: int, secrets: CameraSecrets, at: datetime) -> None:
    text = json.dumps(asdict(secrets), ensure_ascii=False)
    sealed = seal_for_institution(connection, institution_id, f"camera {number}", text, at)
    connection.execute(update(CAMERAS).where(CAMERAS.c.id == number).values(sealed=sealed))


_CAMERA = columns_for(KeptCamera, CAMERAS)
