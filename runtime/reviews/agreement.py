"""What two people agreed on of a class's hours, for whoever judges the class."""

from sqlalchemy import Connection

from facts.codec import loads
from facts.review import Review, ReviewState
from storage.database.tables.reviews import REVIEWS
from storage.database.verification.reviews import reviews


def agreed_reviews(connection: Connection, class_id: int) -> tuple[Review, ...]:
    """Oldest first; judging says which of them still speak of the class's files."""
    own = (REVIEWS.c.class_id == class_id, REVIEWS.c.state == ReviewState.AGREED.value)
    return tuple(loads(Review, row.body) for row in reviews(connection, *own) if not row.self_marked)
