"""Sign-ins by phone or by a teacher's word; one row is never changed, and each has its leaf in the log."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

CHECKINS = Table(
    "checkin",
    METADATA,
    Column("nonce", String(32), primary_key=True),  # made on the phone, so that sending again is the same sign-in
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("hour_id", String(80), nullable=False),
    Column("room", String(80), nullable=False),
    Column("trainee", String(80), nullable=False),
    Column("name", String(100), nullable=False),
    Column("tail", String(4), nullable=False),
    Column("way", String(16), nullable=False),
    Column("seen_at", Moment),  # when the projector showed the code that was read
    Column("at", Moment, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("device", String(64), nullable=False),
    Column("place", Text, nullable=False),
    Column("witness", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Column("leaf", Number, nullable=False),
    Index(None, "class_id", "hour_id"),
    Index(None, "device"),
)
# The roll is read from the class's own timetable and roster and made anew whenever they change; the files are evidence.
ROLL_HOURS = Table(
    "roll_hour",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True),
    Column("hour_id", String(80), primary_key=True),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("body", Text, nullable=False),
    Column("room", String(100)),
    Index(None, "starts_at"),
)
ROLL_TRAINEES = Table(
    "roll_trainee",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True),
    Column("trainee", String(80), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("tail", String(4), nullable=False),
    Column("place", Number),
    Index(None, "name"),
    Index(None, "tail"),
)
ROLLS = Table(
    "roll",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("fault", Text, nullable=False),
)
