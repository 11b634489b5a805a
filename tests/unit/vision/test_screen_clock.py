"""The camera's own clock, read without a font: right or not at all."""

from datetime import datetime, timedelta

import pytest

from facts.span import local
from tests.fixtures.drawn_clock import AMERICAN, CHINESE, START, TIME_ALONE, DrawnClock, film
from vision.screen_clock import screen_clocks

FAST = timedelta(seconds=37)
CLOCKS = {
    "plotter's figures, above left": DrawnClock(),
    "above right, American": DrawnClock(place=(340, 30), form=AMERICAN),
    "sans, below left": DrawnClock("sans", place=(14, 350), size=(640, 360)),
    "Chinese with the weekday": DrawnClock("uni", px=20, form=CHINESE, size=(960, 540)),
    "a small picture": DrawnClock(px=12, place=(8, 20)),
}


@pytest.mark.parametrize("look", CLOCKS.values(), ids=CLOCKS.keys())
def test_clocks_of_any_font_place_and_form_are_read_to_seconds_with_their_date(look: DrawnClock) -> None:
    (clock,) = screen_clocks(film(look, lambda at: at + FAST))
    assert abs(clock.ahead_s + 37) <= clock.within_s
    assert clock.within_s <= 6
    assert clock.dated
    assert clock.frames >= 100


def test_a_room_without_a_clock_says_nothing() -> None:
    assert screen_clocks(film(shown=lambda _: None)) == ()


def test_a_clock_that_stands_still_says_nothing() -> None:
    assert screen_clocks(film(shown=lambda _: START)) == ()


def test_too_short_a_stretch_says_nothing() -> None:
    """The last figure of the minutes has to come round once."""
    assert screen_clocks(film(minutes=9)) == ()


def test_last_weeks_film_shows_last_weeks_date() -> None:
    (clock,) = screen_clocks(film(shown=lambda at: at - timedelta(days=7, minutes=3)))
    assert clock.dated
    assert f"{local(clock.shown):%Y-%m-%d %H:%M}" == "2025-04-01 08:27"


def test_without_a_date_it_is_off_by_half_a_day_at_most() -> None:
    look = DrawnClock(form=TIME_ALONE)
    (clock,) = screen_clocks(film(look, lambda at: at - timedelta(days=7, minutes=3)))
    assert not clock.dated
    assert abs(clock.ahead_s - 180) <= clock.within_s


@pytest.mark.parametrize("cut_s", [95, 1500])
def test_a_cut_is_a_jump_of_the_clock(cut_s: int) -> None:
    """The film goes on without a break, and what it shows lies later by what was cut out."""
    cut_at = START + timedelta(minutes=17)

    def shown(at: datetime) -> datetime:
        return at if at < cut_at else at + timedelta(seconds=cut_s)

    before, after = screen_clocks(film(shown=shown, minutes=34))
    assert abs(before.ahead_s) <= before.within_s
    assert abs(after.ahead_s + cut_s) <= after.within_s
    assert abs((after.at - cut_at).total_seconds()) <= 60


def test_the_hour_may_turn_within_the_stretch() -> None:
    (clock,) = screen_clocks(film(shown=lambda at: at + timedelta(minutes=22), minutes=20))
    assert abs(clock.ahead_s + 22 * 60) <= clock.within_s


def test_samples_twenty_seconds_apart_suffice() -> None:
    (clock,) = screen_clocks(film(shown=lambda at: at + FAST, minutes=30, step_s=20))
    assert abs(clock.ahead_s + 37) <= clock.within_s
