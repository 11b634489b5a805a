"""The projector's code: what it opens, for how long, and what it never opens."""

from datetime import UTC, datetime, timedelta

import pytest

from facts.errors import InputError
from pipeline.rollcode import LIFETIME_S, REFRESH_S, Door, Lateness, RollCode

NOW = datetime(2099, 4, 7, 0, 30, 3, tzinfo=UTC)
DOOR = Door("2099-04-07#1", "201教室")
CODE = RollCode(b"sixteen bytes or more")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("after_s", [0, 1, 9, LIFETIME_S - 10])
def test_the_code_opens_while_it_lives(after_s: float) -> None:
    assert CODE.accepts(DOOR, CODE.token(DOOR, NOW), later(after_s))
    assert CODE.accepts(DOOR, CODE.digits(DOOR, NOW), later(after_s))


def test_a_code_that_was_sent_on_too_late_opens_nothing() -> None:
    for after_s in (LIFETIME_S + REFRESH_S, 3600, 86_400):
        assert not CODE.accepts(DOOR, CODE.token(DOOR, NOW), later(after_s))


def test_a_code_of_tomorrow_opens_nothing_today() -> None:
    assert not CODE.accepts(DOOR, CODE.token(DOOR, later(3600)), NOW)


@pytest.mark.parametrize("other", [Door("2099-04-07#2", "201教室"), Door("2099-04-07#1", "202教室"), Door("", "")])
def test_a_code_opens_its_own_hour_and_room_only(other: Door) -> None:
    assert not CODE.accepts(other, CODE.token(DOOR, NOW), NOW)


def test_hour_and_room_cannot_be_shifted_into_each_other() -> None:
    assert CODE.token(Door("a\nb", "c"), NOW) != CODE.token(Door("a", "b\nc"), NOW)


def test_another_installation_makes_other_codes() -> None:
    assert not CODE.accepts(DOOR, RollCode(b"another secret of it").token(DOOR, NOW), NOW)


def test_the_projector_changes_every_ten_seconds() -> None:
    shown = {CODE.token(DOOR, later(second)) for second in range(60)}
    assert len(shown) in (6, 7)
    assert 0 < CODE.seconds_left(NOW) <= REFRESH_S


@pytest.mark.parametrize("typed", ["", "x", "000000 OR 1=1", "ー", "0-0"])
def test_what_people_type_by_mistake_opens_nothing(typed: str) -> None:
    assert not CODE.accepts(DOOR, typed, NOW)


def test_digits_are_read_with_spaces_around() -> None:
    assert CODE.accepts(DOOR, f" {CODE.digits(DOOR, NOW)} ", NOW)


def test_a_short_secret_is_refused() -> None:
    with pytest.raises(InputError, match="got a secret of 5 bytes, expected 16 or more"):
        RollCode(b"short")


def test_what_arrives_after_its_code_died_is_late_and_a_fast_clock_is_not() -> None:
    assert Lateness(NOW, later(LIFETIME_S + 1)).late
    assert not Lateness(NOW, later(5)).late
    assert Lateness(later(60), NOW).delay == timedelta(0)
