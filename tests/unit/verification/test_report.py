"""The use case with a looker that is told what to see: what is asked of it, and what becomes of the answers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from attendance.inspection import site_visit
from facts.course import HourKind
from facts.footage import Camera, Lapse, LapseKind
from facts.report import ClassReport
from facts.sighting import Box
from facts.span import Span
from facts.verdict import HourVerdict, Status
from pipeline.verification.report import ReportOrigin, plan, prepare, verify
from tests.fixtures.verification_case import DAYS, CountedProgress, ToldLooker, hour_on, inputs, law


def made(book: str, told: ToldLooker, recorded_s: float = 2700) -> ClassReport:
    making = ReportOrigin("xueshi test", datetime(2026, 1, 1, tzinfo=UTC))
    return verify(prepare(inputs(book, recorded_s), law(book)), told, making, CountedProgress())


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
    (live,) = made("sx-unnamed-2023", ToldLooker()).verdicts
    (dead,) = made("sx-unnamed-2023", ToldLooker((frozen,))).verdicts
    assert (live.status, dead.status) == (Status.PASS, Status.UNPROVEN)


def test_a_document_without_a_recording_rule_asks_for_nothing_and_says_so() -> None:
    (verdict,) = made("linxian-2023", ToldLooker()).verdicts
    assert verdict.status is Status.NOT_APPLICABLE
    assert "不要求" in verdict.findings[0].text.zh


def test_a_look_knows_when_a_code_was_on_a_screen_within_its_own_stretch() -> None:
    told = inputs("yangquan-2024")
    start = told.hours[0].span.start
    before, during = Span.of(start - timedelta(minutes=5), 420), Span.of(start + timedelta(minutes=20), 60)
    shown = {"h1": (before, during), "h2": (Span.of(start + timedelta(minutes=30), 60),)}
    (job,) = plan(prepare(replace(told, code_times=shown), law("yangquan-2024")))
    assert job.code_times == (Span.of(start, 120), during)
    (unknown,) = plan(prepare(told, law("yangquan-2024")))
    assert replace(job, code_times=()) == unknown


def test_the_sampling_cannot_be_known_without_the_evidence() -> None:
    desk = prepare(inputs("yangquan-2024"), law("yangquan-2024"))
    other = replace(desk.inputs, segments=(replace(desk.inputs.segments[0], path="b.mp4"),))
    (one,), (two,) = plan(desk), plan(prepare(other, law("yangquan-2024")))
    assert one.seed != two.seed
    assert plan(desk) == plan(desk)


def test_progress_hears_every_job() -> None:
    heard = CountedProgress()
    verify(
        prepare(inputs("yangquan-2024"), law("yangquan-2024")),
        ToldLooker(),
        ReportOrigin("t", datetime(2026, 1, 1, tzinfo=UTC)),
        heard,
    )
    assert heard.jobs == heard.done == 1


def test_the_report_says_for_how_many_class_hours_the_recordings_spare_a_visit() -> None:
    said = [text.zh for text in made("yangquan-2024", ToldLooker(), 300).limits]
    [line] = [one for one in said if "第十条" in one]
    assert "1 个学时中有 0 个学时的录像可有效监管，其余 1 个学时的录像不足以监管" in line
    assert "不再实地抽查检查" in line


def test_where_every_class_hour_passes_no_visit_is_needed() -> None:
    passed = [HourVerdict(f"h{n}", Status.PASS, ()) for n in range(3)]
    [line] = site_visit(law("yangquan-2024"), passed)
    assert "3 个学时中有 3 个学时的录像可有效监管，不再需要实地抽查" in line.zh
    assert site_visit(law("yangquan-2024"), []) == ()


def test_a_document_without_the_clause_says_nothing_of_visits() -> None:
    assert not [one for one in made("sx-unnamed-2023", ToldLooker()).limits if "实地抽查" in one.zh]


def test_at_theory_the_lectern_is_not_looked_at_and_at_practice_everybody_may_walk() -> None:
    asked = inputs("yangquan-2024")
    camera = Camera("CH02", "201教室", lectern="0.1 0.5 0.2 0.4")
    for kind, ignored, walking in (
        (HourKind.THEORY, (Box(0.1, 0.5, 0.2, 0.4),), False),
        (HourKind.PRACTICE, (), True),
    ):
        hours = tuple(replace(hour, kind=kind, teacher="周老师") for hour in asked.hours)
        (job,) = plan(prepare(replace(asked, hours=hours, cameras=(camera,)), law("yangquan-2024")))
        assert (job.ignore, job.walking) == (ignored, walking)
        assert job.goal is not None
        assert job.goal.expected == (3 if kind is HourKind.THEORY else 4)
