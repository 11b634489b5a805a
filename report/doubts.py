from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from facts.motion import Replay, ReplayKind
from facts.report import ClassReport, Clause
from facts.span import Span
from facts.verdict import Doubt
from report.hours import evidence_entry
from report.people import People
from report.schema import DoubtEntry, PersonEntry, ReplayEntry, SideEntry
from report.source import ReportSource
from report.times import span_entry, written
from report.words import doubt_word

# People sign in before the class begins; earlier than this belongs to another hour.
_BEFORE = timedelta(minutes=30)


def doubts(source: ReportSource) -> list[DoubtEntry]:
    """Every doubt, numbered in the report's order."""
    clauses = {clause.rule: clause for clause in _clauses(source.report)}
    return [_entry(no, doubt, clauses.get(doubt.rule), source) for no, doubt in enumerate(in_order(source.report), 1)]


def in_order(report: ClassReport) -> list[Doubt]:
    """The doubts as a report numbers them: those first that cost a person the least time to settle."""
    order = {hour.id: hour.span for hour in report.hours}
    far = max(order.values(), default=None)

    def rank(doubt: Doubt) -> tuple[object, ...]:
        first = min((order[hour] for hour in doubt.hours if hour in order), default=far)
        return doubt.check_cost_s, first, doubt.kind, doubt.text.zh

    return sorted(report.doubts, key=rank)


def _clauses(report: ClassReport) -> list[Clause]:
    findings = (finding for verdict in report.verdicts for finding in verdict.findings if finding.quote)
    return [Clause(item.rule, item.quote, item.article) for item in findings] + list(report.clauses)


def _entry(no: int, doubt: Doubt, clause: Clause | None, source: ReportSource) -> DoubtEntry:
    mask, people = source.mask, source.people
    places = [place for place in (people.of_key(key) for key in doubt.trainees) if place]
    return {
        "no": no,
        "kind": doubt.kind,
        "word": doubt_word(doubt.kind),
        "text": mask.say(doubt.text),
        "hours": list(doubt.hours),
        "trainees": _people(places, people),
        "evidence": [evidence_entry(item, mask) for item in doubt.evidence],
        "innocent": [mask.say(item) for item in doubt.innocent],
        "rule": doubt.rule,
        "quote": clause.quote if clause else "",
        "article": clause.article if clause else "",
        "check_cost_s": doubt.check_cost_s,
        "at": [written(moment) for moment in _moments(doubt, places, source)],
        "source": doubt.source,
        "replays": [_replay(one) for one in source.report.replays if doubt.source and _same(one, doubt)],
    }


def _same(one: Replay, doubt: Doubt) -> bool:
    return one.kind is not ReplayKind.STILL and (one.kind.value, one.source) == (doubt.kind, doubt.source)


def _replay(one: Replay) -> ReplayEntry:
    there: SideEntry = {
        "class_id": one.there.class_id,
        "camera": one.there.camera_id,
        "span": span_entry(one.there.span),
    }
    here: SideEntry = {"class_id": 0, "camera": one.camera_id, "span": span_entry(one.span)}
    how: ReplayEntry = {
        "here": here,
        "there": there,
        "strength": one.strength,
        "speed": one.speed,
        "mirrored": one.mirrored,
    }
    return how


def _people(places: Iterable[int], people: People) -> list[PersonEntry]:
    return [people.person(place) for place in sorted(places)]


def _moments(doubt: Doubt, places: list[int], source: ReportSource) -> list[datetime]:
    """Where its marker stands in each hour: at its evidence, at its trainees' first sign-in, else where it begins."""
    report, people = source.report, source.people
    spans = [hour.span for hour in sorted(report.hours, key=lambda hour: hour.span) if hour.id in doubt.hours]
    filmed = sorted(_filmed(doubt, report))
    signed = sorted(item.at for item in report.checkins if people.of_checkin(item) in places)
    return [_moment(span, filmed, signed) for span in spans]


def _filmed(doubt: Doubt, report: ClassReport) -> Iterator[datetime]:
    spans = {segment.path: segment.span for segment in report.segments}
    for item in doubt.evidence:
        span = spans.get(item.path)
        if span and item.at_s is not None:
            yield span.start + timedelta(seconds=item.at_s)


def _moment(span: Span, filmed: Iterable[datetime], signed: Iterable[datetime]) -> datetime:
    near = Span(span.start - _BEFORE, span.end)
    inside = [at for at in filmed if at in span] or [at for at in signed if at in near]
    return inside[0] if inside else span.start
