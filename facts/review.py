"""A person's look at one class hour (复核): the heads that she marked on a few frames, who agreed, and what follows."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from facts.clock_review import CLOCK_READINGS_APART, MOST_CLOCK_READINGS, ClockReading, clock_offset, offset_text
from facts.counting import counted
from facts.digest import Digest
from facts.errors import InputError
from facts.review_reply import ReviewReply
from facts.sighting import Box, View
from facts.span import Span
from facts.text import Text

MOST_HEADS = 300
MOST_FRAMES = 40
# Fewer frames would let somebody leave after the only one that was looked at.
LEAST_FRAMES = 3
MOST_WORDS = 4000
# A marked head is held between two marked frames; beyond the first and the last of them so long.
MARK_REACH = timedelta(seconds=75)


class ReviewSubject(StrEnum):
    """What a review is about; each has a last word of its own."""

    VIEW = "view"
    CLOCK = "clock"

    @property
    def text(self) -> Text:
        """The subject in words."""
        return (
            Text("画面人数", "who is in view") if self is ReviewSubject.VIEW else Text("时钟偏差", "the clock's offset")
        )


class ReviewAnswer(StrEnum):
    """What a person says after looking; the values are stored and hashed and never change."""

    HEADS = "heads"
    SHORT = "short"
    NOBODY = "nobody"
    OTHER_CLASS = "other_class"
    UNCLEAR = "unclear"
    CLOCK = "clock"

    @property
    def text(self) -> Text:
        """The answer in words."""
        return _ANSWERS[self]

    @property
    def fails(self) -> bool:
        """Whether the answer says that the class was not there as it should have been."""
        return self in {ReviewAnswer.SHORT, ReviewAnswer.NOBODY, ReviewAnswer.OTHER_CLASS}


_ANSWERS = {
    ReviewAnswer.HEADS: Text("按标出的人头判定", "judged by the heads marked"),
    ReviewAnswer.SHORT: Text("人数不足", "too few people"),
    ReviewAnswer.NOBODY: Text("没有人", "nobody there"),
    ReviewAnswer.OTHER_CLASS: Text("不是这个班", "another class"),
    ReviewAnswer.UNCLEAR: Text("看不清", "cannot be seen"),
    ReviewAnswer.CLOCK: Text("时钟有已知偏差", "the clock is off by a known amount"),
}


class ReviewState(StrEnum):
    """How far a review has come."""

    ONCE = "once"
    AGREED = "agreed"
    CONTESTED = "contested"

    @property
    def text(self) -> Text:
        """The state in words."""
        return _STATES[self]


_STATES = {
    ReviewState.ONCE: Text("复核中", "under review"),
    ReviewState.AGREED: Text("已复核", "reviewed"),
    ReviewState.CONTESTED: Text("复核有分歧", "contested"),
}


@dataclass(frozen=True, slots=True)
class ReviewFrame:
    """One frame on which a person marked everybody: ``heads`` is who is there, ``struck`` which boxes are nobody.

    The file is named with the second in it, as for every sampled frame, so that anybody can find it again.
    """

    at: datetime
    path: str
    at_s: float
    heads: tuple[Box, ...]
    struck: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        if len(self.heads) + len(self.struck) > MOST_HEADS:
            raise InputError(
                f"review: got {counted(len(self.heads) + len(self.struck), 'mark')} on one frame, expected at most {MOST_HEADS};"
                " mark each head once"
            )
        for box in (*self.heads, *self.struck):
            if not (
                0 <= box.x < 1 and 0 <= box.y < 1 and 0 < box.w <= 1 - box.x + 1e-6 and 0 < box.h <= 1 - box.y + 1e-6
            ):
                raise InputError(
                    f"review: got a mark at {box.x:.3f}, {box.y:.3f}, {box.w:.3f} × {box.h:.3f}, expected one inside the"
                    " picture (shares of its width and height between 0 and 1)"
                )


@dataclass(frozen=True, slots=True)
class ReviewReading:
    """What one person saw: on which frames how many, her answer, and her words; of a clock, what shows the true time."""

    by: str
    at: datetime
    answer: ReviewAnswer
    frames: tuple[ReviewFrame, ...]
    words: str = ""
    clock: tuple[ClockReading, ...] = ()

    def __post_init__(self) -> None:
        if not self.by.strip() or self.at.tzinfo is None:
            raise InputError("review: got nobody or a time without a zone, expected who looked and when")
        if len(self.words) > MOST_WORDS:
            raise InputError(
                f"review: got {counted(len(self.words), 'character')}, expected at most {MOST_WORDS}; be brief"
            )
        if len(self.frames) > MOST_FRAMES:
            raise InputError(f"review: got {counted(len(self.frames), 'frame')}, expected at most {MOST_FRAMES}")
        if len({frame.at for frame in self.frames}) < len(self.frames):
            raise InputError("review: got one frame twice, expected each once; mark all its heads together")
        if bool(self.clock) != (self.answer is ReviewAnswer.CLOCK) or len(self.clock) > MOST_CLOCK_READINGS:
            raise InputError(
                f"review: got {counted(len(self.clock), 'reading')} of a clock with the answer {self.answer.value}, expected 1 to"
                f" {MOST_CLOCK_READINGS} with the answer clock and none with another"
            )

    @property
    def offset(self) -> timedelta | None:
        """By how much this person says that the recording's times are to be moved."""
        return clock_offset(self.clock)


