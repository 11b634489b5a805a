from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from demo.events import Black, Blur, Bow, Cover, Freeze, Jacket, Leave, LightsOff, Loop, Pan, Rise, Turn, TurnAway
from demo.film import CameraFeed, shoot
from demo.layout import LINES, SeatPlace
from demo.room import Room
from demo.scenario import Lens, RoomKind, Scenario
from demo.scene import CameraScene

_LENS = Lens(size=(640, 360))


def _story(*events: object, **more: object) -> Scenario:
    given = {"people": 12, "rows": 3, "length_s": 120, "events": events, "lenses": (_LENS,)}
    return Scenario("story", "故事", **given | more)


def _luma(story: Scenario, at_s: float) -> np.ndarray:
    return _feed(story).picture_at(at_s)[:360].astype(np.int16)


def _feed(story: Scenario) -> CameraFeed:
    return CameraFeed(story, story.lenses[0])


def _head(picture: np.ndarray, place: SeatPlace, down: float = 0.0) -> np.ndarray:
    scale = picture.shape[0] / LINES
    x, y, half = place.x * scale, (place.y + down * place.head_px) * scale, place.head_px * scale / 2
    return picture[round(y - half) : round(y + half), round(x - half) : round(x + half)].astype(np.int16)


def _differs(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one - other).mean())


def test_the_same_recipe_gives_the_same_bytes(tmp_path: Path) -> None:
    story = replace(_story(teacher=True, portraits=2), length_s=10)
    (one,), (other,) = shoot(story, tmp_path / "one"), shoot(story, tmp_path / "other")
    assert one.path.read_bytes() == other.path.read_bytes()


def test_another_seed_gives_other_people() -> None:
    assert _differs(_luma(_story(), 5), _luma(_story(seed=2), 5)) > 1


def test_pictures_do_not_depend_on_what_was_drawn_before() -> None:
    feed = _feed(_story(teacher=True))
    feed.picture_at(3)
    assert np.array_equal(feed.picture_at(50), _feed(_story(teacher=True)).picture_at(50))


@pytest.mark.parametrize(
    "events", [(), (Bow(0, 120, seats=tuple(range(12))),), (Turn(0, 120, seats=tuple(range(12))),)]
)
def test_everybody_moves_within_every_half_minute(events: tuple[object, ...]) -> None:
    stage = CameraScene(_story(*events), _LENS)
    frames = [stage.picture_at(at_s) for at_s in range(0, 30, 2)]
    for place in stage.layout.places:
        assert any(_differs(_head(one, place, 0.4), _head(other, place, 0.4)) > 3 for one, other in pairwise(frames))


def test_neighbours_do_not_move_together() -> None:
    stage = CameraScene(_story(), _LENS)
    shifts = np.array([[person.fidget.at(at_s).head_x for at_s in range(120)] for person in stage.people])
    across = np.corrcoef(shifts)[~np.eye(12, dtype=bool)]
    assert np.abs(across).max() < 0.6


def test_chairs_jackets_and_portraits_keep_perfectly_still() -> None:
    others = tuple(seat for seat in range(12) if seat not in {5, 6})
    story = _story(Leave(0, 120, seats=others), Jacket(0, 120, seats=(6,)), portraits=2)
    stage = CameraScene(story, _LENS)
    early, late = stage.picture_at(3), stage.picture_at(90)
    for seat in (4, 6):
        assert _differs(_head(early, stage.layout.places[seat]), _head(late, stage.layout.places[seat])) == 0
    assert _differs(early[:70].astype(np.int16), late[:70].astype(np.int16)) == 0
    assert _differs(_head(early, stage.layout.places[5]), _head(late, stage.layout.places[5])) > 1


def test_portraits_hang_on_the_wall_only_where_asked_for() -> None:
    layout = CameraScene(_story(), _LENS).layout
    assert not np.array_equal(Room(layout, 0.5, 1, 0).bare, Room(layout, 0.5, 1, 2).bare)


