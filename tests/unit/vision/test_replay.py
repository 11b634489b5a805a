"""Footage seen before, on invented movements: what has to be found, and what must not be."""

from dataclasses import replace

import numpy as np
import pytest

from tests.fixtures.invented_motion import START, Film, filmed, people
from vision.motion import CELLS, COLUMNS, ROWS, Motion
from vision.ports import Tensor
from vision.replay import Found, confirmed, guessed, still_stretches
from vision.sketch import keys, mirrored, near_keys, usual_off


def hour(seed: int) -> Motion:
    return filmed(people(seed), 2700, 20)


def found(own: Motion, *others: Motion) -> list[Found]:
    motions = dict(enumerate([*others, own]))
    return confirmed(own, motions, guessed(own, motions))


def test_five_minutes_of_last_week_are_found_with_their_minutes() -> None:
    copy = filmed(people(1), 300, 4, begin_s=1003.0)
    (one,) = [each for each in found(copy, hour(1), hour(2)) if each.other == 0]
    assert one.until_s - one.since_s > 240
    assert abs(one.how.there(150) - 1153) < 6
    assert one.alike.strength > 0.6


def test_mirrored_and_slower_it_is_found_too() -> None:
    copy = filmed(people(1), 400, 4, begin_s=800.0, speed=0.96)
    turned = replace(copy, cells=mirrored(copy.cells))
    (one,) = found(turned, hour(1), hour(2))
    assert one.other == 0
    assert one.how.mirrored
    assert one.how.speed == pytest.approx(0.96, abs=0.02)


def test_cropped_it_is_found_too() -> None:
    """A twelfth off each side: every seat lies elsewhere in the grid."""
    film = people(1)

    def cropped(at_s: float) -> Tensor:
        grid = film(at_s).reshape(ROWS, COLUMNS)
        rows, columns = np.linspace(0.5, ROWS - 1.5, ROWS), np.linspace(0.9, COLUMNS - 1.9, COLUMNS)
        return np.asarray(grid[np.ix_(np.round(rows).astype(int), np.round(columns).astype(int))].ravel(), np.float32)

    assert [one.other for one in found(filmed(cropped, 400, 4, begin_s=800.0), hour(2), hour(1))] == [1]


def test_a_minute_at_the_end_of_another_recording_proves_nothing() -> None:
    """Ten samples meet there, and of three minutes two lie nowhere: so few are alike by chance too."""
    film, known = people(1), {0: filmed(people(1), 900, 6)}
    for begin_s, sure in ((750.0, 1), (840.0, 0)):
        own = filmed(film, 180, 5, begin_s=begin_s)
        assert len(confirmed(own, known, guessed(own, known))) == sure


def test_the_same_people_at_another_time_are_innocent() -> None:
    later = filmed(people(1), 600, 4, begin_s=7200.0)
    assert found(later, hour(1), hour(2)) == []


def test_ten_minutes_shown_twice_are_a_loop() -> None:
    film = people(1)
    looped = filmed(lambda at_s: film(at_s if at_s < 1500 else at_s - 900), 2700, 10)
    lags = {abs(round(one.how.there(one.since_s) - one.since_s)) for one in found(looped)}
    assert lags
    assert all(lag % 900 < 8 or lag % 900 > 892 for lag in lags)


def test_an_hour_without_repetition_is_no_loop() -> None:
    assert found(hour(1)) == []


def test_an_empty_room_is_like_no_other() -> None:
    """Two films of nothing are alike in everything and prove nothing."""
    empty = Motion(START, np.arange(0.0, 600, 4), np.zeros((150, CELLS), np.float32))
    assert found(empty, empty) == []


def test_a_projector_alone_proves_nothing() -> None:
    """The same film on the screen of two rooms: twenty cells agree, the people do not."""
    film = people(9, pause_s=3.0, spread=3.0)

    def with_screen(seed: int) -> Film:
        own = people(seed)

        def at(at_s: float) -> Tensor:
            grid, shown = own(at_s).reshape(ROWS, COLUMNS).copy(), film(at_s).reshape(ROWS, COLUMNS)
            grid[:3, 5:11] = shown[:3, 5:11]
            return np.asarray(grid.ravel(), np.float32)

        return at

    assert found(filmed(with_screen(1), 600, 4), filmed(with_screen(2), 2700, 20)) == []


def test_light_that_fades_in_both_is_innocent() -> None:
    """What changes slowly is as alike a quarter of a minute earlier."""
    fade = np.linspace(0, 3, 150, dtype=np.float32)[:, None] * np.linspace(0.3, 1, CELLS, dtype=np.float32)
    slow = Motion(START, np.arange(0.0, 600, 4), fade)
    assert found(slow, replace(slow, cells=slow.cells + np.float32(0.1))) == []


def test_keys_of_a_sample_are_among_its_near_keys() -> None:
    cells = hour(1).cells
    exact, near = keys(cells), near_keys(usual_off(cells))
    assert (near == exact[:, :, None]).any(axis=2).all()
    assert near.min() >= 0
    assert near.max() < 1 << 25
    assert (near[:, :, 0] == exact).all()


def test_five_frozen_minutes_of_an_hour_are_a_still_picture_however_they_were_encoded() -> None:
    film, rng = people(1), np.random.default_rng(2)
    frozen = filmed(lambda at_s: film(min(at_s, 900.0) if at_s < 1200 else at_s), 2700, 10)
    grainy = replace(frozen, cells=frozen.cells + (rng.random(frozen.cells.shape) < 0.02) * np.float32(0.25))
    (stretch,) = still_stretches(grainy)
    assert stretch == pytest.approx((900, 1200), abs=30)


def test_people_who_move_are_no_still_picture() -> None:
    assert still_stretches(hour(1)) == []
