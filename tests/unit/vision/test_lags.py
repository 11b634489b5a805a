"""Three minutes of an earlier film: which lag stands out, and what only a closer look decides."""

from dataclasses import replace

import numpy as np

from tests.fixtures.invented_motion import START, filmed, people
from vision.lags import Guess, lags, lags_in
from vision.motion import CELLS, Motion
from vision.replay import confirmed, confirmed_closely, guessed, unsure
from vision.sketch import mirrored

SINCE_S = 1003.0


def hour(seed: int) -> Motion:
    """An hour as its verification leaves it: one sample in twenty seconds."""
    return filmed(people(seed, pause_s=2.6), 2700, 20)


def replayed(step_s: float = 6.0, speed: float = 1.0) -> Motion:
    """Three minutes of the first hour, sampled at seconds of their own."""
    return filmed(people(1, pause_s=2.6), 180, step_s, begin_s=SINCE_S, speed=speed)


def lag_of(guess: Guess) -> float:
    """Where the middle of the three minutes is said to lie."""
    return guess.how.there(90.0) - 90.0


def test_the_true_lag_stands_out_although_few_samples_meet() -> None:
    (best, *_) = lags(replayed(), hour(1), 7)
    assert best.other == 7
    assert abs(lag_of(best) - SINCE_S) < 3


def test_five_per_cent_slower_and_mirrored_it_stands_out_too() -> None:
    slow = replayed(speed=0.95)
    guesses = lags(replace(slow, cells=mirrored(slow.cells)), hour(1), 0)
    best = max(guesses, key=lambda guess: guess.worth)
    assert best.how.mirrored
    assert abs(best.how.there(90.0) - (SINCE_S + 0.95 * 90)) < 4


def test_a_picture_whose_rims_were_cut_off_stands_out_too() -> None:
    """A fifth is gone: as the picture lies, no lag stands out."""
    cut = filmed(people(1, pause_s=2.6, enlarged=1.25), 180, 6, begin_s=SINCE_S)
    best = max(lags(cut, hour(1), 0), key=lambda guess: guess.worth)
    assert best.how.frame.scale > 1
    assert abs(lag_of(best) - SINCE_S) < 3


def test_three_minutes_among_another_films_stand_out_by_what_is_usual_in_them() -> None:
    others = filmed(people(9, pause_s=2.6), 1200, 6)
    copied = filmed(people(1, pause_s=2.6), 1200, 6, begin_s=SINCE_S - 500)
    inside = (others.at_s >= 500) & (others.at_s < 680)
    own = replace(others, cells=np.where(inside[:, None], copied.cells, others.cells))
    best = max(lags(own, hour(1), 0), key=lambda guess: guess.worth)
    assert abs(best.how.there(590.0) - SINCE_S - 90) < 3
    assert best.worth > 5


def test_other_minutes_of_the_same_people_hardly_ever_earn_a_closer_look_and_it_bears_nothing_out() -> None:
    """Chance lifts one lag in some pairs beyond what half of the true ones reach; every keyframe then says no."""
    film, known = people(1, pause_s=2.6), {0: hour(1), 1: hour(2), 2: hour(3)}
    guesses = unsure(guessed(filmed(film, 600, 6, begin_s=7200.0), known), [])
    assert len(guesses) <= 1
    close = filmed(film, 600, 2, begin_s=7200.0)
    assert [confirmed_closely(close, known[guess.other], guess) for guess in guesses] == [None] * len(guesses)


def test_several_recordings_at_once_are_asked_as_one_by_one() -> None:
    own, known = replayed(), {4: hour(1), 9: hour(2)}
    each = [guess for number, other in known.items() for guess in lags(own, other, number)]
    assert lags_in(own, known) == each != []


def test_minutes_at_either_end_of_the_other_are_found_too() -> None:
    """Places begin a minute before the other recording does and end with it."""
    film, known = people(1, pause_s=2.6), hour(1)
    for begin_s in (0.0, 2520.0):
        best = max(lags(filmed(film, 180, 6, begin_s=begin_s), known, 0), key=lambda guess: guess.worth)
        assert abs(lag_of(best) - begin_s) < 3


def test_an_hour_is_not_asked_about_its_own_seconds() -> None:
    own = hour(1)
    assert all(abs(lag_of(guess)) > 100 for guess in lags(own, own, 0))


def test_a_room_in_which_nothing_moves_has_no_lag() -> None:
    empty = Motion(START, np.arange(0.0, 600, 6), np.zeros((100, CELLS), np.float32))
    assert lags(empty, hour(1), 0) == []


def test_every_keyframe_decides_what_the_samples_leave_open() -> None:
    """Nine samples meet by chance of seconds; of ninety nine meet closely."""
    sparse, known = replayed(7.0), {0: hour(2), 1: hour(1)}
    guesses = guessed(sparse, known)
    assert confirmed(sparse, known, guesses) == []
    (guess,) = unsure(guesses, [])
    found = confirmed_closely(replayed(2.0), known[guess.other], guess)
    assert found is not None
    assert found.other == 1
    assert abs(found.how.there(90.0) - SINCE_S - 90) < 3


def test_a_closer_look_at_other_people_bears_nothing_out() -> None:
    (guess,) = unsure(guessed(replayed(7.0), {1: hour(1)}), [])
    assert confirmed_closely(filmed(people(2, pause_s=2.6), 180, 2), hour(1), guess) is None
