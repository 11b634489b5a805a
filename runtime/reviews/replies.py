"""A failure by review is answered by the institution within the rulebook's term, then decided again by somebody else."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from facts.codec import dumps, loads
from facts.counting import counted
from facts.digest import Digest
from facts.doubt_case import Attachment
from facts.refusals import Refusal, forbidden, refuse, stands
from facts.review import Review, ReviewState, ReviewSubject
from facts.review_reply import ReviewReply
from facts.span import SHANGHAI, instant, local_day
from facts.text import Text
from pipeline.accounts.rights import Role
from runtime.accounts.caller import Caller
from runtime.doubts.attachments import AttachedFile, check_explanation, seal_attachments
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.reviews.case import ReviewCase, review_case
from runtime.reviews.draw import drawn
from runtime.reviews.reading import review_in, reviews_of_hour
from runtime.reviews.refusals import earlier_names
from storage.database.connection import reading, writing
from storage.database.notifications.events import raise_event
from storage.database.tables.reviews import REVIEW_REPLIES
from storage.database.verification.review_replies import NewReply, ReplyRow, keep_reply_row, replies
from storage.database.verification.reviews import ReviewRow
from storage.evidence_log.leaf import Leaf, LeafKind


@dataclass(frozen=True, slots=True)
class AnsweredFailure:
    """A failure by review, until when it can be answered, and the answer, where there is one."""

    row: ReviewRow
    until: datetime
    answer: ReplyRow | None = None

    @property
    def reply(self) -> ReviewReply | None:
        """What the institution said."""
        return loads(ReviewReply, self.answer.body) if self.answer else None

    @property
    def waits(self) -> bool:
        """Whether somebody else is yet to decide again."""
        return self.answer is not None and self.answer.decided_by is None


def term_end(case: ReviewCase, at: datetime) -> datetime:
    """The end of the last day on which a failure of that moment can be answered."""
    day = local_day(at) + timedelta(days=case.law.review.answer_days + 1)
    return instant(datetime.combine(day, time(), SHANGHAI)) - timedelta(seconds=1)


def failure_of(connection: Connection, rows: Sequence[ReviewRow]) -> AnsweredFailure | None:
    """The hour's last review of heads, where it is a failure that may be or was answered."""
    settled = [row for row in rows if row.state == ReviewState.AGREED.value and not row.self_marked]
    about_view = [row for row in settled if review_in(row).subject is ReviewSubject.VIEW]
    if not about_view or about_view[-1].answer_until is None:
        return None
    row = about_view[-1]
    found = replies(connection, REVIEW_REPLIES.c.review_id == row.id)
    return AnsweredFailure(row, about_view[-1].answer_until, found[0] if found else None)


def with_reply(connection: Connection, rows: Sequence[ReviewRow], review: Review) -> Review:
    """The new review of heads with the answer that it is to hear."""
    failure = failure_of(connection, rows)
    if review.subject is not ReviewSubject.VIEW or failure is None or not failure.waits:
        return review
    return replace(review, reply=failure.reply)


def reply_refusals(failure: AnsweredFailure | None, case: ReviewCase, caller: Caller, at: datetime) -> list[Refusal]:
    """Why the institution cannot answer now."""
    rules = case.law.review
    if caller.role is not Role.CLERK:
        said = Text("由机构答复", "the institution answers")
        return [forbidden("reply", said, caller.role.value if caller.role else "no role", "the institution's clerk")]
    if failure is None:
        said = Text(
            "这一学时没有可以答复的复核不达标；另外的人重新复核后的结论不再答复",
            "this hour has no failure by review that can be answered; what others decided again stands",
        )
        return [stands("reply", said, "no such failure", "a failure by review within its term")]
    if failure.answer is not None:
        said = Text("已经答复过", "it was answered already")
        return [stands("reply", said, f"reply {failure.answer.id}", "none yet")]
    if at > failure.until:
        last = local_day(failure.until)
        said = Text(
            f"答复期限 {rules.answer_days} 天已过（至 {last}；{rules.grounds.zh}），不达标维持",
            f"the term of {counted(rules.answer_days, 'day')} is over (until {last}; {rules.grounds.en}); the failure stands",
        )
        return [stands("reply", said, str(local_day(at)), f"until {last}")]
    return []


def answered(
    service: Service, caller: Caller, class_id: int, index: int, words: str, files: Sequence[AttachedFile]
) -> ReplyRow:
    """The institution's answer, kept; somebody else than those of before is drawn to decide again."""
    check_explanation(words, [one.name for one in files])
    at = service.clock()
    with reading(service.engine, "reading a review") as connection:
        case = review_case(service, connection, caller, class_id, index)
        refuse(reply_refusals(failure_of(connection, reviews_of_hour(connection, case)), case, caller, at))
    kept = seal_attachments(service.store, files, at, shelf_of(service))
    with writing(service.engine, "answering a review") as connection:
        case = review_case(service, connection, caller, class_id, index)
        rows = reviews_of_hour(connection, case)
        failure = failure_of(connection, rows)
        refuse(reply_refusals(failure, case, caller, at))
        assert failure is not None  # noqa: S101 - refused otherwise
        body = dumps(ReviewReply(caller.key, at, words.strip(), kept, _own_marks(rows)))
        somebody = drawn(connection, case, earlier_names(rows, ReviewSubject.VIEW), body)
        row = keep_reply_row(connection, NewReply(failure.row.id, class_id, at, caller.key, somebody, body))
        told = {"class_id": class_id, "code": case.owner.code, "review_id": failure.row.id, "hour_id": case.hour.id}
        raise_event(connection, "review.answered", case.owner, at, json.dumps(told))
        subject = f"{caller.key} class:{class_id} review:{failure.row.id} answered"
        service.log.append_within(connection, [Leaf(LeafKind.REVIEW, at, Digest.of(body.encode()), subject)])
        return row


def answer_paper(service: Service, caller: Caller, class_id: int, index: int, sha256: str) -> Attachment | None:
    """One file of the answer to a failure of this hour."""
    with reading(service.engine, "reading an answer") as connection:
        case = review_case(service, connection, caller, class_id, index)
        numbers = [row.id for row in reviews_of_hour(connection, case)]
        found = replies(connection, REVIEW_REPLIES.c.review_id.in_(numbers))
    files = (file for row in found for file in loads(ReviewReply, row.body).files)
    return next((file for file in files if file.digest.sha256 == sha256), None)


def _own_marks(rows: Sequence[ReviewRow]) -> tuple[int, ...]:
    """How many heads the institution marked itself, on each frame of its last marks."""
    own = [row for row in rows if row.self_marked]
    return tuple(len(frame.heads) for frame in review_in(own[-1]).first.frames) if own else ()
