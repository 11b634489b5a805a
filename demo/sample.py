import shutil
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from demo.dossier import SampleManifest, at_clock, batch_on_one_phone, honest_checkins, write_dossier
from demo.events import Bow, Hole, Leave
from demo.film import Progress, Reel, shoot, silent
from demo.identity import identities
from demo.scenario import Container, Lens, Naming, Scenario, Truth
from facts.check_in import CheckIn
from facts.course import ClassHour, HourKind
from facts.span import SHANGHAI, Span, local, local_day

_DAY = "2025-04-07"
_PEOPLE, _ROWS = 24, 4
_ON_ONE_PHONE = slice(20, 24)
_TAUGHT_TODAY = ("居室清洁", "衣物洗护", "营养膳食", "安全与急救")
_WEEK, _SETTLING = timedelta(days=7), timedelta(minutes=5)
_BOWED, _OPEN_S = (2, 9, 16, 19), 780
_OPEN_HOURS = (("家政服务礼仪", ("14:30", "15:15"), "14:34"), ("居家清洁", ("15:25", "16:10"), "15:29"))


@dataclass(frozen=True, slots=True)
class SampleHour:
    """One hour of the sample class: as planned, as it was, and its files."""

    hour: ClassHour
    scenario: Scenario
    truth: Truth
    reels: tuple[Reel, ...]
    checked_in: int


@dataclass(frozen=True, slots=True)
class _Plan:
    label: str
    teacher: str
    kind: HourKind
    clock: tuple[str, str]
    story: Scenario


def draw_class(
    folder: Path, *, seed: int = 1, small: bool = True, progress: Progress = silent
) -> tuple[SampleHour, ...]:
    """A clerk's folder of one class day: an honest hour, one with bowed heads, and one that does not hold.

    ``small`` draws at 960×540, which costs half the time of 1280×720.
    """
    plans = _plans(seed, (960, 540) if small else (1280, 720))
    people = identities(_PEOPLE, seed)
    total = sum(plan.story.length_s for plan in plans)
    hours: list[SampleHour] = []
    checkins: list[CheckIn] = []
    done = 0
    for number, plan in enumerate(plans, start=1):
        hour = _hour(number, plan)
        signed = _signed(number, hour, seed)
        text = f"第{number}学时 {plan.label}"
        reels = shoot(plan.story, folder / "录像", _part_of(progress, done, total, text))
        hours.append(SampleHour(hour, plan.story, plan.story.truth(), reels, len(signed)))
        checkins += signed
        done += plan.story.length_s
    write_dossier(folder, people=people, hours=[h.hour for h in hours], checkins=checkins, manifest=SampleManifest())
    progress(total, total, "完成 done")
    return tuple(hours)


def draw_open_class(
    folder: Path, manifest: SampleManifest, *, seed: int = 1, small: bool = True, progress: Progress = silent
) -> tuple[SampleHour, ...]:
    """Two hours in which some bow over their notes all the time and the teacher is in view: a person has to look."""
    lens = Lens(size=(960, 540) if small else (1280, 720), naming=Naming.DAHUA, container=Container.MP4)
    people = identities(_PEOPLE, seed + 1)
    plans = []
    for number, (label, clock, begins) in enumerate(_OPEN_HOURS):
        story = Scenario(
            f"open{number}", label, people=_PEOPLE, rows=_ROWS, seed=seed + 7 + number, lenses=(lens,), teacher=True,
            start=at_clock(_DAY, begins), length_s=_OPEN_S, events=(Bow(0, _OPEN_S, seats=_BOWED),),
        )  # fmt: skip
        plans.append(_Plan(label, "吴老师", HourKind.THEORY, clock, story))
    hours: list[SampleHour] = []
    checkins: list[CheckIn] = []
    for number, plan in enumerate(plans, start=1):
        hour = _hour(number, plan)
        signed = honest_checkins(people, hour.span.start, seed)
        told = _part_of(progress, _OPEN_S * (number - 1), _OPEN_S * len(plans), f"第{number}学时 {plan.label}")
        reels = shoot(plan.story, folder / "录像", told)
        hours.append(SampleHour(hour, plan.story, plan.story.truth(), reels, len(signed)))
        checkins += signed
    write_dossier(folder, people=people, hours=[h.hour for h in hours], checkins=checkins, manifest=manifest)
    progress(1, 1, "完成 done")
    return tuple(hours)