def test_who_stands_up_covers_the_head_behind() -> None:
    risen = CameraScene(_story(Rise(0, 120, seats=(9,))), _LENS)
    alone = CameraScene(_story(Rise(0, 120, seats=(9,)), Leave(0, 120, seats=(5,))), _LENS)
    place = risen.layout.places[5]
    with_somebody, without = _head(risen.picture_at(30), place), _head(alone.picture_at(30), place)
    assert float((np.abs(with_somebody - without).max(axis=2) > 12).mean()) < 0.08


def test_a_frozen_picture_is_frozen_to_the_last_grain_and_lives_again_afterwards() -> None:
    feed = _feed(_story(Freeze(20, 40)))
    assert np.array_equal(feed.picture_at(20), feed.picture_at(39))
    assert not np.array_equal(feed.picture_at(20), feed.picture_at(40))


def test_a_live_empty_room_still_has_its_noise() -> None:
    feed = _feed(_story(Leave(0, 120, seats=tuple(range(12)))).with_lens(clock_on_screen=False))
    assert 0.5 < _differs(feed.picture_at(10)[:360].astype(np.int16), feed.picture_at(12)[:360].astype(np.int16)) < 4


def test_a_loop_shows_the_earlier_pictures_again() -> None:
    feed = _feed(_story(Loop(60, 120, source_s=10)))
    assert np.array_equal(feed.picture_at(75), feed.picture_at(25))


def test_black_is_black_and_covered_is_dark_without_the_room() -> None:
    assert _luma(_story(Black(0, 120)).with_lens(clock_on_screen=False), 5).max() <= 16
    covered = _luma(_story(Cover(0, 120)).with_lens(clock_on_screen=False), 5)
    assert covered.mean() < 60
    assert covered.std() < 15


def test_lights_off_dims_and_blur_takes_the_edges_away() -> None:
    plain, dark, blurred = (_luma(_story(*events), 5) for events in ((), (LightsOff(0, 120),), (Blur(0, 120),)))
    assert dark.mean() < 0.4 * plain.mean()
    assert np.abs(np.diff(blurred, axis=1)).mean() < 0.6 * np.abs(np.diff(plain, axis=1)).mean()


def test_a_turned_camera_shows_nobody_and_a_panning_one_moves_the_whole_view() -> None:
    away = _story(TurnAway(0, 120)).with_lens(clock_on_screen=False)
    gone = _story(TurnAway(0, 120), Leave(0, 120, seats=tuple(range(12)))).with_lens(clock_on_screen=False)
    assert np.array_equal(_luma(away, 5), _luma(gone, 5))
    panning = _story(Pan(0, 120), Leave(0, 120, seats=tuple(range(12))))
    assert _differs(_luma(panning, 5), _luma(panning, 20)) > 8


def test_people_at_benches_walk_along_them() -> None:
    stage = CameraScene(_story(room=RoomKind.WORKSHOP), _LENS)
    assert _differs(stage.picture_at(5).astype(np.int16), stage.picture_at(65).astype(np.int16)) > 3


def test_the_same_class_never_moves_alike_in_two_takes_unless_it_is_a_replay() -> None:
    monday = _story().with_lens(clock_on_screen=False)
    tuesday = replace(monday, start=monday.start + timedelta(days=1))
    replay = replace(tuesday, performed=monday.start)
    assert _differs(_luma(monday, 33), _luma(tuesday, 33)) > 1
    assert np.array_equal(_luma(monday, 33), _luma(replay, 33))


def test_a_larger_picture_shows_the_same_room() -> None:
    small, large = _story(), _story(lenses=(Lens(size=(1280, 720)),))
    shrunk = _luma(large.with_lens(size=(1280, 720)), 5)
    big = CameraFeed(large, large.lenses[0]).picture_at(5)[:720].astype(np.float32)
    halved = big.reshape(360, 2, 640, 2).mean(axis=(1, 3))
    assert shrunk.shape[0] == 360
    assert _differs(halved, _luma(small, 5)) < 6
