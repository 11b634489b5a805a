"""What the work list asks of all verdicts and holds is found by an index, however many classes there are."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
_LAW_REASONS = (
    "NO_RULEBOOK_IN_FORCE",
    "PLACE_UNKNOWN",
    "NO_LOCALITY",
    "RULEBOOKS_CONTESTED",
    "RULEBOOK_UNUSABLE",
    "RULEBOOK_UNFIT",
)


def upgrade() -> None:
    """Without them 10,000 classes' verdicts were read for a page of six lines."""
    op.drop_index("ix_hour_verdict_status", "hour_verdict")
    op.create_index("ix_hour_verdict_status_id", "hour_verdict", ["status", "id"])
    ungoverned = sa.text("(" + " OR ".join(f"reasons LIKE '%{reason}%'" for reason in _LAW_REASONS) + ")")
    op.create_index(
        "ix_hour_verdict_ungoverned",
        "hour_verdict",
        ["report_id"],
        sqlite_where=ungoverned,
        postgresql_where=ungoverned,
    )
    op.create_index("ix_evidence_hold_class_id", "evidence_hold", ["class_id"])
