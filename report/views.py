"""The document cut into the pieces that the templates lay out; nothing is counted here that the document counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from attendance.law import NO_LAW
from facts.verdict import Status
from report.panel import days
from report.schema import CoverageEntry, FindingEntry, HourEntry, PresenceEntry, ReportDocument, TextEntry, TraineeEntry
from report.summary import TO_DO
from report.times import day_of, span_of

_GRAVEST_FIRST = (Status.FAIL.value, Status.UNPROVEN.value)
_BLOCK = 15


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the class and its hours."""

    day: str
    hours: tuple[HourEntry, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One class hour that needs a person, and the findings that say so."""

    hour: HourEntry
    day: str
    findings: tuple[FindingEntry, ...]


@dataclass(frozen=True, slots=True)
class ReportStep:
    """One thing to do, and every class hour that it would settle."""

    status: str
    hours: tuple[HourEntry, ...]
    text: TextEntry
    remedy: TextEntry | None


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One trainee in the hours of one block; nothing where nobody judged."""

    trainee: TraineeEntry
    cells: tuple[PresenceEntry | None, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """As many whole days of the attendance matrix as fit across a sheet of paper."""

    days: tuple[Day, ...]
    rows: tuple[MatrixRow, ...]


def calendar(document: ReportDocument) -> list[Day]:
    """Every day with its hours in order of time."""
    by_day: dict[str, list[HourEntry]] = {day: [] for day in days(document)}
    for hour in document["hours"]:
        by_day[day_of(hour["span"])].append(hour)
    return [Day(day, tuple(hours)) for day, hours in by_day.items()]


def law_gap(document: ReportDocument) -> FindingEntry | None:
    """Why no document in force judges the class; the same for all its hours, so that a page says it once."""
    found = (finding for hour in document["hours"] for finding in hour["findings"] if finding["reason"] in NO_LAW)
    return next(found, None)


def tasks(document: ReportDocument) -> list[Task]:
    """The failing hours, then the unproven, each in order of time; those that lack only a document are told once."""
    hours = [hour for hour in document["hours"] if hour["status"] in TO_DO and not _lacks_only_law(hour)]
    return [_task(hour) for hour in sorted(hours, key=lambda hour: _GRAVEST_FIRST.index(hour["status"]))]


def _lacks_only_law(hour: HourEntry) -> bool:
    open_reasons = {finding["reason"] for finding in hour["findings"] if finding["status"] in TO_DO}
    return bool(open_reasons) and open_reasons <= NO_LAW


def _task(hour: HourEntry) -> Task:
    open_findings = [
        finding for finding in hour["findings"] if finding["status"] in TO_DO and finding["reason"] not in NO_LAW
    ]
    ordered = sorted(open_findings, key=lambda finding: _GRAVEST_FIRST.index(finding["status"]))
    return Task(hour, day_of(hour["span"]), tuple(ordered))


def steps(document: ReportDocument) -> list[ReportStep]:
    """What is to be done, each thing once however many hours ask for it; the gravest first."""
    found: dict[tuple[str, str], ReportStep] = {}
    for task in tasks(document):
        for finding in task.findings:
            said = finding["remedy"] or finding["text"]
            key = (finding["status"], said["zh"])
            hours = found[key].hours if key in found else ()
            found[key] = ReportStep(finding["status"], (*hours, task.hour), finding["text"], finding["remedy"])
    return sorted(found.values(), key=lambda step: _GRAVEST_FIRST.index(step.status))


def matrix(document: ReportDocument) -> list[Block]:
    """Trainee × hour, cut at days so that it prints."""
    if not document["trainees"] or not document["hours"]:
        return []
    return [_block(group, document["trainees"]) for group in _groups(calendar(document))]


def _groups(found: Iterable[Day]) -> list[list[Day]]:
    groups: list[list[Day]] = []
    for item in found:
        if groups and sum(len(old.hours) for old in groups[-1]) + len(item.hours) <= _BLOCK:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _block(group: Sequence[Day], trainees: Iterable[TraineeEntry]) -> Block:
    ids = [hour["id"] for item in group for hour in item.hours]
    return Block(tuple(group), tuple(_row(trainee, ids) for trainee in trainees))


def _row(trainee: TraineeEntry, ids: Iterable[str]) -> MatrixRow:
    by_hour: Mapping[str, PresenceEntry] = {item["id"]: item for item in trainee["hours"]}
    return MatrixRow(trainee, tuple(by_hour.get(hour_id) for hour_id in ids))


def recorded_moment(hours: Sequence[HourEntry], wanted: datetime) -> datetime:
    """The moment that was asked for, or where nothing was recorded then the beginning of what that class hour has best."""
    hour = next((one for one in hours if wanted in span_of(one["span"])), None)
    if hour is None or any(_recorded(item, wanted) for item in hour["coverage"]):
        return wanted
    best = hour["window"]["span"] if hour["window"] else hour["longest"]["span"]
    if best:
        return span_of(best).start
    starts = [
        min(
            (span_of(gap).end for gap in item["gaps"] if span_of(gap).start == span_of(hour["span"]).start),
            default=wanted,
        )
        for item in hour["coverage"]
        if item["recorded_s"]
    ]
    return min(starts, default=wanted)


def _recorded(item: CoverageEntry, at: datetime) -> bool:
    return item["recorded_s"] > 0 and not any(at in span_of(gap) for gap in item["gaps"])
