"""Whether one window shows the whole class (video.whole_class); the machine alone never fails a view it can see."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from attendance.demands import WholeClassDemand
from attendance.empty_seats import empty_seats
from attendance.headcount import WindowCandidate, best_stretch
from attendance.teachers import teachers_among
from attendance.times import clocks, hour_en, hour_zh
from facts.counting import counted
from facts.course import ClassHour, HourKind
from facts.digest import EvidenceRef
from facts.footage import Camera, Run
from facts.headcount import curve_of
from facts.sighting import SeatKind, Sighting, View
from facts.span import Span
from facts.text import Text
from facts.verdict import Finding, Headcount, Status, Window

# Drawn rooms: nobody in it changes .00006 of the pixels in ten seconds, one person .0020.
_STILL = 0.0005
# CenterFace found 91 of 91 posed faces of 16 pixels and 87 of those of 12; of smaller ones nobody knows.
SMALL_HEAD_PX = 16.0


@dataclass(frozen=True, slots=True)
class ViewMeasurement:
    """What one camera showed of one class hour, measured against the number expected."""

    view: View
    curve: Headcount
    stretch: WindowCandidate | None
    teachers: int = 0

    @property
    def most(self) -> int:
        """The fullest rolling minute."""
        return max(self.curve.counts, default=0)


@dataclass(frozen=True, slots=True)
class ViewCase:
    """The question that is put to the views of one class hour."""

    hour: ClassHour
    demand: WholeClassDemand
    expected: int | None
    live: tuple[Run, ...]
    recorded: tuple[Run, ...] = ()
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    reviewed: bool = False

    def teachers_in(self, camera_id: str) -> int:
        """How many of the people whom this camera shows may be teachers and nobody can tell which; a reviewer can."""
        return 0 if self.reviewed else teachers_among(self.hour, self.cameras.get(camera_id))

    def finding(
        self, status: Status, reason: str, text: Text, seen: ViewMeasurement | None, remedy: Text | None = None
    ) -> Finding:
        """The finding with the numbers and frames that it rests on."""
        clause = self.demand.clause
        evidence = _frames(seen) if seen else ()
        return Finding(
            clause.rule, status, reason, text, self.numbers(seen), clause.quote, clause.article, remedy, evidence
        )

    def numbers(self, seen: ViewMeasurement | None) -> dict[str, float]:
        """What a person needs to redo the judgement by hand."""
        numbers: dict[str, float] = {"expected": float(self.expected or 0), "share_needed": float(self.demand.share)}
        if seen is None:
            return numbers
        numbers |= {"most": float(seen.most), "share": float(seen.stretch.share) if seen.stretch else 0.0}
        if seen.teachers:
            numbers["teachers"] = float(seen.teachers)
        if seen.view.moments:
            numbers |= _of_looks(seen)
        if seen.view.head_px is not None:
            numbers["head_px"] = seen.view.head_px
        if seen.view.recall is not None:
            numbers["recall"] = round(seen.view.recall, 4)
        if self.expected is not None:
            low, high = missing(seen, self.expected)
            numbers |= {"missing_least": float(low), "missing_most": float(high)}
        return numbers


def judge_view(case: ViewCase, views: Sequence[View]) -> tuple[Finding, ViewMeasurement | None]:
    """The finding about the hour's views, and the view that it rests on; the first reason that applies decides."""
    # 1. Recorded, and nothing of it is live.
    if case.recorded and not case.live:
        return _nothing_to_see(case), None
    # 2. Nothing to compare: nobody knows how many are expected, or nothing was looked at.
    if case.expected is None or not views:
        return (_no_roster(case) if case.expected is None and views else _not_looked(case)), None
    seen = max((measure(case, view) for view in views), key=lambda one: (_share(one), one.most, one.view.camera_id))
    # 3. Nobody is expected, so seeing everybody would prove nothing.
    if case.expected == 0:
        return _nobody_expected(case, seen), seen
    # 4. One window shows everybody in enough of its minutes.
    if seen.stretch and seen.stretch.share >= case.demand.share and not seen.view.moving_camera:
        return _whole(case, seen), seen
    # 5. Looked at, and never anybody; too few people, in contrast, stay unproven.
    if _empty(views):
        return (_still(case, seen) if _pictures(seen) * 2 >= case.expected else _nobody(case, seen)), seen
    # 6. Enough people, if none of them is the teacher; more people than anybody expects; too few.
    return _with_others(case, seen) or _short(case, seen, views), seen