@dataclass(frozen=True, slots=True)
class ReviewAgreement:
    """A further person's reading, made before she saw the first's, and whether she then agreed to it."""

    reading: ReviewReading
    agrees: bool
    dissent: str = ""

    def __post_init__(self) -> None:
        if not self.agrees and not self.dissent.strip():
            raise InputError("review: got a dissent without a reason, expected what is seen otherwise")


@dataclass(frozen=True, slots=True)
class Review:
    """One review of one class hour: what was marked, by whom, who agreed, and what the marks show.

    ``evidence`` is the seed of the reviewed stretch's files: with other files the review speaks of another recording.
    ``view`` is what the senses' looks and the first person's marks show together; ``reply`` what the institution had
    answered to the failure that this review decides again.
    """

    hour_id: str
    camera_id: str
    window: Span
    evidence: Digest
    expected: int
    first: ReviewReading
    view: View | None = None
    further: tuple[ReviewAgreement, ...] = field(default=())
    reply: ReviewReply | None = None

    @property
    def subject(self) -> ReviewSubject:
        """What it is about."""
        return ReviewSubject.CLOCK if self.first.answer is ReviewAnswer.CLOCK else ReviewSubject.VIEW

    @property
    def state(self) -> ReviewState:
        """One name, two that agree, or two of which one differs until a third decides."""
        if not self.further:
            return ReviewState.ONCE
        agreeing = 1 + sum(each.agrees for each in self.further)
        if agreeing >= 2:  # noqa: PLR2004 - two names of three at most
            return ReviewState.AGREED
        return ReviewState.CONTESTED

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody who looked, in order."""
        return (self.first.by, *(each.reading.by for each in self.further))

    def agreed_by(self, further: ReviewAgreement) -> "Review":
        """The review with one more person's word; refused where that person spoke already or nothing is open."""
        if further.reading.by in self.names:
            raise InputError(f"review of {self.hour_id}: got {further.reading.by} again, expected another person")
        if self.state is ReviewState.AGREED:
            raise InputError(f"review of {self.hour_id}: got one more word, expected none: it is agreed already")
        if len(self.further) > 1:
            raise InputError(f"review of {self.hour_id}: got a fourth word, expected three at most: it stays contested")
        if further.reading.at < max(self.first.at, *(each.reading.at for each in self.further), self.first.at):
            raise InputError(
                f"review of {self.hour_id}: got a time before the first reading, expected one after it; check the clock"
            )
        if self.subject is ReviewSubject.CLOCK:
            self._refuse_another_offset(further)
        elif {frame.at for frame in further.reading.frames} != {frame.at for frame in self.first.frames}:
            raise InputError(
                f"review of {self.hour_id}: got a count on other frames, expected one on each of the same"
                f" {counted(len(self.first.frames), 'frame')}"
            )
        return replace(self, further=(*self.further, further))

    def _refuse_another_offset(self, further: ReviewAgreement) -> None:
        """Nobody agrees to an offset that her own readings deny."""
        own, first = further.reading.offset, self.first.offset
        if further.agrees and (own is None or first is None or abs(own - first) > CLOCK_READINGS_APART):
            raise InputError(
                f"review of {self.hour_id}: got {counted(offset_text(own) if own is not None else 'no', 'second')} by your own"
                f" reading, expected about {offset_text(first) if first is not None else 'none'}; say what you see"
                " otherwise"
            )
