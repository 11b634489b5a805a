"""Reviews of class hours: the first reading, the second person drawn, her own count, and what both agree on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection

from attendance.review import reading_fault
from facts.codec import dumps, loads
from facts.digest import Digest
from facts.errors import InputError, NotFoundError
from facts.refusals import Refusal, forbidden, refuse, stands
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewFrame, ReviewReading, ReviewState
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.reviews.case import ReviewCase
from runtime.reviews.enqueue import ask_judging_again
from storage.database.accounts.accounts import AccountRow, accounts
from storage.database.classes.classes import ClassRow
from storage.database.notifications.events import EventKind, raise_event
from storage.database.tables.accounts import ACCOUNTS
from storage.database.tables.reviews import REVIEWS
from storage.database.verification.reviews import NewReview, ReviewRow, change_review, keep_review, reviews
from storage.evidence_log.leaf import Leaf, LeafKind

OPEN_STATES = (ReviewState.ONCE.value, ReviewState.CONTESTED.value)


@dataclass(frozen=True, slots=True)
class HandedReading:
    """What a person sends: her answer, her marks on the frames of the sheet, and her words."""

    answer: ReviewAnswer
    frames: tuple[ReviewFrame, ...]
    words: str = ""

    def by(self, caller: Caller, at: datetime) -> ReviewReading:
        """The reading with a name and a time."""
        return ReviewReading(caller.key, at, self.answer, self.frames, self.words.strip())


def review_in(row: ReviewRow) -> Review:
    """The review that a row holds."""
    return loads(Review, row.body)


def reviews_of_hour(connection: Connection, case: ReviewCase) -> tuple[ReviewRow, ...]:
    """The hour's reviews that speak of its present recordings, oldest first."""
    if isinstance(case.sheet, Text):
        return ()
    own = (REVIEWS.c.class_id == case.owner.id, REVIEWS.c.hour_id == case.hour.id)
    return reviews(connection, *own, REVIEWS.c.evidence == case.sheet.evidence.sha256)


def open_review(rows: Sequence[ReviewRow]) -> ReviewRow | None:
    """The review that waits for a further person; an institution's own marks wait for nobody."""
    return next((row for row in reversed(rows) if row.state in OPEN_STATES and not row.self_marked), None)


def first_refusals(case: ReviewCase, rows: Sequence[ReviewRow], caller: Caller, handed: HandedReading) -> list[Refusal]:
    """Why this reading cannot be kept as a first one."""
    found: list[Refusal] = []
    if caller.role is not Role.CLERK and (waiting := open_review(rows)):
        said = Text("这一学时已有一次复核在等第二人", "this hour has a review that waits for a second person")
        found.append(stands("review", said, f"review {waiting.id}", "none that is open"))
    found += again_refusals(rows, caller)
    given = {frame.at for frame in handed.frames}
    left = [frame for frame in case.marked_sheet.frames if frame.at not in given]
    if left and handed.answer is not ReviewAnswer.UNCLEAR:
        said = Text(
            f"系统抽定的画面有 {len(left)} 个没有标；可以多看别的画面，不能少看这些",
            f"{len(left)} of the frames that the evidence chose are not marked; look at others too, but not instead",
        )
        found.append(Refusal("frames", said, f"{len(left)} left out", "every frame of the sheet", remedy=said.zh))
    if fault := reading_fault(handed.by(caller, case.report.made_at), case.marked_sheet.expected):
        found.append(Refusal("frames", fault, fault.en, "marks that decide something", remedy=fault.zh))
    return found


def again_refusals(rows: Sequence[ReviewRow], caller: Caller) -> list[Refusal]:
    """Why somebody who spoke in the last settled review may not begin the next one."""
    settled = [row for row in rows if row.state == ReviewState.AGREED.value]
    if not settled or caller.key not in review_in(settled[-1]).names:
        return []
    said = Text(
        "您已复核过这一学时；如需再次复核，须由另外的人",
        "you have reviewed this hour; if it is reviewed again, somebody else does it",
    )
    return [forbidden("review", said, "the same person", "another person")]


