"""Doubts that the camera's own clock in the picture raises: another day, another time, a jump; never a verdict."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from attendance.register import DoubtKind
from attendance.times import clock, hour_en, hour_zh, length_en, length_zh
from facts.counting import counted
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Camera
from facts.screen_clock import ScreenClock
from facts.sighting import View
from facts.span import Span, local, local_day
from facts.text import Text
from facts.verdict import Doubt

_NEVER_SET = Text(
    "摄像机自己的时钟没有校准，或断电后回到出厂日期（录像机的时钟可能是准的）",
    "the camera's own clock was never set, or fell back to its factory date (the recorder's may be right)",
)
_OTHER_CLOCK = Text(
    "读到的是教室里的电子钟或屏幕上的时间，不是摄像机叠加的时钟",
    "what was read is a clock on the wall or on a screen in the room, not the camera's own",
)
SCREEN_CLOCK_DAY = DoubtKind(
    "SCREEN_CLOCK_DAY",
    60,
    (
        _NEVER_SET,
        Text("导出的录像选错了日期，或文件改错了名字", "the export is of another day, or a file was misnamed"),
    ),
)
SCREEN_CLOCK_OFF = DoubtKind(
    "SCREEN_CLOCK_OFF",
    60,
    (
        _NEVER_SET,
        _OTHER_CLOCK,
        Text(
            "文件名的时间不准：请在班期设置写明录像起始时间", "the file's time is wrong: state when the recording began"
        ),
    ),
)
SCREEN_CLOCK_JUMP = DoubtKind(
    "SCREEN_CLOCK_JUMP",
    60,
    (
        Text("摄像机在课中自动校时（一般只差几秒到几分钟）", "the camera set its clock in class (mostly by seconds)"),
        Text("录像机把两段录像接成一个文件", "the recorder joined two recordings into one file"),
    ),
)
# Cameras that set themselves by the network are moved by a few seconds now and then.
_LEAST_JUMP_S = 10.0
_DAY_S = 86_400
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class ScreenClocksSeen:
    """What one class hour's pictures said of the time, with what it is held against."""

    hour: ClassHour
    views: tuple[View, ...]
    slack: timedelta
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    rule: str = ""


def screen_clock_doubts(seen: ScreenClocksSeen) -> list[Doubt]:
    """At most one doubt of each kind for each camera of the hour."""
    return [doubt for camera in sorted({view.camera_id for view in seen.views}) for doubt in _of_camera(seen, camera)]


def _of_camera(seen: ScreenClocksSeen, camera: str) -> Iterator[Doubt]:
    own = sorted(
        (one for view in seen.views if view.camera_id == camera for one in view.screen_clocks), key=lambda one: one.at
    )
    other_day = [one for one in own if one.dated and local_day(one.shown) != local_day(one.at)]
    stated = seen.cameras[camera].clock_offset_s if camera in seen.cameras else 0.0
    off = [one for one in own if one not in other_day and _off(one, stated) > seen.slack.total_seconds()]
    jumps = [(one, two) for one, two in pairwise(own) if abs(_jump_s(one, two)) >= _LEAST_JUMP_S]
    if other_day:
        yield _doubt(seen, SCREEN_CLOCK_DAY, other_day, _day_text(seen, camera, other_day))
    if off:
        yield _doubt(seen, SCREEN_CLOCK_OFF, off, _off_text(seen, camera, off[0]))
    if jumps:
        yield _doubt(seen, SCREEN_CLOCK_JUMP, [two for _, two in jumps], _jump_text(seen, camera, jumps))


def _off(one: ScreenClock, stated_s: float) -> float:
    """How far it is off at least; a clock that is off by what the institution stated of its camera confirms that."""
    return min(abs(one.ahead_s), abs(one.ahead_s - stated_s)) - one.within_s


def _jump_s(one: ScreenClock, two: ScreenClock) -> float:
    """By how much the second stretch's clock went on further than time did; 0 where that is within what is known."""
    gone = one.ahead_s - two.ahead_s
    if one.dated != two.dated:
        gone = (gone + _DAY_S / 2) % _DAY_S - _DAY_S / 2
    return gone if abs(gone) > one.within_s + two.within_s else 0.0


def _doubt(seen: ScreenClocksSeen, kind: DoubtKind, clocks: Sequence[ScreenClock], text: Text) -> Doubt:
    frames = tuple(EvidenceRef(one.path, None, one.at_s, _shown(one)) for one in clocks[:_MOST_TOLD])
    return Doubt(kind.code, text, (seen.hour.id,), (), frames, kind.innocent, seen.rule, kind.check_cost_s)


def _shown(one: ScreenClock) -> str:
    return f"{local(one.shown):%Y-%m-%d %H:%M:%S}" if one.dated else f"{local(one.shown):%H:%M:%S}"


def _day_text(seen: ScreenClocksSeen, camera: str, clocks: Sequence[ScreenClock]) -> Text:
    first = clocks[0]
    minutes = "、".join(clock(_minutes(one.span)) for one in clocks[:_MOST_TOLD])
    shown, frames = _shown(first), sum(one.frames for one in clocks)
    return Text(
        f"{hour_zh(seen.hour)} {camera} {minutes} 画面上的时钟是另一天：{shown}（{frames} 帧一致）",
        f"{hour_en(seen.hour)} {camera} {minutes}: the clock in the picture is of another day, {shown} ({counted(frames, 'frame agrees', 'frames agree')})",
    )


def _off_text(seen: ScreenClocksSeen, camera: str, one: ScreenClock) -> Text:
    by, late = timedelta(seconds=abs(one.ahead_s)), one.ahead_s > 0
    zh, en = ("慢", "behind") if late else ("快", "ahead of")
    return Text(
        f"{hour_zh(seen.hour)} {camera} {clock(_minutes(one.span))} 画面上的时钟比录像的时间{zh} {length_zh(by)}（{one.frames} 帧一致）",
        f"{hour_en(seen.hour)} {camera} {clock(_minutes(one.span))}: the clock in the picture is {length_en(by)} {en} the"
        f" recording's time ({counted(one.frames, 'frame agrees', 'frames agree')})",
    )


def _jump_text(seen: ScreenClocksSeen, camera: str, jumps: Sequence[tuple[ScreenClock, ScreenClock]]) -> Text:
    zh, en = zip(*(_one_jump(one, two) for one, two in jumps[:_MOST_TOLD]), strict=True)
    return Text(
        f"{hour_zh(seen.hour)} {camera} 画面上的时钟跳变而录像时间连续：{'；'.join(zh)}",
        f"{hour_en(seen.hour)} {camera}: the clock in the picture jumps while the recording's time goes on: {'; '.join(en)}",
    )


def _one_jump(one: ScreenClock, two: ScreenClock) -> tuple[str, str]:
    by = _jump_s(one, two)
    at, length = f"{local(two.at):%H:%M:%S}", timedelta(seconds=abs(by))
    zh, en = ("前跳", "forward") if by > 0 else ("后退", "back")
    return f"{at} 前后{zh} {_long_zh(length)}", f"{_long_en(length)} {en} about {at}"


def _long_zh(length: timedelta) -> str:
    return f"{length.days} 天余" if length.days else length_zh(length)


def _long_en(length: timedelta) -> str:
    return f"more than {counted(length.days, 'day')}" if length.days else length_en(length)


def _minutes(span: Span) -> Span:
    return Span(span.start.replace(second=0, microsecond=0), span.end.replace(second=0, microsecond=0))
