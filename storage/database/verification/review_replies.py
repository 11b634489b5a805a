"""Institutions' answers to failures by review: one for each, open until somebody else has decided again."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.classes import CLASSES
from storage.database.tables.reviews import REVIEW_REPLIES, REVIEWS
from storage.database.verification.reviews import ReviewRow


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One answer as it stands: who is to decide again, and by which review it was decided."""

    id: int
    review_id: int
    class_id: int
    made_at: datetime
    made_by: str
    drawn: str
    decided_by: int | None
    body: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewReply:
    """An answer before it is written."""

    review_id: int
    class_id: int
    made_at: datetime
    made_by: str
    drawn: str
    body: str = field(repr=False)


def keep_reply_row(connection: Connection, new: NewReply) -> ReplyRow:
    """The answer, which waits for somebody else's review."""
    made = insert(REVIEW_REPLIES).values(**asdict(new)).returning(*_COLUMNS)
    return record_of(ReplyRow, connection.execute(made).one())


def replies(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ReplyRow, ...]:
    """The answers that fit, oldest first."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(REVIEW_REPLIES.c.id).limit(limit))
    return records_of(ReplyRow, rows)


def decide_replies(connection: Connection, numbers: tuple[int, ...], review_id: int) -> None:
    """These answers were heard: the review decides them."""
    open_ones = (REVIEW_REPLIES.c.id.in_(numbers), REVIEW_REPLIES.c.decided_by.is_(None))
    connection.execute(update(REVIEW_REPLIES).where(*open_ones).values(decided_by=review_id))


def end_terms(connection: Connection, numbers: tuple[int, ...]) -> None:
    """Nothing is left to answer of these failures: the hour was reviewed again."""
    connection.execute(update(REVIEWS).where(REVIEWS.c.id.in_(numbers)).values(answer_until=None))


def unanswered_failures(
    connection: Connection, within: ColumnElement[bool], at: datetime, limit: int
) -> tuple[ReviewRow, ...]:
    """Failures by review whose term still runs and that nobody answered."""
    answered = exists().where(REVIEW_REPLIES.c.review_id == REVIEWS.c.id)
    wanted = select(*columns_for(ReviewRow, REVIEWS)).join_from(REVIEWS, CLASSES, CLASSES.c.id == REVIEWS.c.class_id)
    rows = connection.execute(
        wanted.where(within, REVIEWS.c.answer_until >= at, ~answered)
        .order_by(REVIEWS.c.answer_until, REVIEWS.c.id)
        .limit(limit)
    )
    return records_of(ReviewRow, rows)


def reviews_to_decide_again(connection: Connection, drawn: str, limit: int) -> tuple[ReviewRow, ...]:
    """The answered failures that this person is to review again, oldest first."""
    waiting = (REVIEW_REPLIES.c.drawn == drawn, REVIEW_REPLIES.c.decided_by.is_(None))
    wanted = select(*columns_for(ReviewRow, REVIEWS)).join_from(
        REVIEW_REPLIES, REVIEWS, REVIEWS.c.id == REVIEW_REPLIES.c.review_id
    )
    return records_of(ReviewRow, connection.execute(wanted.where(*waiting).order_by(REVIEW_REPLIES.c.id).limit(limit)))


_COLUMNS = columns_for(ReplyRow, REVIEW_REPLIES)
