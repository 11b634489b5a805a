"""What a person sends, the review that a row holds, and the reviews of an hour."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from facts.clock_review import ClockReading
from facts.codec import loads
from facts.review import Review, ReviewAnswer, ReviewFrame, ReviewReading, ReviewSubject
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.reviews.case import ReviewCase
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
