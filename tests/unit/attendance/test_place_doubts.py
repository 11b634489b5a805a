"""Doubts over several days and places, each with the honest twin that it must not touch."""

from collections.abc import Sequence
from datetime import timedelta

from attendance.place_doubts import fixed_place, same_order, too_fast
from attendance.register import Register
from attendance.roster import join, turnouts
from facts.check_in import CheckIn, Datum, Place
from facts.course import ClassHour
from facts.geodesy import Point
from facts.span import Span
from tests.fixtures.hour_facts import HOUR, at, trainees
from tests.fixtures.shifted_maps import gcj02

CLASS = trainees(10)
HOURS = tuple(
    ClassHour(f"day{day}", Span(HOUR.span.start + timedelta(days=day), HOUR.span.end + timedelta(days=day)), room="201")
    for day in range(6)
)
NOWHERE = Place()
DESK = ("37.857012", "113.580034")


def register(checkins: Sequence[CheckIn]) -> Register:
    joined = join(CLASS, checkins)
    return Register(HOURS, CLASS, joined, turnouts(HOURS, CLASS, joined), "YQ-V4")


def signed(who: int, day: int, minute: float = -5, place: Place = NOWHERE, witness: str = "") -> CheckIn:
    return CheckIn(at(minute) + timedelta(days=day), CLASS[who].name, place=place, witness=witness, where=f"{day}")


def place(coordinates: tuple[str, str], datum: Datum = Datum.WGS84) -> Place:
    return Place("", *coordinates, datum)


def test_the_same_digits_on_four_days_are_a_doubt_and_on_three_are_not() -> None:
    assert fixed_place(register([signed(0, day, place=place(DESK)) for day in range(3)])) == []
    [doubt] = fixed_place(register([signed(0, day, place=place(DESK)) for day in range(4)]))
    assert "4 天的打卡坐标完全相同" in doubt.text.zh
    assert CLASS[0].name not in doubt.text.zh
    assert len(doubt.evidence) == 4
    assert doubt.innocent


def test_a_phone_that_trembles_as_phones_do_is_no_doubt() -> None:
    own = [signed(0, day, place=place((f"37.85701{day}", "113.580034"))) for day in range(6)]
    assert fixed_place(register(own)) == []


def test_coordinates_rounded_to_a_street_are_no_doubt() -> None:
    assert fixed_place(register([signed(0, day, place=place(("37.86", "113.58"))) for day in range(6)])) == []


def test_two_towns_within_ten_minutes_are_a_doubt() -> None:
    far = ("38.857012", "113.580034")
    [doubt] = too_fast(register([signed(0, 0, -15, place(DESK)), signed(0, 0, -5, place(far))]))
    assert "10 分钟内于相距约 111 公里的两处打卡" in doubt.text.zh


def test_the_same_desk_in_two_coordinate_systems_is_one_place() -> None:
    shown = gcj02(Point(float(DESK[0]), float(DESK[1])))
    other = place((f"{shown[0]:.6f}", f"{shown[1]:.6f}"), Datum.GCJ02)
    assert too_fast(register([signed(0, 0, -6, place(DESK)), signed(0, 0, -5, other)])) == []


def test_a_mobile_mast_across_the_town_is_no_doubt() -> None:
    mast = ("37.887012", "113.600034")
    assert too_fast(register([signed(0, 0, -6, place(DESK)), signed(0, 0, -5, place(mast))])) == []


def test_places_of_an_unknown_system_are_not_compared() -> None:
    far = Place("", "38.857012", "113.580034", Datum.UNKNOWN)
    assert too_fast(register([signed(0, 0, -15, place(DESK)), signed(0, 0, -5, far)])) == []


def in_order(day: int, order: Sequence[int], witness: str = "") -> list[CheckIn]:
    return [signed(who, day, -20 + index, witness=witness) for index, who in enumerate(order)]


def test_one_order_on_three_days_is_a_doubt() -> None:
    order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
    [doubt] = same_order(register([one for day in range(3) for one in in_order(day, order)]))
    assert "10 人在 3 天（04-07、04-08、04-09）以完全相同的先后次序打卡" in doubt.text.zh


def test_two_days_alike_are_chance() -> None:
    order = [3, 1, 4, 0, 5, 9, 2, 6, 8, 7]
    other = [1, 3, 4, 0, 5, 9, 2, 6, 8, 7]
    days = [*in_order(0, order), *in_order(1, order), *in_order(2, other)]
    assert same_order(register(days)) == []


def test_a_small_group_that_comes_together_is_no_doubt() -> None:
    assert same_order(register([one for day in range(6) for one in in_order(day, [3, 1, 4, 0])])) == []


def test_a_roll_called_by_the_teacher_is_no_doubt() -> None:
    days = [one for day in range(4) for one in in_order(day, range(10), witness="周老师")]
    assert same_order(register(days)) == []


def test_nothing_is_asked_of_a_class_of_one_day() -> None:
    own = [signed(who, 0, -20 + who, place(DESK)) for who in range(10)]
    assert same_order(register(own)) == fixed_place(register(own)) == too_fast(register(own)) == []
