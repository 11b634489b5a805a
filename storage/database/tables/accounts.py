"""People, what they may see, how they prove who they are; every secret is kept as a digest only."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

SHA256 = String(64)

INSTITUTIONS = Table(
    "institution",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("name", String(200), nullable=False, unique=True),
    Column("uscc", String(18), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "locality"),
    Index(None, "made_at"),
)
ACCOUNTS = Table(
    "account",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("shown", String(64), nullable=False),
    Column("role", String(32)),  # none until it is granted
    Column("institution_id", Number, ForeignKey("institution.id")),
    Column("area", String(200)),
    Column("password_hash", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("disabled_at", Moment),
)
SESSIONS = Table(
    "session",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("token_sha256", SHA256, nullable=False, unique=True),
    Column("account_id", Number, ForeignKey("account.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Index(None, "account_id"),
)
API_KEYS = Table(
    "api_key",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("secret_sha256", SHA256, nullable=False, unique=True),
    Column("institution_id", Number, ForeignKey("institution.id")),
    Column("area", String(200)),
    Column("made_by", Number, ForeignKey("account.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("used_at", Moment),
    Column("ended_at", Moment),
    Index(None, "name", "id"),
)
ATTEMPTS = Table(  # by digests of name and place, so that unknown names are treated as known ones are
    "attempt",
    METADATA,
    Column("key_sha256", SHA256, primary_key=True),
    Column("name_sha256", SHA256, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("locked_until", Moment),
    Index(None, "name_sha256"),
    Index(None, "last_at"),
)
ONE_TIME = Table(
    "one_time",
    METADATA,
    Column("token_sha256", SHA256, primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("account_id", Number, ForeignKey("account.id")),
    Column("made_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("used_at", Moment),
)
IDEMPOTENCY = Table(
    "idempotency",
    METADATA,
    Column("caller", String(40), primary_key=True),
    Column("key", String(128), primary_key=True),
    Column("request_sha256", SHA256, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "at"),
)
VIEW_GRANTS = Table(
    "view_grant",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("caller", String(40), nullable=False),
    Column("kind", String(16), nullable=False),  # face or identity
    Column("subject", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Index(None, "caller", "kind", "subject"),
)
SAVED_FILTERS = Table(
    "saved_filter",  # what an account asks of a list again and again, under a name of its own
    METADATA,
    Column("id", Number, primary_key=True),
    Column("account_id", Number, ForeignKey("account.id"), nullable=False),
    Column("path", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("query", String(1000), nullable=False),
    Column("made_at", Moment, nullable=False),
    UniqueConstraint("account_id", "path", "name"),
)
