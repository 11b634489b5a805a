"""What two people's reviews make of an hour: never more than they agreed on, and the machine's word stays beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.hour import HourFacts, judge_hour
from attendance.review import FAILED, PASSED
from facts.digest import Digest
from facts.errors import InputError
from facts.footage import Camera
from facts.review import (
    MOST_HEADS,
    Review,
    ReviewAgreement,
    ReviewAnswer,
    ReviewFrame,
    ReviewReading,
    ReviewState,
)
from facts.sighting import Box, LookCount, SampledFrame, View
from facts.verdict import Finding, HourVerdict, Status
from tests.fixtures.hour_facts import DEMANDS, V2, at, footage, segment, span, turnout

ROOM = replace(footage(segment(span(0, 45))), cameras={"CH02": Camera("CH02", lectern="none")})
EXPECTED = 12
WINDOW = span(5, 16)


def looked(count: int, held: int = 0) -> View:
    looks = tuple(LookCount(at(5) + timedelta(seconds=50 * index), count, 0, 0, held) for index in range(13))
    return View("CH02", WINDOW, moments=looks)


def heads(count: int) -> tuple[Box, ...]:
    return tuple(Box(0.01 + 0.03 * index, 0.1, 0.02, 0.03) for index in range(count))


def reading(
    by: str = "account:1",
    count: int = EXPECTED,
    answer: ReviewAnswer = ReviewAnswer.HEADS,
    minutes: tuple[float, ...] = (5.5, 10, 15),
    words: str = "",
) -> ReviewReading:
    frames = tuple(ReviewFrame(at(minute), "a.mp4", minute * 60, heads(count)) for minute in minutes)
    return ReviewReading(by, at(60), answer, frames, words)


def review(first: ReviewReading, *, view: View | None = None, seconds: bool = True) -> Review:
    made = Review("h", "CH02", WINDOW, Digest.of(b"a"), EXPECTED, first, view)
    return made.agreed_by(agreement("account:2", first)) if seconds else made


def agreement(by: str, first: ReviewReading, *, agrees: bool = True) -> ReviewAgreement:
    return ReviewAgreement(replace(first, by=by, at=at(70)), agrees, "" if agrees else "少一人")


def judged(made: Review | None, machine: View | None = None, expected: int = EXPECTED) -> HourVerdict:
    return judge_hour(HourFacts(turnout(expected), ROOM, (machine or looked(EXPECTED - 2),), made), DEMANDS)


def of_view(verdict: HourVerdict) -> Finding:
    return next(one for one in verdict.findings if one.rule == V2.rule)


def test_two_people_s_marks_prove_and_the_machine_s_word_stays() -> None:
    verdict = judged(review(reading(), view=looked(EXPECTED - 2, 2)))
    found = of_view(verdict)
    assert (found.status, found.reason, verdict.status) == (Status.PASS, PASSED, Status.PASS)
    assert (found.numbers["reviewers"], found.numbers["reviewed_frames"], found.numbers["held_most"]) == (2, 3, 2)
    assert [one.at_s for one in found.evidence] == [330.0, 600.0, 900.0]
    assert verdict.before_review
    assert (verdict.before_review.status, verdict.before_review.reason) == (Status.UNPROVEN, "SHORT")
    assert max(verdict.headcount.counts) == EXPECTED - 2, "the curve is the machine's"
    assert verdict.window
    assert WINDOW.covers(verdict.window.span)


def test_one_person_decides_nothing() -> None:
    verdict = judged(review(reading(), view=looked(EXPECTED), seconds=False))
    assert verdict.status is Status.UNPROVEN
    assert verdict.before_review is None


def test_marks_that_show_too_few_leave_even_a_pass_open() -> None:
    verdict = judged(review(reading(count=11), view=looked(11)), machine=looked(EXPECTED))
    assert (of_view(verdict).status, of_view(verdict).reason) == (Status.UNPROVEN, "SHORT")
    assert verdict.before_review
    assert verdict.before_review.status is Status.PASS


def test_marks_on_too_few_minutes_prove_nothing() -> None:
    for minutes in ((5.5, 10), (5.5, 5.7, 10)):
        assert judged(review(reading(minutes=minutes), view=looked(EXPECTED))).before_review is None


@pytest.mark.parametrize("answer", [ReviewAnswer.SHORT, ReviewAnswer.NOBODY, ReviewAnswer.OTHER_CLASS])
def test_what_two_people_saw_fails_the_hour(answer: ReviewAnswer) -> None:
    count = {ReviewAnswer.SHORT: 10, ReviewAnswer.NOBODY: 0, ReviewAnswer.OTHER_CLASS: EXPECTED}[answer]
    verdict = judged(review(reading(count=count, answer=answer, words="另一间教室")), machine=looked(EXPECTED))
    found = of_view(verdict)
    assert (found.status, found.reason, verdict.status) == (Status.FAIL, FAILED, Status.FAIL)
    assert answer.text.zh in found.text.zh
    assert found.numbers["marked_most"] == count
    assert found.remedy
    assert "另外的人" in found.remedy.zh


def test_an_answer_that_its_own_marks_deny_fails_nothing() -> None:
    for made in (
        reading(count=EXPECTED, answer=ReviewAnswer.SHORT),
        reading(count=1, answer=ReviewAnswer.NOBODY),
        reading(answer=ReviewAnswer.OTHER_CLASS),
    ):
        assert judged(review(made), machine=looked(EXPECTED)).status is Status.PASS


def test_a_view_that_counts_more_than_the_marks_hold_binds_nobody() -> None:
    """What was marked stands in the facts: a view made to show more is seen for what it is."""
    three = reading(count=EXPECTED - 1)
    assert judged(review(three, view=looked(EXPECTED))).before_review is None
    one_short = replace(reading(), frames=(*reading().frames[:2], replace(reading().frames[2], heads=heads(11))))
    assert judged(review(one_short, view=looked(EXPECTED - 2, 2))).before_review is None
    early = reading(minutes=(5.5, 7, 8.5))
    assert judged(review(early, view=looked(EXPECTED))).before_review is None, "nobody is marked after the ninth minute"


def test_an_empty_room_by_marks_alone_stays_open() -> None:
    """Whoever means that nobody was there says so; no marks are no such word."""
    nobody = replace(looked(0), frames=(SampledFrame("CH02", at(6), "a.mp4", 360.0),), stir=0.0)
    assert of_view(judged(review(reading(count=0), view=nobody))).status is Status.UNPROVEN


def test_the_window_is_the_reviewers_where_they_looked_elsewhere() -> None:
    later = tuple(LookCount(at(25) + timedelta(seconds=50 * index), EXPECTED) for index in range(13))
    view = View("CH02", span(25, 36), moments=later)
    verdict = judged(review(reading(minutes=(25.5, 30, 35)), view=view))
    assert verdict.window
    assert verdict.window.span.start >= at(25)


def test_what_cannot_be_seen_leaves_the_machine_s_word() -> None:
    unclear = reading(answer=ReviewAnswer.UNCLEAR, words="逆光", minutes=())
    verdict = judged(review(unclear, view=looked(EXPECTED)))
    assert (of_view(verdict).reason, verdict.before_review) == ("SHORT", None)


def test_a_teacher_whom_nobody_tells_apart_is_told_apart_by_people() -> None:
    machine = looked(EXPECTED)
    room = replace(ROOM, cameras={"CH02": Camera("CH02")})
    asked = replace(turnout(EXPECTED), hour=replace(turnout(EXPECTED).hour, teacher="周老师"))
    alone = judge_hour(HourFacts(asked, room, (machine,)), DEMANDS)
    assert of_view(alone).reason == "MAYBE_TEACHER"
    both = judge_hour(HourFacts(asked, room, (machine,), review(reading(), view=looked(EXPECTED))), DEMANDS)
    assert of_view(both).reason == PASSED


def test_two_of_three_decide() -> None:
    first = reading()
    contested = review(first, view=looked(EXPECTED), seconds=False).agreed_by(
        agreement("account:2", first, agrees=False)
    )
    assert contested.state is ReviewState.CONTESTED
    assert judged(contested).status is Status.UNPROVEN
    assert judged(contested.agreed_by(agreement("account:3", first))).status is Status.PASS
    against = contested.agreed_by(agreement("account:3", first, agrees=False))
    assert judged(against).status is Status.UNPROVEN
    with pytest.raises(InputError, match="three at most"):
        against.agreed_by(agreement("account:4", first))


def test_who_spoke_a_wrong_clock_or_other_frames_are_refused() -> None:
    made = review(reading(), seconds=False)
    for wrong, says in (
        (agreement("account:1", made.first), "another person"),
        (replace(agreement("account:2", made.first), reading=replace(made.first, by="account:2", at=at(1))), "clock"),
        (agreement("account:2", reading(minutes=(5.5, 10, 14))), "other frames"),
    ):
        with pytest.raises(InputError, match=says):
            made.agreed_by(wrong)
    with pytest.raises(InputError, match="agreed already"):
        review(reading()).agreed_by(agreement("account:3", made.first))
    with pytest.raises(InputError, match="dissent without a reason"):
        ReviewAgreement(made.first, agrees=False)


@pytest.mark.parametrize(
    "box", [Box(-0.1, 0.1, 0.1, 0.1), Box(0.95, 0.1, 0.1, 0.1), Box(0.1, 0.1, 0, 0.1), Box(float("nan"), 0, 0.1, 0.1)]
)
def test_a_mark_outside_the_picture_is_none(box: Box) -> None:
    with pytest.raises(InputError, match="inside the picture"):
        ReviewFrame(at(0), "a.mp4", 0.0, (box,))


def test_so_many_marks_that_nobody_made_them_and_one_frame_twice_are_refused() -> None:
    with pytest.raises(InputError, match="at most"):
        ReviewFrame(at(0), "a.mp4", 0.0, heads(10) * (MOST_HEADS // 10 + 1))
    with pytest.raises(InputError, match="one frame twice"):
        reading(minutes=(5, 5, 10))
