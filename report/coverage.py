"""What each camera holds of a class hour, and the longest live stretch in it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from facts.course import ClassHour
from facts.footage import Camera, Segment
from facts.report import ClassReport
from facts.span import Span, minus, total, union
from facts.verdict import Finding, HourVerdict, Status
from report.schema import CoverageEntry, LongestEntry
from report.times import span_entry

# The names under which a finding about continuity may state its figures.
_DEMANDED = "demanded_s"
_LONGEST = "longest_s"


def unclocked(segments: Iterable[Segment], camera_id: str) -> int:
    """How many files of the camera, or of no known camera, lie nowhere on the wall clock."""
    return sum(1 for segment in segments if not segment.stretches and segment.camera_id in {camera_id, ""})


def coverage(hour: ClassHour, report: ClassReport, moved: Mapping[str, timedelta]) -> list[CoverageEntry]:
    """One entry for each camera that looks into the hour's room; a camera of unknown room may.

    ``moved`` are cameras whose times people have put right for this hour.
    """
    cameras = _cameras(hour, report)
    return [_of_camera(hour, camera, report.segments, moved.get(camera, timedelta())) for camera in cameras]


def _cameras(hour: ClassHour, report: ClassReport) -> list[str]:
    known = {camera.id: camera for camera in report.cameras}
    names = sorted(known.keys() | {segment.camera_id for segment in report.segments if segment.camera_id})
    return [name for name in names if _looks_into(known.get(name), hour.room)]


def _looks_into(camera: Camera | None, room: str) -> bool:
    return camera is None or not camera.room or not room or camera.room == room


def _of_camera(hour: ClassHour, camera_id: str, segments: Iterable[Segment], by: timedelta) -> CoverageEntry:
    own = (segment for segment in segments if segment.camera_id == camera_id)
    stretches = [part.moved(by) for segment in own for part in segment.stretches]
    gaps = minus(hour.span, stretches)
    recorded = hour.span.length - total(gaps)
    return {"camera": camera_id, "recorded_s": recorded.total_seconds(), "gaps": [span_entry(gap) for gap in gaps]}


def longest(hour: ClassHour, verdict: HourVerdict) -> LongestEntry:
    """The longest live stretch, with the length and the status that the finding about continuity states."""
    camera_id, span = max(_live(hour, verdict), key=lambda pair: pair[1].length, default=("", None))
    finding = _about_continuity(verdict.findings)
    stated = finding.numbers.get(_LONGEST) if finding else None
    measured = span.length_s if span else 0.0
    return {
        "span": span_entry(span) if span else None,
        "camera": camera_id,
        "length_s": measured if stated is None else stated,
        "demanded_s": _demanded(finding) if finding else None,
        "status": (finding.status if finding else _fallback(verdict)).value,
    }


def _live(hour: ClassHour, verdict: HourVerdict) -> list[tuple[str, Span]]:
    found = []
    for camera_id in sorted({run.camera_id for run in verdict.runs}):
        dead = [lapse.span for lapse in verdict.lapses if lapse.camera_id == camera_id]
        for run in union(run.span for run in verdict.runs if run.camera_id == camera_id):
            inside = run.clip(hour.span)
            found += [(camera_id, part) for part in minus(inside, dead)] if inside else []
    return found


def _about_continuity(findings: Sequence[Finding]) -> Finding | None:
    return next((item for item in findings if _LONGEST in item.numbers or _demanded(item) is not None), None)


def _demanded(finding: Finding) -> float | None:
    return finding.numbers.get(_DEMANDED)


def _fallback(verdict: HourVerdict) -> Status:
    if verdict.status in {Status.EXEMPT, Status.NOT_APPLICABLE}:
        return verdict.status
    if verdict.window:
        return Status.PASS
    return Status.FAIL if verdict.status is Status.FAIL else Status.UNPROVEN
