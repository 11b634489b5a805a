"""From what was handed in to a report: which rulebook, what to look at, what it amounts to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import product

from attendance.camera_moves import camera_moves
from attendance.code_doubts import CodesSeen, code_doubts
from attendance.doubts import doubts
from attendance.encoder_doubts import encoder_doubts
from attendance.faces import with_faces
from attendance.flat_doubts import flat_doubts
from attendance.hour import HourFacts, judge_hour, tolerance_of
from attendance.inspection import site_visit
from attendance.law import Law
from attendance.lists_set_aside import checkins_aside
from attendance.presence import attendances
from attendance.recognition_doubts import recognition_doubts
from attendance.register import Register
from attendance.roster import Turnout, join, turnouts
from attendance.runs import runs_inside, runs_of
from attendance.screen_clock_doubts import ScreenClocksSeen, screen_clock_doubts
from attendance.splice_doubts import splice_doubts
from attendance.teachers import teachers_among
from attendance.time_code import readings_of
from facts.check_in import CheckIn
from facts.class_settings import NOTHING_SET, ClassSettings
from facts.course import ClassHour, HourKind, Trainee, TrainingClass
from facts.digest import Digest
from facts.footage import Camera, Lapse, Run, Segment
from facts.motion import Replay
from facts.recognition import Recognition
from facts.recording_origin import RecordingOrigin
from facts.report import ClassReport, InputFile
from facts.review import Review, ReviewSubject
from facts.senses import Sense
from facts.sighting import View
from facts.span import Span
from facts.verdict import Attendance, Doubt, HourVerdict
from pipeline.classes.settings_text import assumed
from pipeline.recognition.ports import Recogniser
from pipeline.verification.camera_rooms import CameraRooms, taught, with_found
from pipeline.verification.ports import Goal, Looker, LookJob, LookResult, Progress, ReplayFinder
from pipeline.verification.replays import doubts_of_footage, unsettled
from pipeline.verification.report_limits import recognition_limits, report_limits
from pipeline.verification.sense_faults import with_sense_faults

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
    code_keys: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    origins: tuple[RecordingOrigin, ...] = ()
    code_times: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)


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
    replays: tuple[Replay, ...] = ()

    def facts_of(self, hour: ClassHour, views: Sequence[View] = (), lapses: Sequence[Lapse] = ()) -> HourFacts:
        """Everything known about one class hour, with or without what looking found."""
        footage = self.camera_rooms.footage_of(hour, [lapse for lapse in lapses if lapse.span.overlaps(hour.span)])
        codes = {view.camera_id: readings_of(views, view.camera_id) for view in views}
        footage = replace(footage, codes=codes, timetable=self.inputs.hours)
        about_view, about_clock = (binding_review(self, hour, subject) for subject in ReviewSubject)
        return HourFacts(self.turnouts[hour.id], footage, tuple(views), about_view, about_clock, self.replays)

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
    shown = tuple(part for one in case.inputs.code_times.get(hour.id, ()) if (part := one.clip(run.span)))
    seed = _seed(case, run.paths)
    return LookJob(hour.id, run.camera_id, run.span, run.paths, seed, goal, ignore, walking=practice, code_times=shown)


def _goal(case: VerificationCase, hour: ClassHour, run: Run, teachers: int) -> Goal | None:
    """What would be proof; where no rule asks who is in view, only whether the picture is live is looked at."""
    wanted, expected = case.law.on(hour).whole_class, case.turnouts[hour.id].expected
    if wanted is None or not expected:
        return None
    # A run too short to prove anything is looked at as closely: the report shows who was there all the same.
    window_s = min(wanted.minimum, run.span.length).total_seconds()
    return Goal(expected + teachers, window_s, wanted.share)


def binding_review(case: VerificationCase, hour: ClassHour, subject: ReviewSubject) -> Review | None:
    """The last review of the hour that speaks of the recordings at hand, where the rulebook lets people settle that."""
    own = [one for one in case.inputs.reviews if one.hour_id == hour.id and one.subject is subject]
    if not own or not case.law.review.allows(subject):
        return None
    seeds = {(job.camera_id, job.seed) for job in _jobs_of(case, hour)}
    return next((one for one in reversed(own) if (one.camera_id, one.evidence) in seeds), None)


def _seed(case: VerificationCase, paths: Sequence[str]) -> Digest:
    """The evidence itself seeds the sampling: nobody in the room can know the moments, everybody can redraw them."""
    digests = {file.path: file.digest for file in case.inputs.files}
    return Digest.of(b"".join((one.sha256 if (one := digests.get(path)) else path).encode() for path in paths))


def verify(
    case: VerificationCase,
    looker: Looker,
    origin: ReportOrigin,
    progress: Progress,
    finder: ReplayFinder | None = None,
    recogniser: Recogniser | None = None,
) -> ClassReport:
    """Looks where the rulebook asks for it and judges every class hour; faces are compared where a recogniser is given."""
    jobs = plan(case)
    progress.planned(jobs)
    done: dict[LookJob, LookResult] = {}
    for job, looked in looker.look(jobs):
        done[job] = looked
        progress.looked(job, looked)
    found: dict[str, list[LookResult]] = {}
    for job in jobs:
        found.setdefault(job.hour_id, []).append(done[job])
    looks = [(job, done[job]) for job in jobs]
    replays = tuple(finder.replays(looks)) if finder else ()
    return report(case, found, origin, replays, recogniser.recognised(looks) if recogniser else None)


def report(
    case: VerificationCase,
    found: Mapping[str, Sequence[LookResult]],
    origin: ReportOrigin,
    replays: tuple[Replay, ...] = (),
    recognition: Recognition | None = None,
) -> ClassReport:
    """The report of a class whose recordings were looked at."""
    inputs, law = case.inputs, case.law
    case = replace(case, replays=unsettled(replays, inputs.settled))
    views = tuple(one.view for hour in inputs.hours for one in found.get(hour.id, ()))
    verdicts = case.judged(found)
    reviewed = (law.review.assumption,) if inputs.reviews else ()
    of_footage = doubts_of_footage(inputs.hours, replays, inputs.segments, law)
    doubted = (*law.doubts, *doubts(case.register, verdicts), *of_footage)
    doubted += recognition_doubts(recognition, inputs.hours, case.register.rule)
    doubted += tuple(checkins_aside(inputs.files, case.register.rule))
    doubted += tuple(doubt for hour in inputs.hours for doubt in code_doubts(_codes_seen(case, hour, found)))
    doubted += tuple(one for hour in inputs.hours for one in screen_clock_doubts(_screen_clocks(case, hour, found)))
    doubted += tuple(one for hour in inputs.hours for one in _encoder_doubts(case, hour))
    doubted += tuple(one for hour in inputs.hours for one in _of_pictures(case, hour, found))
    doubted += tuple(camera_moves(inputs.hours, views, inputs.segments, _view_rule(case)))
    return ClassReport(
        tool=origin.tool,
        made_at=origin.made_at,
        training_class=inputs.training_class,
        policy=law.reference,
        assumptions=law.assumptions + reviewed + assumed(inputs.settings, inputs.segments, inputs.files),
        inputs=inputs.files,
        cameras=case.camera_rooms.cameras,
        segments=inputs.segments,
        hours=inputs.hours,
        verdicts=verdicts,
        trainees=inputs.trainees,
        attendance=with_faces(_attendance(case, verdicts, doubted), recognition),
        checkins=inputs.checkins,
        doubts=doubted,
        views=views,
        limits=report_limits(views, case.camera_rooms, case.inputs.code_keys, origin.senses)
        + recognition_limits(recognition)
        + site_visit(law, verdicts),
        clauses=law.clauses,
        versions=origin.versions,
        settings=inputs.settings,
        senses=origin.senses,
        reviews=inputs.reviews,
        code_keys=inputs.code_keys if any(one.view.codes for own in found.values() for one in own) else (),
        replays=replays,
        settled=inputs.settled,
        origins=inputs.origins,
        recognition=recognition,
    )


def _codes_seen(case: VerificationCase, hour: ClassHour, found: Mapping[str, Sequence[LookResult]]) -> CodesSeen:
    looked, asked = found.get(hour.id, ()), case.law.on(hour).continuity
    views, lapses = tuple(one.view for one in looked), tuple(lapse for one in looked for lapse in one.lapses)
    rule, keyed = asked.clause.rule if asked else "", bool(case.inputs.code_keys)
    return CodesSeen(hour, case.inputs.hours, views, lapses, case.law.clock_slack, rule, keyed)


def _view_rule(case: VerificationCase) -> str:
    return next((rule for hour in case.inputs.hours if (rule := case.law.on(hour).view_rule)), "")


def _encoder_doubts(case: VerificationCase, hour: ClassHour) -> list[Doubt]:
    asked = case.law.on(hour).continuity
    if asked is None:
        return []
    return encoder_doubts(hour, case.camera_rooms.footage_of(hour).segments, asked.clause.rule)


def _of_pictures(case: VerificationCase, hour: ClassHour, found: Mapping[str, Sequence[LookResult]]) -> list[Doubt]:
    views, rule = [one.view for one in found.get(hour.id, ())], case.law.on(hour).view_rule or ""
    expected = case.turnouts[hour.id].expected or 0
    return splice_doubts(hour, views, case.inputs.segments, rule) + flat_doubts(hour, views, expected, rule)


def _screen_clocks(
    case: VerificationCase, hour: ClassHour, found: Mapping[str, Sequence[LookResult]]
) -> ScreenClocksSeen:
    views, asked = tuple(one.view for one in found.get(hour.id, ())), case.law.on(hour).continuity
    cameras = {camera.id: camera for camera in case.camera_rooms.cameras}
    return ScreenClocksSeen(hour, views, case.law.clock_slack, cameras, asked.clause.rule if asked else "")


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