def keep_first(service: Service, connection: Connection, caller: Caller, case: ReviewCase, review: Review) -> ReviewRow:
    """The review with one name; of somebody of the authority it waits for a second, whom the system draws."""
    at, mine = service.clock(), caller.role is Role.CLERK
    body = dumps(review)
    drawn = "" if mine else _drawn(connection, case.owner, (caller.key,), body)
    new = NewReview(
        case.owner.id,
        case.report_id,
        review.hour_id,
        review.evidence.sha256,
        at,
        ReviewState.ONCE.value,
        mine,
        caller.key,
        drawn,
        body,
    )
    row = keep_review(connection, new)
    _told(service, connection, caller, case.owner, row, "review.made", at)
    return row


def second_refusals(row: ReviewRow, caller: Caller) -> list[Refusal]:
    """Why the caller is not who may speak next."""
    review = review_in(row)
    if row.state not in OPEN_STATES or row.self_marked:
        said = Text("这次复核没有在等第二人", "this review waits for nobody")
        return [stands("review", said, row.state, "an open one")]
    if caller.role not in OF_AREA:
        said = Text("只有主管部门的人员可以作第二人", "only the authority's people can be the second")
        return [forbidden("review", said, caller.role.value if caller.role else "no role", "inspector or reviewer")]
    if caller.key in review.names:
        said = Text("您已经复核过，须另一人", "you have looked already; another person has to")
        return [forbidden("review", said, "the same person", "another person")]
    if caller.key in row.recused.split("\n"):
        said = Text("您已回避这次复核", "you passed this review on")
        return [forbidden("review", said, "who passed it on", "another person")]
    if row.drawn and row.drawn != caller.key:
        said = Text("系统抽定了另一人作第二人", "the system drew somebody else to be the second")
        return [forbidden("review", said, "another account", "the account that was drawn")]
    return []


def keep_count(
    service: Service, connection: Connection, caller: Caller, case: ReviewCase, row: ReviewRow, handed: HandedReading
) -> ReviewRow:
    """The second person's own count, kept before she is shown the first's marks; made once."""
    refuse(second_refusals(row, caller))
    if row.pending and loads(ReviewReading, row.pending).by == caller.key:
        said = Text("您已经数过；现在看第一人的标记并表态", "you have counted; see the first's marks and say")
        refuse([stands("frames", said, "a second count", "one")])
    reading = handed.by(caller, service.clock())
    wanted = {frame.at for frame in review_in(row).first.frames}
    if {frame.at for frame in reading.frames} != wanted:
        said = Text("要在同样的画面上数", "count on the same frames")
        refuse([Refusal("frames", said, f"{len(reading.frames)} frames", f"the same {len(wanted)}")])
    return _changed(change_review(connection, row, pending=dumps(reading)), case)


def keep_word(
    service: Service, connection: Connection, caller: Caller, case: ReviewCase, row: ReviewRow, word: ReviewAgreement
) -> ReviewRow:
    """The second (or third) person's word; where two agree the class is judged again."""
    refuse(second_refusals(row, caller))
    review = review_in(row).agreed_by(word)
    body, at = dumps(review), service.clock()
    contested = review.state is ReviewState.CONTESTED
    drawn = _drawn(connection, case.owner, (*review.names, *row.recused.split("\n")), body) if contested else ""
    changed = change_review(connection, row, body=body, pending="", state=review.state.value, drawn=drawn)
    kept = _changed(changed, case)
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
    refuse(second_refusals(row, caller))
    gone = [*filter(None, row.recused.split("\n")), caller.key]
    drawn = _drawn(connection, case.owner, (*review_in(row).names, *gone), f"{row.body}{len(gone)}")
    kept = _changed(change_review(connection, row, drawn=drawn, recused="\n".join(gone), pending=""), case)
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


def _drawn(connection: Connection, owner: ClassRow, without: Sequence[str], seed: str) -> str:
    """Who is next, by lot: one of those with the right over this place who has not spoken; empty where there is nobody."""
    roles = [role.value for role in OF_AREA]
    able = accounts(connection, ACCOUNTS.c.role.in_(roles), ACCOUNTS.c.disabled_at.is_(None))
    names = sorted(f"account:{one.id}" for one in able if _reaches(one, owner))
    left = [name for name in names if name not in without]
    return left[int(Digest.of(seed.encode()).sha256, 16) % len(left)] if left else ""


def _reaches(account: AccountRow, owner: ClassRow) -> bool:
    return bool(account.area) and owner.locality.startswith(account.area or "")


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
