"""Versions of what a class is set to, each with its leaf in the log; a change says on which version it is based."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from facts.class_settings import NOTHING_SET, ClassSettings
from facts.codec import dumps, loads
from facts.digest import Digest
from facts.errors import ConflictError
from storage.database.record import record_of
from storage.database.tables.class_settings import CLASS_SETTINGS
from storage.evidence_log.imprint import compare_keys
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from storage.evidence_log.rows import Rows


class StaleSettingsError(ConflictError):
    """Somebody changed the class's settings since they were read; nothing was kept."""

    def __init__(self, based_on: int, in_force: int) -> None:
        self.in_force = in_force
        remedy = "read the settings again and change what they are now"
        super().__init__(f"version {based_on}", f"version {in_force}", remedy)


@dataclass(frozen=True, slots=True)
class SettingsRow:
    """One version; 0 is a class of which nothing was ever set."""

    id: int
    class_id: int
    version: int
    settings: ClassSettings
    made_by: str = ""
    made_at: datetime | None = None
    leaf: int = -1
    body: str = ""

    @property
    def hashed(self) -> Digest:
        """What the log keeps of it: the very text that was kept, which may know fewer settings than this version."""
        said = {"class_id": self.class_id, "version": self.version, "made_by": self.made_by}
        return Digest.of(canonical({**said, "settings": self.body or dumps(self.settings)}))


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What somebody wants a class to be set to, and the version that they had before them."""

    class_id: int
    based_on: int
    settings: ClassSettings
    by: str


def newest_settings(connection: Connection, class_id: int) -> SettingsRow:
    """The version in force."""
    own, newest_first = CLASS_SETTINGS.c.class_id == class_id, CLASS_SETTINGS.c.version.desc()
    found = connection.execute(select(CLASS_SETTINGS).where(own).order_by(newest_first).limit(1)).one_or_none()
    compare_keys(connection, CLASS_SETTINGS, [(found.id,)] if found else [])
    return _row(found) if found else SettingsRow(0, class_id, 0, NOTHING_SET)


def settings_versions(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, newest_first: bool = False
) -> tuple[SettingsRow, ...]:
    """The versions that fit, in the order in which they were made or the other way round."""
    order = CLASS_SETTINGS.c.id.desc() if newest_first else CLASS_SETTINGS.c.id
    rows = connection.execute(select(CLASS_SETTINGS).where(*where).order_by(order).limit(limit))
    return tuple(map(_row, rows))


def keep_settings(connection: Connection, log: EvidenceLog, change: SettingsChange, at: datetime) -> SettingsRow:
    """The new version, or the one in force where it says the same already; a change of an older one is refused."""
    Rows(connection).queue()  # before anything is read, so that of two changes at once the second is told
    now = newest_settings(connection, change.class_id)
    if change.settings == now.settings:
        return now  # the button was pressed twice, or two people want the same
    if change.based_on != now.version:
        raise StaleSettingsError(change.based_on, now.version)
    new = SettingsRow(0, change.class_id, now.version + 1, change.settings, change.by, at)
    subject = f"class:{new.class_id} settings:{new.version}"
    (leaf,) = log.append_within(connection, [Leaf(LeafKind.SETTINGS, at, new.hashed, subject)])
    values = {"class_id": new.class_id, "version": new.version, "body": dumps(new.settings), "made_by": new.made_by}
    made = insert(CLASS_SETTINGS).values(**values, made_at=at, leaf=leaf).returning(CLASS_SETTINGS)
    return _row(connection.execute(made).one())


def _row(row: Row[tuple[object, ...]]) -> SettingsRow:
    return record_of(SettingsRow, row, settings=loads(ClassSettings, row.body))
