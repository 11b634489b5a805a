"""What a reviewer does at the console or through the API: open an hour, try marks, sign, count, agree."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from attendance.review import SUPPOSED
from facts.errors import ForbiddenError, InputError
from facts.refusals import Refusal, refuse, stands
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewFrame, ReviewReading, ReviewSubject
from facts.text import Text
from facts.verdict import Finding, HourVerdict, Status
from pipeline.accounts.rights import OF_AREA, Action, Role
from pipeline.reviews.sheet import frame_at, further_frame
from runtime.accounts.caller import Caller
from runtime.classes.unmasking import FACE, refuse_unasked
from runtime.platform.service import Service
from runtime.reviews.case import ReviewCase, review_case
from runtime.reviews.reading import HandedReading, review_in, reviews_of_hour
from runtime.reviews.refusals import (
    again_refusals,
    first_refusals,
    open_review,
    rule_refusals,
    second_refusals,
)
from runtime.reviews.register import (
    keep_count,
    keep_first,
    keep_word,
    pending_of,
    recuse,
    review_row,
)
from runtime.reviews.replies import AnsweredFailure, failure_of
from storage.database.connection import reading, writing
from storage.database.verification.reviews import ReviewRow

_MOST_FRAMES, _EACH = 120, timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ReviewTrial:
    """What marks would lead to: the hour's verdict with them, and the frame that would tell most next."""

    verdict: HourVerdict
    finding: Finding | None
    review: Review
    further: ReviewFrame | None


@dataclass(frozen=True, slots=True)
class OpenedReview:
    """One class hour on the reviewer's desk, and what the caller may do about it."""

    case: ReviewCase
    rows: tuple[ReviewRow, ...]
    turn: str
    because: tuple[Text, ...] = ()
    answers: tuple[ReviewAnswer, ...] = ()
    failure: AnsweredFailure | None = None

    @property
    def waiting(self) -> ReviewRow | None:
        """The review that waits for a further person."""
        return open_review(self.rows)


FIRST, COUNT, WORD, NOBODYS = "first", "count", "word", "none"
_ANSWERS = {
    ReviewSubject.VIEW: (ReviewAnswer.HEADS, ReviewAnswer.SHORT, ReviewAnswer.NOBODY, ReviewAnswer.OTHER_CLASS),
    ReviewSubject.CLOCK: (ReviewAnswer.CLOCK,),
    None: (ReviewAnswer.UNCLEAR,),
}


def opened(service: Service, caller: Caller, class_id: int, index: int) -> OpenedReview:
    """The hour, its reviews, and whose turn it is."""
    with reading(service.engine, "opening a review") as connection:
        case = review_case(service, connection, caller, class_id, index)
        rows = reviews_of_hour(connection, case)
        failure = failure_of(connection, rows)
    return replace(_opened(case, rows, caller), failure=failure)


def _opened(case: ReviewCase, rows: tuple[ReviewRow, ...], caller: Caller) -> OpenedReview:
    if isinstance(case.sheet, Text):
        return OpenedReview(case, rows, NOBODYS, (case.sheet,))
    waiting = open_review(rows)
    if caller.role is Role.CLERK or (waiting is None and caller.role in OF_AREA):
        return _first(case, rows, caller)
    if waiting is None:
        return OpenedReview(case, rows, NOBODYS)
    if refusals := second_refusals(case, rows, waiting, caller):
        return OpenedReview(case, rows, NOBODYS, tuple(one.text for one in refusals))
    turn, subject = WORD if pending_of(waiting, caller) else COUNT, review_in(waiting).subject
    return OpenedReview(case, rows, turn, answers=(*_ANSWERS[subject], *_ANSWERS[None]))


def _first(case: ReviewCase, rows: tuple[ReviewRow, ...], caller: Caller) -> OpenedReview:
    """What the caller may begin with; of a clock that nobody doubts only beside a look at the heads."""
    barred = {
        subject: [*rule_refusals(case, caller, subject), *again_refusals(rows, caller, subject)]
        for subject in ReviewSubject
    }
    clock = next((one for one in case.verdict.findings if one.rule == case.rule_of(ReviewSubject.CLOCK)), None)
    view_only = clock is None or (clock.status is Status.PASS and barred[ReviewSubject.VIEW])
    free = [one for one in ReviewSubject if not barred[one] and not (one is ReviewSubject.CLOCK and view_only)]
    if not free:
        return OpenedReview(case, rows, NOBODYS, tuple(one.text for one in barred[ReviewSubject.VIEW]))
    answers = [answer for one in free for answer in _ANSWERS[one]]
    unclear = _ANSWERS[None] if ReviewSubject.VIEW in free else ()
    return OpenedReview(case, rows, FIRST, answers=(*answers, *unclear))


def frame_picture(service: Service, caller: Caller, class_id: int, index: int, at: datetime | None) -> bytes:
    """One whole frame of the window, for whoever said why."""
    case = _seen(service, caller, class_id, index)
    if at is None or at not in case.marked_sheet.window:
        raise InputError("review: got a moment outside the window under review, expected one inside it")
    service.limiter.take("review frame", caller.key, service.clock(), _MOST_FRAMES, _EACH)
    from runtime.reviews.films import picture_of  # noqa: PLC0415 - the service starts without video

    return picture_of(service, case, at)


