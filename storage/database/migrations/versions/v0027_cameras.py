"""Cameras that the service records; an event may be of an institution alone."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "camera",
        sa.Column("id", Number, primary_key=True),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("room", sa.String(100), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("address", sa.String(500), nullable=False),
        sa.Column("sub_address", sa.String(500), nullable=False),
        sa.Column("user", sa.String(100), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("transport", sa.String(8), nullable=False),
        sa.Column("plan", sa.String(16), nullable=False),
        sa.Column("audio", sa.Boolean, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
    )
    op.create_index("ix_camera_institution_id", "camera", ["institution_id"])
    op.create_table(
        "camera_lease",
        sa.Column("camera_id", Number, sa.ForeignKey("camera.id"), primary_key=True, autoincrement=False),
        sa.Column("holder", sa.String(32), nullable=False),
        sa.Column("until", Moment, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("since", Moment, nullable=False),
        sa.Column("newest_at", Moment),
    )
    _create_what_came_of_it()
    if op.get_bind().dialect.name == "sqlite":
        _make_events_anew()
    else:
        op.alter_column("event", "class_id", nullable=True)


def _create_what_came_of_it() -> None:
    op.create_table(
        "camera_gap",
        sa.Column("id", Number, primary_key=True),
        sa.Column("camera_id", Number, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("words", sa.String(200), nullable=False),
        sa.Column("told_at", Moment),
        sa.UniqueConstraint("camera_id", "starts_at", "reason", name="uq_camera_gap_camera_id_starts_at_reason"),
    )
    op.create_index("ix_camera_gap_ends_at", "camera_gap", ["ends_at"])
    op.create_table(
        "camera_segment",
        sa.Column("id", Number, primary_key=True),
        sa.Column("camera_id", Number, sa.ForeignKey("camera.id"), nullable=False),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("size_bytes", Number, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("sidecar_sha256", sa.String(64), nullable=False),
        sa.Column("closed_at", Moment, nullable=False),
        sa.Column("noted_at", Moment, nullable=False),
        sa.Column("leaf", Number, nullable=False),
        sa.Column("dropped_at", Moment),
        sa.Column("fault", sa.String(16)),
        sa.UniqueConstraint("file", name="uq_camera_segment_file"),
    )
    op.create_index("ix_camera_segment_camera_id_starts_at", "camera_segment", ["camera_id", "starts_at"])
    op.create_index("ix_camera_segment_sha256", "camera_segment", ["sha256"])
    op.create_table(
        "camera_trial",
        sa.Column("camera_id", Number, sa.ForeignKey("camera.id"), primary_key=True, autoincrement=False),
        sa.Column("asked_by", sa.String(40), nullable=False),
        sa.Column("asked_at", Moment, nullable=False),
        sa.Column("taken_at", Moment),
        sa.Column("done_at", Moment),
        sa.Column("result", sa.Text, nullable=False),
        sa.Column("picture", sa.LargeBinary),
    )


def _make_events_anew() -> None:
    """SQLite changes no column: a new table, then one for the deliveries that name it, then the old ones go, last first."""
    op.create_table(
        "event_anew",
        sa.Column("id", Number, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id")),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "delivery_anew",
        sa.Column("id", Number, primary_key=True),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("webhook_id", Number, sa.ForeignKey("webhook.id"), nullable=False),
        sa.Column("event_id", Number, sa.ForeignKey("event_anew.id"), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("answer", sa.String(200), nullable=False),
        sa.UniqueConstraint("token", name="uq_delivery_token"),
        sa.UniqueConstraint("webhook_id", "event_id", name="uq_delivery_webhook_id_event_id"),
    )
    columns = {
        "event": "id, kind, class_id, institution_id, locality, at, body",
        "delivery": "id, token, webhook_id, event_id, state, attempts, due_at, answer",
    }
    for table, names in columns.items():
        op.execute(f"INSERT INTO {table}_anew ({names}) SELECT {names} FROM {table}")  # noqa: S608 - our own names
    for table in reversed(columns):
        op.drop_table(table)
    for table in columns:
        op.rename_table(f"{table}_anew", table)
    op.create_index("ix_delivery_state_due_at", "delivery", ["state", "due_at"])
