"""What an authority records about institutions; whatever may name people is sealed under the institution's key."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

MEASURES = Table(
    "measure",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("class_id", Number, ForeignKey("class.id")),
    Column("claim_id", Number, ForeignKey("claim.id")),
    Column("kind", String(20), nullable=False),
    Column("paper", String(100), nullable=False),  # the document's number as the authority writes it
    Column("level", String(20), nullable=False),  # of credit
    Column("first", Date, nullable=False),
    Column("last", Date),
    Column("term", Date),  # until when the institution is to answer
    Column("ended", Date),  # the last day on which it stood
    Column("hours", Text, nullable=False),  # of the class: ids, one a line
    Column("people", Text, nullable=False),  # whom it names: keyed digests, one a line
    Column("stage", String(16), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # facts/supervision.py, MeasureWords
    Index(None, "institution_id"),
    Index(None, "locality", "stage"),
    Index(None, "class_id"),
    Index(None, "first", "id"),
    Index(None, "made_at"),
)
MEASURE_EVENTS = Table(
    "measure_event",  # rows are only ever added
    METADATA,
    Column("measure_id", Number, ForeignKey("measure.id"), primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
    Column("deed", String(16), nullable=False),
    Column("stage", String(16), nullable=False),  # of the measure after it
    Column("leaf", Number, nullable=False),  # its place in the log
    Column("sealed", LargeBinary, nullable=False),  # the JSON whose digest the log holds
)
VOUCHERS = Table(
    "voucher",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),  # who holds it now
    Column("locality", String(200), nullable=False),
    Column("number", String(80), nullable=False, unique=True),
    Column("person", String(64), nullable=False),  # a keyed digest, as claims know people again
    Column("expires", Date),
    Column("class_id", Number, ForeignKey("class.id")),
    Column("stage", String(16), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # whose it is
    Index(None, "institution_id"),
    Index(None, "locality"),
    Index(None, "person"),
    Index(None, "made_at"),
)
VOUCHER_STEPS = Table(
    "voucher_step",  # rows are only ever added
    METADATA,
    Column("voucher_id", Number, ForeignKey("voucher.id"), primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("step", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("class_id", Number, ForeignKey("class.id")),
    Column("institution_id", Number, ForeignKey("institution.id")),
    Column("by", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("leaf", Number, nullable=False),
)