def measure(case: ViewCase, view: View) -> ViewMeasurement:
    """The view's curve and its best window, which lies in one live run of the same camera."""
    expected, teachers = case.expected or 0, case.teachers_in(view.camera_id)
    if not view.moments:
        # An earlier version counted seats of a minute, where more than expected did no harm.
        return ViewMeasurement(view, curve_of(view), _best(case, view, lambda count: count >= expected))
    return ViewMeasurement(
        view, curve_of(view), _best(case, view, lambda count: count == expected + teachers), teachers
    )


def _best(case: ViewCase, view: View, is_full: Callable[[int], bool]) -> WindowCandidate | None:
    curve, demand = curve_of(view), case.demand
    own = [part for run in case.live if run.camera_id == view.camera_id and (part := run.span.clip(view.span))]
    found = [best for span in own if (best := best_stretch(curve, span, demand.minimum, is_full, demand.share))]
    return max(found, key=lambda one: (one.share >= demand.share, one.share, one.span.length), default=None)


def _of_looks(seen: ViewMeasurement) -> dict[str, float]:
    """How many looks the window rests on, and how many people were carried over one of them at most."""
    looks = [moment for moment in seen.view.moments if moment.at in _where(seen)]
    numbers = {"looks": float(len(looks)), "carried_most": float(max((look.carried for look in looks), default=0))}
    held = max((look.held for look in looks), default=0)
    return numbers | ({"held_most": float(held)} if held else {})


def missing(seen: ViewMeasurement, expected: int) -> tuple[int, int]:
    """The least and the most people that were out of view in the best window, or in all that was seen."""
    where = _where(seen)
    counts = [count for at, count in zip(seen.curve.times, seen.curve.counts, strict=True) if at in where] or [0]
    return max(expected - max(counts), 0), max(expected - min(counts), 0)


def window_of(seen: ViewMeasurement | None) -> Window | None:
    """The window that a report draws."""
    return Window(seen.stretch.span, seen.view.camera_id) if seen and seen.stretch else None


def _where(seen: ViewMeasurement) -> Span:
    """The best window, or all that was seen where no window is long enough."""
    return seen.stretch.span if seen.stretch else seen.view.span


def _share(seen: ViewMeasurement) -> float:
    return float(seen.stretch.share) if seen.stretch else -1.0


def _frames(seen: ViewMeasurement) -> tuple[EvidenceRef, ...]:
    where = _where(seen)
    frames = [frame for frame in seen.view.frames if frame.at in where] or list(seen.view.frames)
    best = sorted(frames, key=lambda frame: (-len(frame.sightings), frame.at))[:3]
    return tuple(EvidenceRef(frame.path, None, frame.at_s) for frame in best)


def _empty(views: Sequence[View]) -> bool:
    """Whether frames were looked at, no person was in any of them, and nothing stirred; portraits are no persons.

    Where something stirs there may be people whom these senses do not see, such as a class from behind.
    """
    if any(view.moving_camera or not view.frames for view in views):
        return False
    if any(view.stir is not None and view.stir > _STILL for view in views):
        return False
    if any(seat.kind is not SeatKind.PICTURE for view in views for seat in view.seats):
        return False
    return all(_in_picture(view, head) for view in views for frame in view.frames for head in frame.sightings)


def _in_picture(view: View, head: Sighting) -> bool:
    x, y = head.box.x + head.box.w / 2, head.box.y + head.box.h / 2
    return any(
        box.x <= x <= box.x + box.w and box.y <= y <= box.y + box.h
        for box in (seat.box for seat in view.seats if seat.kind is SeatKind.PICTURE)
    )


def _whole(case: ViewCase, seen: ViewMeasurement) -> Finding:
    where = _where(seen)
    percent = round(float(seen.stretch.share) * 100) if seen.stretch else 0
    besides = (
        Text(f"和教师 {seen.teachers} 人", f" and {counted(seen.teachers, 'teacher')}")
        if seen.teachers
        else Text("", "")
    )
    text = Text(
        f"{seen.view.camera_id} {clocks([where])} 内，{percent}% 的分钟里看到应到的 {case.expected} 人{besides.zh}",
        f"{seen.view.camera_id} {clocks([where])}: all {case.expected} expected{besides.en} are in view in {percent} % of the minutes",
    )
    return case.finding(Status.PASS, "WHOLE_CLASS", text, seen)


