"""A clock that is off by a known amount, settled by two people: judged on the true time, the machine's word kept."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from attendance.clock_review import CLOCK_REVIEWED, CLOCK_REVIEWED_OPEN
from attendance.continuity_case import RoomFootage
from attendance.hour import HourFacts, judge_hour
from attendance.review import reading_fault
from claims.review import rests_on_review, without_reviews
from facts.clock_review import ClockReading
from facts.codec import dumps, loads
from facts.course import TrainingClass
from facts.digest import Digest
from facts.errors import InputError
from facts.footage import Camera, Damage
from facts.report import ClassReport
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewReading, ReviewSubject
from facts.sighting import LookCount, View
from facts.verdict import Finding, HourVerdict, Status
from report.document import document
from tests.fixtures.hour_facts import DEMANDS, HOUR, V1, at, footage, segment, span, turnout

EXPECTED = 12


def saw(by: str, *moved_s: float, shown: str = "教室后墙的钟") -> ReviewReading:
    moments = [at(10 + number) for number in range(len(moved_s))]
    clock = tuple(
        ClockReading(moment, "a.mp4", 600.0 + 60 * number, moment + timedelta(seconds=off), shown)
        for number, (moment, off) in enumerate(zip(moments, moved_s, strict=True))
    )
    return ReviewReading(by, at(60), ReviewAnswer.CLOCK, (), "", clock)


def settled(first: ReviewReading, *, by: float | None = None) -> Review:
    made = Review("h", "CH02", span(5, 15), Digest.of(b"a"), EXPECTED, first)
    own = by if by is not None else (first.offset or timedelta()).total_seconds()
    return made.agreed_by(ReviewAgreement(replace(saw("account:2", own), at=at(70)), agrees=True))


def full_view(start: float = 0, end: float = 45) -> View:
    looks = tuple(
        LookCount(at(start) + timedelta(seconds=50 * number), EXPECTED) for number in range(int((end - start) * 6 / 5))
    )
    return View("CH02", span(start, end), moments=looks)


def judged(room: RoomFootage, clock: Review | None, view: View | None = None) -> HourVerdict:
    unseen = replace(room, cameras={name: replace(one, lectern="none") for name, one in room.cameras.items()})
    return judge_hour(HourFacts(turnout(EXPECTED), unseen, (view or full_view(),), None, clock), DEMANDS)


def of(verdict: HourVerdict, rule: str = V1.rule) -> Finding:
    return next(one for one in verdict.findings if one.rule == rule)


STATED = footage(segment(span(0, 45)), offset_s=-300)


def test_a_stated_offset_is_confirmed_by_what_two_people_saw() -> None:
    assert of(judged(STATED, None)).reason == "CLOCK_OFFSET"
    verdict = judged(STATED, settled(saw("account:1", 0)))
    found = of(verdict)
    assert (found.status, found.reason, verdict.status) == (Status.PASS, CLOCK_REVIEWED, Status.PASS)
    assert "教室后墙的钟" in found.text.zh
    assert found.text.zh.startswith("经 2 人复核")
    assert (found.numbers["clock_moved_s"], found.numbers["reviewers"]) == (0, 2)
    assert [one.at_s for one in found.evidence] == [600.0]
    assert verdict.clock_before_review
    assert verdict.clock_before_review.reason == "CLOCK_OFFSET"
    assert rests_on_review(verdict)
    report = ClassReport("test", at(90), TrainingClass("c"), None, verdicts=(verdict,))
    alone = without_reviews([report])
    assert alone
    assert (alone[0].verdicts[0].status, of(alone[0].verdicts[0]).reason) == (Status.UNPROVEN, "CLOCK_OFFSET")


def test_one_name_settles_nothing() -> None:
    once = Review("h", "CH02", span(5, 15), Digest.of(b"a"), EXPECTED, saw("account:1", 0))
    verdict = judged(STATED, once)
    assert (of(verdict).reason, verdict.clock_before_review) == ("CLOCK_OFFSET", None)


def test_everything_that_was_seen_moves_with_the_clock() -> None:
    """By the camera the class sat there until 08:42; its clock was 33 minutes slow, so it was the hour's last part."""
    early, there = footage(segment(span(0, 12))), full_view(0, 12)
    assert judged(early, None, there).status is Status.PASS
    verdict = judged(early, settled(saw("account:1", 33 * 60)), there)
    assert (verdict.status, of(verdict).reason) == (Status.PASS, CLOCK_REVIEWED)
    assert verdict.window
    assert span(33, 45).covers(verdict.window.span)
    assert [run.span for run in verdict.runs] == [span(33, 45)]
    assert verdict.headcount.times[0] == at(33)


