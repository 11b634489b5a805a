"""Uploads under way; how many bytes of one have come, its file on disk says."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.uploads import UPLOADS

LIFE = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class UploadAnnouncement:
    """What the sender says of a file to come; role and digest may be left empty."""

    class_id: int
    name: str
    role: str
    length: int
    sha256: str


@dataclass(frozen=True, slots=True)
class UploadRow:
    """One announced file."""

    id: int
    token: str
    class_id: int
    name: str
    role: str
    length: int
    sha256: str
    caller: str
    ends_at: datetime
    file_id: int | None
    node: str


def announce(
    connection: Connection, token: str, wanted: UploadAnnouncement, caller: str, at: datetime, node: str = ""
) -> UploadRow:
    """A new upload, whose bytes are to lie on that node."""
    values = asdict(wanted) | {"token": token, "caller": caller, "made_at": at, "ends_at": at + LIFE, "node": node}
    made = insert(UPLOADS).values(**values).returning(*_COLUMNS)
    return record_of(UploadRow, connection.execute(made).one())


def upload(connection: Connection, token: str, caller: str, at: datetime, *, hold: bool = False) -> UploadRow | None:
    """The caller's upload while it lives, nobody else's; ``hold`` lets nobody else finish it within this transaction."""
    own = (UPLOADS.c.token == token, UPLOADS.c.caller == caller, UPLOADS.c.ends_at > at)
    asked = select(*_COLUMNS).where(*own)
    row = connection.execute(asked.with_for_update() if hold else asked).one_or_none()
    return None if row is None else record_of(UploadRow, row)


def prolong(connection: Connection, token: str, at: datetime) -> datetime:
    """The upload lives three days from now on, because its sender goes on sending."""
    ends_at = at + LIFE
    connection.execute(update(UPLOADS).where(UPLOADS.c.token == token).values(ends_at=ends_at))
    return ends_at


def finish(connection: Connection, token: str, file_id: int) -> None:
    """Write down which file of the class the upload became."""
    connection.execute(update(UPLOADS).where(UPLOADS.c.token == token).values(file_id=file_id))


def drop(connection: Connection, token: str) -> None:
    """Delete an upload that its sender gave up."""
    connection.execute(delete(UPLOADS).where(UPLOADS.c.token == token))


def drop_elsewhere(connection: Connection, wanted: UploadAnnouncement, caller: str, node: str) -> None:
    """What the caller had half sent of the same file to another node is given up: it begins again at this one."""
    same = (UPLOADS.c.caller == caller, UPLOADS.c.class_id == wanted.class_id, UPLOADS.c.name == wanted.name)
    other = (UPLOADS.c.file_id.is_(None), UPLOADS.c.node.not_in(["", node]))
    connection.execute(delete(UPLOADS).where(*same, *other))


def known_tokens(connection: Connection, tokens: Collection[str]) -> set[str]:
    """Those of the tokens that are still of an upload."""
    found = select(UPLOADS.c.token).where(UPLOADS.c.token.in_(tokens))
    return set(connection.execute(found).scalars())


def forget_lapsed(connection: Connection, at: datetime) -> tuple[str, ...]:
    """The tokens of uploads that nobody went on with; they are forgotten with this call."""
    gone = delete(UPLOADS).where(UPLOADS.c.ends_at <= at).returning(UPLOADS.c.token)
    return tuple(connection.execute(gone).scalars())


def open_uploads(connection: Connection, caller: str) -> int:
    """How many the caller has under way."""
    counted = select(func.count()).select_from(UPLOADS)
    return int(connection.execute(counted.where(UPLOADS.c.caller == caller, UPLOADS.c.file_id.is_(None))).scalar_one())


def under_way(connection: Connection, caller: str, class_id: int, at: datetime) -> tuple[UploadRow, ...]:
    """The caller's uploads to the class that are not whole yet, in the order in which they were announced."""
    own = (UPLOADS.c.caller == caller, UPLOADS.c.class_id == class_id, UPLOADS.c.ends_at > at)
    rows = connection.execute(select(*_COLUMNS).where(*own, UPLOADS.c.file_id.is_(None)).order_by(UPLOADS.c.id))
    return records_of(UploadRow, rows)


def used_bytes(connection: Connection, institution_id: int) -> int:
    """What the institution's files take, those announced included."""
    of = CLASSES.c.institution_id == institution_id
    kept = select(func.coalesce(func.sum(FILES.c.size_bytes), 0)).join_from(FILES, CLASSES).where(of)
    coming = select(func.coalesce(func.sum(UPLOADS.c.length), 0)).join_from(UPLOADS, CLASSES)
    coming = coming.where(of, UPLOADS.c.file_id.is_(None))
    return int(connection.execute(kept).scalar_one()) + int(connection.execute(coming).scalar_one())


_COLUMNS = columns_for(UploadRow, UPLOADS)
