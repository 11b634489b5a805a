"""One finding for each money rule in force, read off the traces: what is shown, what is open, what is not due."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from claims.answers import AnswerWords, ClaimDossier, answer
from claims.money.heads import Branch
from claims.money.shares import certified
from claims.outcome import ClaimFinding
from claims.trace import Trace, summed
from claims.trace_text import money_words
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.kinds import MoneyCondition, MoneyHeads, MoneyShare
from policy.kinds.base import per_cent
from policy.kinds.money_sums import SettlementMode
from policy.rulebook import Rule


def money_rule(dossier: ClaimDossier, rule: Rule) -> Iterator[ClaimFinding]:
    """The traces of the rule itself, else the decision that stands in for it."""
    money = dossier.money
    own = [one for one in (*money.traces, *money.conditions, *money.may_add) if one.rule == rule.id]
    if isinstance(rule.params, MoneyHeads):
        yield from _decided(dossier, rule)
    elif isinstance(rule.params, MoneyShare):
        yield from _shared(dossier, rule, rule.params)
    elif own:
        yield from trace_findings(rule, own, stops=_stops(dossier, rule))
    else:
        yield from _stood_in_for(dossier, rule)


def _stops(dossier: ClaimDossier, rule: Rule) -> frozenset[Status]:
    """Money waits where a class that is settled once is, or may be, settled in stages."""
    settled = rule.params.settlement if isinstance(rule.params, MoneyCondition) else ()
    of, programme = dossier.book.programmes, dossier.case.claim.programme
    modes = {item.mode for item in settled if of.among(programme, (item.programme,))}
    return frozenset({Status.FAIL, Status.UNPROVEN}) if SettlementMode.ONCE in modes else frozenset()


def trace_findings(
    rule: Rule, own: Sequence[Trace], *, stops: frozenset[Status] = frozenset()
) -> Iterator[ClaimFinding]:
    """An open sum comes before a shown one, so that nobody takes part of the class for the whole."""
    reasons = _CONDITIONS if isinstance(rule.params, MoneyCondition) else _REASONS
    for status, reason in reasons.items():
        traces = [one for one in own if one.status is status]
        if traces:
            remedy = next((text for one in traces for text in one.missing), None)
            due = summed(one.total for one in traces if one.total is not None)
            numbers = {"traces": float(len(traces)), "fen": float(due.fen)}
            text = _condition(rule, traces) if reasons is _CONDITIONS else _sum(traces, due)
            say = AnswerWords(reason, text, remedy, numbers)
            if status in stops:
                yield replace(answer(rule, status, say, stops_money=True), main_only=True)
            else:
                yield answer(rule, status, say, _subjects(traces))


def _sum(traces: Sequence[Trace], due: Fen) -> Text:
    what = _what(traces)
    return Text(
        "；".join([f"{len(traces)} 项，{due}", *dict.fromkeys(one.zh for one in what)]),
        "; ".join([f"{len(traces)}, {money_words(due, 'en')}", *dict.fromkeys(one.en for one in what)]),
    )


def _condition(rule: Rule, traces: Sequence[Trace]) -> Text:
    """Terms of payment have no sum of their own: the finding's words, else what the rule asks."""
    what = _what(traces) or [rule.title]
    return Text("；".join(one.zh for one in what), "; ".join(one.en for one in what))


def _what(traces: Sequence[Trace]) -> list[Text]:
    return [text for one in traces for text in (*one.missing, *one.notes)][:3]


def _subjects(traces: Sequence[Trace]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.subject for one in traces))


def _shared(dossier: ClaimDossier, rule: Rule, params: MoneyShare) -> Iterator[ClaimFinding]:
    """Who is paid the whole and who a part; nobody fails by it."""
    by_truth: dict[bool | None, list[str]] = {}
    for person in dossier.case.people:
        bound = dossier.case.concerns(rule, person)
        if bound is not False:
            by_truth.setdefault(certified(params, person) if bound else None, []).append(person.key)
    part = per_cent(params.without)
    for truth, (status, reason, zh, en) in {
        None: (Status.UNPROVEN, "CERTIFICATE_NOT_SHOWN", "是否取得证书未知", "whether a certificate is held is open"),
        False: (Status.PASS, "PART_DUE", f"未取得证书，按 {part} 计", f"no certificate: {part} is due"),
        True: (Status.PASS, "WHOLE_DUE", "已取得证书，全额", "certified: all of it is due"),
    }.items():
        if people := by_truth.get(truth):
            say = AnswerWords(reason, Text(f"{len(people)} 人：{zh}", f"{len(people)}: {en}"))
            yield answer(rule, status, say, people)


def _decided(dossier: ClaimDossier, rule: Rule) -> Iterator[ClaimFinding]:
    decisions = [one for one in dossier.money.decisions if one.rule == rule.id]
    for one in decisions:
        open_yet = one.branch in (Branch.UNDECIDED, Branch.UNDEFINED)
        numbers = {"least": float(one.rate.least), "most": float(one.rate.most)}
        say = AnswerWords(one.branch.name, one.text, one.missing[0] if one.missing else None, numbers)
        yield answer(rule, Status.UNPROVEN if open_yet else Status.PASS, say)
    if not decisions:
        yield from _stood_in_for(dossier, rule)


def _stood_in_for(dossier: ClaimDossier, rule: Rule) -> Iterator[ClaimFinding]:
    open_yet = any(one.branch is Branch.UNDECIDED or one.branch is Branch.UNDEFINED for one in dossier.money.decisions)
    if open_yet or not dossier.case.people:
        say = AnswerWords("UNDECIDED", Text("就业率等未定，金额未定", "a rate is open, so is the sum"))
        yield answer(rule, Status.UNPROVEN, say)
    else:
        yield answer(
            rule, Status.NOT_APPLICABLE, AnswerWords("NOT_USED", Text("本班期不适用", "not used for this class"))
        )


_REASONS = {
    Status.UNPROVEN: "SUM_OPEN",
    Status.FAIL: "NOTHING_DUE",
    Status.PASS: "SUM_SHOWN",
    Status.NOT_APPLICABLE: "NOT_USED",
}
_CONDITIONS = {
    Status.UNPROVEN: "CONDITION_OPEN",
    Status.FAIL: "CONDITION_BROKEN",
    Status.PASS: "CONDITION_KEPT",
    Status.NOT_APPLICABLE: "NOT_USED",
}