def _nothing_to_see(case: ViewCase) -> Finding:
    text = Text(
        "整个学时的画面冻结、黑屏或被遮挡，看不到任何人",
        "the picture is frozen, black or covered throughout: nobody can be seen",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请说明原因；如另有摄像机，请导出其录像",
        f"{hour_en(case.hour)}: explain, or export another camera's recording",
    )
    return case.finding(Status.FAIL, "NOTHING_TO_SEE", text, None, remedy)


def _pictures(seen: ViewMeasurement) -> int:
    return sum(seat.kind is SeatKind.PICTURE for seat in seen.view.seats)


def _still(case: ViewCase, seen: ViewMeasurement) -> Finding:
    count, camera = _pictures(seen), seen.view.camera_id
    text = Text(
        f"应到 {case.expected} 人，{camera} 画面里有 {count} 处人像，但始终没有自身动作：可能是照片、翻拍的屏幕或静止画面",
        f"{case.expected} expected; {camera} shows {counted(count, 'head')}, none of which ever moves by itself: perhaps a photograph, a filmed screen or a still",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请查看录像；如确为课堂，请导出原始录像或另一台摄像机的录像",
        f"{hour_en(case.hour)}: look at the recording; if it is a class, export the original or another camera's",
    )
    return case.finding(Status.UNPROVEN, "STILL_PEOPLE", text, seen, remedy)


def _nobody(case: ViewCase, seen: ViewMeasurement) -> Finding:
    text = Text(
        f"应到 {case.expected} 人，录像中始终没有人", f"{case.expected} expected, nobody in the recording at any time"
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请核对课表、教室与摄像机是否对应",
        f"{hour_en(case.hour)}: check that timetable, room and camera belong together",
    )
    return case.finding(Status.FAIL, "NOBODY", text, seen, remedy)


def _no_roster(case: ViewCase) -> Finding:
    text = Text(
        "没有花名册和打卡记录，不知道应到人数", "no roster and no check-ins: nobody knows how many should be in view"
    )
    remedy = Text("请把花名册或打卡导出放入同一文件夹", "put the roster or the check-in export into the same folder")
    return case.finding(Status.UNPROVEN, "NO_ROSTER", text, None, remedy)


def _not_looked(case: ViewCase) -> Finding:
    text = Text(
        "没有足够长的有效连续录像，无法判断是否显示全体人员",
        "no live recording is long enough to show whether the whole class is in view",
    )
    return case.finding(Status.UNPROVEN, "NO_WINDOW", text, None)


def _nobody_expected(case: ViewCase, seen: ViewMeasurement) -> Finding:
    text = Text("花名册上的学员全部请假，没有应到人员", "every trainee is on leave: nobody is expected")
    remedy = Text(f"{hour_zh(case.hour)}请核对请假记录与课表", f"{hour_en(case.hour)}: check leave and timetable")
    return case.finding(Status.UNPROVEN, "NOBODY_EXPECTED", text, seen, remedy)


def _short(case: ViewCase, seen: ViewMeasurement, views: Sequence[View]) -> Finding:
    expected = case.expected or 0
    low, high = missing(seen, expected)
    lacking = f"{low}" if low == high else f"{low}–{high}"
    where = _where(seen)
    reason, why = _why(seen, views, expected, high)
    places = empty_seats(seen.view, where)
    text = Text(
        f"应到 {expected} 人，{seen.view.camera_id} {clocks([where])} 镜头内最多 {seen.most} 人，未看到 {lacking} 人{why.zh}{places.zh}",
        f"{expected} expected, at most {seen.most} in view of {seen.view.camera_id} {clocks([where])}: {lacking} not seen{why.en}{places.en}",
    )
    room = _room_allows(seen.view)
    remedy = Text(
        f"{hour_zh(case.hour)}请核对这 {lacking} 人当时的去向；如坐在画面外、被遮挡或低头，请说明并调整摄像机位置{room.zh}",
        f"{hour_en(case.hour)}: find out where these {lacking} were; if they sat out of view, hidden or bowed, say so and move the camera{room.en}",
    )
    return case.finding(Status.UNPROVEN, reason, text, seen, remedy)


