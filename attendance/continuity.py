"""Whether the class hour was recorded for long enough without a break (video.continuous)."""

from collections.abc import Sequence
from dataclasses import replace

from attendance.continuity_case import ContinuityCase, RoomFootage
from attendance.demands import ContinuityDemand
from attendance.recording_clock import ClockWord, clock_word
from attendance.runs import live_runs, longest, runs_inside, runs_of
from attendance.times import clocks, hour_en, hour_zh, length_en, length_zh
from facts.course import ClassHour
from facts.footage import Damage, LapseKind, Run, Segment
from facts.span import Span, minus, total, union
from facts.text import Text
from facts.verdict import Finding, Status

# A file with one of these may hold footage that could not be placed on the clock; the first found is the reason.
_HIDING = (Damage.NO_CLOCK, Damage.NO_MOOV, Damage.TRUNCATED, Damage.UNREADABLE)

LAPSE_ZH = {
    LapseKind.FROZEN: "画面冻结",
    LapseKind.BLACK: "黑屏",
    LapseKind.COVERED: "镜头被遮挡",
    LapseKind.BLURRED: "画面模糊",
    LapseKind.MOVED: "镜头被转开",
    LapseKind.UNDECODABLE: "画面无法解码",
}


def judge_continuity(hour: ClassHour, demand: ContinuityDemand, footage: RoomFootage) -> Finding:
    """Whether one camera ran live for long enough inside the hour; the first reason that applies decides."""
    recorded = runs_inside(runs_of(footage.segments, demand.tolerance), hour.span)
    case = ContinuityCase(hour, demand, footage, recorded, live_runs(recorded, footage.lapses))
    # 1. Too little is recorded: because files cannot be placed, because no room is stated, or really.
    if case.longest < case.needed:
        if hidden := _hidden(case):
            return _unreadable(case, hidden)
        if footage.unplaced:
            return _room_unknown(case)
        return _too_short(case) if recorded else _nothing_recorded(case)
    # 2. Enough is recorded, but too little of it is live.
    if case.longest_live < case.needed:
        return _not_live(case)
    # 3. Enough is live, but its clock is off by more than the rulebook allows, or what must prove it is missing.
    run = longest(case.live)
    assert run is not None  # noqa: S101 - longest_live >= needed > 0
    word = clock_word(case, run)
    return (
        _with_clock(case.finding(Status.UNPROVEN, word.reason, word.text or Text("", ""), word.remedy), word)
        if word.reason
        else _passed(case, run, word)
    )


def _passed(case: ContinuityCase, run: Run, word: ClockWord) -> Finding:
    text = Text(
        f"{run.camera_id} 连续录像 {length_zh(run.span.length)}（{clocks([run.span])}）",
        f"{run.camera_id} recorded {length_en(run.span.length)} without a break ({clocks([run.span])})",
    )
    if word.text:
        text = Text(f"{text.zh}；{word.text.zh}", f"{text.en}; {word.text.en}")
    return _with_clock(case.finding(Status.PASS, "CONTINUOUS", text), word)


def _with_clock(finding: Finding, word: ClockWord) -> Finding:
    """The finding with what time codes told of the clock; without any it is what it was."""
    numbers = {**finding.numbers, **word.numbers}
    return replace(finding, numbers=numbers, evidence=finding.evidence + word.evidence)


def _hidden(case: ContinuityCase) -> tuple[Segment, ...]:
    """The files that could not be placed on the clock and might make the run long enough."""
    hidden = [file for file in case.footage.segments if any(wound.damage in _HIDING for wound in file.wounds)]
    unplaced = tuple(file for file in hidden if file.claimed is None)
    claimed = tuple(file for file in hidden if file.claimed and file.claimed.overlaps(case.hour.span))
    return unplaced + (claimed if _could_suffice(case, claimed) else ())


def _could_suffice(case: ContinuityCase, claimed: Sequence[Segment]) -> bool:
    for camera in {file.camera_id for file in claimed}:
        own = [run.span for run in case.recorded if run.camera_id == camera]
        promised = [
            part
            for file in claimed
            if file.camera_id == camera and file.claimed and (part := file.claimed.clip(case.hour.span))
        ]
        if any(span.length >= case.needed for span in union(own + promised, case.demand.tolerance)):
            return True
    return False


