"""What the overview adds up: class hours and sums in small, written in the transaction that changes them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from storage.database.tables.base import METADATA, Number

HOUR_TALLIES = Table(
    "hour_tally",  # of the newest report of each class
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True, autoincrement=False),
    Column("month", String(7), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("hours", Integer, nullable=False),
    Column("reviewed", Integer, nullable=False),  # of them those whose review two people agreed on
)
CLAIM_TALLIES = Table(
    "claim_tally",
    METADATA,
    Column("claim_id", Number, ForeignKey("claim.id"), primary_key=True, autoincrement=False),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("month", String(7), nullable=False),  # in which it was handed in
    Column("newest", Integer, nullable=False),
    Column("claimed_fen", Number, nullable=False),
    Column("supported_fen", Number, nullable=False),
    Column("unproven_fen", Number, nullable=False),
    Column("decided_fen", Number, nullable=False),  # the settled sums that two people signed
    Column("paid_fen", Number, nullable=False),
    Index(None, "class_id"),
)
HOUR_SUMS = Table(
    "hour_sum",  # the tallies of all classes of one institution, place and programme
    METADATA,
    Column("institution_id", Number, ForeignKey("institution.id"), primary_key=True, autoincrement=False),
    Column("locality", String(200), primary_key=True),
    Column("programme", String(200), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("hours", Number, nullable=False),
    Column("reviewed", Number, nullable=False),
)
MONEY_SUMS = Table(
    "money_sum",
    METADATA,
    Column("institution_id", Number, ForeignKey("institution.id"), primary_key=True, autoincrement=False),
    Column("locality", String(200), primary_key=True),
    Column("programme", String(200), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("claims", Number, nullable=False),
    Column("claimed_fen", Number, nullable=False),
    Column("supported_fen", Number, nullable=False),
    Column("unproven_fen", Number, nullable=False),
    Column("decided_fen", Number, nullable=False),
    Column("paid_fen", Number, nullable=False),
)
