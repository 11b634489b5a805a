"""What moved in recordings, and the sketches by which it is found again; made anew with every report of a class."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, text

from storage.database.tables.accounts import SHA256
from storage.database.tables.base import METADATA, Moment, Number

MOTIONS = Table(
    "motion",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("hour_id", String(100), nullable=False),
    Column("camera_id", String(100), nullable=False),
    Column("room", String(200), nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("seed", SHA256, nullable=False),  # the digest over the files that it was seen in
    Column("samples", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("keys", LargeBinary),  # of its sketches, four bytes each; none where an earlier version kept it
    Index(None, "class_id"),
    Index(None, "starts_at"),
    Index("ix_motion_unsketched", "id", sqlite_where=text("keys IS NULL"), postgresql_where=text("keys IS NULL")),
)
# Thousand rows for each hour: nothing but the key, so that a look-up reads one page of the index and no table. Those of
# one recording are found again by its own list of keys: an index of them would be as large as all of this.
MOTION_SKETCHES = Table(
    "motion_sketch",
    METADATA,
    Column("sketch", Integer, primary_key=True, autoincrement=False),
    Column("motion_id", Number, primary_key=True, autoincrement=False),
    Column("at_s", Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
