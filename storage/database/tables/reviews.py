"""Reviews of class hours by people."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from storage.database.tables.base import METADATA, Moment, Number

REVIEWS = Table(
    "hour_review",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("report_id", Number, ForeignKey("class_report.id"), nullable=False),  # the one that the marks were made on
    Column("hour_id", String(100), nullable=False),
    Column("evidence", String(64), nullable=False),  # the seed of the files: with others the review has lapsed
    Column("made_at", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("self_marked", Boolean, nullable=False),  # by the institution: a claim, never a verdict
    Column("first_by", String(80), nullable=False),
    Column("drawn", String(80), nullable=False),  # whose turn it is; empty where nobody else has the right
    Column("recused", Text, nullable=False),  # who was drawn and may not: keys, one a line
    Column("body", Text, nullable=False),  # facts/review.py
    Column("pending", Text, nullable=False),  # the reading of who is about to agree, made before she sees the first's
    Column("answer_until", Moment),  # of a failure: to the end of which moment the institution may answer
    Index(None, "class_id", "hour_id"),
    Index(None, "drawn", "state"),
    Index(None, "answer_until"),
)
REVIEW_REPLIES = Table(
    "hour_review_reply",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("review_id", Number, ForeignKey("hour_review.id"), nullable=False),  # the failure that is answered
    Column("class_id", Number, ForeignKey("class.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("made_by", String(80), nullable=False),
    Column("drawn", String(80), nullable=False),  # who is to review again; empty where nobody else has the right
    Column("decided_by", Number, ForeignKey("hour_review.id")),  # the review that heard it
    Column("body", Text, nullable=False),  # facts/review_reply.py
    UniqueConstraint("review_id"),
    Index(None, "class_id"),
    Index(None, "drawn", "decided_by"),
)
