"""Claims that were handed in, each version with what its screening found."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

CLAIMS = Table(
    "claim",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("code", String(100), nullable=False),
    Column("version", Integer, nullable=False),
    Column("newest", Integer, nullable=False),  # 1 for the version that counts, so that lists need no search for it
    Column("file", String(200), nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("sha256", SHA256, nullable=False),
    Column("made_by", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("claimed_fen", Number),
    Column("supported_fen", Number, nullable=False),
    Column("unproven_fen", Number, nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("document", Text, nullable=False),  # claim.json, masked, as the page draws it
    Index("ix_claim_newest", "institution_id", "code", "version", unique=True),
    Index(None, "locality", "newest"),
    Index(None, "made_at"),  # and those that the list is ordered by
    Index(None, "code", "id"),
    Index(None, "supported_fen", "id"),
    Index(None, "unproven_fen", "id"),
    Index(None, "doubts", "id"),
)
CLAIM_DECISIONS = Table(
    "claim_decision",  # rows are only ever added
    METADATA,
    Column("claim_id", Number, ForeignKey("claim.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("deed", String(16), nullable=False),
    Column("stage", String(16), nullable=False),  # of the claim after it
    Column("leaf", Number, nullable=False),  # its place in the log
    Column("body", Text, nullable=False),  # the canonical JSON whose digest the log holds
    Index(None, "deed"),
)
CLAIM_PEOPLE = Table(
    "claim_person",  # for whom a version of a claim supports money, so that it is known again in another claim
    METADATA,
    Column("claim_id", Number, ForeignKey("claim.id"), primary_key=True, autoincrement=False),
    Column("person", SHA256, primary_key=True),  # a keyed digest
    Column("recipient", String(80), primary_key=True),
    Column("fund", String(200), primary_key=True),
    Column("days", Integer),
    Column("amount_fen", Number, nullable=False),
    Index(None, "person"),
)
CLAIM_PAYMENTS = Table(
    "claim_payment",  # one row for each payment among the decisions, so that the ledger is a list of its own
    METADATA,
    Column("id", Number, primary_key=True),
    Column("claim_id", Number, ForeignKey("claim.id"), nullable=False),
    Column("number", Integer, nullable=False),  # of the decision that says it
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("day", String(10), nullable=False),  # on which it was paid
    Column("amount_fen", Number, nullable=False),
    Column("recipient", String(80), nullable=False),
    Column("fund", String(200), nullable=False),
    Column("made_at", Moment, nullable=False),  # recorded
    UniqueConstraint("claim_id", "number"),
    Index(None, "institution_id"),
    Index(None, "locality"),
    Index(None, "day", "id"),
    Index(None, "amount_fen", "id"),
    Index(None, "recipient", "id"),
)
