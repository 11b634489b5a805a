from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction

from facts.codec import plain
from facts.text import Text
from facts.verdict import Assumption
from policy.kinds.base import per_cent
from policy.kinds.evidence import RetentionBase
from policy.kinds.video import Visibility


class ExpectedBasis(StrEnum):
    """Who counts as 全体参训人员."""

    CHECKED_IN_MINUS_LEAVE = "checked_in_minus_leave"
    ENROLLED = "enrolled"


class Denominator(StrEnum):
    """Of whom the employment rate is a share."""

    QUALIFIED = "qualified"
    PARTICIPANTS = "participants"


class GoverningDay(StrEnum):
    """Which day decides the rulebook."""

    CLASS_DAY = "class_day"
    CLAIM_DAY = "claim_day"


class MotionOnlyEffect(StrEnum):
    """What recording on motion only amounts to."""

    UNPROVEN = "unproven"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class ClassHourLength:
    """A1: minutes of a class hour where the timetable does not say."""

    minutes: int
    prefer_timetable: bool = True


@dataclass(frozen=True, slots=True)
class ExpectedPeople:
    """A2: who must be in view."""

    who: ExpectedBasis


@dataclass(frozen=True, slots=True)
class VisibilityMeaning:
    """A3: what being in view means, and whether people seen one after another may pass."""

    mode: Visibility
    share: Fraction
    cumulative_passes: bool = False


@dataclass(frozen=True, slots=True)
class SameWindow:
    """A4: whether the whole class must be seen in the very window of the continuous recording."""

    required: bool


@dataclass(frozen=True, slots=True)
class Continuity:
    """A5: the break that still counts as continuous; cameras are stitched or not."""

    max_gap_s: int
    stitch_cameras: bool = False


@dataclass(frozen=True, slots=True)
class HourBounds:
    """A6: whether the window must lie wholly inside the hour, so that runs are clipped at its bounds."""

    required: bool


@dataclass(frozen=True, slots=True)
class RetentionStart:
    """A7: from which day retention is counted."""

    base: RetentionBase


@dataclass(frozen=True, slots=True)
class EmploymentRate:
    """A8: of whom the employed are a share."""

    denominator: Denominator


@dataclass(frozen=True, slots=True)
class DayMeaning:
    """A9: how many valid class hours make a day."""

    min_hours: int


@dataclass(frozen=True, slots=True)
class MotionRecording:
    """A10: what gaps of motion-triggered recording amount to."""

    counts_as: MotionOnlyEffect


@dataclass(frozen=True, slots=True)
class BoundWording:
    """A11: whether 「以上」 includes its bound, and 「一般」 and 「原则上」 stay soft."""

    above_includes: bool
    usual_is_soft: bool = True


@dataclass(frozen=True, slots=True)
class ClockTolerance:
    """A12: the camera clock offset beyond which nothing is proven."""

    max_offset_s: int


@dataclass(frozen=True, slots=True)
class RulebookChoice:
    """A13: the day that decides which rulebook governs."""

    by: GoverningDay


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The thirteen readings that the documents leave open, each with this rulebook's value (假设)."""

    class_hour: ClassHourLength
    expected: ExpectedPeople
    visible: VisibilityMeaning
    same_window: SameWindow
    continuity: Continuity
    inside_hour: HourBounds
    retention: RetentionStart
    employment_rate: EmploymentRate
    day: DayMeaning
    motion_only: MotionRecording
    wording: BoundWording
    clock: ClockTolerance
    governing: RulebookChoice

    def listed(self) -> tuple[Assumption, ...]:
        """All thirteen as reports print them, A1 first."""
        return tuple(self._printed(name) for name in ASSUMPTION_IDS)

    def of(self, ids: tuple[str, ...]) -> tuple[Assumption, ...]:
        """Those with the given ids."""
        return tuple(item for item in self.listed() if item.id in ids)

    def _printed(self, name: str) -> Assumption:
        return Assumption(ASSUMPTION_IDS[name], _TEXTS[name], ", ".join(_values(getattr(self, name))))


def _values(record: object) -> Iterator[str]:
    for item in fields(record):  # type: ignore[arg-type]
        value = getattr(record, item.name)
        yield f"{item.name} = {per_cent(value) if isinstance(value, Fraction) else str(plain(value)).lower()}"


ASSUMPTION_IDS: dict[str, str] = {item.name: f"A{number}" for number, item in enumerate(fields(Assumptions), start=1)}
SHOWN = Text(
    "「显示」指同一窗口内多数分钟有一帧同时看到应到人数，多于应到不作数，先后可见不足以判达标；"
    "一帧中未检出的人，前后一分钟内在同处检出且其间自身有动作的，可延续计入，至多占五分之一，且不超过某一帧实际同时看到的人数",
    "in view means that in most minutes of one window one frame shows just the number expected; more proves nothing, "
    "seen in turn is not enough; who is missed in a frame but found there within a minute before and after, moving "
    "between, is carried: one in five at most, and never beyond what one single frame shows at once",
)
BY_REVIEW = Text(
    "机器未判达标、经两人复核一致认定达标的学时按达标计，另列其学时与所涉金额；文件未写明可否由人工认定",
    "hours that the machine left open and two reviewers agreed on count as passed, their number and money told apart; no"
    " document says whether people may decide",
)
RETURN_TERM = Text(
    "文件未写明补正期限：审核人未另定的，按此工作日数计",
    "no document states the term for completing a claim: so many working days, unless the reviewers set another",
)
_TEXTS = {
    "class_hour": Text(
        "文件未定义学时的分钟数：课表未写明时按此计",
        "no document says how long a class hour is; used where no timetable does",
    ),
    "expected": Text(
        "「全体参训人员」指该学时已打卡人员减去准假人员（教师不计）；另画花名册线",
        "the whole class is who checked in that hour less approved leave, teacher not counted",
    ),
    "visible": SHOWN,
    "same_window": Text("全体可见须在连续录像的同一窗口内", "the whole class is seen in the window that is continuous"),
    "continuity": Text(
        "同一摄像机片段间隔不超过此值视为连续；不同摄像机不拼接",
        "breaks of one camera up to this long are bridged; cameras are never stitched",
    ),
    "inside_hour": Text("窗口须整个落在学时之内，跨课间的按学时截断", "the window lies wholly inside the hour"),
    "retention": Text("留存期起算日（未写明，取最晚者最稳妥）", "the day from which retention runs"),
    "employment_rate": Text("就业率的分母；认定窗口期文件未写明", "of whom the employed are a share"),
    "day": Text(
        "当日有效学时达到此数即计一天；半天另作提示", "so many valid class hours make a day; half days are shown"
    ),
    "motion_only": Text("移动侦测录像的断点是真断点；请改为定时录像", "gaps of motion-only recording are real gaps"),
    "wording": Text(
        "「以上」含本数；「一般」「原则上」为软性；「可」为上限而非应得",
        "「以上」 includes its bound; 「一般」 and 「原则上」 are soft; 「可」 is a ceiling",
    ),
    "clock": Text("摄像机时钟偏差超过此值（秒）则不能判定", "beyond this clock offset nothing is proven"),
    "governing": Text(
        "按上课日期与机构所在地确定适用文件，不按申领日期", "the class day and place decide, not the claim day"
    ),
}
