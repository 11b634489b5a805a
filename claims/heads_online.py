"""Online courses are paid by the class in proportion to its heads: only heads that no clause stops are counted."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from claims.answers import ClaimDossier
from claims.case import Case
from claims.money.dispatch import trace
from claims.outcome import ClaimFinding
from claims.person_attendance import HourCredit, PersonAttendance
from claims.rules.money import trace_findings
from claims.trace import Trace
from facts.verdict import Status
from policy.kinds import MoneyCourseware

_OPEN = frozenset({Status.FAIL, Status.UNPROVEN})


def online_sums(
    dossier: ClaimDossier, best: Case, findings: Sequence[ClaimFinding]
) -> tuple[tuple[Trace, ...], tuple[Trace, ...]]:
    """The class's online sums in both cases: with the heads that are shown, and with those that may still be."""
    sure = _counted(dossier, findings, (HourCredit.PROVEN,), _OPEN)
    may_be = _counted(dossier, findings, (HourCredit.PROVEN, HourCredit.OPEN), frozenset({Status.FAIL}))
    return _sums(dossier.case, sure), _sums(best, may_be)


def with_online_findings(
    dossier: ClaimDossier, findings: Sequence[ClaimFinding], traces: Sequence[Trace]
) -> tuple[ClaimFinding, ...]:
    """The findings with those of the online rules made from the new sums, so that no two sums stand in one screening."""
    online = {rule.id: rule for rule, _ in dossier.book.of_kind(MoneyCourseware)}
    kept = [one for one in findings if one.finding.rule not in online]
    if len(kept) == len(findings):
        return tuple(findings)
    own = [(online[one.rule], one) for one in traces if one.rule in online]
    anew = [finding for rule, one in own for finding in trace_findings(rule, [one])]
    place = next(n for n, one in enumerate(findings) if one.finding.rule in online)
    return (*kept[:place], *anew, *kept[place:])


def _sums(case: Case, keys: Collection[str]) -> tuple[Trace, ...]:
    people = tuple(one for one in case.people if one.key in keys)
    within = Case(case.book, replace(case.claim, heads=len(people)), people)
    rules = [rule for rule, _ in case.book.of_kind(MoneyCourseware) if case.binds(rule) is not False]
    return tuple(trace(within, rule) for rule in rules)


def _counted(
    dossier: ClaimDossier,
    findings: Sequence[ClaimFinding],
    counting: tuple[HourCredit, ...],
    stopping: frozenset[Status],
) -> set[str]:
    stopped = {key for one in findings if one.stops_money and one.finding.status in stopping for key in one.trainees}
    there = {dossier.shown[key] for key, one in dossier.attendance.attended.items() if _was_there(one, counting)}
    return there - stopped - _failed(dossier, open_counts=HourCredit.OPEN in counting)


def _failed(dossier: ClaimDossier, *, open_counts: bool) -> set[str]:
    """Who did not pass where only heads that passed are paid for; in the strict case whoever is not shown to have."""
    if not any(params.passed for _, params in dossier.book.of_kind(MoneyCourseware)):
        return set()
    return {one.key for one in dossier.case.people if one.qualified is False or (not one.qualified and not open_counts)}


def _was_there(one: PersonAttendance, counting: tuple[HourCredit, ...]) -> bool:
    """Without any report nobody is known to have been away; the sum is open for want of hours."""
    return one.time is None or any(item.credit in counting for item in one.hours)
