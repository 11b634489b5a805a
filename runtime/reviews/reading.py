"""What a person sends, the review that a row holds, and the reviews of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from facts.clock_review import ClockReading
from facts.codec import loads
from facts.review import Review, ReviewAnswer, ReviewFrame, ReviewReading, ReviewState, ReviewSubject
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.reviews.case import ReviewCase, review_case
from storage.database.tables.reviews import REVIEWS
from storage.database.verification.reviews import ReviewRow, reviews


@dataclass(frozen=True, slots=True)
class HandedReading:
    """What a person sends: her answer, her marks on the frames of the sheet, her words, what shows the true time."""

    answer: ReviewAnswer
    frames: tuple[ReviewFrame, ...]
    words: str = ""
    clock: tuple[ClockReading, ...] = ()

    @property
    def subject(self) -> ReviewSubject:
        """What a review that begins with it is about."""
        return ReviewSubject.CLOCK if self.answer is ReviewAnswer.CLOCK else ReviewSubject.VIEW

    def by(self, caller: Caller, at: datetime) -> ReviewReading:
        """The reading with a name and a time."""
        return ReviewReading(caller.key, at, self.answer, self.frames, self.words.strip(), self.clock)


def review_in(row: ReviewRow) -> Review:
    """The review that a row holds."""
    return loads(Review, row.body)


def reviews_of_hour(connection: Connection, case: ReviewCase) -> tuple[ReviewRow, ...]:
    """The hour's reviews that speak of its present recordings, oldest first."""
    if isinstance(case.sheet, Text):
        return ()
    own = (REVIEWS.c.class_id == case.owner.id, REVIEWS.c.hour_id == case.hour.id)
    return reviews(connection, *own, REVIEWS.c.evidence == case.sheet.evidence.sha256)


def review_states(
    service: Service, connection: Connection, caller: Caller, class_id: int, places: Mapping[str, int]
) -> dict[str, ReviewState]:
    """How the review of each of these hours stands, where one speaks of its present recordings; by hour and its index."""
    rows = reviews(connection, REVIEWS.c.class_id == class_id, REVIEWS.c.hour_id.in_(places))
    found = {}
    for hour_id in {row.hour_id for row in rows}:
        case = review_case(service, connection, caller, class_id, places[hour_id])
        if own := reviews_of_hour(connection, case):
            found[hour_id] = ReviewState(own[-1].state)
    return found
