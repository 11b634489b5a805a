"""Steps that must follow each other, and one voucher for one class (process.order)."""

from collections.abc import Iterator
from datetime import date

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, each_person, whole_class
from claims.outcome import ClaimFinding
from facts.claim import VoucherEvent
from facts.claim_person import ClaimedPerson
from facts.step import Step
from facts.text import Text
from policy.kinds import ProcessOrder
from policy.kinds.process import Event
from policy.rulebook import Rule

# What comes after the claim cannot be there before the money has flowed.
_AFTER_CLAIM = frozenset({Step.PAY, Step.WRITE_OFF})
_PERSONAL = frozenset({Step.APPLY, Step.ISSUE, Step.EVALUATE, Step.CERTIFY, Step.WRITE_OFF})


def process_order(desk: ClaimDossier, rule: Rule, params: ProcessOrder) -> Iterator[ClaimFinding]:
    """None missing and none before the one that it follows; what is not yet due is not asked."""
    steps = list(params.events)
    words = _words(params)
    if not params.voucher_per_class and not _PERSONAL & set(steps):
        found = [desk.class_day(step) for step in steps]
        yield whole_class(rule, _ordered(found) if desk.case.binds(rule) else None, words)
        return
    due = [step for step in steps if not (step in _AFTER_CLAIM and desk.claim.paid is False)]
    answers = [
        (
            person,
            _ordered([_day(desk, person, step, of_voucher=params.voucher_per_class) for step in due])
            if bound
            else None,
        )
        for person, bound in desk.bound(rule)
    ]
    yield from each_person(desk, rule, answers, words)
    if params.voucher_per_class:
        yield from each_person(desk, rule, [(one, _one_class(desk, one)) for one, _ in desk.bound(rule)], _ONE_CLASS)


def _ordered(days: list[date | None]) -> Truth:
    """A known step before an earlier one breaks the order whatever else is not known."""
    known = [day for day in days if day is not None]
    if known != sorted(known):
        return False
    return None if None in days else True


def _day(desk: ClaimDossier, person: ClaimedPerson, step: Step, *, of_voucher: bool) -> date | None:
    events = [one.day for one in _events(desk, person) if one.step is step and one.day]
    if events and of_voucher:
        return max(events)
    if step is Step.EVALUATE:
        return person.exam.day if person.exam else None
    if step is Step.CERTIFY:
        return min((row.issued for row in person.certificates or () if row.issued), default=None)
    return desk.class_day(step)


def _events(desk: ClaimDossier, person: ClaimedPerson) -> list[VoucherEvent]:
    own = person.vouchers or ()
    return [
        one
        for one in desk.claim.voucher_events or ()
        if one.trainee == person.key or (not one.trainee and one.voucher in own)
    ]


def _one_class(desk: ClaimDossier, person: ClaimedPerson) -> Truth:
    """Every event of the person's vouchers, whoever used them, names this class and no other."""
    own = set(person.vouchers or ()) | {one.voucher for one in _events(desk, person)}
    used = [one for one in desk.claim.voucher_events or () if one.voucher in own]
    here = desk.claim.training_class.id
    if any(one.class_id not in ("", here) for one in used):
        return False
    if any(one.trainee not in ("", person.key) for one in used):
        return False
    # Without the list of the person's vouchers another one may have served another class.
    return True if person.vouchers is not None and any(one.class_id == here for one in used) else None


def _words(params: ProcessOrder) -> TruthWords:
    zh, en = " ≤ ".join(event.zh for event in params.events), " ≤ ".join(event.en for event in params.events)
    remedy = Text(f"请提供各环节日期：{_names(params.events)}", f"give the day of every step: {en}")
    return TruthWords(
        AnswerWords("IN_ORDER", Text(f"顺序相符：{zh}", f"in order: {en}")),
        AnswerWords("OUT_OF_ORDER", Text(f"先后颠倒，应为 {zh}", f"out of order, must be {en}"), remedy),
        AnswerWords("STEP_NOT_SHOWN", Text(f"环节日期不全：{zh}", f"the day of a step is not known: {en}"), remedy),
    )


def _names(events: tuple[Event, ...]) -> str:
    return "、".join(event.zh for event in events)


_ONE_CLASS = TruthWords(
    AnswerWords("ONE_CLASS", Text("一券一班", "one voucher serves one class")),
    AnswerWords(
        "VOUCHER_ELSEWHERE", Text("券号另用于其他班期或他人", "the voucher serves another class or person too")
    ),
    AnswerWords(
        "VOUCHER_CLASS_NOT_SHOWN",
        Text("券号所用班期未知", "the class of the voucher is not known"),
        Text("请提供电子券流转记录（券号、班期）", "show the voucher's record with its class"),
    ),
)