def _room_allows(view: View) -> Text:
    """What this camera cannot show however long one looks, and what would."""
    if view.head_px is None or view.head_px >= SMALL_HEAD_PX:
        return Text("", "")
    times = -(-SMALL_HEAD_PX // max(view.head_px, 1.0))
    return Text(
        f"。画面里的人头高约 {view.head_px:.0f} 像素，少于可靠辨认所需的 {SMALL_HEAD_PX:.0f} 像素：请把分辨率提高到约 {times:.0f} 倍，"
        "或把摄像机移近，或前后排各装一台",
        f". Heads are about {view.head_px:.0f} pixels high here, fewer than the {SMALL_HEAD_PX:.0f} that can be told"
        f" reliably: use about {times:.0f} times the resolution, move the camera nearer, or hang a second one for the far rows",
    )


def _with_others(case: ViewCase, seen: ViewMeasurement) -> Finding | None:
    """The finding where the number is reached, but by people who may not be trainees."""
    expected, share = case.expected or 0, case.demand.share
    if seen.view.moving_camera or not seen.view.moments:
        return None
    if seen.teachers:
        stretch = _best(case, seen.view, lambda count: expected <= count <= expected + seen.teachers)
        if stretch and stretch.share >= share:
            return _maybe_teacher(case, replace(seen, stretch=stretch))
    stretch = _best(case, seen.view, lambda count: count >= expected)
    if stretch and stretch.share >= share:
        return _too_many(case, replace(seen, stretch=stretch))
    return None


def _maybe_teacher(case: ViewCase, seen: ViewMeasurement) -> Finding:
    expected, camera = case.expected or 0, seen.view.camera_id
    text = Text(
        f"{camera} {clocks([_where(seen)])} 看到 {expected} 人，应到 {expected} 人，但其中可能含教师（课表上有教师 {seen.teachers} 名）",
        f"{camera} {clocks([_where(seen)])} shows the {expected} expected, but a teacher may be among them ({seen.teachers} on the timetable)",
    )
    theory = case.hour.kind is HourKind.THEORY
    remedy = Text(
        f"{hour_zh(case.hour)}"
        + (
            f'请在班期设置或 class.toml 的 [[camera]] 画出 {camera} 的讲台区（lectern = "左 上 宽 高"，按画面比例 0–1），或写明教师不在画面内（lectern = "none"）'
            if theory
            else "实操课教师走动，机器分不清教师与学员，请人工复核"
        ),
        f"{hour_en(case.hour)}: "
        + (
            f'state the lectern of {camera} in class settings or under [[camera]] of class.toml (lectern = "left top width height", in shares of the picture), or that no teacher is in its picture (lectern = "none")'
            if theory
            else "at practice the teacher walks among the trainees and no machine tells them apart: have a person look"
        ),
    )
    return case.finding(Status.UNPROVEN, "MAYBE_TEACHER", text, seen, remedy)


def _too_many(case: ViewCase, seen: ViewMeasurement) -> Finding:
    expected, camera = case.expected or 0, seen.view.camera_id
    text = Text(
        f"应到 {expected} 人，{camera} {clocks([_where(seen)])} 镜头内最多 {seen.most} 人，多于应到；不能确认应到的人都在其中",
        f"{expected} expected, up to {seen.most} in view of {camera} {clocks([_where(seen)])}: more than expected, and whether"
        " everybody expected is among them cannot be told",
    )
    remedy = Text(
        f"{hour_zh(case.hour)}请核对多出的是教师、来访者还是未登记的学员，并在班期设置画出讲台区",
        f"{hour_en(case.hour)}: say whether the others are teachers, visitors or trainees without a record, and draw the lectern zone",
    )
    return case.finding(Status.UNPROVEN, "MORE_THAN_EXPECTED", text, seen, remedy)


def _why(seen: ViewMeasurement, views: Sequence[View], expected: int, high: int) -> tuple[str, Text]:
    if seen.view.moving_camera:
        return "MOVING_CAMERA", Text(
            "；摄像机在转动，先后看到不等于同时看到",
            "; the camera moves, and seen one after another is not seen together",
        )
    if seen.stretch is None:
        return "NO_WINDOW", Text("；没有满足时长的连续窗口", "; and no window is long enough")
    backs = sum(seat.kind is SeatKind.BACK_ONLY for seat in seen.view.seats)
    if backs and backs >= high:
        return "BACK_ONLY", Text(
            f"；另有 {backs} 处只见背影或动作、不见面部", f"; {backs} more place(s) show movement but never a face"
        )
    others = {view.camera_id for view in views} - {seen.view.camera_id}
    if others and sum(max(curve_of(view).counts, default=0) for view in views) >= expected:
        return "SPLIT_VIEW", Text(
            "；几台摄像机各看到一部分，不能拼成一个画面",
            "; several cameras each show a part, which does not make one view",
        )
    return "SHORT", Text("", "")
