"""Reviews of class hours: the first reading, the second person drawn, her own count, and what both agree on."""

import json
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from attendance.review import reading_fault
from facts.codec import dumps, loads
from facts.counting import counted
from facts.digest import Digest
from facts.errors import InputError, NotFoundError
from facts.refusals import Refusal, refuse, stands
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewReading, ReviewState, ReviewSubject
from facts.text import Text
from pipeline.accounts.rights import Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.reviews.case import ReviewCase
from runtime.reviews.draw import drawn
from runtime.reviews.enqueue import ask_judging_again
from runtime.reviews.reading import HandedReading, review_in, reviews_of_hour
from runtime.reviews.refusals import OPEN_STATES, earlier_names, second_refusals
from runtime.reviews.replies import failure_of, term_end, with_reply
from storage.database.classes.classes import ClassRow
from storage.database.notifications.events import EventKind, raise_event
from storage.database.tables.reviews import REVIEWS
from storage.database.verification.review_replies import decide_replies, end_terms
from storage.database.verification.reviews import NewReview, ReviewRow, change_review, keep_review, reviews
from storage.evidence_log.leaf import Leaf, LeafKind


def keep_first(service: Service, connection: Connection, caller: Caller, case: ReviewCase, review: Review) -> ReviewRow:
    """The review with one name; of somebody of the authority it waits for a second, whom the system draws."""
    at, mine = service.clock(), caller.role is Role.CLERK
    rows = reviews_of_hour(connection, case)
    body, spoke = dumps(review if mine else with_reply(connection, rows, review)), earlier_names(rows, review.subject)
    next_one = "" if mine else drawn(connection, case, (caller.key, *spoke), body)
    new = NewReview(
        case.owner.id,
        case.report_id,
        review.hour_id,
        review.evidence.sha256,
        at,
        ReviewState.ONCE.value,
        mine,
        caller.key,
        next_one,
        body,
    )
    row = keep_review(connection, new)
    _told(service, connection, caller, case.owner, row, "review.made", at)
    return row


def keep_count(
    service: Service, connection: Connection, caller: Caller, case: ReviewCase, row: ReviewRow, handed: HandedReading
) -> ReviewRow:
    """The second person's own count, kept before she is shown the first's marks; made once."""
    rows = reviews_of_hour(connection, case)
    refuse(second_refusals(case, rows, row, caller))
    if row.pending and loads(ReviewReading, row.pending).by == caller.key:
        said = Text("您已经数过；现在看第一人的标记并表态", "you have counted; see the first's marks and say")
        refuse([stands("frames", said, "a second count", "one")])
    reading = handed.by(caller, service.clock())
    first = review_in(row)
    wanted = {frame.at for frame in first.first.frames}
    if first.subject is ReviewSubject.CLOCK:
        refuse(_clock_refusals(case, reading))
    elif reading.clock or {frame.at for frame in reading.frames} != wanted:
        said = Text("要在同样的画面上数", "count on the same frames")
        refuse([Refusal("frames", said, counted(len(reading.frames), "frame"), f"the same {len(wanted)}")])
    return _changed(change_review(connection, row, pending=dumps(reading)), case)


def keep_word(
    service: Service, connection: Connection, caller: Caller, case: ReviewCase, row: ReviewRow, word: ReviewAgreement
) -> ReviewRow:
    """The second (or third) person's word; where two agree the class is judged again."""
    rows = reviews_of_hour(connection, case)
    refuse(second_refusals(case, rows, row, caller))
    review = review_in(row).agreed_by(word)
    body, at = dumps(review), service.clock()
    contested = review.state is ReviewState.CONTESTED
    barred = (*review.names, *earlier_names(rows, review.subject), *row.recused.split("\n"))
    third = drawn(connection, case, barred, body) if contested else ""
    settled: dict[str, str | datetime | None] = {"pending": "", "state": review.state.value, "drawn": third}
    if not contested and review.first.answer.fails and review.reply is None:
        settled["answer_until"] = term_end(case, at)
    heard = None if contested or review.subject is ReviewSubject.CLOCK else failure_of(connection, rows)
    kept = _changed(change_review(connection, row, body=body, **settled), case)
    if heard and heard.answer:
        decide_replies(connection, (heard.answer.id,), kept.id)
    if heard:
        end_terms(connection, (heard.row.id,))
    _told(service, connection, caller, case.owner, kept, "review.contested" if contested else "review.agreed", at)
    if not contested:
        ask_judging_again(connection, case.owner.id, kept.id, at)
    return kept


