from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from operator import itemgetter

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.money.members import NOT_COUNTED, counts, lacking
from claims.money.person_sums import personal
from claims.money.result import lack, nothing_due, paid, unproven
from claims.rates import Rate, rate
from claims.trace import Trace, TraceTerm
from facts.counting import counted
from facts.text import Text
from facts.verdict import Status
from policy.kinds import MoneyHeads
from policy.kinds.base import per_cent
from policy.kinds.money_heads import Fallback, PaidHeads
from policy.rulebook import Rule

_PERSON = Text("人", "people")


class Branch(StrEnum):
    """Which way the employment rate decided, or that it did not."""

    REACHED = "reached"
    EMPLOYED = "employed"
    RULE = "rule"
    UNDEFINED = "undefined"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Decision:
    """How a rate decided whom another rule pays for, or which rule takes its place."""

    rule: str
    branch: Branch
    rate: Rate
    text: Text
    missing: tuple[Text, ...] = ()


def decide(case: Case, rule: Rule, params: MoneyHeads) -> Decision:
    """Compares the exact rate; people of whom too little is known leave it open only if they could tip it."""
    found = rate(params.rate, case)
    reached = found.reaches(params.threshold)
    share = per_cent(params.threshold)
    words = found.words
    if reached is None:
        open_yet = Text(f"{words.zh}，能否达到 {share} 未定", f"{words.en}: open whether it reaches {share}")
        return Decision(rule.id, Branch.UNDECIDED, found, open_yet, found.missing)
    branch = Branch.REACHED if reached else Branch(params.otherwise.value)
    sign, whom = "≥" if reached else "<", _whom(params, branch)
    text = Text(f"{words.zh} {sign} {share}：{whom.zh}", f"{words.en} {sign} {share}: {whom.en}")
    return Decision(rule.id, branch, found, text, _silence(words, share) if branch is Branch.UNDEFINED else ())


def _silence(words: Text, share: str) -> tuple[Text, ...]:
    return (
        Text(
            f"{words.zh}，未达 {share} 时如何补贴：文件未规定，须由主管部门书面明确",
            f"{words.en}: what is paid below {share} the document does not say; the authority must",
        ),
    )


def governed(case: Case, rule: Rule, params: MoneyHeads, base: Rule) -> tuple[Decision, tuple[Trace, ...]]:
    """What ``base`` pays for each person once the rate has decided; the traces of the rule that takes its place."""
    decision = decide(case, rule, params)
    if decision.branch in (Branch.UNDECIDED, Branch.UNDEFINED):
        return decision, (unproven(rule, case.claim.id, *decision.missing),)
    if decision.branch is Branch.RULE:
        # The replacing rule is borrowed, so its own programme does not have to be the programme of this class.
        instead = case.book.rule(params.otherwise_rule)
        return decision, tuple(personal(case, instead, person) for person in case.bound)
    head = params.then if decision.branch is Branch.REACHED else PaidHeads.EMPLOYED
    return decision, tuple(_if_counted(case, base, head, person) for person in case.bound)


def heads(case: Case, rule: Rule, params: MoneyHeads) -> Trace:
    """The class's sum under the branch that the rate decides: people who are paid the same share a term."""
    traces: list[Trace] = []
    for base in map(case.book.rule, params.of):
        within = case.under(base)
        open_yet = [lack("group", person) for person in within.people if person.key in within.unsure]
        if open_yet:
            return unproven(rule, case.claim.id, *open_yet)
        traces.extend(governed(within, rule, params, base)[1])
    missing = [text for trace in traces for text in trace.missing]
    if missing or not traces:
        return unproven(rule, case.claim.id, *(missing or [lack("group")]))
    return paid(rule, case.claim.id, _terms(traces), notes=[decide(case, rule, params).text])


def _terms(traces: list[Trace]) -> Iterator[TraceTerm]:
    """One term for all who are paid the same by the same rule; its sources are their keys."""
    due = [(x.rule, x.total, x.subject) for x in traces if x.total is not None and x.status is Status.PASS]
    for (rule, each), same in groupby(sorted(due), key=itemgetter(0, 1)):
        keys = tuple(key for _, _, key in same)
        yield TraceTerm(Text(f"{rule} 每人 {each}", f"{rule}, each"), len(keys), _PERSON, each, rule, sources=keys)


def _if_counted(case: Case, base: Rule, head: PaidHeads, person: PersonClaim) -> Trace:
    member = counts(head, case, person)
    if member is False:
        return nothing_due(base, person.key, NOT_COUNTED[head])
    if member is None:
        return unproven(base, person.key, *lacking(head, case, person))
    return personal(case, base, person)


def _whom(params: MoneyHeads, branch: Branch) -> Text:
    if branch is Branch.REACHED:
        return Text(f"按{params.then.zh}人数", counted(params.then.value, "head"))
    return {
        Fallback.EMPLOYED: Text("按实际就业人数", "the employed are paid for"),
        Fallback.RULE: Text(f"全部学员改按 {params.otherwise_rule}", f"{params.otherwise_rule} applies to all"),
        Fallback.UNDEFINED: Text("文件未规定", "the document does not say"),
    }[params.otherwise]
