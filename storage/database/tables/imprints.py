"""What the log holds of stored records: which digest each had from which leaf on; rows are only ever added."""

from sqlalchemy import Column, Index, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

IMPRINTS = Table(
    "record_imprint",
    METADATA,
    Column("record_table", String(40), primary_key=True),
    Column("record_key", Text, primary_key=True),
    Column("place", Number, primary_key=True, autoincrement=False),  # of the leaf that speaks of it
    Column("sha256", String(64), nullable=False),  # empty where the record was deleted
    Index(None, "place"),
    sqlite_with_rowid=False,
)
AUDITS = Table(
    "record_audit",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("begun_at", Moment, nullable=False),
    Column(
        "seen_at", Moment, nullable=False
    ),  # when its last page was read: another takes up what nobody reads any more
    Column("ended_at", Moment),
    Column("step", String(40), nullable=False),  # the table that it reads; where it goes on after a stop
    Column("after", Text, nullable=False),  # the last key of that table that was read, as JSON
    Column("records", Number, nullable=False),
    Column("leaves", Number, nullable=False),
    Column("fault_count", Number, nullable=False),
    Column("faults", Text, nullable=False),  # the first of them, as JSON
)