def pending_of(row: ReviewRow, caller: Caller) -> ReviewReading | None:
    """The count that the caller made and has not spoken on yet."""
    reading = loads(ReviewReading, row.pending) if row.pending else None
    return reading if reading and reading.by == caller.key else None


def may_see_marks(row: ReviewRow, caller: Caller) -> bool:
    """Whether the marks can sway nobody who has yet to count: settled, one's own, an institution's, or counted already."""
    settled = row.state == ReviewState.AGREED.value or row.self_marked
    return settled or caller.key in review_in(row).names or pending_of(row, caller) is not None


def recuse(service: Service, connection: Connection, caller: Caller, case: ReviewCase, row: ReviewRow) -> ReviewRow:
    """The drawn person may not look (kin, own ties): somebody else is drawn."""
    rows, review = reviews_of_hour(connection, case), review_in(row)
    refuse(second_refusals(case, rows, row, caller))
    gone = [*filter(None, row.recused.split("\n")), caller.key]
    barred = (*review.names, *earlier_names(rows, review.subject), *gone)
    somebody = drawn(connection, case, barred, f"{row.body}{len(gone)}")
    kept = _changed(change_review(connection, row, drawn=somebody, recused="\n".join(gone), pending=""), case)
    _told(service, connection, caller, case.owner, kept, None, service.clock())
    return kept


def review_row(connection: Connection, case: ReviewCase, number: int) -> ReviewRow:
    """The review of that number, if it is the hour's."""
    found = [row for row in reviews_of_hour(connection, case) if row.id == number]
    if not found:
        raise NotFoundError("复核", "review of this hour")
    return found[0]


def waiting_for(connection: Connection, caller: Caller, *within: ColumnElement[bool]) -> tuple[ReviewRow, ...]:
    """The reviews whose turn is the caller's."""
    return reviews(connection, REVIEWS.c.drawn == caller.key, REVIEWS.c.state.in_(OPEN_STATES), *within)


def _clock_refusals(case: ReviewCase, reading: ReviewReading) -> list[Refusal]:
    """Why a further person's reading of a clock cannot be kept: neither a time that something shows nor why not."""
    if reading.answer not in {ReviewAnswer.CLOCK, ReviewAnswer.UNCLEAR}:
        said = Text(
            "这次复核是关于时钟的：请自己读出时间，或写明看不清什么",
            "this review is about the clock: read the time for yourself, or say what cannot be seen",
        )
        return [Refusal("answer", said, reading.answer.value, "clock or unclear", remedy=said.zh)]
    fault = reading_fault(reading, case.marked_sheet.expected)
    return [Refusal("clock", fault, fault.en, "readings of one offset", remedy=fault.zh)] if fault else []


def _changed(row: ReviewRow | None, case: ReviewCase) -> ReviewRow:
    if row is None:
        raise InputError(
            f"review of {case.hour.id[:80]}: got a word on one that changed meanwhile, expected the newest; load the"
            " page again"
        )
    return row


def _told(
    service: Service,
    connection: Connection,
    caller: Caller,
    owner: ClassRow,
    row: ReviewRow,
    kind: EventKind | None,
    at: datetime,
) -> None:
    told = {"class_id": owner.id, "code": owner.code, "review_id": row.id, "hour_id": row.hour_id, "state": row.state}
    if kind:
        raise_event(connection, kind, owner, at, json.dumps(told | {"self_marked": row.self_marked}))
    subject = f"{caller.key} class:{owner.id} review:{row.id} {row.state}"
    digest = Digest.of(f"{row.body}\n{row.recused}".encode())
    service.log.append_within(connection, [Leaf(LeafKind.REVIEW, at, digest, subject)])
