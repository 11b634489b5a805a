"""Who may be recognised by their faces, who consented, and the faces for as long as they are kept."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0037"
down_revision = "0034"


def upgrade() -> None:
    """Forward only; the new tables are empty, because everything is off."""
    op.create_table(
        "recognition",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_index("ix_recognition_class_id", "recognition", ["class_id"])
    op.create_table(
        "recognition_consent",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("trainee", sa.String(80), nullable=False),
        sa.Column("given_on", sa.String(10), nullable=False),
        sa.Column("way", sa.String(20), nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("withdrawn_by", sa.String(80)),
        sa.Column("withdrawn_at", Moment),
    )
    op.create_index("ix_recognition_consent_class_id", "recognition_consent", ["class_id"])
    _create_faces()


def _create_faces() -> None:
    op.create_table(
        "face_photograph",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True, autoincrement=False),
        sa.Column("trainee", sa.String(80), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_table(
        "face_embedding",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True, autoincrement=False),
        sa.Column("hour_id", sa.String(100), primary_key=True),
        sa.Column("starts_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
    )
    op.create_index("ix_face_embedding_starts_at", "face_embedding", ["starts_at"])
    op.create_table(
        "face_deletion",
        sa.Column("id", Number, primary_key=True),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("certificate", sa.Text, nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("place", Number, nullable=False),
    )
    op.create_index("ix_face_deletion_class_id", "face_deletion", ["class_id"])
