"""Datums: published pairs, round trips everywhere in China, and distances that do not mix systems."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facts.check_in import Datum, Place
from facts.geodesy import Point, in_china, to_wgs84, wgs84
from tests.fixtures.shifted_maps import bd09, gcj02

LATITUDES, LONGITUDES = st.floats(18, 53), st.floats(74, 134)


@given(LATITUDES, LONGITUDES)
def test_there_and_back_is_the_same_place_to_a_centimetre(latitude: float, longitude: float) -> None:
    here = Point(latitude, longitude)
    assert to_wgs84(*gcj02(here), Datum.GCJ02).distance_m(here) < 0.01


@given(LATITUDES, LONGITUDES)
def test_baidu_and_back_is_the_same_place_to_two_metres(latitude: float, longitude: float) -> None:
    here = Point(latitude, longitude)
    assert to_wgs84(*bd09(here), Datum.BD09).distance_m(here) < 2


@given(LATITUDES, LONGITUDES)
def test_maps_of_china_are_off_by_less_than_a_kilometre_and_never_by_nothing(latitude: float, longitude: float) -> None:
    here = Point(latitude, longitude)
    off_m = Point(*gcj02(here)).distance_m(here)
    assert 10 < off_m < 1_000


def test_beijing_is_off_as_much_as_its_maps_are_known_to_be() -> None:
    square = Point(39.9087, 116.3975)
    off_m = Point(*gcj02(square)).distance_m(square)
    assert off_m == pytest.approx(560, abs=40)


def test_abroad_nothing_is_shifted() -> None:
    paris = Point(48.8566, 2.3522)
    assert not in_china(paris.latitude, paris.longitude)
    assert gcj02(paris) == (paris.latitude, paris.longitude)


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert Point(30, 110).distance_m(Point(31, 110)) == pytest.approx(111_195, abs=5)


@pytest.mark.parametrize(
    "place",
    [
        Place(latitude="37.86", longitude="113.57"),
        Place(latitude="north", longitude="113.57", datum=Datum.WGS84),
        Place(address="阳泉市某路"),
    ],
)
def test_a_place_of_no_known_system_is_no_point(place: Place) -> None:
    assert wgs84(place) is None


def test_two_phones_at_one_desk_are_together_whatever_their_systems() -> None:
    desk = Point(37.8570, 113.5800)
    shown = [format(value, ".6f") for value in gcj02(desk)]
    phone = wgs84(Place(latitude=shown[0], longitude=shown[1], datum=Datum.GCJ02))
    assert phone is not None
    assert phone.distance_m(desk) < 1