def frame_near(service: Service, caller: Caller, class_id: int, index: int, at: datetime | None) -> ReviewFrame | None:
    """The keyframe nearest to a moment of the window, with the boxes of the look nearest to it, for whoever said why."""
    case = _seen(service, caller, class_id, index)
    guess = frame_at(case.view, case.marked_sheet.window, at) if at else None
    if at is None or guess is None:
        return None
    from runtime.reviews.films import place_of  # noqa: PLC0415 - the service starts without video

    where = place_of(service, case, at)
    return replace(guess, at=where.at, path=where.path, at_s=where.at_s) if where else guess


def tried(service: Service, caller: Caller, class_id: int, index: int, handed: HandedReading) -> ReviewTrial:
    """The verdict to which these marks would lead, and nothing kept."""
    case = _seen(service, caller, class_id, index)
    return _trial(service, caller, case, handed)


def signed(
    service: Service, caller: Caller, class_id: int, index: int, handed: HandedReading
) -> tuple[ReviewRow, ReviewTrial]:
    """The first person's marks, kept."""
    case = _seen(service, caller, class_id, index)
    trial = _trial(service, caller, case, handed)
    with writing(service.engine, "keeping a review") as connection:
        now = review_case(service, connection, caller, class_id, index)
        if now.report_id != case.report_id:
            refuse([_superseded()])
        refuse(first_refusals(now, reviews_of_hour(connection, now), caller, handed))
        return keep_first(service, connection, caller, now, trial.review), trial


def counted_by_second(
    service: Service, caller: Caller, class_id: int, index: int, number: int, handed: HandedReading
) -> ReviewRow:
    """The second person's own count, before she sees the first's marks."""
    case = _seen(service, caller, class_id, index)
    _refuse_strangers(case, handed)
    with writing(service.engine, "keeping a count") as connection:
        return keep_count(service, connection, caller, case, review_row(connection, case, number), handed)


def agreed(
    service: Service, caller: Caller, class_id: int, index: int, number: int, *, agrees: bool, dissent: str
) -> ReviewRow:
    """The second person's word on the first's marks."""
    with writing(service.engine, "keeping a word") as connection:
        case = review_case(service, connection, caller, class_id, index)
        row = review_row(connection, case, number)
        mine = pending_of(row, caller)
        if mine is None:
            refuse(second_refusals(case, reviews_of_hour(connection, case), row, caller))
            said = Text("先在同样的画面上自己数一遍", "first make your own count on the same frames")
            refuse([Refusal("frames", said, "no count", "a count on each frame")])
        if not agrees and not dissent.strip():
            said = Text("不同意须写明理由", "say what you see otherwise")
            refuse([Refusal("dissent", said, "nothing", "a reason")])
        word = ReviewAgreement(_dated(mine, service.clock()), agrees, dissent.strip())
        return keep_word(service, connection, caller, case, row, word)


def passed_on(service: Service, caller: Caller, class_id: int, index: int, number: int) -> ReviewRow:
    """The drawn person may not look; somebody else is drawn."""
    with writing(service.engine, "drawing somebody else") as connection:
        case = review_case(service, connection, caller, class_id, index)
        return recuse(service, connection, caller, case, review_row(connection, case, number))


def _dated(mine: ReviewReading | None, at: datetime) -> ReviewReading:
    if mine is None:
        raise InputError("review: got no count of your own, expected one on each frame")
    return replace(mine, at=max(mine.at, at))


def _seen(service: Service, caller: Caller, class_id: int, index: int) -> ReviewCase:
    """The hour for somebody who may review and said why; whether its recordings are there is asked when they are needed."""
    if not caller.may(Action.HOUR_REVIEW):
        raise ForbiddenError("NO_RIGHT", Text("您的角色不能复核", "your role may not review"))
    with reading(service.engine, "opening a review") as connection:
        case = review_case(service, connection, caller, class_id, index)
        refuse_unasked(service, connection, caller, FACE, class_id)
    return case


def _trial(service: Service, caller: Caller, case: ReviewCase, handed: HandedReading) -> ReviewTrial:
    from runtime.reviews.films import review_of  # noqa: PLC0415 - the service starts without video

    _refuse_strangers(case, handed)
    at = service.clock()
    mine = handed.by(caller, at)
    refuse(rule_refusals(case, caller, handed.subject))
    review = review_of(service, case, mine)
    # As if a second person agreed: what is shown is what the marks amount to, not what they count for yet.
    supposed = (
        review
        if mine.clock and mine.offset is None
        else review.agreed_by(ReviewAgreement(replace(mine, by=SUPPOSED, at=at, words=""), agrees=True))
    )
    verdict = case.judged_with(supposed)
    rule = case.rule_of(review.subject)
    finding = next((one for one in verdict.findings if one.rule == rule), None)
    more = review.subject is ReviewSubject.VIEW and not (finding and finding.status is not Status.UNPROVEN)
    further = further_frame(case.view, review) if more else None
    return ReviewTrial(verdict, finding, review, further)


def _refuse_strangers(case: ReviewCase, handed: HandedReading) -> None:
    """Frames must be of this window and this recording."""
    sheet = case.marked_sheet
    given = [(one.at, one.path) for one in handed.frames] + [(one.at, one.path) for one in handed.clock]
    strange = [path for at, path in given if at not in sheet.window or path not in sheet.paths]
    if strange:
        said = Text(
            "画面不在本次复核的窗口或录像里，请刷新页面",
            "a frame is not of this window or recording; load the page again",
        )
        refuse([Refusal("frames", said, strange[0][:80], "frames of the sheet", remedy=said.zh)])


def _superseded() -> Refusal:
    said = Text(
        "打开之后班期已重新核验，请刷新后再标", "the class was verified again since the page was opened; load it again"
    )
    return stands("review", said, "an older report", "the newest")