def _unreadable(case: ContinuityCase, hidden: Sequence[Segment]) -> Finding:
    wounds = [wound for file in hidden for wound in file.wounds if wound.damage in _HIDING]
    reason = next(damage.value for damage in _HIDING if any(wound.damage is damage for wound in wounds))
    names = "、".join(file.path for file in hidden[:3])
    text = Text(
        f"能判读的最长连续录像 {length_zh(case.longest)}；另有 {len(hidden)} 个文件可能属于本学时但无法判读：{names}",
        f"longest readable recording {length_en(case.longest)}; {len(hidden)} more file(s) may belong to this hour but cannot be placed: {names}",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}：" + "；".join(dict.fromkeys(wound.detail_zh for wound in wounds[:3])),
        f"{hour_en(case.hour)}: " + "; ".join(dict.fromkeys(wound.detail_en for wound in wounds[:3])),
    )
    return case.finding(Status.UNPROVEN, reason, text, remedy)


def _room_unknown(case: ContinuityCase) -> Finding:
    names = "、".join(case.footage.unplaced[:5])
    text = Text(
        f"{names} 在这一学时有录像，但当天用了不止一个教室，没有写明它在哪个教室",
        f"{names} recorded during this class hour, but the day was taught in several rooms and nothing says in which it hangs",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}：请在班期设置或 class.toml 的 [[camera]] 写明 {names} 的教室（本学时在 {case.hour.room}）",
        f"{hour_en(case.hour)}: state the room of {names} in the class's settings or under [[camera]] (this hour is in {case.hour.room})",
    )
    return case.finding(Status.UNPROVEN, "ROOM_UNKNOWN", text, remedy)


def _nothing_recorded(case: ContinuityCase) -> Finding:
    text = Text("没有找到这一学时的录像", "no recording of this class hour was found")
    asked = clocks([case.hour.span])
    remedy = Text(
        f"{hour_zh(case.hour)}没有录像，请从录像机补导 {case.footage.camera_names or '该教室摄像机'} {asked}，放入同一文件夹后重新核验",
        f"{hour_en(case.hour)}: export {case.footage.camera_names or 'the camera of this room'} {asked} from the recorder into the same folder and verify again",
    )
    return case.finding(Status.UNPROVEN, "NO_RECORDING", text, remedy)


def _too_short(case: ContinuityCase) -> Finding:
    best = longest(case.recorded)
    camera = best.camera_id if best else ""
    gaps = gaps_of(case.hour.span, case.recorded, camera)
    breaks = "、".join(f"{clocks([gap])} 断 {length_zh(gap.length)}" for gap in gaps[:3])
    short = case.needed - case.longest
    text = Text(
        f"最长连续录像 {length_zh(case.longest)}，还差 {length_zh(short)}；{camera} {breaks}",
        f"longest continuous recording {length_en(case.longest)}, {length_en(short)} short; {camera} lacks {clocks(gaps, joiner=', ')}",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}断 {length_zh(total(gaps))}，请从录像机补导 {camera} {clocks(gaps)}，放入同一文件夹后重新核验",
        f"{hour_en(case.hour)}: export {camera} {clocks(gaps, joiner=', ')} from the recorder into the same folder and verify again",
    )
    return case.finding(Status.FAIL, "TOO_SHORT", text, remedy)


def gaps_of(hour: Span, recorded: Sequence[Run], camera_id: str) -> tuple[Span, ...]:
    """The stretches of the hour that this camera did not record, in order."""
    return minus(hour, [run.span for run in recorded if run.camera_id == camera_id])


def _not_live(case: ContinuityCase) -> Finding:
    lapses = [lapse for lapse in case.footage.lapses if lapse.span.overlaps(case.hour.span)]
    kinds = list(dict.fromkeys(lapse.kind for lapse in lapses))
    parts = [part for lapse in lapses if (part := lapse.span.clip(case.hour.span))]
    text = Text(
        f"录像连续 {length_zh(case.longest)}，但{'、'.join(LAPSE_ZH[kind] for kind in kinds)}（{clocks(parts)}），"
        f"有效连续段最长 {length_zh(case.longest_live)}",
        f"{length_en(case.longest)} recorded, but {', '.join(kinds)} ({clocks(parts, joiner=', ')}); "
        f"the longest live stretch is {length_en(case.longest_live)}",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请查看 {clocks(parts)} 的画面并说明原因；如另有摄像机同时录像，请一并导出",
        f"{hour_en(case.hour)}: look at {clocks(parts, joiner=', ')} and explain; if another camera recorded the room, export it too",
    )
    nothing_to_see = not case.live and LapseKind.UNDECODABLE not in kinds
    return case.finding(Status.FAIL if nothing_to_see else Status.UNPROVEN, "NOT_LIVE", text, remedy)
