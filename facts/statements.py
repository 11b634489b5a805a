"""What is stated by hand about a class's material: when a recording began, which list nobody stands by, which doubt is settled.

All are statements only: the files stay, and are shown together with what was stated.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from facts.motion import ReplayKind
from facts.text import Text

MOST_RECORDINGS, MOST_ASIDE, MOST_SETTLED = 1_000, 64, 200
MOST_FILE_CHARS, MOST_CAMERA_CHARS = 200, 64
REASON_CHARS = (2, 200)
NAME_CHARS = (2, 40)
_SOURCE = re.compile(r"[0-9a-f]{64}")
YEARS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class SettingFault:
    """One thing wrong with what a class is to be set to, at the field that it is about."""

    where: str
    got: str
    expected: Text


@dataclass(frozen=True, slots=True)
class StatedStart:
    """When the first frame of a recording was taken (录像时间), and by which camera where its name does not say."""

    file: str
    start: datetime
    camera: str = ""


@dataclass(frozen=True, slots=True)
class ListSetAside:
    """A list that the institution no longer stands by (不再采用): nothing is read from it, and it stays listed."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SettledDoubt:
    """A doubt about footage that two people looked at and hold to be explained (已说明): which, who, and why.

    ``source`` is the digest over the files of both sides: other files are another doubt.
    """

    kind: str
    source: str
    by: str
    second: str
    reason: str

    @property
    def name(self) -> str:
        """How the doubt is named among those that are settled."""
        return f"{self.kind}:{self.source}"


def settled_faults(settled: Sequence[SettledDoubt]) -> Iterator[SettingFault]:
    """Everything wrong with the settled doubts."""
    if len(settled) > MOST_SETTLED:
        yield SettingFault("settled", str(len(settled)), Text(f"最多 {MOST_SETTLED} 条", f"at most {MOST_SETTLED}"))
    for index, one in enumerate(settled):
        where = f"settled.{index}"
        if one.kind not in set(ReplayKind):
            words = Text("报告中重放疑点的 kind", "the kind of a doubt about footage, as the report has it")
            yield SettingFault(f"{where}.kind", repr(one.kind), words)
        if not _SOURCE.fullmatch(one.source):
            words = Text(
                "报告中该疑点的 source，64 位十六进制", "that doubt's source in the report, 64 hexadecimal digits"
            )
            yield SettingFault(f"{where}.source", repr(one.source), words)
        elif one.name in [other.name for other in settled[:index]]:
            yield SettingFault(f"{where}.source", repr(one.source), Text("每个疑点只写一次", "each doubt once"))
        for field_name in ("by", "second"):
            if not plain_line(getattr(one, field_name), *NAME_CHARS):
                words = Text("看过两边的人的姓名", "the name of somebody who saw both sides")
                yield SettingFault(f"{where}.{field_name}", repr(getattr(one, field_name)), words)
        if one.by == one.second:
            words = Text("另一个人：两个名字才算数", "somebody else: two names make it count")
            yield SettingFault(f"{where}.second", repr(one.second), words)
        if not plain_line(one.reason, *REASON_CHARS):
            words = Text("为何无碍，2 至 200 个字，一行", "why it is innocent, in 2 to 200 characters, on one line")
            yield SettingFault(f"{where}.reason", repr(one.reason), words)


def start_faults(stated: Sequence[StatedStart]) -> Iterator[SettingFault]:
    """Everything wrong with the stated times."""
    if len(stated) > MOST_RECORDINGS:
        words = Text(f"最多 {MOST_RECORDINGS} 个", f"at most {MOST_RECORDINGS} recordings")
        yield SettingFault("recordings", str(len(stated)), words)
    yield from _file_faults("recordings", [one.file for one in stated])
    for index, one in enumerate(stated):
        if not (one.start.tzinfo and YEARS[0] <= one.start < YEARS[1]):
            words = Text("2000 年以后的时间，带时区", "a time after the year 2000, with its zone")
            yield SettingFault(f"recordings.{index}.start", one.start.isoformat(), words)
        if not plain_line(one.camera, 0, MOST_CAMERA_CHARS):
            words = Text("摄像机编号，如 CH02", "a camera's name such as CH02")
            yield SettingFault(f"recordings.{index}.camera", repr(one.camera), words)


def set_aside_faults(aside: Sequence[ListSetAside]) -> Iterator[SettingFault]:
    """Everything wrong with the lists set aside."""
    if len(aside) > MOST_ASIDE:
        yield SettingFault("aside", str(len(aside)), Text(f"最多 {MOST_ASIDE} 份", f"at most {MOST_ASIDE} lists"))
    yield from _file_faults("aside", [one.file for one in aside])
    for index, one in enumerate(aside):
        if not plain_line(one.reason, *REASON_CHARS):
            words = Text("不再采用的理由，2 至 200 个字，一行", "the reason in 2 to 200 characters, on one line")
            yield SettingFault(f"aside.{index}.reason", repr(one.reason), words)


def _file_faults(part: str, names: Sequence[str]) -> Iterator[SettingFault]:
    for index, name in enumerate(names):
        if not _inside(name):
            words = Text("材料里的文件名，如 录像/hiv00001.mp4", "a file of the class, such as video/hiv00001.mp4")
            yield SettingFault(f"{part}.{index}.file", repr(name), words)
        elif name in names[:index]:
            yield SettingFault(f"{part}.{index}.file", repr(name), Text("每个文件只写一次", "each file once"))


def _inside(name: str) -> bool:
    parts = name.split("/")
    whole = plain_line(name, 1, MOST_FILE_CHARS) and "\\" not in name and ":" not in parts[0]
    return whole and not {"", ".", ".."} & set(parts)


def plain_line(text: str, fewest: int, most: int) -> bool:
    """Whether it is one line of that many characters that can be seen."""
    return fewest <= len(text) <= most and text.isprintable() and text == text.strip()
