"""Where a sign-in stands by the place rule, as a table that a supervisor can read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attendance.place_rule import Proximity, assess_distance, away_m
from facts.check_in import Datum, Place
from facts.class_settings import PlaceRule
from facts.geodesy import Point
from tests.fixtures.shifted_maps import bd09, gcj02

RULE = PlaceRule(37.857012, 113.580034, Datum.WGS84, radius_m=150, coarse_m=200)


@pytest.mark.parametrize(
    ("away", "accuracy", "expected"),
    [
        (None, None, Proximity.UNSAID),
        (None, 10, Proximity.UNSAID),
        (20, 15, Proximity.INSIDE),
        (150, 15, Proximity.INSIDE),
        (151, 15, Proximity.UNSURE),
        (412, 30, Proximity.OUTSIDE),
        (181, 30, Proximity.OUTSIDE),
        (180, 30, Proximity.UNSURE),
        (412, 201, Proximity.COARSE),
        (412, 200, Proximity.OUTSIDE),
        (340, 200, Proximity.UNSURE),
        (9_000, 500, Proximity.COARSE),
        (350, None, Proximity.UNSURE),
        (351, None, Proximity.OUTSIDE),
        (412, float("inf"), Proximity.OUTSIDE),
    ],
)
def test_a_sign_in_is_outside_only_where_its_own_error_does_not_bring_it_back(
    away: int | None, accuracy: float | None, expected: Proximity
) -> None:
    assert assess_distance(away, accuracy, RULE).proximity is expected


def test_the_outcome_says_distance_allowance_and_accuracy() -> None:
    found = assess_distance(412, 30, RULE)
    assert found.text.zh == "距打卡地点 412 米（允许 150 米，定位精度 30 米）"
    assert found.text.en == "412 m from the class's place (allowed 150 m, accuracy 30 m)"


@given(st.integers(0, 20_000), st.floats(0, 5_000), st.floats(0, 5_000))
def test_a_less_sure_phone_is_never_marked_where_a_surer_one_is_not(away: int, one: float, more: float) -> None:
    if assess_distance(away, one + more, RULE).outside:
        assert assess_distance(away, one, RULE).outside


@given(st.floats(20, 45), st.floats(85, 125), st.floats(-0.02, 0.02), st.floats(-0.02, 0.02))
def test_whatever_system_either_side_is_written_in_the_distance_is_the_same(
    north: float, east: float, up: float, right: float
) -> None:
    here, there = Point(north, east), Point(north + up, east + right)
    found = set()
    for datum, (a, b) in written(here).items():
        rule = PlaceRule(a, b, datum)
        for own, (c, d) in written(there).items():
            found.add(away_m(Place("", f"{c:.8f}", f"{d:.8f}", own), rule))
    assert None not in found
    assert max(one or 0 for one in found) - min(one or 0 for one in found) <= 3


def written(point: Point) -> dict[Datum, tuple[float, float]]:
    return {
        Datum.WGS84: (point.latitude, point.longitude),
        Datum.GCJ02: gcj02(point),
        Datum.BD09: bd09(point),
    }


def test_the_wrong_system_would_have_put_an_honest_phone_half_a_kilometre_away() -> None:
    north, east = gcj02(Point(RULE.latitude, RULE.longitude))
    digits = (f"{north:.6f}", f"{east:.6f}")
    assert away_m(Place("", *digits, Datum.GCJ02), RULE) == 0
    assert (away_m(Place("", *digits, Datum.WGS84), RULE) or 0) > 400


@pytest.mark.parametrize(
    "place",
    [
        Place(),
        Place("", "37.8", ""),
        Place("", "37.8", "113.5"),
        Place("", "1e999", "113.5", Datum.WGS84),
        Place("", "x", "y", Datum.WGS84),
    ],
)
def test_no_position_or_one_of_no_known_system_says_nothing(place: Place) -> None:
    assert away_m(place, RULE) is None
