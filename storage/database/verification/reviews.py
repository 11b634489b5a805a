"""Reviews of class hours: kept with every reading, and whose turn it is."""

from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, insert, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.classes import CLASSES
from storage.database.tables.reviews import REVIEWS
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One review as it stands; ``body`` and ``pending`` hold the readings as facts."""

    id: int
    class_id: int
    report_id: int
    hour_id: str
    evidence: str
    made_at: datetime
    state: str
    self_marked: bool
    first_by: str
    drawn: str
    recused: str
    body: str = field(repr=False)
    pending: str = field(repr=False)
    answer_until: datetime | None


@dataclass(frozen=True, slots=True)
class NewReview:
    """A review before it is written."""

    class_id: int
    report_id: int
    hour_id: str
    evidence: str
    made_at: datetime
    state: str
    self_marked: bool
    first_by: str
    drawn: str
    body: str = field(repr=False)


def keep_review(connection: Connection, new: NewReview) -> ReviewRow:
    """The review as its first reader leaves it."""
    made = insert(REVIEWS).values(**asdict(new), recused="", pending="").returning(*_COLUMNS)
    return record_of(ReviewRow, connection.execute(made).one())


def change_review(connection: Connection, row: ReviewRow, **values: str | datetime | None) -> ReviewRow | None:
    """The review with these values, unless somebody changed it meanwhile."""
    unchanged = (REVIEWS.c.id == row.id, REVIEWS.c.body == row.body, REVIEWS.c.pending == row.pending)
    changed = update(REVIEWS).where(*unchanged, REVIEWS.c.drawn == row.drawn).values(**values).returning(*_COLUMNS)
    found = connection.execute(changed).one_or_none()
    return None if found is None else record_of(ReviewRow, found)


def reviews(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ReviewRow, ...]:
    """The reviews that fit, in the order in which they were begun."""
    rows = connection.execute(select(*_COLUMNS).where(*where).order_by(REVIEWS.c.id).limit(limit))
    found = records_of(ReviewRow, rows)
    compare_keys(connection, REVIEWS, [(one.id,) for one in found])
    return found


def unanswered_marks(connection: Connection, within: ColumnElement[bool], limit: int) -> tuple[ReviewRow, ...]:
    """Marks of institutions, oldest first, on hours that nobody of the authority reviewed since; one for each hour."""
    later = REVIEWS.alias("later")
    answered = exists().where(
        later.c.class_id == REVIEWS.c.class_id, later.c.hour_id == REVIEWS.c.hour_id, later.c.id > REVIEWS.c.id
    )
    wanted = select(*_COLUMNS).join_from(REVIEWS, CLASSES, CLASSES.c.id == REVIEWS.c.class_id)
    rows = connection.execute(
        wanted.where(within, REVIEWS.c.self_marked, ~answered).order_by(REVIEWS.c.id).limit(limit)
    )
    return records_of(ReviewRow, rows)


_COLUMNS = columns_for(ReviewRow, REVIEWS)
