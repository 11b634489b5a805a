"""The use case with a looker that is told what to see: what is asked of it, and what becomes of the answers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from attendance.law import Law
from facts.course import ClassHour, TrainingClass
from facts.footage import Camera, ClockSource, Lapse, LapseKind, Segment
from facts.report import ClassReport
from facts.span import SHANGHAI, Span
from facts.verdict import Status
from pipeline.verification.ports import LookJob, LookResult
from pipeline.verification.report import ClassInputs, ReportOrigin, plan, prepare, verify
from policy.shelf import packaged
from tests.fixtures.hour_facts import checkin, trainees, view

DAYS = {"yangquan-2024": date(2025, 4, 7), "sx-unnamed-2023": date(2023, 6, 5), "linxian-2023": date(2023, 6, 5)}
CLASS = TrainingClass("c", locality="", programme="项目制", group="重点群体")


@dataclass
class Told:
    """Implements the looker's port with what it was told to see."""

    lapses: tuple[Lapse, ...] = ()

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        for job in reversed(jobs):
            seen = replace(view(), camera_id=job.camera_id, span=job.span)
            yield job, LookResult(seen, tuple(lapse for lapse in self.lapses if lapse.span.overlaps(job.span)))


@dataclass
class Heard:
    """Hears how far the work is."""

    jobs: int = 0
    done: int = 0

    def planned(self, jobs: Sequence[LookJob]) -> None:
        self.jobs = len(jobs)

    def looked(self, _job: LookJob, _looked: LookResult) -> None:
        self.done += 1


def hour_on(day: date) -> ClassHour:
    start = datetime(day.year, day.month, day.day, 8, 30, tzinfo=SHANGHAI)
    return ClassHour("h1", Span.of(start, 2700), room="201教室", label="第1学时")


def inputs(book: str, recorded_s: float = 2700) -> ClassInputs:
    hour = hour_on(DAYS[book])
    people = trainees(3)
    signed = tuple(replace(checkin(one, 0), at=hour.span.start - timedelta(minutes=5)) for one in people)
    file = Segment("a.mp4", "CH02", 1, ClockSource.FILE_NAME, (Span.of(hour.span.start, recorded_s),))
    return ClassInputs(CLASS, (hour,), people, signed, (Camera("CH02", "201教室"),), (file,))


def law(book: str) -> Law:
    return Law(CLASS, date(2026, 1, 1), packaged().book(book))


def made(book: str, told: Told, recorded_s: float = 2700) -> ClassReport:
    making = ReportOrigin("xueshi test", datetime(2026, 1, 1, tzinfo=UTC))
    return verify(prepare(inputs(book, recorded_s), law(book)), told, making, Heard())


@pytest.mark.parametrize(
    ("book", "jobs", "asks_for_people"),
    [("yangquan-2024", 1, True), ("sx-unnamed-2023", 1, False), ("linxian-2023", 0, False)],
)
def test_what_is_looked_at_is_what_the_rulebook_asks_for(book: str, jobs: int, *, asks_for_people: bool) -> None:
    planned = plan(prepare(inputs(book), law(book)))
    assert len(planned) == jobs
    assert [job.goal is not None for job in planned] == [asks_for_people] * jobs


def test_a_whole_course_on_video_is_no_pass_where_the_picture_froze() -> None:
    hour = hour_on(DAYS["sx-unnamed-2023"])
    frozen = Lapse("CH02", Span.of(hour.span.start + timedelta(minutes=10), 600), LapseKind.FROZEN)
    (live,) = made("sx-unnamed-2023", Told()).verdicts
    (dead,) = made("sx-unnamed-2023", Told((frozen,))).verdicts
    assert (live.status, dead.status) == (Status.PASS, Status.UNPROVEN)


def test_a_document_without_a_recording_rule_asks_for_nothing_and_says_so() -> None:
    (verdict,) = made("linxian-2023", Told()).verdicts
    assert verdict.status is Status.NOT_APPLICABLE
    assert "不要求" in verdict.findings[0].text.zh


def test_the_sampling_cannot_be_known_without_the_evidence() -> None:
    desk = prepare(inputs("yangquan-2024"), law("yangquan-2024"))
    other = replace(desk.inputs, segments=(replace(desk.inputs.segments[0], path="b.mp4"),))
    (one,), (two,) = plan(desk), plan(prepare(other, law("yangquan-2024")))
    assert one.seed != two.seed
    assert plan(desk) == plan(desk)


def test_progress_hears_every_job() -> None:
    heard = Heard()
    verify(
        prepare(inputs("yangquan-2024"), law("yangquan-2024")),
        Told(),
        ReportOrigin("t", datetime(2026, 1, 1, tzinfo=UTC)),
        heard,
    )
    assert heard.jobs == heard.done == 1
