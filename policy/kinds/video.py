from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.course import HourKind
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, per_cent, positive_faults, share_faults


class Coverage(StrEnum):
    """How much of a class hour must be on video."""

    WINDOW = "window"
    WHOLE = "whole"


class Visibility(StrEnum):
    """What 「显示全体参训人员」 is taken to mean (assumption A3)."""

    SIMULTANEOUS = "simultaneous"
    CUMULATIVE = "cumulative"
    COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class VideoContinuous(Params):
    """Recording without a break: a window of ``min_s`` in each class hour, or the whole of it less a tolerance.

    ``time_code``: where the document itself asks that a signed code in the picture prove when it was recorded.
    """

    kind: ClassVar[str] = "video.continuous"
    title: ClassVar[Text] = Text("连续录像", "continuous recording")

    coverage: Coverage
    max_gap_s: int
    min_s: int | None = None
    tolerance: Fraction = Fraction(0)
    hours: tuple[HourKind, ...] = (HourKind.THEORY, HourKind.PRACTICE)
    time_code: bool = False

    def formula(self) -> Text:
        """See ``Params``."""
        tail = ("，且画面中须读到本学时的亮码", ", and this hour's time code must be read in the picture")
        zh, en = tail if self.time_code else ("", "")
        if self.coverage is Coverage.WINDOW:
            return Text(
                f"每学时 [起, 止) 内，同一摄像机最长连续段 ≥ {self.min_s} 秒（断点 ≤ {self.max_gap_s} 秒视为连续）{zh}",
                f"in every class hour the longest run of one camera inside it is at least {self.min_s} s "
                f"(breaks up to {self.max_gap_s} s are bridged){en}",
            )
        least = per_cent(1 - self.tolerance)
        return Text(
            f"每学时录像覆盖 ≥ {least}（断点 ≤ {self.max_gap_s} 秒视为连续）{zh}",
            f"recording covers at least {least} of every class hour (breaks up to {self.max_gap_s} s are bridged){en}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(min_s=self.min_s)
        yield from empty_faults(hours=self.hours)
        if self.coverage is Coverage.WINDOW and self.min_s is None:
            yield Fault("min_s", "nothing", "the seconds of the window", 'add min_s or say coverage = "whole"')
        if self.max_gap_s < 0:
            yield Fault("max_gap_s", str(self.max_gap_s), "0 or more seconds")
        if not 0 <= self.tolerance < 1:
            yield Fault("tolerance", f'"{self.tolerance}"', 'a share from 0 to below 1, such as "1/100"')


@dataclass(frozen=True, slots=True)
class VideoWholeClass(Params):
    """The whole class in view: ``share`` of the rolling minutes of a window show everyone expected."""

    kind: ClassVar[str] = "video.whole_class"
    title: ClassVar[Text] = Text("全体可见", "whole class in view")

    mode: Visibility
    share: Fraction = Fraction(80, 100)
    same_window: bool = True
    min_height_px: int | None = None

    def formula(self) -> Text:
        """See ``Params``."""
        share = per_cent(self.share)
        pixels_zh = f"，画面高度 ≥ {self.min_height_px} 像素" if self.min_height_px else ""
        pixels_en = f", picture at least {self.min_height_px} px high" if self.min_height_px else ""
        zh, en = _SEEN[self.mode]
        same_zh, same_en = ("（与连续录像同一窗口）", " (the window of the continuous recording)")
        tail = (same_zh, same_en) if self.same_window else ("", "")
        return Text(zh.format(share=share) + tail[0] + pixels_zh, en.format(share=share) + tail[1] + pixels_en)

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from share_faults("share", self.share)
        yield from positive_faults(min_height_px=self.min_height_px)


_SEEN = {
    Visibility.SIMULTANEOUS: (
        "窗口内 ≥ {share} 的分钟里，可见人数 ≥ 应到人数",
        "in at least {share} of the window's minutes the people in view are at least those expected",
    ),
    Visibility.CUMULATIVE: (
        "窗口内先后可见的不同人员 ≥ 应到人数的 {share}",
        "over the window the distinct people seen are at least {share} of those expected",
    ),
    Visibility.COVERAGE: (
        "≥ {share} 的座位区域落在各摄像机视野之内且无遮挡",
        "at least {share} of the seat areas lie in some camera's view, unobstructed",
    ),
}
