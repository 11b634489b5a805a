"""What the recorder of camera streams exchanges: moments, fragments, and why a second is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from facts.errors import SetupError
from facts.span import Span
from facts.text import Text

_RIGHT_S = 2.0


class GapReason(StrEnum):
    """Why a planned second was not recorded."""

    STARTING = "starting"
    NO_ADDRESS = "no_address"
    REFUSED = "refused"
    NOT_ALLOWED = "not_allowed"
    PASSWORD = "password"  # noqa: S105 a reason, no password
    LOST = "lost"
    STALLED = "stalled"
    NO_KEYFRAME = "no_keyframe"
    UNDECODABLE = "undecodable"
    DISK_FULL = "disk_full"
    CLOCK_STEP = "clock_step"
    OUR_STOP = "our_stop"
    NOT_RUNNING = "not_running"


GAP_TEXTS = MappingProxyType(
    {
        GapReason.STARTING: Text("正在连接", "connecting"),
        GapReason.NO_ADDRESS: Text("地址不存在（主机名或路径不对）", "no such address (host name or path)"),
        GapReason.REFUSED: Text("连接被拒绝或无应答", "refused, or no answer"),
        GapReason.NOT_ALLOWED: Text(
            "地址不在允许的网段内", "an address outside the networks that are allowed for cameras"
        ),
        GapReason.PASSWORD: Text("用户名或密码不对", "wrong user or password"),
        GapReason.LOST: Text("连接中断", "the connection ended"),
        GapReason.STALLED: Text("连接还在，但没有画面来", "connected, but no pictures come"),
        GapReason.NO_KEYFRAME: Text("20 秒内没有关键帧", "no keyframe for 20 s"),
        GapReason.UNDECODABLE: Text("不是能录的视频（编码不认识）", "no video that can be recorded"),
        GapReason.DISK_FULL: Text("磁盘已满", "disk full"),
        GapReason.CLOCK_STEP: Text("时钟跳变", "a clock stepped"),
        GapReason.OUR_STOP: Text("录像程序被正常停止", "the recorder was stopped"),
        GapReason.NOT_RUNNING: Text(
            "录像程序没有运行（断电或被强行结束）", "the recorder did not run (killed, or no power)"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class ClockInstant:
    """One instant on both clocks: the wall's, which people read, and the monotonic one, which nobody sets."""

    wall: datetime
    mono_s: float

    def wall_at(self, mono_s: float) -> datetime:
        """What the wall's clock, as it goes now, showed or will show then."""
        return self.wall + timedelta(seconds=mono_s - self.mono_s)


@dataclass(frozen=True, slots=True)
class StreamShape:
    """What a stream says of its pictures once it has begun; ``header`` begins every file of it."""

    codec: str
    width: int
    height: int
    timescale: int = 1
    header: bytes = b""


@dataclass(frozen=True, slots=True)
class StreamFragment:
    """Half a second of coded pictures with the times that the camera stamped, and when it was here."""

    arrived_s: float
    start_s: float
    length_s: float
    packets: int
    key: bool
    size_bytes: int
    box: bytes = b""

    @property
    def end_s(self) -> float:
        """The media time at which the next fragment begins."""
        return self.start_s + self.length_s


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """That a stream is over, and why as far as can be told; ``words`` never hold an address with a password."""

    reason: GapReason
    words: str = ""


@dataclass(frozen=True, slots=True)
class SegmentTimes:
    """Where a file lies on the wall's clock, and how well that is known."""

    start: datetime
    end: datetime
    timed_by: str
    ppm: float = 0.0
    gaps: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class CameraClock:
    """What time a camera has: by how much it is ahead of ours, and how well that is known (whole seconds, and the way)."""

    offset_s: float
    sure_s: float


def camera_clock_text(clock: CameraClock) -> Text:
    """What a person is told of it: whole seconds are all that a camera tells."""
    off_s = abs(clock.offset_s)
    if off_s <= _RIGHT_S:
        return Text("摄像机的钟与本机一致（2 秒以内）", "the camera's own clock agrees with ours (within 2 s)")
    ahead = clock.offset_s > 0
    zh, en = ("快" if ahead else "慢"), ("ahead of" if ahead else "behind")
    return Text(
        f"摄像机的钟比本机{zh} {off_s:.0f} 秒，请让它对时（NTP）",
        f"the camera's own clock is {off_s:.0f} s {en} ours; set its NTP server",
    )


@dataclass(frozen=True, slots=True)
class CameraTrial:
    """What came within the trial, or why nothing did."""

    camera: str
    room: str
    address: str
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    keyframe_s: float | None = None
    bits_per_s: float = 0.0
    clock_rate: float | None = None
    reason: GapReason | None = None
    words: str = ""
    clock: CameraClock | None = None


class DiskFullError(SetupError):
    """No room for another fragment."""


class EntryKind(StrEnum):
    """What a line of the recorder's ledger says."""

    BEGIN = "begin"
    PLAN = "plan"
    GAP = "gap"
    SEGMENT = "segment"
    CLOSED = "closed"
    STEP = "step"
    CLOCK = "clock"
    KILLED = "killed"
    DROPPED = "dropped"
    END = "end"


@dataclass(frozen=True, slots=True)
class RecorderEntry:
    """One line of the ledger: what, when it was written, of which camera, and from when to when."""

    kind: EntryKind
    at: datetime
    camera: str = ""
    start: datetime | None = None
    end: datetime | None = None
    file: str = ""
    reason: str = ""
    follows: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CameraLife:
    """How a camera stood when the recorder last said that it lives: the open file, if any, and the newest packet."""

    file: str = ""
    start: datetime | None = None
    newest: datetime | None = None
