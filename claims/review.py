"""What of a claim rests on people's review of a class hour alone: its hours, and the money that is gone without them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from claims.outcome import ClaimScreen, PersonScreen
from claims.trace import NOTHING, Trace
from facts.money import Fen
from facts.report import ClassReport
from facts.text import Text
from facts.verdict import HourVerdict, Status, gravest

_LEFT_OPEN = frozenset({Status.FAIL, Status.UNPROVEN})
_Part = tuple[str, str, str]


def rests_on_review(verdict: HourVerdict) -> bool:
    """Whether the hour passes by two people's word and would not by the machine's."""
    return verdict.status is Status.PASS and any(one.status in _LEFT_OPEN for one in verdict.machine_words)


def without_reviews(reports: Sequence[ClassReport]) -> tuple[ClassReport, ...] | None:
    """The reports with the machine's own word on the hours that only a review passes; nothing where there are none."""
    if not any(rests_on_review(one) for report in reports for one in report.verdicts):
        return None
    return tuple(replace(report, verdicts=tuple(map(_alone, report.verdicts))) for report in reports)


def _alone(verdict: HourVerdict) -> HourVerdict:
    if not rests_on_review(verdict):
        return verdict
    machine = {one.rule: one for one in verdict.machine_words}
    findings = tuple(machine.get(one.rule, one) for one in verdict.findings)
    said = gravest(one.status for one in (*findings, *verdict.machine_words))
    return replace(verdict, status=said, findings=findings)


def with_reviews(screen: ClaimScreen, alone: ClaimScreen) -> ClaimScreen:
    """The screening with what of each sum is not there in ``alone``, the same screening without those hours."""
    known = {_place(part): part.supported for part in (*alone.parts, *alone.beside)}
    told = frozenset(screen.reviewed_hours)
    return replace(
        screen,
        people=tuple(_marked(one, known, told) for one in screen.people),
        whole=_marked(screen.whole, known, told) if screen.whole else None,
        beside=tuple(_marked(one, known, told) for one in screen.beside),
    )


def _marked(part: PersonScreen, alone: Mapping[_Part, Fen], hours: frozenset[str]) -> PersonScreen:
    by_review = part.supported - alone.get(_place(part), NOTHING)
    return replace(part, by_review=by_review, traces=tuple(_noted(part.traces, hours)))


def _noted(traces: Iterable[Trace], hours: frozenset[str]) -> Iterable[Trace]:
    for trace in traces:
        count = len(hours & {hour for term in trace.terms for hour in term.sources})
        note = Text(f"其中 {count} 学时经两人复核认定", f"{count} of these class hours count by two people's review")
        yield replace(trace, notes=(*trace.notes, note)) if count else trace


def _place(part: PersonScreen) -> _Part:
    return (part.trainee, part.recipient, part.fund)
