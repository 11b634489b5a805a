"""Whether the clock of the recording that would pass can be believed: what is stated of it, and what time codes show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from attendance.continuity_case import ContinuityCase
from attendance.time_code import CodeCase, CodeClock, contradicted_clock, proven_clock
from attendance.times import hour_en, hour_zh, length_en, length_zh
from facts.digest import EvidenceRef
from facts.footage import Damage, Run
from facts.text import Text

CLOCK_OFFSET, NO_TIME_CODE = "CLOCK_OFFSET", "NO_TIME_CODE"


@dataclass(frozen=True, slots=True)
class ClockWord:
    """What is to be said of the clock: beside a finding that passes, or, with a reason, instead of it."""

    reason: str = ""
    text: Text | None = None
    remedy: Text | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    evidence: tuple[EvidenceRef, ...] = ()


def clock_word(case: ContinuityCase, run: Run) -> ClockWord:
    """The first of what applies: codes contradict it, it is stated to be off, a code is demanded; or it stands."""
    codes = _codes(case, run)
    if against := contradicted_clock(codes):
        return _contradicted(case, against)
    proof = proven_clock(codes)
    if (off := _stated_off(case, run, proof)) > case.demand.clock_slack:
        return _off(case, off)
    if proof:
        return ClockWord("", proof.said, None, proof.numbers, proof.evidence)
    return _missing(case) if case.demand.time_code else ClockWord()


def _codes(case: ContinuityCase, run: Run) -> CodeCase:
    """The codes seen in the very files of the run: another file of the camera may have got its time elsewhere."""
    footage = case.footage
    readings = tuple(one for one in footage.codes.get(run.camera_id, ()) if one.path in run.paths)
    return CodeCase(case.hour, footage.timetable, readings, case.demand.clock_slack)


def _stated_off(case: ContinuityCase, run: Run, proof: CodeClock | None) -> timedelta:
    """By how much the run's clock is known to be off, or its file's length to be other than claimed.

    What a class states of its camera is a claim that codes settle; a file that plays longer than it says stays strained.
    """
    camera = case.footage.cameras.get(run.camera_id)
    offsets = [abs(proof.ahead_s) if proof else abs(camera.clock_offset_s)] if camera else []
    for file in case.footage.segments:
        strained = any(wound.damage is Damage.CLOCK_MISMATCH for wound in file.wounds)
        if strained and file.path in run.paths and file.claimed and file.span:
            offsets.append(abs(file.claimed.length_s - file.span.length_s))
    return timedelta(seconds=max(offsets, default=0.0))


def _off(case: ContinuityCase, off: timedelta) -> ClockWord:
    slack = case.demand.clock_slack
    text = Text(
        f"连续录像 {length_zh(case.longest_live)}，但时钟偏差 {length_zh(off)}，超过 {length_zh(slack)}",
        f"{length_en(case.longest_live)} recorded without a break, but its clock is off by {length_en(off)}, more than {length_en(slack)}",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请校准摄像机时钟，并用打卡或画面时钟佐证这段录像的时间",
        f"{hour_en(case.hour)}: set the camera's clock, and show by check-ins or the on-screen clock when this was recorded",
    )
    return ClockWord(CLOCK_OFFSET, text, remedy)


def _contradicted(case: ContinuityCase, against: CodeClock) -> ClockWord:
    count, ahead = round(against.numbers["codes"]), timedelta(seconds=abs(against.ahead_s))
    zh, en = ("快", "ahead of") if against.ahead_s > 0 else ("慢", "behind")
    text = Text(
        f"连续录像 {length_zh(case.longest_live)}，但画面中 {count} 个亮码一致表明录像时钟比实际{zh} {length_zh(ahead)}",
        f"{length_en(case.longest_live)} recorded without a break, but {count} time codes in the picture agree that its clock"
        f" is {length_en(ahead)} {en} the true time",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请核对录像时间：摄像机时钟不准的，在班期设置写明偏差 {-against.ahead_s:+.0f} 秒后重新核验",
        f"{hour_en(case.hour)}: if the camera's clock is wrong, state its offset of {-against.ahead_s:+.0f} s in the class's"
        " settings and verify again",
    )
    return ClockWord(CLOCK_OFFSET, text, remedy, against.numbers, against.evidence)


def _missing(case: ContinuityCase) -> ClockWord:
    text = Text(
        f"连续录像 {length_zh(case.longest_live)}，但规定须在画面中读到本学时的亮码，没有读到",
        f"{length_en(case.longest_live)} recorded without a break, but the document asks for this hour's time code in the"
        " picture, and none was read",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}：上课时请打开亮码页，对着摄像机亮 30 秒；已录的学时由人复核时钟",
        f"{hour_en(case.hour)}: open the time code's page in class and hold it before the camera for 30 s; what is recorded"
        " already is for people to review",
    )
    return ClockWord(NO_TIME_CODE, text, remedy)
