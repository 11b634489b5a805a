"""Reviews as the API takes and shows them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from api.http.fields import NO_CONTROLS, TEXT, Line
from facts.clock_review import MOST_CLOCK_READINGS, MOST_SHOWN_CHARS, ClockReading
from facts.codec import loads
from facts.review import MOST_FRAMES, MOST_HEADS, ReviewAnswer, ReviewFrame, ReviewReading
from facts.review_reply import ReviewReply
from facts.sighting import Box
from facts.text import Text
from facts.verdict import Status
from runtime.accounts.caller import Caller
from runtime.reviews.reading import HandedReading, review_in
from runtime.reviews.register import may_see_marks
from runtime.reviews.review_steps import OpenedReview, ReviewTrial
from storage.database.verification.review_replies import ReplyRow
from storage.database.verification.reviews import ReviewRow

Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Head = tuple[Share, Share, Share, Share]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=TEXT)]


class MarkedFrame(BaseModel, extra="forbid"):
    """One frame with everybody marked: left, top, width, height in shares of the picture; ``struck`` are nobody."""

    at: datetime
    path: Line
    at_s: float = Field(ge=0, lt=1e7, allow_inf_nan=False)
    heads: list[Head] = Field(max_length=MOST_HEADS)
    struck: list[Head] = Field(default=[], max_length=MOST_HEADS)


class ClockMoment(BaseModel, extra="forbid"):
    """One frame of the recording, the true time that something shows there, and what shows it."""

    at: datetime
    path: Line
    at_s: float = Field(ge=0, lt=1e7, allow_inf_nan=False)
    shows: datetime
    by: Annotated[str, StringConstraints(min_length=1, max_length=MOST_SHOWN_CHARS, pattern=NO_CONTROLS)]


class ReadingRequest(BaseModel, extra="forbid"):
    """What a person saw; with ``sign`` it is kept, without it only judged."""

    answer: ReviewAnswer = ReviewAnswer.HEADS
    frames: list[MarkedFrame] = Field(max_length=MOST_FRAMES)
    words: Words = ""
    clock: list[ClockMoment] = Field(default=[], max_length=MOST_CLOCK_READINGS)
    sign: bool = False

    def handed(self) -> HandedReading:
        """The reading as the rules take it."""
        clock = tuple(ClockReading(one.at, one.path, one.at_s, one.shows, one.by) for one in self.clock)
        return HandedReading(self.answer, tuple(map(_marked, self.frames)), self.words, clock)


class WordRequest(BaseModel, extra="forbid"):
    """Whether the second person agrees to the first's marks; why not, where she does not."""

    agrees: bool
    dissent: Words = ""


class BothLanguages(BaseModel):
    """A sentence in both languages."""

    zh: str
    en: str


class ReviewShape(BaseModel):
    """One review: how far it is, whose turn it is, and everybody's counts once they may be seen."""

    id: int
    subject: str
    state: str
    word: BothLanguages
    self_marked: bool
    made_at: datetime
    names: list[str]
    waits_for: str
    answer: str
    frames: list[MarkedFrame]
    counts: list[list[int]]
    clock: list[list[ClockMoment]]


class ReplyShape(BaseModel):
    """An institution's answer to a failure by review, and whether somebody else has decided again."""

    id: int
    review: int
    made_at: datetime
    words: str
    files: list[str]
    waits_for: str
    decided_by: int | None


class ReviewSheetShape(BaseModel):
    """What a reviewer is asked to mark, with the machine's boxes, and whose turn it is."""

    hour_id: str
    status: Status
    camera_id: str
    window: tuple[datetime, datetime] | None
    expected: int | None
    turn: str
    because: list[BothLanguages]
    answers: list[str]
    answer_until: datetime | None
    reply: ReplyShape | None
    frames: list[MarkedFrame]
    reviews: list[ReviewShape]


class TrialShape(BaseModel):
    """What the marks amount to, and the frame that would tell most next; ``review`` where they were kept."""

    status: Status
    view_status: Status | None
    text: BothLanguages
    further: MarkedFrame | None
    review: int | None = None


def both(text: Text) -> BothLanguages:
    """The sentence for JSON."""
    return BothLanguages(zh=text.zh, en=text.en)


def frame_shape(frame: ReviewFrame) -> MarkedFrame:
    """The frame as the API shows it."""
    return MarkedFrame(
        at=frame.at, path=frame.path, at_s=frame.at_s, heads=_rows(frame.heads), struck=_rows(frame.struck)
    )


def review_shape(row: ReviewRow, *, marks: bool) -> ReviewShape:
    """The review; its marks only for who may see them already."""
    review = review_in(row)
    readings = [review.first, *(each.reading for each in review.further)] if marks else []
    return ReviewShape(
        id=row.id,
        subject=review.subject.value,
        state=row.state,
        word=both(review.state.text),
        self_marked=row.self_marked,
        made_at=row.made_at,
        names=list(review.names),
        waits_for=row.drawn,
        answer=review.first.answer.value if marks else "",
        frames=[frame_shape(frame) for frame in review.first.frames] if marks else [],
        counts=[_counts(reading) for reading in readings],
        clock=[_clock(reading) for reading in readings],
    )


def sheet_shape(desk: OpenedReview, frames: Iterable[ReviewFrame], caller: Caller) -> ReviewSheetShape:
    """The opened hour."""
    case = desk.case
    sheet = None if isinstance(case.sheet, Text) else case.sheet
    return ReviewSheetShape(
        hour_id=case.hour.id,
        status=case.verdict.status,
        camera_id=sheet.camera_id if sheet else "",
        window=(sheet.window.start, sheet.window.end) if sheet else None,
        expected=sheet.expected if sheet else case.verdict.expected,
        turn=desk.turn,
        because=[both(text) for text in desk.because],
        answers=[one.value for one in desk.answers],
        answer_until=desk.failure.until if desk.failure else None,
        reply=reply_shape(desk.failure.answer) if desk.failure and desk.failure.answer else None,
        frames=[frame_shape(frame) for frame in frames],
        reviews=[review_shape(row, marks=may_see_marks(row, caller)) for row in desk.rows],
    )


def reply_shape(row: ReplyRow) -> ReplyShape:
    """The answer; its files by their names."""
    reply = loads(ReviewReply, row.body)
    return ReplyShape(
        id=row.id,
        review=row.review_id,
        made_at=row.made_at,
        words=reply.words,
        files=[file.name for file in reply.files],
        waits_for=row.drawn,
        decided_by=row.decided_by,
    )


def trial_shape(trial: ReviewTrial, review: int | None = None) -> TrialShape:
    """What the marks amount to."""
    finding = trial.finding
    return TrialShape(
        status=trial.verdict.status,
        view_status=finding.status if finding else None,
        text=both(finding.text) if finding else BothLanguages(zh="", en=""),
        further=frame_shape(trial.further) if trial.further else None,
        review=review,
    )


def _marked(frame: MarkedFrame) -> ReviewFrame:
    heads, struck = (tuple(Box(*head) for head in some) for some in (frame.heads, frame.struck))
    return ReviewFrame(frame.at, frame.path, frame.at_s, heads, struck)


def _rows(boxes: Iterable[Box]) -> list[Head]:
    return [(round(box.x, 5), round(box.y, 5), round(box.w, 5), round(box.h, 5)) for box in boxes]


def _counts(reading: ReviewReading) -> list[int]:
    return [len(frame.heads) for frame in reading.frames]


def _clock(reading: ReviewReading) -> list[ClockMoment]:
    return [ClockMoment(at=one.at, path=one.path, at_s=one.at_s, shows=one.shows, by=one.by) for one in reading.clock]
