"""Claims and their screenings, as the table keeps them; a corrected file is a new version, and the earlier ones stay."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.claims import CLAIMS
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


def claims(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ClaimRow, ...]:
    """The claims that fit, the newest first."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(CLAIMS.c.id.desc()).limit(limit))
    return records_of(ClaimRow, rows)


def document_of(connection: Connection, number: int) -> str:
    """What the screening found (``claim.json``); a claim that is not what the log has is refused, its sums included."""
    compare_keys(connection, CLAIMS, [(number,)])
    return str(connection.execute(select(CLAIMS.c.document).where(CLAIMS.c.id == number)).scalar_one())


_COLUMNS = columns_for(ClaimRow, CLAIMS)
