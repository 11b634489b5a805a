from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, positive_faults
from policy.kinds.process import MISSING, Event, MissingEffect

# The source that is this program's own word on the class hours, and the need that it answers (阳泉 第十条).
OWN_REPORT, VIDEO_SUFFICES = "核验报告", "录像可有效监管"


class RetentionBase(StrEnum):
    """The day from which retention is counted (assumption A7)."""

    RECORDING = "recording"
    CLASS_END = "class_end"
    PAYOUT = "payout"
    LATEST = "latest"


class RetainedKind(StrEnum):
    """What must be kept."""

    VIDEO = "video"
    PAPERS = "papers"


class NeedsMatch(StrEnum):
    """Whether every need must be met or one of them."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class EvidenceRetention(Params):
    """Kept for ``years`` calendar years from a base day; 02-29 falls on 03-01."""

    kind: ClassVar[str] = "evidence.retention"
    title: ClassVar[Text] = Text("留存期限", "retention")

    years: int
    objects: tuple[RetainedKind, ...]
    base: RetentionBase

    def formula(self) -> Text:
        """See ``Params``."""
        zh = "、".join(_KEEP[item][0] for item in self.objects)
        en = " and ".join(_KEEP[item][1] for item in self.objects)
        base = _BASE[self.base]
        return Text(
            f"{zh}存在、摘要一致，且自{base[0]}起至少留存 {self.years} 年",
            f"{en} exist, match their digests, and are kept until at least {base[1]} + {counted(self.years, 'year')}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(years=self.years)
        yield from empty_faults(objects=self.objects)


@dataclass(frozen=True, slots=True)
class PresenceCheckIn(Params):
    """Each trainee present has signed in by one of ``sources``; the camera is known to the real-name system.

    ``per_half_day`` sign-ins are asked of each trainee in every half day, ``apart_min`` minutes or more apart.
    """

    kind: ClassVar[str] = "presence.check_in"
    title: ClassVar[Text] = Text("打卡", "check-in")

    sources: tuple[str, ...]
    camera_registered: bool = False
    per_half_day: int = 1
    apart_min: int = 10

    def formula(self) -> Text:
        """See ``Params``."""
        camera = ("；摄像机已登记", "; the camera is registered") if self.camera_registered else ("", "")
        often = ("", "")
        if self.per_half_day > 1:
            often = (
                f"；每半天不少于 {self.per_half_day} 次，相隔 {self.apart_min} 分钟以上",
                f"; {self.per_half_day} or more in each half day, {counted(self.apart_min, 'minute')} apart",
            )
        return Text(
            f"每名到课学员均有据可查：{'、'.join(self.sources)}{often[0]}{camera[0]}",
            f"every trainee present has a record by {', '.join(self.sources)}{often[1]}{camera[1]}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(sources=self.sources)
        yield from positive_faults(per_half_day=self.per_half_day)
        if self.apart_min < 0:
            yield Fault("apart_min", str(self.apart_min), "0 or more minutes")


@dataclass(frozen=True, slots=True)
class RecordRequired(Params):
    """Papers, entries or views that must exist in ``source``, at least ``min_count`` of each, before an event."""

    kind: ClassVar[str] = "record.required"
    title: ClassVar[Text] = Text("应有记录", "required record")

    needs: tuple[str, ...]
    source: str
    match: NeedsMatch = NeedsMatch.ALL
    missing: MissingEffect = MissingEffect.UNPROVEN
    min_count: int = 1
    before: Event | None = None

    def formula(self) -> Text:
        """See ``Params``."""
        mark_zh, mark_en = ("、", ", ") if self.match is NeedsMatch.ALL else (" 或 ", " or ")
        count = (f"各不少于 {self.min_count} 个", f", at least {self.min_count}") if self.min_count > 1 else ("", "")
        before = (f"，早于{self.before.zh}", f", before {self.before.en}") if self.before else ("", "")
        missing = MISSING[self.missing]
        return Text(
            f"{self.source}中有：{mark_zh.join(self.needs)}{count[0]}{before[0]}；缺则{missing[0]}",
            f"{self.source} holds {mark_en.join(self.needs)}{count[1]}{before[1]}; otherwise {missing[1]}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(needs=self.needs)
        yield from positive_faults(min_count=self.min_count)


_KEEP = {RetainedKind.VIDEO: ("培训视频", "the videos"), RetainedKind.PAPERS: ("相关资料", "the papers")}
_BASE = {
    RetentionBase.RECORDING: ("录像之日", "the day of recording"),
    RetentionBase.CLASS_END: ("结课之日", "the end of the class"),
    RetentionBase.PAYOUT: ("拨付之日", "the day of payment"),
    RetentionBase.LATEST: (
        "录像、结课、拨付三者最晚之日",
        "the latest of recording, class end and payment",
    ),
}
