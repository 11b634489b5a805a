"""Who may be recognised by their faces and who consented; the faces themselves, sealed and gone within days."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number

# Switched on or off: each change is a row of its own, the newest counts.
RECOGNITIONS = Table(
    "recognition",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("basis", String(20), nullable=False),
    Column("words", Text, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "class_id"),
)
CONSENTS = Table(
    "recognition_consent",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("trainee", String(80), nullable=False),  # the key of the roll
    Column("given_on", String(10), nullable=False),
    Column("way", String(20), nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("withdrawn_by", String(80)),
    Column("withdrawn_at", Moment),
    Index(None, "class_id"),
)
# Both sealed under the class's key, each bound to its row.
PHOTOGRAPHS = Table(
    "face_photograph",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True, autoincrement=False),
    Column("trainee", String(80), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
)
EMBEDDINGS = Table(
    "face_embedding",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True, autoincrement=False),
    Column("hour_id", String(100), primary_key=True),
    Column("starts_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("model", String(64), nullable=False),  # the digest of its weights
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "starts_at"),
)
FACE_DELETIONS = Table(
    "face_deletion",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("certificate", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("place", Number, nullable=False),  # of its leaf
    Index(None, "class_id"),
)
