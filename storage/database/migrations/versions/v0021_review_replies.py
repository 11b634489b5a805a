"""Until when a failure by review can be answered, and the institution's answer."""

import json
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0021"
down_revision = "0020"

_TERM = timedelta(days=15)  # what a rulebook without a term of its own gave on 2026-11-29
_FAILURES = ("short", "nobody", "other_class")


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.add_column("hour_review", sa.Column("answer_until", Moment, nullable=True))
    op.create_table(
        "hour_review_reply",
        sa.Column("id", Number, primary_key=True),
        sa.Column("review_id", Number, sa.ForeignKey("hour_review.id"), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("drawn", sa.String(80), nullable=False),
        sa.Column("decided_by", Number, sa.ForeignKey("hour_review.id"), nullable=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("review_id", name="uq_hour_review_reply_review_id"),
    )
    op.create_index("ix_hour_review_reply_class_id", "hour_review_reply", ["class_id"])
    op.create_index("ix_hour_review_reply_drawn_decided_by", "hour_review_reply", ["drawn", "decided_by"])
    op.create_index("ix_hour_review_answer_until", "hour_review", ["answer_until"])
    _give_those_of_before_their_term()


def _give_those_of_before_their_term() -> None:
    """Failures that two people agreed on already can be answered as those of today."""
    bind = op.get_bind()
    review = sa.table("hour_review", *(sa.column(name) for name in ("id", "state", "self_marked", "body")))
    review.append_column(sa.column("answer_until", Moment()))
    agreed = sa.select(review.c.id, review.c.body).where(review.c.state == "agreed", review.c.self_marked == sa.false())
    for number, body in bind.execute(agreed).all():
        value = json.loads(body)["value"]
        if value["first"]["answer"] in _FAILURES:
            at = datetime.fromisoformat(value["further"][-1]["reading"]["at"]).astimezone(UTC)
            bind.execute(sa.update(review).where(review.c.id == number).values(answer_until=at + _TERM))
