from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonClaim
from claims.money.conditions import threshold
from claims.money.dispatch import trace
from claims.money.heads import Decision, governed
from claims.money.person_sums import PERSONAL as BASIC
from claims.money.result import lack, unproven
from claims.recipient import Purse, main_purse
from claims.trace import Trace, summed
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.kinds import (
    HistoryUnique,
    MoneyCondition,
    MoneyCourseware,
    MoneyHeads,
    MoneyUplift,
    PeopleEligible,
    RateThreshold,
    RecordRequired,
    SanctionBar,
)
from policy.kinds.bars import Effect
from policy.kinds.people import Gate
from policy.kinds.process import MissingEffect
from policy.rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class ClaimTrace:
    """The money of one class: every trace, how the heads were decided, and what else has to hold.

    ``total`` is the sum of the traces of what the claim itself is for (``recipient`` and ``fund``) and there is none
    while a trace is unproven; ``proven`` is the part that is shown. ``may_add`` are ceilings that a document allows (可上浮), in no sum. ``also`` names the rules on people,
    papers and repetition that this sum takes for granted.
    """

    claim: str
    book: str
    status: Status
    traces: tuple[Trace, ...]
    total: Fen | None
    proven: Fen
    decisions: tuple[Decision, ...] = ()
    conditions: tuple[Trace, ...] = ()
    may_add: tuple[Trace, ...] = ()
    missing: tuple[Text, ...] = ()
    also: tuple[str, ...] = ()
    recipient: str = ""
    fund: str = ""

    def __post_init__(self) -> None:
        shown = _summed(self.traces, Purse(self.recipient, self.fund))
        if self.proven != shown or self.total not in (None, shown):
            raise InputError(
                f"claim {self.claim}: got {self.total} of {self.proven}, expected {shown} as its traces say"
            )

    @property
    def ceiling(self) -> bool:
        """Whether part of the sum is the most that may be paid, not what is owed."""
        return any(item.ceiling for item in self.traces)


def class_total(book: Rulebook, claim: ClassClaim, people: Sequence[PersonClaim]) -> ClaimTrace:
    """All the money rules that bind the class, joined: who is paid for, each person's sum, and the whole."""
    case = Case.of(book, claim, people)
    decisions: list[Decision] = []
    found = tuple(_sums(case, decisions))
    conditions = tuple(_conditions(case))
    missing = tuple(_missing(case))
    status = _status(found, conditions, missing)
    purse = main_purse(case)
    proven = _summed(found, purse)
    decided = found and not missing and not any(item.status is Status.UNPROVEN for item in found)
    return ClaimTrace(
        claim=claim.id,
        book=book.id,
        status=status,
        traces=found,
        total=proven if decided else None,
        proven=proven,
        decisions=tuple(decisions),
        conditions=conditions,
        may_add=tuple(_may_add(case)),
        missing=missing,
        also=tuple(rule.id for rule in book.rules if _taken_for_granted(case, rule)),
        recipient=purse.recipient,
        fund=purse.fund,
    )


def _summed(traces: Sequence[Trace], purse: Purse) -> Fen:
    """The traces of one recipient and fund; others are never added to them."""
    own = (item.total for item in traces if (item.recipient, item.fund) == (purse.recipient, purse.fund))
    return summed(total for total in own if total is not None)


def _sums(case: Case, decisions: list[Decision]) -> Iterator[Trace]:
    for rule in case.book.rules:
        if isinstance(rule.params, MoneyCourseware) and case.binds(rule) is not False:
            yield trace(case, rule)
        elif isinstance(rule.params, BASIC):
            yield from _personal(case, rule, decisions)


def _personal(case: Case, rule: Rule, decisions: list[Decision]) -> Iterator[Trace]:
    within = case.under(rule)
    yield from (
        unproven(rule, person.key, lack("group", person)) for person in within.people if person.key in within.unsure
    )
    governing = _governing(within, rule)
    if governing is None or not within.bound:
        yield from (trace(within, rule, person) for person in within.bound)
        return
    decision, found = governed(within, *governing, rule)
    decisions.append(decision)
    yield from found


def _governing(case: Case, rule: Rule) -> tuple[Rule, MoneyHeads] | None:
    pairs = case.book.of_kind(MoneyHeads)
    return next(((one, params) for one, params in pairs if rule.id in params.of and case.binds(one) is not False), None)


def _conditions(case: Case) -> Iterator[Trace]:
    for rule in case.book.rules:
        params, bound = rule.params, case.binds(rule)
        if bound is False:
            continue
        if isinstance(params, MoneyCondition):
            yield trace(case, rule)
        elif isinstance(params, RateThreshold) and params.gate is Gate.PAYMENT:
            yield threshold(case, rule, params) if bound else unproven(rule, case.claim.id, lack("group"))


def _may_add(case: Case) -> Iterator[Trace]:
    for rule, _ in case.book.of_kind(MoneyUplift):
        offers = (trace(case, rule, person) for person in case.people)
        yield from (offer for offer in offers if offer.status is not Status.NOT_APPLICABLE)


def _missing(case: Case) -> Iterator[Text]:
    """What concerns the whole class: its people, and whether this document sets the standard on its days at all."""
    if not case.people:
        yield Text("花名册（没有任何学员）", "the roster (nobody is listed)")
    first, clause = case.claim.first_day, case.book.transition
    if first is None:
        yield Text("开班日期（决定适用哪份文件，A13）", "the first day of the class (which document governs, A13)")
    elif clause is not None and first < clause[1].began_before and case.book.valid.covers(first):
        yield Text(
            f"原补贴标准（{clause[0].id}：{clause[1].began_before} 以前已开展的按原标准）：未载入",
            f"the older standard ({clause[0].id}: training begun before {clause[1].began_before}): not loaded",
        )
    elif not case.book.valid.covers(first):
        yield Text(
            f"{first} 施行的文件：{case.book.id} 当日不适用",
            f"the document in force on {first}: {case.book.id} was not",
        )


def _status(found: Sequence[Trace], conditions: Sequence[Trace], missing: Sequence[Text]) -> Status:
    """Where the document may not govern at all, not even a broken condition decides."""
    if not missing and any(item.status is Status.FAIL for item in conditions):
        return Status.FAIL
    if missing or any(item.status is Status.UNPROVEN for item in (*found, *conditions)):
        return Status.UNPROVEN
    if not found:
        return Status.NOT_APPLICABLE
    return Status.PASS if any(item.status is Status.PASS for item in found) else Status.FAIL


def _taken_for_granted(case: Case, rule: Rule) -> bool:
    params = rule.params
    gate = (
        isinstance(params, HistoryUnique | PeopleEligible)
        or (isinstance(params, RecordRequired) and params.missing is MissingEffect.NO_PAY)
        or (isinstance(params, SanctionBar) and Effect.NO_PAY in params.effects)
    )
    return gate and case.binds(rule) is not False
