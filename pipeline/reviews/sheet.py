"""What a reviewer is asked to look at: one window of one camera, and three frames of it that nobody picked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from facts.counting import counted
from facts.digest import Digest
from facts.headcount import MINUTE, STEP, curve_of, people_at
from facts.review import LEAST_FRAMES, Review, ReviewFrame
from facts.sighting import Box, SampledFrame, View
from facts.span import Span
from facts.text import Text
from pipeline.verification.ports import LookJob
from pipeline.verification.report import VerificationCase, plan

# Marks bear a head this far beyond the first and the last frame, so these lie near the window's ends.
_FROM_AN_END = timedelta(seconds=70)


@dataclass(frozen=True, slots=True)
class ReviewSheet:
    """One window of one camera as a reviewer gets it: whom the hour expects, and frames with the machine's boxes."""

    hour_id: str
    camera_id: str
    window: Span
    evidence: Digest
    expected: int
    frames: tuple[ReviewFrame, ...]
    paths: tuple[str, ...] = ()


def review_sheet(
    case: VerificationCase, views: Sequence[View], hour_id: str, *, count: int = LEAST_FRAMES
) -> ReviewSheet | Text:
    """The sheet of the camera that shows most, or in words why a review can settle nothing here."""
    hour = next(one for one in case.inputs.hours if one.id == hour_id)
    expected, wanted = case.turnouts[hour_id].expected, case.law.on(hour).whole_class
    if wanted is None:
        return Text("这一学时没有要看录像的规定", "no rule asks for a recording of this hour")
    if not expected:
        return Text("没有应到人数：请先补花名册或打卡记录", "nobody is expected: add the roster or the check-ins first")
    jobs = plan(case)
    if [(job.camera_id, job.span) for job in jobs] != [(view.camera_id, view.span) for view in views]:
        return Text(
            "这份报告由本程序的较早版本作出，或当时没有看录像：请先重新核验",
            "this report was made by an earlier version, or nobody looked at the recordings: verify the class again first",
        )
    best: tuple[tuple[int, int, str], LookJob, View, Span] | None = None
    for job, view in zip(jobs, views, strict=True):
        if job.hour_id != hour_id:
            continue
        for window in windows_of(view, wanted.minimum):
            score = (_shown(view, window, expected), -int(window.start.timestamp()), job.camera_id)
            if best is None or score > best[0]:
                best = (score, job, view, window)
    if best is None:
        minutes = wanted.minimum.total_seconds() / 60
        return Text(
            f"没有一台摄像机连续录满 {minutes:.0f} 分钟，人工清点人数不能弥补录像的中断",
            f"no camera recorded {counted(round(minutes), 'minute')} in one piece, and counting people does not mend that",
        )
    _, job, view, window = best
    return ReviewSheet(hour_id, job.camera_id, window, job.seed, expected, frames_of(view, window, count), job.paths)


def windows_of(view: View, length: timedelta) -> list[Span]:
    """Every window of this length that begins at a step of the curve."""
    starts = range(int((view.span.length - length) / STEP) + 1)
    return [Span(view.span.start + number * STEP, view.span.start + number * STEP + length) for number in starts]


def _shown(view: View, window: Span, expected: int) -> int:
    curve = curve_of(view)
    return sum(
        min(count, expected)
        for at, count in zip(curve.times, curve.counts, strict=True)
        if window.covers(Span(at, at + MINUTE))
    )


def frames_of(view: View, window: Span, count: int) -> tuple[ReviewFrame, ...]:
    """As many looks of the window, spread from its first minute to its last, each the fullest near its place."""
    inside = [frame for frame in view.frames if frame.at in window]
    chosen: list[SampledFrame] = []
    for at in _places(window, count):
        near = [one for one in inside if abs(one.at - at) <= _FROM_AN_END / 2 and one not in chosen]
        near = near or sorted((one for one in inside if one not in chosen), key=lambda one: abs(one.at - at))[:1]
        if near:
            chosen.append(max(near, key=lambda one: (len(one.sightings), one.at)))
    return tuple(sorted((as_marked(frame) for frame in chosen), key=lambda frame: frame.at))


def _places(window: Span, count: int) -> list[datetime]:
    first, last = window.start + _FROM_AN_END / 2, window.end - _FROM_AN_END / 2
    return [first + (last - first) * number / max(count - 1, 1) for number in range(count)]


def picked(view: View, review: Review) -> bool:
    """Whether somebody picked the frames: at a place of the window where the evidence chose looks, none of them is marked.

    Other networks may find another look the fullest; when the looks are taken, the evidence alone decides.
    """
    marked = {frame.at for frame in review.first.frames}
    looks = {frame.at for frame in view.frames if frame.at in review.window}
    near = (
        {at for at in looks if abs(at - place) <= _FROM_AN_END / 2} for place in _places(review.window, LEAST_FRAMES)
    )
    return any(some and not some & marked for some in near) or len(looks & marked) < min(LEAST_FRAMES, len(looks))


def as_marked(frame: SampledFrame) -> ReviewFrame:
    """The machine's boxes as the marks that a person begins with."""
    return ReviewFrame(frame.at, frame.path, frame.at_s, tuple(inside(one.box) for one in frame.sightings))


def inside(box: Box) -> Box:
    """The part of the box that lies in the picture."""
    x, y = min(max(box.x, 0.0), 0.999), min(max(box.y, 0.0), 0.999)
    return Box(x, y, max(min(box.w + min(box.x, 0), 1 - x), 1e-3), max(min(box.h + min(box.y, 0), 1 - y), 1e-3))


def frame_at(view: View, window: Span, at: datetime) -> ReviewFrame | None:
    """The look of the window nearest to a moment, with the machine's boxes."""
    inside = [frame for frame in view.frames if frame.at in window]
    found = min(inside, key=lambda frame: abs(frame.at - at), default=None)
    return as_marked(found) if found else None


def further_frame(view: View, review: Review) -> ReviewFrame | None:
    """The unmarked look of the machine's view that would tell most next: in the middle of the longest stretch short of people."""
    marked = {frame.at for frame in review.first.frames}
    shown = review.view.moments if review.view else ()
    best: list[datetime] = []
    run: list[datetime] = []
    for moment in shown:
        run = [*run, moment.at] if people_at(moment) < review.expected and moment.at not in marked else []
        best = run if len(run) > len(best) else best
    return frame_at(view, review.window, best[len(best) // 2]) if best else None
