from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.headcount import curve_of
from facts.review import Review, ReviewSubject
from facts.review_reply import ReviewReply
from facts.sighting import Box
from facts.span import local_day
from facts.verdict import Finding, Headcount, HourVerdict, Status, gravest
from report.coverage import coverage, longest
from report.mask import Mask
from report.people import presence_counts
from report.schema import (
    ClockReviewEntry,
    DoubtEntry,
    EvidenceEntry,
    FindingEntry,
    HeadcountEntry,
    HourEntry,
    LapseEntry,
    ReviewEntry,
    ReviewReplyEntry,
    RunEntry,
    TextEntry,
)
from report.source import ReportSource
from report.times import span_entry, written

# A finding with one of these numbers is the one about the view.
_ABOUT_VIEW = ("expected", "people", "seats", "seen", "missing", "heads")


def hour_entries(source: ReportSource, doubts: Sequence[DoubtEntry]) -> list[HourEntry]:
    """Every planned class hour in order of time; one that nobody judged is unproven, never missing."""
    verdicts = {verdict.hour_id: verdict for verdict in source.report.verdicts}
    ordered = sorted(source.report.hours, key=lambda hour: (hour.span, hour.room, hour.id))
    labels = _labels(ordered)
    silent = gravest(())
    return [
        _entry(hour, labels[hour.id], verdicts.get(hour.id, HourVerdict(hour.id, silent, ())), source, doubts)
        for hour in ordered
    ]


def _labels(ordered: Sequence[ClassHour]) -> Mapping[str, TextEntry]:
    seen: Counter[str] = Counter()
    labels: dict[str, TextEntry] = {}
    for hour in ordered:
        day = local_day(hour.span.start).isoformat()
        seen[day] += 1
        name = hour.label or str(seen[day])
        labels[hour.id] = {"zh": f"第{name}学时", "en": f"Hour {name}"} if name.isdigit() else {"zh": name, "en": name}
    return labels


def _entry(
    hour: ClassHour, label: TextEntry, verdict: HourVerdict, source: ReportSource, doubts: Sequence[DoubtEntry]
) -> HourEntry:
    report, mask, window = source.report, source.mask, verdict.window
    return {
        "id": hour.id,
        "label": label,
        "kind": hour.kind.value,
        "span": span_entry(hour.span),
        "room": hour.room,
        "status": verdict.status.value,
        "runs": _runs(verdict, mask),
        "lapses": _lapses(verdict),
        "coverage": coverage(hour, report, _moved(verdict, source)),
        "window": {"span": span_entry(window.span), "camera": window.camera_id} if window else None,
        "longest": longest(hour, verdict),
        "expected": verdict.expected,
        "roster": verdict.roster,
        "headcount": _headcount(verdict.headcount),
        "view_status": _view_status(verdict).value,
        "attendance": presence_counts(item for item in report.attendance if item.hour_id == hour.id),
        "findings": [_finding(finding, mask) for finding in verdict.findings],
        "doubts": [doubt["no"] for doubt in doubts if hour.id in doubt["hours"]],
        "review": _review(verdict, source),
        "clock_review": _clock_review(verdict, source),
    }


def _review(verdict: HourVerdict, source: ReportSource) -> ReviewEntry | None:
    """The review on which the hour's verdict rests, if it rests on one."""
    own = _about(verdict, source, ReviewSubject.VIEW)
    if verdict.before_review is None or not own:
        return None
    review, mask = own[-1], source.mask
    readings = (review.first, *(each.reading for each in review.further))
    return {
        "camera": review.camera_id,
        "window": span_entry(review.window),
        "answer": review.first.answer.value,
        "text": {"zh": review.first.answer.text.zh, "en": review.first.answer.text.en},
        "people": len(readings),
        "at": written(readings[-1].at),
        "words": mask.text(review.first.words),
        "frames": [
            {
                "path": mask.text(frame.path),
                "at": written(frame.at),
                "at_s": frame.at_s,
                "heads": _boxes(frame.heads),
                "struck": _boxes(frame.struck),
            }
            for frame in review.first.frames
        ],
        "counts": [[len(frame.heads) for frame in reading.frames] for reading in readings],
        "headcount": _headcount(curve_of(review.view) if review.view else Headcount()),
        "reply": _reply(review.reply, mask) if review.reply else None,
        "machine": _finding(verdict.before_review, mask),
    }


