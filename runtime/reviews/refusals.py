"""Why somebody may not review an hour now: the rulebook does not let people settle it, or it is not her turn."""

from collections.abc import Sequence

from attendance.review import reading_fault
from facts.refusals import Refusal, forbidden, stands
from facts.review import ReviewAnswer, ReviewState, ReviewSubject
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Role
from runtime.accounts.caller import Caller
from runtime.reviews.case import ReviewCase
from runtime.reviews.reading import HandedReading, review_in
from storage.database.verification.reviews import ReviewRow

OPEN_STATES = (ReviewState.ONCE.value, ReviewState.CONTESTED.value)


def open_review(rows: Sequence[ReviewRow]) -> ReviewRow | None:
    """The review that waits for a further person; an institution's own marks wait for nobody."""
    return next((row for row in reversed(rows) if row.state in OPEN_STATES and not row.self_marked), None)


def rule_refusals(case: ReviewCase, caller: Caller, subject: ReviewSubject) -> list[Refusal]:
    """Why the rulebook lets nobody settle this, or not somebody of this role; an institution marks for itself."""
    rules, book = case.law.review, case.law.book
    name, grounds = (book.title.zh if book else "", book.title.en if book else ""), rules.grounds
    if not rules.allows(subject):
        said = Text(
            f"{name[0]}不允许由人工复核认定{subject.text.zh}（{grounds.zh}）",
            f"{name[1]}: people may not settle {subject.text.en} by review ({grounds.en})",
        )
        return [stands("answer", said, subject.value, f"what {rules.assumption.value} allows")]
    if caller.role is not Role.CLERK and not rules.may(caller.role.value if caller.role else ""):
        said = Text(
            f"{name[0]}不允许您的角色复核（{grounds.zh}）", f"{name[1]}: not for your role to review ({grounds.en})"
        )
        return [forbidden("review", said, caller.role.value if caller.role else "no role", "/".join(rules.by))]
    return []


def first_refusals(case: ReviewCase, rows: Sequence[ReviewRow], caller: Caller, handed: HandedReading) -> list[Refusal]:
    """Why this reading cannot be kept as a first one."""
    found = rule_refusals(case, caller, handed.subject)
    if caller.role is not Role.CLERK and (waiting := open_review(rows)):
        said = Text("这一学时已有一次复核，正在等第二人", "this hour has a review that waits for a second person")
        found.append(stands("review", said, f"review {waiting.id}", "none that is open"))
    found += again_refusals(rows, caller, handed.subject)
    given = {frame.at for frame in handed.frames}
    left = [frame for frame in case.marked_sheet.frames if frame.at not in given]
    if left and handed.answer not in {ReviewAnswer.UNCLEAR, ReviewAnswer.CLOCK}:
        said = Text(
            f"系统抽定的画面有 {len(left)} 个没有标；可以另外多看，但这些必须看",
            f"{len(left)} of the frames that the evidence chose are not marked; look at others too, but not instead",
        )
        found.append(Refusal("frames", said, f"{len(left)} left out", "every frame of the sheet", remedy=said.zh))
    if fault := reading_fault(handed.by(caller, case.report.made_at), case.marked_sheet.expected):
        found.append(Refusal("frames", fault, fault.en, "marks that decide something", remedy=fault.zh))
    return found


def earlier_names(rows: Sequence[ReviewRow], subject: ReviewSubject) -> tuple[str, ...]:
    """Everybody who spoke in a settled review of this subject; whoever reviews again is somebody else."""
    settled = [review_in(row) for row in rows if row.state == ReviewState.AGREED.value]
    return tuple(name for review in settled if review.subject is subject for name in review.names)


def again_refusals(rows: Sequence[ReviewRow], caller: Caller, subject: ReviewSubject) -> list[Refusal]:
    """Why somebody who spoke in a settled review may not speak in the next one."""
    if caller.key not in earlier_names(rows, subject):
        return []
    said = Text(
        "您已复核过这一学时；如需再次复核，须由另外的人进行",
        "you have reviewed this hour; if it is reviewed again, somebody else does it",
    )
    return [forbidden("review", said, "the same person", "another person")]


def second_refusals(case: ReviewCase, rows: Sequence[ReviewRow], row: ReviewRow, caller: Caller) -> list[Refusal]:
    """Why the caller is not who may speak next."""
    review = review_in(row)
    if row.state not in OPEN_STATES or row.self_marked:
        said = Text("这次复核目前不需要第二人", "this review waits for nobody")
        return [stands("review", said, row.state, "an open one")]
    if caller.role not in OF_AREA:
        said = Text("只有主管部门的人员可以作第二人", "only the authority's people can be the second")
        return [forbidden("review", said, caller.role.value if caller.role else "no role", "inspector or reviewer")]
    if barred := rule_refusals(case, caller, review.subject) or again_refusals(rows, caller, review.subject):
        return barred
    if caller.key in {*review.names, *row.recused.split("\n")}:
        said = Text(
            "您已经复核过或已回避，须由另一人复核", "you have looked or passed it on already; another person has to"
        )
        return [forbidden("review", said, "the same person", "another person")]
    if row.drawn and row.drawn != caller.key:
        said = Text("系统抽定了另一人作第二人", "the system drew somebody else to be the second")
        return [forbidden("review", said, "another account", "the account that was drawn")]
    return []
