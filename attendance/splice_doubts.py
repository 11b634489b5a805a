"""Doubts about a jump in what a camera shows without a jump in time: two recordings may have been joined."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from attendance.register import DoubtKind
from attendance.times import hour_en, hour_zh
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Segment
from facts.sighting import View
from facts.span import local
from facts.splice import CELLS, Splice
from facts.text import Text
from facts.verdict import Doubt

CONTENT_SPLICE = DoubtKind(
    "CONTENT_SPLICE",
    60,
    (
        Text(
            "关键帧间隔较长，大家恰好在其间一起换了位置或进出教室",
            "keyframes lie far apart, and everybody changed places, came or went between two of them",
        ),
        Text(
            "开关灯、投影或遮光帘改变了教室里的明暗，或摄像机切换了日夜模式",
            "lamps, projector or blinds changed the light, or the camera went from day to night mode",
        ),
        Text(
            "摄像机重启或丢了一段画面，时间戳却照常延续", "the camera restarted or lost pictures, and its times went on"
        ),
    ),
)
# Twice as much noise, or half of it, is another camera setting or another recording.
_OTHER_GRAIN = 1.5
_LONG_S = 5.0


def splice_doubts(hour: ClassHour, views: Sequence[View], segments: Sequence[Segment], rule: str = "") -> list[Doubt]:
    """One doubt for each camera of the hour in whose pictures there are joints."""
    found = []
    for view in views:
        own = [one for one in view.splices if one.after in hour.span]
        if own and not view.moving_camera:
            found.append(_doubt(hour, view.camera_id, own, segments, rule))
    return found


def _doubt(hour: ClassHour, camera: str, splices: Sequence[Splice], segments: Sequence[Segment], rule: str) -> Doubt:
    text = Text(
        f"{hour_zh(hour)} {camera} 画面内容突变，录像时间却是连续的：{'；'.join(_zh(one) for one in splices)}",
        f"{hour_en(hour)} {camera}: the content jumps and the time does not: {'; '.join(_en(one) for one in splices)}",
    )
    evidence = tuple(
        ref
        for one in splices
        for at, note in ((one.before, "此前 before"), (one.after, "此后 after"))
        for ref in _refs(segments, camera, at, note)
    )
    kind = CONTENT_SPLICE
    return Doubt(kind.code, text, (hour.id,), (), evidence, kind.innocent, rule, kind.check_cost_s)


def _zh(one: Splice) -> str:
    when = f"{local(one.before):%H:%M:%S} 与 {local(one.after):%H:%M:%S} 之间"
    more = [f"{when}画面 {one.cells / CELLS:.0%} 的区域同时变样，此后没有恢复"]
    if _seconds(one) > _LONG_S:
        more.append(f"两帧相隔 {_seconds(one):.0f} 秒")
    if one.offbeat:
        more.append("关键帧间隔也在此处改变")
    if _other_grain(one):
        more.append(f"噪点由 {one.grain_before:g} 变为 {one.grain_after:g} 级")
    return "，".join(more)


def _en(one: Splice) -> str:
    when = f"between {local(one.before):%H:%M:%S} and {local(one.after):%H:%M:%S}"
    more = [f"{when} {one.cells / CELLS:.0%} of the picture became something else at once and stayed so"]
    if _seconds(one) > _LONG_S:
        more.append(f"the two frames lie {_seconds(one):.0f} s apart")
    if one.offbeat:
        more.append("the keyframe pattern breaks there as well")
    if _other_grain(one):
        more.append(f"noise went from {one.grain_before:g} to {one.grain_after:g} levels")
    return ", ".join(more)


def _seconds(one: Splice) -> float:
    return (one.after - one.before) / timedelta(seconds=1)


def _other_grain(one: Splice) -> bool:
    low, high = sorted((one.grain_before, one.grain_after))
    return high > _OTHER_GRAIN * max(low, 0.1)


def _refs(segments: Sequence[Segment], camera: str, at: datetime, note: str) -> Iterator[EvidenceRef]:
    for file in segments:
        if file.camera_id == camera and file.span and at in file.span:
            at_s = round((at - file.span.start).total_seconds(), 1)
            yield EvidenceRef(file.path, file.digest, at_s, f"{note} {local(at):%H:%M:%S}")
            return