def _clock_review(verdict: HourVerdict, source: ReportSource) -> ClockReviewEntry | None:
    """The review of the camera's clock on which the hour's verdict rests, if it rests on one."""
    own = _about(verdict, source, ReviewSubject.CLOCK)
    if verdict.clock_before_review is None or not own:
        return None
    review, mask = own[-1], source.mask
    offset, last = review.first.offset, review.further[-1].reading if review.further else review.first
    return {
        "camera": review.camera_id,
        "moved_s": offset.total_seconds() if offset is not None else 0.0,
        "people": len(review.names),
        "at": written(last.at),
        "words": mask.text(review.first.words),
        "readings": [
            {
                "path": mask.text(one.path),
                "at": written(one.at),
                "at_s": one.at_s,
                "shows": written(one.shows),
                "by": mask.text(one.by),
            }
            for one in review.first.clock
        ],
        "machine": _finding(verdict.clock_before_review, mask),
    }


def _reply(reply: ReviewReply, mask: Mask) -> ReviewReplyEntry:
    return {
        "at": written(reply.at),
        "words": mask.text(reply.words),
        "files": [
            {"path": mask.text(one.name), "sha256": one.digest.sha256, "at_s": None, "note": ""} for one in reply.files
        ],
        "counts": list(reply.counts),
    }


def _moved(verdict: HourVerdict, source: ReportSource) -> dict[str, timedelta]:
    """By how much people put the times of the hour's camera right."""
    own = _about(verdict, source, ReviewSubject.CLOCK) if verdict.clock_before_review else []
    return {own[-1].camera_id: offset} if own and (offset := own[-1].first.offset) is not None else {}


def _about(verdict: HourVerdict, source: ReportSource, subject: ReviewSubject) -> list[Review]:
    return [one for one in source.report.reviews if one.hour_id == verdict.hour_id and one.subject is subject]


def _boxes(boxes: Sequence[Box]) -> list[list[float]]:
    return [[round(share, 5) for share in (box.x, box.y, box.w, box.h)] for box in boxes]


def _runs(verdict: HourVerdict, mask: Mask) -> list[RunEntry]:
    ordered = sorted(verdict.runs, key=lambda run: (run.camera_id, run.span))
    return [
        {"camera": run.camera_id, "span": span_entry(run.span), "paths": [mask.text(path) for path in run.paths]}
        for run in ordered
    ]


def _lapses(verdict: HourVerdict) -> list[LapseEntry]:
    ordered = sorted(verdict.lapses, key=lambda lapse: (lapse.camera_id, lapse.span))
    return [{"camera": item.camera_id, "span": span_entry(item.span), "kind": item.kind.value} for item in ordered]


def _headcount(curve: Headcount) -> HeadcountEntry:
    pairs = sorted(zip(curve.times, curve.counts, strict=True))
    return {"times": [written(at) for at, _ in pairs], "counts": [count for _, count in pairs]}


def _view_status(verdict: HourVerdict) -> Status:
    about = [item.status for item in verdict.findings if any(name in item.numbers for name in _ABOUT_VIEW)]
    return gravest(about) if about else verdict.status


def _finding(finding: Finding, mask: Mask) -> FindingEntry:
    return {
        "rule": finding.rule,
        "status": finding.status.value,
        "reason": finding.reason,
        "text": mask.say(finding.text),
        "numbers": dict(sorted(finding.numbers.items())),
        "quote": finding.quote,
        "article": finding.article,
        "remedy": mask.say(finding.remedy) if finding.remedy else None,
        "evidence": [evidence_entry(item, mask) for item in finding.evidence],
    }


def evidence_entry(item: EvidenceRef, mask: Mask) -> EvidenceEntry:
    """A piece of evidence as the report may name it."""
    return {
        "path": mask.text(item.path),
        "sha256": item.digest.sha256 if item.digest else None,
        "at_s": item.at_s,
        "note": mask.text(item.note),
    }
