"""The column names that an institution has explained, each change with its leaf in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from facts.digest import Digest
from storage.database.record import columns_for, records_of
from storage.database.tables.column_names import COLUMN_NAMES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical


@dataclass(frozen=True, slots=True)
class ColumnName:
    """In this institution's tables of the role, the header stands over the field."""

    id: int
    role: str
    field: str
    header: str


def column_names(connection: Connection, institution_id: int) -> tuple[ColumnName, ...]:
    """What the institution has explained, the newest answer first."""
    own = columns_for(ColumnName, COLUMN_NAMES)
    asked = select(*own).where(COLUMN_NAMES.c.institution_id == institution_id).order_by(COLUMN_NAMES.c.id.desc())
    return records_of(ColumnName, connection.execute(asked))


@dataclass(frozen=True, slots=True)
class ColumnAnswer:
    """Whose tables of which role, and the header of each field that could not be guessed."""

    institution_id: int
    role: str
    headers: Mapping[str, str]
    by: str


def learn_columns(connection: Connection, log: EvidenceLog, answer: ColumnAnswer, at: datetime) -> None:
    """Keep the answer; a header that was explained otherwise before means what is said now."""
    leaf = _leaf(connection, log, answer.institution_id, answer.role, {"headers": dict(answer.headers)}, at)
    for field, header in answer.headers.items():
        connection.execute(
            delete(COLUMN_NAMES).where(
                COLUMN_NAMES.c.institution_id == answer.institution_id,
                COLUMN_NAMES.c.role == answer.role,
                COLUMN_NAMES.c.header == header,
            )
        )
        about = {"institution_id": answer.institution_id, "role": answer.role, "field": field, "header": header}
        connection.execute(insert(COLUMN_NAMES).values(**about, made_by=answer.by, made_at=at, leaf=leaf))


def forget_column(
    connection: Connection, log: EvidenceLog, institution_id: int, number: int, at: datetime
) -> ColumnName | None:
    """Take one answer back; the answer, or nothing where the institution has none of this number."""
    found = next((one for one in column_names(connection, institution_id) if one.id == number), None)
    if found:
        _leaf(connection, log, institution_id, found.role, {"forgotten": {found.field: found.header}}, at)
        connection.execute(delete(COLUMN_NAMES).where(COLUMN_NAMES.c.id == number))
    return found


def _leaf(
    connection: Connection, log: EvidenceLog, institution_id: int, role: str, said: Mapping[str, object], at: datetime
) -> int:
    digest = Digest.of(canonical({"institution_id": institution_id, "role": role, **said}))
    subject = f"institution:{institution_id} columns:{role}"
    (leaf,) = log.append_within(connection, [Leaf(LeafKind.SETTINGS, at, digest, subject)])
    return leaf
