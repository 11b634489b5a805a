"""Events for whoever listens, webhooks, and their deliveries."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

EVENTS = Table(
    "event",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("class_id", Number, ForeignKey("class.id")),  # none where it is of no class, such as a silent camera
    Column("institution_id", Number, ForeignKey("institution.id"), nullable=False),
    Column("locality", String(200), nullable=False),
    Column("at", Moment, nullable=False),
    Column("body", Text, nullable=False),
)
WEBHOOKS = Table(
    "webhook",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("kinds", Text().with_variant(String(200), "sqlite"), nullable=False),  # SQLite bounds no text
    Column("institution_id", Number, ForeignKey("institution.id")),
    Column("area", String(200)),
    Column("salt", String(32), nullable=False),  # the secret is derived from it and never kept
    Column("made_at", Moment, nullable=False),
    Column("ended_at", Moment),
)
DELIVERIES = Table(
    "delivery",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("token", String(32), nullable=False, unique=True),
    Column("webhook_id", Number, ForeignKey("webhook.id"), nullable=False),
    Column("event_id", Number, ForeignKey("event.id"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("answer", String(200), nullable=False),
    UniqueConstraint("webhook_id", "event_id"),
    Index(None, "state", "due_at"),
)