def test_what_is_moved_out_of_the_hour_leaves_it_open_and_never_fails_it() -> None:
    verdict = judged(footage(segment(span(0, 45))), settled(saw("account:1", 38 * 60)))
    found = of(verdict)
    assert (found.status, found.reason) == (Status.UNPROVEN, CLOCK_REVIEWED_OPEN)
    assert found.remedy
    assert "班期设置" in found.remedy.zh


def test_footage_from_beyond_the_hour_was_not_looked_at_and_counts_for_nothing() -> None:
    """The recording goes on for half an hour after the hour; nobody looked at that, so it cannot be moved into it."""
    long = footage(segment(span(0, 75)))
    assert of(judged(long, settled(saw("account:1", -38 * 60)))).reason == CLOCK_REVIEWED_OPEN


def test_a_file_that_plays_longer_than_its_name_says_is_no_matter_of_the_clock() -> None:
    strained = footage(segment(span(0, 30), damage=Damage.CLOCK_MISMATCH, claimed=span(0, 45)))
    assert of(judged(strained, None)).reason == "CLOCK_OFFSET"
    found = of(judged(strained, settled(saw("account:1", 0)), full_view(0, 30)))
    assert (found.status, found.reason) == (Status.UNPROVEN, CLOCK_REVIEWED_OPEN)


def test_another_camera_keeps_its_clock() -> None:
    cameras = {"CH02": Camera("CH02", lectern="none"), "CH03": Camera("CH03")}
    two = replace(footage(segment(span(0, 12)), segment(span(0, 9), path="b.mp4", camera="CH03")), cameras=cameras)
    runs = {run.camera_id: run.span for run in judged(two, settled(saw("account:1", 600)), full_view(0, 12)).runs}
    assert runs == {"CH02": span(10, 22), "CH03": span(0, 9)}


def test_readings_that_speak_of_two_offsets_decide_nothing() -> None:
    torn = saw("account:1", 0, 300)
    assert torn.offset is None
    fault = reading_fault(torn, EXPECTED)
    assert fault
    assert "不是同一个偏差" in fault.zh
    assert reading_fault(saw("account:1", 280, 300, 330), EXPECTED) is None
    assert saw("account:1", 280, 300, 330).offset == timedelta(seconds=300)


def test_nobody_agrees_to_an_offset_that_her_own_reading_denies() -> None:
    with pytest.raises(InputError, match=r"got \+0 seconds by your own reading, expected about \+300"):
        settled(saw("account:1", 300), by=0)
    once = Review("h", "CH02", span(5, 15), Digest.of(b"a"), EXPECTED, saw("account:1", 300))
    blind = ReviewReading("account:2", at(70), ReviewAnswer.UNCLEAR, (), "看不到钟")
    with pytest.raises(InputError, match="got no seconds"):
        once.agreed_by(ReviewAgreement(blind, agrees=True))
    assert once.agreed_by(ReviewAgreement(blind, agrees=False, dissent="看不到钟")).state == "contested"


@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (lambda: saw("account:1", 0, shown=" "), "characters on what shows the time"),
        (lambda: saw("account:1", 8 * 86400), "within 7 days"),
        (lambda: saw("account:1"), "got 0 readings"),
        (lambda: saw("account:1", *[0] * 11), "got 11 readings"),
        (lambda: replace(saw("account:1", 0), answer=ReviewAnswer.HEADS), "none with another"),
        (lambda: ClockReading(at(1), "a.mp4", 1, datetime(2099, 4, 7, 8), "钟"), "without a zone"),  # noqa: DTZ001
    ],
)
def test_bad_readings_are_one_clear_line(spoilt: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        spoilt()  # type: ignore[operator]


def test_the_record_comes_back_as_it_was_and_says_what_it_is_about() -> None:
    made = settled(saw("account:1", 300))
    assert loads(Review, dumps(made)) == made
    assert made.subject is ReviewSubject.CLOCK


def test_the_report_draws_the_recording_on_the_true_time_and_says_what_moved_it() -> None:
    early, made = footage(segment(span(0, 12))), settled(saw("account:1", 33 * 60))
    verdict = judged(early, made, full_view(0, 12))
    report = ClassReport(
        "test",
        at(90),
        TrainingClass("c"),
        None,
        hours=(HOUR,),
        segments=early.segments,
        cameras=tuple(early.cameras.values()),
        verdicts=(replace(verdict, hour_id=HOUR.id),),
        reviews=(replace(made, hour_id=HOUR.id),),
    )
    (entry,) = document(report)["hours"]
    (gap,) = entry["coverage"][0]["gaps"]
    assert datetime.fromisoformat(gap["end"]) == at(33)
    assert entry["clock_review"]
    assert (entry["clock_review"]["moved_s"], entry["clock_review"]["people"]) == (33 * 60, 2)
