"""Doubts that another encoder wrote part of an hour: within a file, or from one file of a camera to its next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from attendance.register import DoubtKind
from attendance.times import hour_en, hour_zh
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.encoding import Encoding
from facts.footage import Segment
from facts.span import local
from facts.text import Text
from facts.verdict import Doubt

ENCODER_CHANGED = DoubtKind(
    "ENCODER_CHANGED",
    60,
    (
        Text(
            "有人在课中改了摄像机的编码设置，或固件升级、断电重启后换了设置",
            "somebody set the camera's encoding anew in class, or it restarted with other settings",
        ),
        Text("天黑时摄像机自动降低了帧率", "the camera went to a lower frame rate when it grew dark"),
        Text(
            "一部分录像由软件导出或转码，另一部分是原文件",
            "one part was exported or converted by software, the other is the original",
        ),
    ),
)
_NEIGHBOURS = timedelta(hours=1)
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class _Side:
    """One file's encoding at the moment of a change."""

    file: Segment
    encoding: Encoding


@dataclass(frozen=True, slots=True)
class _Change:
    """Where one encoder gave way to another."""

    at: datetime
    one: _Side
    two: _Side

    @property
    def differences(self) -> Iterator[tuple[str, str]]:
        """What is not as it was, in words; nothing where all that is known is the same."""
        before, after, old, new = self.one.file, self.two.file, self.one.encoding, self.two.encoding
        if before.codec != after.codec:
            yield f"{before.codec} → {after.codec}", f"{before.codec} → {after.codec}"
        if (before.width, before.height) != (after.width, after.height):
            sizes = f"{before.width}×{before.height} → {after.width}×{after.height}"
            yield sizes, sizes
        elif before.codec == after.codec and old.parameters and new.parameters and old.parameters != new.parameters:
            yield "参数集不同", "another parameter set"
        if old.group and new.group and (old.group, old.group_s) != (new.group, new.group_s):
            groups = f"{old.group}/{old.group_s:g} s → {new.group}/{new.group_s:g} s"
            yield f"关键帧间隔 {groups}", f"keyframe pattern {groups}"
        if new.writer and old.writer != new.writer:
            had = old.writer
            yield f"软件编码 {had or '无'} → {new.writer}", f"software encoder {had or 'none'} → {new.writer}"


def encoder_doubts(hour: ClassHour, segments: Sequence[Segment], rule: str = "") -> list[Doubt]:
    """At most one doubt for each camera of the hour; ``segments`` are the files of its room."""
    found = []
    for camera in sorted({file.camera_id for file in segments if file.camera_id}):
        own = [file for file in segments if file.camera_id == camera and file.span]
        changes = [each for each in _changes(own) if _told(each)]
        inside = [each for each in changes if _within(each, hour)]
        if inside:
            found.append(_doubt(hour, camera, inside, rule))
    return found


def _changes(files: Sequence[Segment]) -> Iterator[_Change]:
    ordered = sorted((file.span.start, file.path, file) for file in files if file.span)
    for begun, _, file in ordered:
        for old, new in pairwise(file.encodings):
            yield _Change(begun + timedelta(seconds=new.from_s), _Side(file, old), _Side(file, new))
    writer = ""
    for (_, _, one), (begun, _, two) in pairwise(ordered):
        if one.span and begun - one.span.end <= _NEIGHBOURS and one.encodings and two.encodings:
            # A software encoder names itself once; a stream that goes on in the next file does not say it again.
            writer = one.encodings[-1].writer or writer
            yield _Change(begun, _Side(one, replace(one.encodings[-1], writer=writer)), _Side(two, two.encodings[0]))


def _told(change: _Change) -> bool:
    """A stretch of its own within a file is a new beginning even where nothing else differs."""
    return change.one.file is change.two.file or any(change.differences)


def _within(change: _Change, hour: ClassHour) -> bool:
    """Whether both sides of it have something to do with the hour."""
    before = change.one.file.span
    ends = before.end if before and change.one.file is not change.two.file else change.at
    return ends > hour.span.start and change.at < hour.span.end


def _doubt(hour: ClassHour, camera: str, changes: Sequence[_Change], rule: str) -> Doubt:
    told = changes[:_MOST_TOLD]
    text = Text(
        f"{hour_zh(hour)} {camera} 录像的编码中途改变：{'；'.join(_zh(each) for each in told)}",
        f"{hour_en(hour)} {camera}: another encoder wrote part of the recording: {'; '.join(_en(each) for each in told)}",
    )
    evidence = tuple(
        EvidenceRef(each.two.file.path, each.two.file.digest, each.two.encoding.from_s, _zh(each)) for each in told
    )
    kind = ENCODER_CHANGED
    return Doubt(kind.code, text, (hour.id,), (), evidence, kind.innocent, rule, kind.check_cost_s)


def _zh(change: _Change) -> str:
    how = "，".join(zh for zh, _ in change.differences) or "编码器重新开始"
    return f"{local(change.at):%H:%M:%S} 起 {how}"


def _en(change: _Change) -> str:
    how = ", ".join(en for _, en in change.differences) or "the encoder began anew"
    return f"from {local(change.at):%H:%M:%S} {how}"
