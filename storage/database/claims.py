"""Claims and their screenings, as the table keeps them; a corrected file is a new version, and the earlier ones stay."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tallies import NewClaimTally, tally_claim
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One version of a claim, without its document."""

    id: int
    institution_id: int
    class_id: int
    locality: str
    code: str
    version: int
    newest: int
    file: str
    size_bytes: int
    sha256: str
    made_by: str
    made_at: datetime
    outcome: int
    claimed_fen: int | None
    supported_fen: int
    unproven_fen: int
    doubts: int


@dataclass(frozen=True, slots=True)
class NewClaim:
    """A screened claim before it is written."""

    institution_id: int
    class_id: int
    locality: str
    code: str
    file: str
    size_bytes: int
    sha256: str
    made_by: str
    made_at: datetime
    outcome: int
    claimed_fen: int | None
    supported_fen: int
    unproven_fen: int
    doubts: int
    document: str


def keep(connection: Connection, new: NewClaim) -> ClaimRow:
    """The next version of the claim; it is the one that counts from now on."""
    own = (CLAIMS.c.institution_id == new.institution_id, CLAIMS.c.code == new.code)
    last = connection.execute(select(func.max(CLAIMS.c.version)).where(*own)).scalar() or 0
    connection.execute(update(CLAIMS).where(*own).values(newest=0))
    made = insert(CLAIMS).values(**asdict(new), version=last + 1, newest=1).returning(*_COLUMNS)
    row = record_of(ClaimRow, connection.execute(made).one())
    earlier = connection.execute(select(CLAIMS.c.id).where(*own, CLAIMS.c.id != row.id)).scalars().all()
    sums = (row.claimed_fen or 0, row.supported_fen, row.unproven_fen)
    tally_claim(connection, NewClaimTally(row.id, row.class_id, row.made_at, *sums), earlier)
    return row


def claims(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[ClaimRow, ...]:
    """The claims that fit, the newest first or in the order that is given."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(*order or (CLAIMS.c.id.desc(),)).limit(limit))
    return records_of(ClaimRow, rows)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim in a list, with its class and institution."""

    id: int
    code: str
    version: int
    class_id: int
    class_name: str
    class_code: str
    institution: str
    outcome: int
    claimed_fen: int | None
    supported_fen: int
    unproven_fen: int
    doubts: int
    made_at: datetime


def claim_lines(
    connection: Connection, *where: ColumnElement[bool], limit: int, order: Sequence[ColumnElement[Any]]
) -> tuple[ClaimLine, ...]:
    """The claims that fit, in the order that is given."""
    whose = {"class_name": CLASSES.c.name, "class_code": CLASSES.c.code, "institution": INSTITUTIONS.c.name}
    joined = CLAIMS.join(CLASSES, CLASSES.c.id == CLAIMS.c.class_id)
    joined = joined.join(INSTITUTIONS, INSTITUTIONS.c.id == CLAIMS.c.institution_id)
    query = select(*columns_for(ClaimLine, CLAIMS, **whose)).select_from(joined).where(*where)
    return records_of(ClaimLine, connection.execute(query.order_by(*order).limit(limit)))


def document_of(connection: Connection, number: int) -> str:
    """What the screening found (``claim.json``); a claim that is not what the log has is refused, its sums included."""
    compare_keys(connection, CLAIMS, [(number,)])
    return str(connection.execute(select(CLAIMS.c.document).where(CLAIMS.c.id == number)).scalar_one())


_COLUMNS = columns_for(ClaimRow, CLAIMS)
