"""From what was handed in to a report: which rulebook, what to look at, what it amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product

from attendance.doubts import doubts
from attendance.hour import HourFacts, judge_hour, tolerance_of
from attendance.inspection import site_visit
from attendance.law import Law
from attendance.lists_set_aside import checkins_aside
from attendance.presence import attendances
from attendance.register import Register
from attendance.roster import Turnout, join, turnouts
from attendance.runs import runs_inside, runs_of
from attendance.teachers import teachers_among
from facts.check_in import CheckIn
from facts.class_settings import NOTHING_SET, ClassSettings
from facts.course import ClassHour, HourKind, Trainee, TrainingClass
from facts.digest import Digest
from facts.footage import Camera, Lapse, Run, Segment
from facts.report import ClassReport, InputFile
from facts.review import Review
from facts.senses import Sense
from facts.sighting import View
from facts.text import Text
from facts.verdict import Attendance, Doubt, HourVerdict
from pipeline.classes.settings_text import assumed
from pipeline.verification.camera_rooms import CameraRooms, taught, with_found
from pipeline.verification.ports import Goal, Looker, LookJob, LookResult, Progress
from pipeline.verification.sense_faults import with_sense_faults
from pipeline.verification.sense_limits import sense_limits

# A shorter stretch shows no rolling minute.
_SHORTEST_LOOK_S = 60.0
# Doubts about one sign-in, which the attendance matrix shows at that very cell; they change nobody's presence.
_AT_A_CELL = {"OUTSIDE_PLACE": "outside_place", "SHARED_DEVICE": "shared_device"}


@dataclass(frozen=True, slots=True)
class ClassInputs:
    """Everything that was found in a class folder, as facts."""

    training_class: TrainingClass
    hours: tuple[ClassHour, ...] = ()
    trainees: tuple[Trainee, ...] = ()
    checkins: tuple[CheckIn, ...] = ()
    cameras: tuple[Camera, ...] = ()
    segments: tuple[Segment, ...] = ()
    files: tuple[InputFile, ...] = ()
    settings: ClassSettings = NOTHING_SET
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportOrigin:
    """Who makes the report, with what, and when: fixed once and passed down."""

    tool: str
    made_at: datetime
    versions: Mapping[str, str] = field(default_factory=dict)
    senses: tuple[Sense, ...] = ()


@dataclass(frozen=True, slots=True)
class VerificationCase:
    """A class laid out for judgement: its lists joined, its rooms known, its law chosen."""

    inputs: ClassInputs
    law: Law
    camera_rooms: CameraRooms
    turnouts: Mapping[str, Turnout]
    register: Register

    def facts_of(self, hour: ClassHour, views: Sequence[View] = (), lapses: Sequence[Lapse] = ()) -> HourFacts:
        """Everything known about one class hour, with or without what looking found."""
        footage = self.camera_rooms.footage_of(hour, [lapse for lapse in lapses if lapse.span.overlaps(hour.span)])
        return HourFacts(self.turnouts[hour.id], footage, tuple(views), binding_review(self, hour))

    def judged(self, found: Mapping[str, Sequence[LookResult]]) -> tuple[HourVerdict, ...]:
        """The verdict of every class hour."""
        verdicts = []
        for hour in self.inputs.hours:
            looked = found.get(hour.id, ())
            lapses = [lapse for one in looked for lapse in one.lapses]
            verdicts.append(self.judged_hour(hour, [one.view for one in looked], lapses))
        return tuple(verdicts)

    def judged_hour(self, hour: ClassHour, views: Sequence[View], lapses: Sequence[Lapse]) -> HourVerdict:
        """The verdict of one class hour."""
        facts, demands = self.facts_of(hour, views, lapses), self.law.on(hour)
        return with_sense_faults(judge_hour(facts, demands), demands, facts.views)


def prepare(inputs: ClassInputs, law: Law) -> VerificationCase:
    """Joins the lists and the rooms; nothing is looked at yet."""
    teachers = {hour.teacher for hour in inputs.hours}
    joined = join(inputs.trainees, inputs.checkins, teachers)
    turnout = turnouts(inputs.hours, inputs.trainees, joined)
    register = Register(inputs.hours, inputs.trainees, joined, turnout, law.sign_in_rule, inputs.settings)
    camera_rooms = CameraRooms(with_found(inputs.cameras, inputs.segments), inputs.segments, taught(inputs.hours))
    return VerificationCase(inputs, law, camera_rooms, turnout, register)


def plan(case: VerificationCase) -> tuple[LookJob, ...]:
    """What to look at: every recorded stretch of the hours whose rulebook asks for recordings."""
    return tuple(job for hour in case.inputs.hours for job in _jobs_of(case, hour))


def _jobs_of(case: VerificationCase, hour: ClassHour) -> list[LookJob]:
    demands = case.law.on(hour)
    if demands.continuity is None and demands.whole_class is None:
        return []
    footage = case.camera_rooms.footage_of(hour)
    recorded = runs_inside(runs_of(footage.segments, tolerance_of(demands.continuity)), hour.span)
    looked_at = [run for run in recorded if run.span.length_s >= _SHORTEST_LOOK_S]
    return [_job(case, hour, run, footage.cameras.get(run.camera_id)) for run in looked_at]


def _job(case: VerificationCase, hour: ClassHour, run: Run, camera: Camera | None) -> LookJob:
    practice = hour.kind is HourKind.PRACTICE
    ignore = (camera.zone,) if camera and camera.zone and not practice else ()
    goal = _goal(case, hour, run, teachers_among(hour, camera))
    return LookJob(hour.id, run.camera_id, run.span, run.paths, _seed(case, run.paths), goal, ignore, walking=practice)


def _goal(case: VerificationCase, hour: ClassHour, run: Run, teachers: int) -> Goal | None:
    """What would be proof; where no rule asks who is in view, only whether the picture is live is looked at."""
    wanted, expected = case.law.on(hour).whole_class, case.turnouts[hour.id].expected
    if wanted is None or not expected:
        return None
    # A run too short to prove anything is looked at as closely: the report shows who was there all the same.
    window_s = min(wanted.minimum, run.span.length).total_seconds()
    return Goal(expected + teachers, window_s, wanted.share)


def binding_review(case: VerificationCase, hour: ClassHour) -> Review | None:
    """The last review of the hour that speaks of the recordings at hand; one of other files has lapsed."""
    own = [one for one in case.inputs.reviews if one.hour_id == hour.id]
    if not own:
        return None
    seeds = {(job.camera_id, job.seed) for job in _jobs_of(case, hour)}
    return next((one for one in reversed(own) if (one.camera_id, one.evidence) in seeds), None)


def _seed(case: VerificationCase, paths: Sequence[str]) -> Digest:
    """The evidence itself seeds the sampling: nobody in the room can know the moments, everybody can redraw them."""
    digests = {file.path: file.digest for file in case.inputs.files}
    return Digest.of(b"".join((one.sha256 if (one := digests.get(path)) else path).encode() for path in paths))


def verify(case: VerificationCase, looker: Looker, origin: ReportOrigin, progress: Progress) -> ClassReport:
    """Looks where the rulebook asks for it and judges every class hour."""
    jobs = plan(case)
    progress.planned(jobs)
    done: dict[LookJob, LookResult] = {}
    for job, looked in looker.look(jobs):
        done[job] = looked
        progress.looked(job, looked)
    found: dict[str, list[LookResult]] = {}
    for job in jobs:
        found.setdefault(job.hour_id, []).append(done[job])
    return report(case, found, origin)


def report(case: VerificationCase, found: Mapping[str, Sequence[LookResult]], origin: ReportOrigin) -> ClassReport:
    """The report of a class whose recordings were looked at."""
    inputs, law = case.inputs, case.law
    verdicts = case.judged(found)
    doubted = (*law.doubts, *doubts(case.register, verdicts), *checkins_aside(inputs.files, case.register.rule))
    return ClassReport(
        tool=origin.tool,
        made_at=origin.made_at,
        training_class=inputs.training_class,
        policy=law.reference,
        assumptions=law.assumptions + assumed(inputs.settings, inputs.segments, inputs.files),
        inputs=inputs.files,
        cameras=case.camera_rooms.cameras,
        segments=inputs.segments,
        hours=inputs.hours,
        verdicts=verdicts,
        trainees=inputs.trainees,
        attendance=_attendance(case, verdicts, doubted),
        checkins=inputs.checkins,
        doubts=doubted,
        views=tuple(one.view for hour in inputs.hours for one in found.get(hour.id, ())),
        limits=_limits(case, found, origin.senses) + site_visit(law, verdicts),
        clauses=law.clauses,
        versions=origin.versions,
        settings=inputs.settings,
        senses=origin.senses,
        reviews=inputs.reviews,
    )


def _attendance(
    case: VerificationCase, verdicts: Sequence[HourVerdict], doubted: Sequence[Doubt]
) -> tuple[Attendance, ...]:
    marked: dict[tuple[str, str], tuple[str, ...]] = {}
    for doubt in doubted:
        if doubt.kind in _AT_A_CELL:
            for place in product(doubt.hours, doubt.trainees):
                marked[place] = (*marked.get(place, ()), _AT_A_CELL[doubt.kind])
    return tuple(
        replace(one, contradictions=one.contradictions + marked.get((one.hour_id, one.trainee_key), ()))
        for hour, verdict in zip(case.inputs.hours, verdicts, strict=True)
        for one in _of_hour(case, hour, verdict)
    )


def _of_hour(case: VerificationCase, hour: ClassHour, verdict: HourVerdict) -> tuple[Attendance, ...]:
    asked = case.law.on(hour)
    return attendances(case.inputs.trainees, case.turnouts[hour.id], verdict, asked.view_rule, asked.sign_in)


def _limits(
    case: VerificationCase, found: Mapping[str, Sequence[LookResult]], senses: tuple[Sense, ...]
) -> tuple[Text, ...]:
    views = [looked.view for hour in found.values() for looked in hour]
    recalls = [view.recall for view in views if view.recall is not None]
    limits = [
        *sense_limits(senses, views),
        Text(
            "无缝剪接的录像和屏幕翻拍不能仅凭时间戳发现；本报告只列疑点，不作定性。",
            "seamless splices and filmed screens cannot be found from timestamps alone; this report states doubts, never fraud",
        ),
    ]
    if recalls:
        low, high = round(min(recalls) * 100), round(max(recalls) * 100)
        limits.insert(
            0,
            Text(
                f"本班教室实测人头检出率 {low}%–{high}%（占座位被观察次数）",
                f"measured in these rooms: heads found in {low} %–{high} % of looks at occupied seats",
            ),
        )
    if assumed := [camera.id for camera in case.camera_rooms.assumed]:
        names = "、".join(assumed)
        limits.append(
            Text(
                f"没有写明 {names} 在哪个教室，按课表上的教室处理；请在班期设置或 class.toml 的 [[camera]] 补写",
                f"nothing says which room {names} looks into: taken to be the timetable's; write it in the class's settings or under [[camera]] of class.toml",
            )
        )
    return tuple(limits)
