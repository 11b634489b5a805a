"""Doubts about footage that was seen before (看过的画面), and what they leave open; never a verdict by themselves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from attendance.register import DoubtKind
from attendance.times import clock, hour_en, hour_zh
from facts.counting import counted, noun
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Segment
from facts.motion import OtherSide, Replay, ReplayKind
from facts.span import Span, local, union
from facts.text import Text
from facts.verdict import Doubt, Finding, Status, Window

SEEN_BEFORE = "SEEN_BEFORE"
_COST_S = 60
_EMPTY = Text("这段时间教室里几乎没有人活动", "hardly anybody moved in the room in these minutes")
_SCREEN = Text(
    "两边都在放同一段课件视频，画面里的动作来自屏幕",
    "both show the same film on the projector, and what moves is on the screen",
)
_NAMING = Text("文件改错了名字或时间，同一段录像交了两次", "a file was misnamed, and one recording was handed in twice")
_TOGETHER = Text("两个班合班上课，用的是同一段录像", "two classes were taught together and share one recording")
_FAULT = Text("录像机故障，重复写出同一段画面", "the recorder failed and wrote the same minutes again")
_KINDS = {
    ReplayKind.SAME_HOUR: (_FAULT, _EMPTY, _SCREEN),
    ReplayKind.OTHER_HOUR: (_FAULT, _NAMING, _EMPTY, _SCREEN),
    ReplayKind.OTHER_DAY: (_NAMING, _EMPTY, _SCREEN),
    ReplayKind.OTHER_ROOM: (_NAMING, _SCREEN),
    ReplayKind.OTHER_CLASS: (_TOGETHER, _NAMING, _SCREEN),
    ReplayKind.OTHER_INSTITUTION: (_SCREEN,),
    ReplayKind.LOOP: (_FAULT, _SCREEN),
    ReplayKind.STILL: (
        Text("录像机卡住，重复写出同一画面", "the recorder hung and wrote one picture again and again"),
    ),
}
KINDS = {kind: DoubtKind(kind.value, _COST_S, innocent) for kind, innocent in _KINDS.items()}
# Samples lie up to twenty seconds apart outside the window.
_BRIDGE = timedelta(seconds=60)


def replay_doubts(
    hours: Sequence[ClassHour],
    replays: Iterable[Replay],
    segments: Sequence[Segment],
    rules: Mapping[str, str],
) -> tuple[Doubt, ...]:
    """One doubt for each pair of recordings, with the minutes of both sides; ``rules`` are those on the view by hour."""
    known = {hour.id: hour for hour in hours}
    grouped: dict[tuple[object, ...], list[Replay]] = {}
    for replay in replays:
        if one := _from_here(replay, known):
            grouped.setdefault(_pair(one), []).append(one)
    return tuple(_doubt(known, group, segments, rules) for group in grouped.values())


def _from_here(one: Replay, known: Mapping[str, ClassHour]) -> Replay | None:
    """The replay told from a side that is among these hours: a package holds one day of a class."""
    if one.hour_id in known:
        return one
    if one.there.hour_id not in known:
        return None
    other = OtherSide(one.span, one.camera_id, hour_id=one.hour_id)
    return replace(one, hour_id=one.there.hour_id, camera_id=one.there.camera_id, span=one.there.span, there=other)


def _pair(one: Replay) -> tuple[object, ...]:
    """Whichever side it was found from, it is the same doubt."""
    sides = sorted([(one.hour_id, one.camera_id), (one.there.hour_id, one.there.camera_id)])
    return one.kind, *sides, one.there.class_id, one.source


def _doubt(
    known: Mapping[str, ClassHour], group: Sequence[Replay], segments: Sequence[Segment], rules: Mapping[str, str]
) -> Doubt:
    # Told from the later side: what was shown first is what was seen before.
    best = max(group, key=lambda one: (one.span.start > one.there.span.start, one.strength))
    same = [one for one in group if (one.hour_id, one.camera_id) == (best.hour_id, best.camera_id)]
    here, there = union((one.span for one in same), _BRIDGE), union((one.there.span for one in same), _BRIDGE)
    kind, hour = KINDS[best.kind], known[best.hour_id]
    hours = tuple(dict.fromkeys(name for name in (best.hour_id, best.there.hour_id) if name in known))
    if best.kind is ReplayKind.STILL:
        return _still(hour, best, here, segments, rules.get(best.hour_id, ""))
    if best.kind is ReplayKind.LOOP:
        return _loop(hour, best, segments, rules.get(best.hour_id, ""))
    zh, en = _other(known, best)
    how_zh, how_en = _how(best)
    text = Text(
        f"{hour_zh(hour)} {best.camera_id} {_list(here)} 的动作与{zh} {_list(there)} 相同（{how_zh}）",
        f"{hour_en(hour)} {best.camera_id} {_list(here)} moves as {en} {_list(there)} did ({how_en})",
    )
    sides = [(best.camera_id, here, "此处 here")] + [(best.there.camera_id, there, "先前 before")] * bool(
        best.there.hour_id
    )
    evidence = tuple(ref for camera, spans, note in sides for ref in _refs(segments, camera, spans, note))
    rule = rules.get(best.hour_id, "")
    return Doubt(kind.code, text, hours, (), evidence, kind.innocent, rule, kind.check_cost_s, best.source)


def _still(hour: ClassHour, one: Replay, here: Sequence[Span], segments: Sequence[Segment], rule: str) -> Doubt:
    kind = KINDS[one.kind]
    text = Text(
        f"{hour_zh(hour)} {one.camera_id} {_list(here)} 看得到人，画面却完全不动",
        f"{hour_en(hour)} {one.camera_id} {_list(here)} shows people and nothing in it moves",
    )
    evidence = tuple(_refs(segments, one.camera_id, here, "此处 here"))
    return Doubt(kind.code, text, (hour.id,), (), evidence, kind.innocent, rule, kind.check_cost_s, one.source)


def _loop(hour: ClassHour, one: Replay, segments: Sequence[Segment], rule: str) -> Doubt:
    kind, here, there = KINDS[one.kind], (one.span,), (one.there.span,)
    turned_zh, turned_en = ("，左右相反", ", mirrored") if one.mirrored else ("", "")
    text = Text(
        f"{hour_zh(hour)} {one.camera_id} {_list(here)} 有 {one.cells} 帧（{one.strength:.0%}）与 {_list(there)} 等处的画面"
        f"分毫不差，其间人却在动：像是一小段反复播放{turned_zh}",
        f"{hour_en(hour)} {one.camera_id} {_list(here)}: {counted(one.cells, 'frame')} ({one.strength:.0%}) {noun(one.cells, 'is', 'are')} exactly those of"
        f" {_list(there)} and other minutes although people move in between, as a short loop is{turned_en}",
    )
    evidence = tuple(
        ref
        for spans, note in ((here, "此处 here"), (there, "先前 before"))
        for ref in _refs(segments, one.camera_id, spans, note)
    )
    return Doubt(kind.code, text, (hour.id,), (), evidence, kind.innocent, rule, kind.check_cost_s, one.source)


def _other(known: Mapping[str, ClassHour], one: Replay) -> tuple[str, str]:
    there = one.there
    if there.hour_id == one.hour_id:
        return "同一学时", "the same hour"
    if there.hour_id in known:
        other = known[there.hour_id]
        return (
            f"{hour_zh(other)}（{other.room}）{there.camera_id}",
            f"{hour_en(other)} ({other.room}) {there.camera_id}",
        )
    day = f"{local(there.span.start):%Y-%m-%d}"
    if there.hour_id:
        return f"本班 {day} {there.camera_id}", f"this class on {day} {there.camera_id}"
    zh, en = (f"{there.institution}的", f" of {there.institution}") if there.institution else ("", "")
    return (
        f"{zh}班期 {there.class_code} {day} {there.camera_id}",
        f"class {there.class_code}{en} {day} {there.camera_id}",
    )


def _how(one: Replay) -> tuple[str, str]:
    zh, en = (
        f"相关 {one.strength:.2f}，{one.cells} 格一致",
        f"correlation {one.strength:.2f}, {counted(one.cells, 'cell agrees', 'cells agree')}",
    )
    if one.mirrored:
        zh, en = f"{zh}，左右相反", f"{en}, mirrored"
    if abs(one.speed - 1) >= 0.015:  # noqa: PLR2004 - finer is not measured
        zh, en = f"{zh}，速度约 {one.speed:.2f} 倍", f"{en}, at about {one.speed:.2f} of the speed"
    return zh, en


def _list(spans: Sequence[Span]) -> str:
    return "、".join(clock(_minutes(span)) for span in spans[:4])


def _minutes(span: Span) -> Span:
    """Whole minutes around it: a match is not known more finely."""
    end = span.end + timedelta(seconds=59, microseconds=999_999)
    return Span(span.start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))


def _refs(segments: Sequence[Segment], camera: str, spans: Sequence[Span], note: str) -> list[EvidenceRef]:
    found = []
    for span in spans[:4]:
        own = (one for one in segments if one.camera_id == camera and one.span and span.start in one.span)
        if (file := next(own, None)) and file.span:
            at_s = round((span.start - file.span.start).total_seconds(), 1)
            found.append(EvidenceRef(file.path, file.digest, at_s, f"{note} {clock(_minutes(span))}"))
    return found


def sides_of(replays: Iterable[Replay], hour_id: str) -> tuple[tuple[str, Span], ...]:
    """The minutes of one hour that are under doubt, by camera, whichever side of it they are."""
    found = []
    for one in replays:
        if one.hour_id == hour_id:
            found.append((one.camera_id, one.span))
        if one.there.hour_id == hour_id:
            found.append((one.there.camera_id, one.there.span))
    return tuple(found)


def under_doubt(finding: Finding, window: Window | None, sides: Sequence[tuple[str, Span]], hour: ClassHour) -> Finding:
    """The finding about the view, open while its window lies in minutes that were seen before."""
    if finding.status is not Status.PASS or not sides:
        return finding
    inside = [
        span for camera, span in sides if window is None or (window.camera_id == camera and span.overlaps(window.span))
    ]
    if not inside:
        return finding
    what = _list(union(inside, _BRIDGE))
    text = Text(
        f"{finding.text.zh}；但 {what} 与另一段录像动作相同，须先由人看过两边（见疑点）",
        f"{finding.text.en}; but {what} moves as another recording does: a person has to see both first (see the doubts)",
    )
    remedy = Text(
        f"{hour_zh(hour)}请并排播放疑点所列两段录像并说明原因；说明被采信后再判",
        f"{hour_en(hour)}: play both stretches of the doubt side by side and explain; it is judged again once that is accepted",
    )
    numbers = {**finding.numbers, "seen_before_s": sum(span.length_s for span in union(inside))}
    return replace(finding, status=Status.UNPROVEN, reason=SEEN_BEFORE, text=text, numbers=numbers, remedy=remedy)
