"""Institutions, accounts, sessions, keys, failed attempts, one-time links, idempotency keys, and views asked for."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "attempt",
        sa.Column("name_sha256", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", Moment, nullable=False),
        sa.Column("locked_until", Moment),
    )
    op.create_table(
        "idempotency",
        sa.Column("caller", sa.String(40), primary_key=True),
        sa.Column("key", sa.String(128), primary_key=True),
        sa.Column("request_sha256", sa.String(64), nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"])
    op.create_table(
        "institution",
        sa.Column("id", Number, primary_key=True),
        sa.Column("name", sa.String(200), nullable=False, unique=True),
        sa.Column("uscc", sa.String(18), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_index("ix_institution_locality", "institution", ["locality"])
    op.create_table(
        "view_grant",
        sa.Column("id", Number, primary_key=True),
        sa.Column("caller", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
    )
    op.create_index("ix_view_grant_caller_kind_subject", "view_grant", ["caller", "kind", "subject"])
    op.create_table(
        "account",
        sa.Column("id", Number, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False, unique=True),
        sa.Column("shown", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32)),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id")),
        sa.Column("area", sa.String(200)),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("disabled_at", Moment),
    )
    op.create_table(
        "api_key",
        sa.Column("id", Number, primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id")),
        sa.Column("area", sa.String(200)),
        sa.Column("made_by", Number, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
        sa.Column("ended_at", Moment),
    )
    op.create_table(
        "one_time",
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("account_id", Number, sa.ForeignKey("account.id")),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("used_at", Moment),
    )
    op.create_table(
        "session",
        sa.Column("id", Number, primary_key=True),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("account_id", Number, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(200), nullable=False),
    )
    op.create_index("ix_session_account_id", "session", ["account_id"])
