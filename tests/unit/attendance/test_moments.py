"""People per look: just the number expected proves, more does not, and nobody's teacher is a trainee."""

from dataclasses import replace
from datetime import timedelta

import pytest

from attendance.hour import HourFacts, judge_hour
from attendance.roster import Turnout
from facts.course import ClassHour, HourKind
from facts.footage import Camera, lectern_zone
from facts.headcount import counted, people_at
from facts.sighting import Box, LookCount, View
from facts.span import Span
from facts.verdict import Finding, Status
from tests.fixtures.hour_facts import DEMANDS, HOUR, V2, at, footage, segment, span, trainees, view

ROOM = footage(segment(span(0, 45)))


def looked(count: int, *, carried: int = 0, from_min: float = 5, to_min: float = 20, every_s: int = 50) -> View:
    looks = []
    when = at(from_min)
    while when < at(to_min):
        looks.append(LookCount(when, count, carried))
        when += timedelta(seconds=every_s)
    return View("CH02", span(0, 45), moments=tuple(looks))


def finding(seen: View, expected: int, hour: ClassHour = HOUR, camera: Camera | None = None) -> Finding:
    people = frozenset(one.key for one in trainees(expected))
    room = replace(ROOM, cameras={"CH02": camera or Camera("CH02", lectern="none")})
    facts = HourFacts(Turnout(hour, people, people), room, (seen,))
    return next(one for one in judge_hour(facts, DEMANDS).findings if one.rule == V2.rule)


def test_just_the_number_expected_proves() -> None:
    found = finding(looked(12), 12)
    assert found.status is Status.PASS
    assert found.numbers["looks"] >= 12


@pytest.mark.parametrize(("count", "reason"), [(11, "SHORT"), (13, "MORE_THAN_EXPECTED")])
def test_neither_fewer_nor_more_proves(count: int, reason: str) -> None:
    found = finding(looked(count), 12)
    assert (found.status, found.reason) == (Status.UNPROVEN, reason)


def test_minutes_without_a_look_prove_nothing() -> None:
    assert finding(looked(12, every_s=120), 12).status is Status.UNPROVEN
    assert finding(looked(12, to_min=11), 12).status is Status.UNPROVEN


def test_one_in_five_may_be_carried_and_no_more() -> None:
    assert finding(looked(10, carried=2), 12).status is Status.PASS
    assert finding(looked(8, carried=4), 12).status is Status.UNPROVEN
    assert people_at(LookCount(at(0), 1, 3)) == 2


@pytest.mark.parametrize("kind", HourKind)
def test_a_teacher_whom_nothing_tells_apart_leaves_the_hour_to_a_person(kind: HourKind) -> None:
    hour = replace(HOUR, teacher="周老师", kind=kind)
    nothing_said = Camera("CH02")
    assert finding(looked(12), 12, hour, nothing_said).reason == "MAYBE_TEACHER"
    assert finding(looked(13), 12, hour, nothing_said).status is Status.PASS
    assert finding(looked(11), 12, hour, nothing_said).reason == "SHORT"


def test_a_stated_lectern_tells_the_teacher_apart_at_theory_and_not_at_practice() -> None:
    camera = Camera("CH02", lectern="0.1 0.5 0.2 0.4")
    theory = replace(HOUR, teacher="周老师、吴老师")
    assert finding(looked(12), 12, theory, camera).status is Status.PASS
    assert finding(looked(12), 12, replace(theory, kind=HourKind.PRACTICE), camera).reason == "MAYBE_TEACHER"


def test_no_teacher_s_place_in_the_picture_says_nothing_of_practice_where_teachers_walk() -> None:
    practice = replace(HOUR, teacher="周老师", kind=HourKind.PRACTICE)
    assert finding(looked(12), 12, practice, Camera("CH02", lectern="none")).reason == "MAYBE_TEACHER"
    seen = finding(looked(13), 12, practice, Camera("CH02", lectern="none"))
    assert seen.status is Status.PASS
    assert "和教师 1 人" in seen.text.zh


@pytest.mark.parametrize(
    ("named", "count"),
    [
        ("", 0),
        ("周老师", 1),
        ("周老师、吴老师", 2),
        ("周 敏", 1),
        ("周老师 吴老师", 2),
        ("周敏/吴强；郑洁", 3),
        ("、 ", 0),
    ],
)
def test_teachers_are_counted_by_name(named: str, count: int) -> None:
    assert replace(HOUR, teacher=named).teachers == count


def test_small_heads_are_told_with_what_would_help() -> None:
    told = finding(replace(looked(11), head_px=8.0), 12).remedy
    assert told is not None
    assert "2 倍" in told.zh
    assert "2 times" in told.en
    near = finding(replace(looked(11), head_px=40.0), 12).remedy
    assert near is not None
    assert "像素" not in near.zh


def test_where_something_stirs_nobody_is_not_said() -> None:
    still = View("CH02", span(0, 45), frames=(), stir=0.0, moments=(LookCount(at(5), 0),))
    stirring = replace(still, stir=0.02)
    frames = view().frames
    assert finding(replace(still, frames=frames), 3).reason == "NOBODY"
    assert finding(replace(stirring, frames=frames), 3).status is Status.UNPROVEN


@pytest.mark.parametrize(
    "text", ["", "none", "0.1 0.5 0.2", "0.9 0.5 0.2 0.4", "0.1 0.5 0 0.4", "a b c d", "1e9 0 1 1"]
)
def test_what_is_no_part_of_a_picture_is_no_zone(text: str) -> None:
    assert lectern_zone(text) is None


def test_a_zone_is_four_shares() -> None:
    assert lectern_zone("0.1, 0.5，0.2 .4") == Box(0.1, 0.5, 0.2, 0.4)


def test_a_look_on_the_edge_belongs_to_the_minute_that_begins_with_it() -> None:
    curve = counted([LookCount(at(0), 3), LookCount(at(1), 5)], Span(at(0), at(2)))
    assert curve.counts[0] == 3
    assert curve.counts[1] == 5


@pytest.mark.parametrize(
    ("counts", "told"), [([3], 3), ([3, 5], 5), ([3, 3, 5], 3), ([3, 5, 5], 5), ([3, 3, 5, 5], 5), ([3, 3, 3, 5], 3)]
)
def test_half_of_a_minute_s_looks_say_how_many_there_are(counts: list[int], told: int) -> None:
    looks = [LookCount(at(0) + timedelta(seconds=5 * index), count) for index, count in enumerate(counts)]
    assert counted(looks, Span(at(0), at(1))).counts == (told,)