def write_replayed_class(
    folder: Path, manifest: SampleManifest, film: Path, filmed: datetime, *, seed: int = 1
) -> ClassHour:
    """A class of a week later whose one recording is that earlier film under a new name: what nobody may be paid for."""
    start = filmed + _WEEK
    hour = ClassHour(
        f"{local_day(start)}-1", Span(start - _SETTLING, start - _SETTLING + timedelta(minutes=45)), HourKind.THEORY,
        "201教室", "", "礼仪与沟通",
    )  # fmt: skip
    renamed = film.name.replace(f"{local(filmed):%Y%m%d}", f"{local(start):%Y%m%d}")
    (folder / "录像").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(film, folder / "录像" / renamed)
    people = identities(_PEOPLE, seed + 3)
    signed = honest_checkins(people, hour.span.start, seed + 3)
    write_dossier(folder, people=people, hours=(hour,), checkins=signed, manifest=manifest)
    return hour


def write_todays_class(folder: Path, manifest: SampleManifest, at: datetime, *, seed: int = 1) -> tuple[ClassHour, ...]:
    """A class that is being taught at that moment: its roster and the rest of its day's timetable, nothing recorded yet."""
    now, day = local(at), local_day(at)
    midnight = datetime.combine(day, time(), SHANGHAI) + timedelta(days=1)
    lasts, every = timedelta(minutes=45), timedelta(minutes=55)
    begins = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
    begins = min(begins, midnight - timedelta(minutes=1) - lasts)
    hours = []
    for number, label in enumerate(_TAUGHT_TODAY, 1):
        start = begins + every * (number - 1)
        if start + lasts < midnight:
            span = Span(start, start + lasts)
            hours.append(ClassHour(f"{day}-{number}", span, HourKind.THEORY, "201教室", "吴老师", label))
    write_dossier(folder, people=identities(_PEOPLE, seed + 2), hours=hours, checkins=(), manifest=manifest)
    return tuple(hours)


def _part_of(progress: Progress, done: int, total: int, text: str) -> Progress:
    """Progress of one hour told as progress of the whole day."""

    def tell(at_s: int, _length_s: int, _camera: str) -> None:
        progress(done + at_s, total, text)

    return tell


def _hour(number: int, plan: _Plan) -> ClassHour:
    span = Span(at_clock(_DAY, plan.clock[0]), at_clock(_DAY, plan.clock[1]))
    return ClassHour(f"{_DAY}-{number}", span, plan.kind, "201教室", plan.teacher, plan.label)


def _signed(number: int, hour: ClassHour, seed: int) -> tuple[CheckIn, ...]:
    """The third hour's last four trainees are all signed in from one phone; nobody saw them in the room."""
    people = identities(_PEOPLE, seed)
    if number < 3:  # noqa: PLR2004 - the third hour
        return honest_checkins(people, hour.span.start, seed)
    honest = honest_checkins(people[: _ON_ONE_PHONE.start], hour.span.start, seed)
    return honest + batch_on_one_phone(people[_ON_ONE_PHONE], hour.span.start)


def _plans(seed: int, size: tuple[int, int]) -> tuple[_Plan, ...]:
    lens = Lens(size=size, naming=Naming.DAHUA, container=Container.MP4)
    base = Scenario("sample", "示范", people=_PEOPLE, rows=_ROWS, seed=seed, lenses=(lens,), portraits=1)

    def story(name: str, title: str, clock: str, length_s: int, **changes: Any) -> Scenario:  # noqa: ANN401 - its fields
        return replace(base, name=name, title_zh=title, start=at_clock(_DAY, clock), length_s=length_s, **changes)

    practice = story("practice", "婴幼儿照护实操", "08:35", 840, teacher=True)
    theory = story("theory", "职业道德与服务规范", "09:30", 840, events=(
        Bow(150, 195, seats=(3, 9, 16)), Bow(560, 600, seats=(12,)), Leave(700, 780, seats=(20,))))  # fmt: skip
    broken = story("broken", "家庭餐制作", "10:25", 1080, events=(
        Leave(0, 1080, seats=tuple(range(_ON_ONE_PHONE.start, _ON_ONE_PHONE.stop))), Hole(520, 780)))  # fmt: skip
    return (
        _Plan(practice.title_zh, "周老师", HourKind.PRACTICE, ("08:30", "09:15"), practice),
        _Plan(theory.title_zh, "周老师", HourKind.THEORY, ("09:25", "10:10"), theory),
        _Plan(broken.title_zh, "李老师", HourKind.PRACTICE, ("10:20", "11:05"), broken),
    )
