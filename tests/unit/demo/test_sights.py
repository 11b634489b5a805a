"""What the drawn rooms show a network, and that what is said to be true of it is what is drawn."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from demo.disguise import Wear
from demo.events import (
    Blocks,
    Bow,
    Calm,
    Cardboard,
    Drift,
    Event,
    Jacket,
    Lean,
    Leave,
    Monitor,
    Move,
    Print,
    RaiseHand,
    Spot,
    StaffRole,
    Stay,
    Sway,
    Turn,
    WalkAbout,
    Write,
)
from demo.film import CameraFeed
from demo.furniture import Furnishing
from demo.layout import LINES, SeatPlace
from demo.perspective import CORNER, DENSE, FAR
from demo.scenario import Lens, RoomKind, Scenario
from demo.scene import TEACHER, CameraScene
from facts.errors import InputError

_LENS = Lens(size=(640, 360), clock_on_screen=False)
_ALL = tuple(range(12))


def _story(*events: Event, **more: object) -> Scenario:
    given = {"people": 12, "rows": 3, "length_s": 120, "events": events, "lenses": (_LENS,)}
    return Scenario("story", "故事", **given | more)


def _scene(*events: Event, **more: object) -> CameraScene:
    return CameraScene(_story(*events, **more), _LENS)


def _luma(story: Scenario, at_s: float) -> np.ndarray:
    return CameraFeed(story, story.lenses[0]).picture_at(at_s)[:360]


def _part(scene: CameraScene, at_s: float, place: SeatPlace, down: float = 0.0) -> np.ndarray:
    """The square of one head's size around a seat's head, or so many heads below it."""
    scale = 360 / LINES
    x, y, half = place.x * scale, (place.y + down * place.head_px) * scale, place.head_px * scale / 2
    return scene.picture_at(at_s)[round(y - half) : round(y + half), round(x - half) : round(x + half)].astype(int)


def _differs(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def _shift(one: np.ndarray, other: np.ndarray) -> tuple[float, float]:
    (x, y), _ = cv2.phaseCorrelate(one.astype(np.float64), other.astype(np.float64))
    return x, y


def test_from_behind_nobody_has_a_face_but_who_turns_round() -> None:
    heads = _scene(Turn(0, 120, seats=(4,)), from_behind=True).heads_at(30)
    assert [head.person for head in heads if head.face] == [4]
    assert len(heads) == 12


def test_from_the_front_everybody_has_a_face_but_who_bows_or_turns() -> None:
    heads = _scene(Bow(0, 120, seats=(3,)), Turn(0, 120, seats=(4,))).heads_at(30)
    assert {head.person for head in heads if not head.face} == {3, 4}


def test_every_head_is_told_where_it_is_drawn() -> None:
    scene = _scene()
    for head in scene.heads_at(30):
        place = scene.layout.places[head.person]
        x, y, w, h = head.box
        assert abs(x + w / 2 - place.x / 2) < 0.3 * h
        assert abs(y + h / 2 - place.y / 2) < 0.3 * h


@pytest.mark.parametrize("perspective", [DENSE, CORNER])
def test_in_dense_rows_heads_cover_the_chests_behind_them_and_parts_of_some_faces(perspective: object) -> None:
    scene = _scene(people=24, rows=4, perspective=perspective)
    shares = [head.share for at_s in range(0, 120, 10) for head in scene.heads_at(at_s)]
    assert min(shares) < 0.95
    assert min(shares) > 0.4
    front, behind = scene.layout.places[-1], scene.layout.places[-7]
    assert front.y - front.head_px / 2 < behind.y + 1.2 * behind.head_px


def test_people_far_away_have_smaller_heads() -> None:
    assert _scene(perspective=FAR).layout.places[0].head_px < 0.7 * _scene().layout.places[0].head_px


def test_a_writing_fist_runs_over_the_paper() -> None:
    scene = _scene(Write(0, 120, seats=(5,)))
    place = scene.layout.places[5]
    frames = [_part(scene, at_s, place, 1.5) for at_s in range(20, 40)]
    assert sum(_differs(one, other) > 3 for one, other in pairwise(frames)) > 5


def test_a_raised_hand_is_at_the_height_of_the_head() -> None:
    with_hand, without = _scene(RaiseHand(0, 120, seats=(5,))), _scene()
    place = with_hand.layout.places[5]
    x, y, unit = place.x / 2, place.y / 2, place.head_px / 2
    beside = np.s_[round(y - 0.5 * unit) : round(y + 0.2 * unit), round(x + 0.6 * unit) : round(x + 1.1 * unit)]
    assert _differs(with_hand.picture_at(30)[beside], without.picture_at(30)[beside]) > 15


def test_who_leans_keeps_to_one_of_two_spots() -> None:
    scene = _scene(Lean(0, 120, seats=(5,), reach=0.9, stay_s=15))
    places = {round(scene.heads_at(at_s)[5].box[0] / (0.9 * scene.people[5].head_px)) for at_s in range(0, 120, 3)}
    assert len(places) == 2


def test_calm_people_move_less() -> None:
    calm, usual = _scene(Calm(0, 120, seats=_ALL)), _scene()

    def moved(scene: CameraScene) -> float:
        return float(np.mean([_differs(scene.picture_at(at_s), scene.picture_at(at_s + 10)) for at_s in (5, 40, 75)]))

    assert moved(calm) < 0.6 * moved(usual)


@pytest.mark.parametrize("wear", list(Wear))
def test_what_is_worn_covers_part_of_the_face(wear: Wear) -> None:
    worn, bare = _scene(worn=((wear, (5,)),)), _scene()
    place = worn.layout.places[5]
    assert _differs(_part(worn, 30, place), _part(bare, 30, place)) > 8
    assert _differs(_part(worn, 30, worn.layout.places[6]), _part(bare, 30, worn.layout.places[6])) == 0


def test_a_cut_out_is_nobody_and_keeps_still_until_it_is_pushed() -> None:
    still, pushed = (_scene(Cardboard(0, 120, seats=(2,), push_s=push_s)) for push_s in (0.0, 40.0))
    # Nobody sits behind the back row, so that nothing else moves there.
    place = still.layout.places[2]
    assert {head.person for head in still.heads_at(30)} == set(_ALL) - {2}
    assert still.scenario.truth().seconds[30].people == 11
    assert _differs(_part(still, 10, place), _part(still, 110, place)) == 0
    assert _differs(_part(pushed, 10, place), _part(pushed, 30, place)) == 0
    assert _differs(_part(pushed, 30, place), _part(pushed, 50, place)) > 3
    empty = _scene(Leave(0, 120, seats=(2,)))
    assert _differs(_part(still, 10, place), _part(empty, 10, place)) > 20


def test_who_takes_anothers_chair_leaves_their_own_empty() -> None:
    scene = _scene(Leave(0, 120, seats=(9,)), Move(60, 120, seats=(2,), to=9))
    before, after = ({head.person: head.box for head in scene.heads_at(at_s)} for at_s in (30, 90))
    assert before.keys() == after.keys() == set(_ALL) - {9}
    x, y, w, h = after[2]
    place = scene.layout.places[9]
    assert abs(x + w / 2 - place.x / 2) < 0.3 * h
    assert abs(y + h / 2 - place.y / 2) < 0.3 * h
    assert after[2][3] > before[2][3]


@pytest.mark.parametrize("from_behind", [False, True])
@pytest.mark.parametrize("spot", list(Spot))
def test_staff_are_in_the_picture_and_no_trainees(spot: Spot, from_behind: bool) -> None:  # noqa: FBT001 - a parameter of the test
    scene = _scene(Stay(20, 120, role=StaffRole.ASSISTANT, spot=spot, back=True), from_behind=from_behind)
    assert {head.person for head in scene.heads_at(10)} == set(_ALL)
    (other,) = [head for head in scene.heads_at(60) if head.person >= TEACHER]
    x, y, w, h = other.box
    assert not other.face
    assert other.share > 0.3
    assert 0 <= x < x + w <= 640
    assert 0 <= y < y + h <= 360


def test_who_walks_between_the_benches_is_somewhere_else_later_and_hides_others_now_and_then() -> None:
    scene = _scene(WalkAbout(0, 120, seats=_ALL[:6]), room=RoomKind.WORKSHOP)
    heads = [scene.heads_at(at_s) for at_s in range(0, 120, 5)]
    assert all({head.person for head in there} == set(_ALL) for there in heads)
    columns = [next(head.box[0] for head in there if head.person == 3) for there in heads]
    assert max(columns) - min(columns) > 40
    assert min(head.share for there in heads for head in there) < 0.9


@pytest.mark.parametrize("tremor_px", [0.0, 3.0])
def test_a_print_shows_one_moment_of_the_room_and_trembles(tremor_px: float) -> None:
    feed = CameraFeed(_story(Print(20, 120, tremor_px=tremor_px)), _LENS)
    frames = [feed.picture_at(at_s)[:360] for at_s in range(30, 110, 3)]
    assert {feed.posed_s(at_s) for at_s in range(20, 120)} == {20}
    moves = [np.hypot(*_shift(frames[0], frame)) for frame in frames]
    assert max(moves) < 2 * tremor_px + 0.3
    assert max(moves) > 0.8 * tremor_px
    assert _differs(frames[0], frames[1]) > 0.3


def test_a_monitor_flickers_over_a_room_that_stands_still() -> None:
    feed = CameraFeed(_story(Monitor(0, 120)), _LENS)
    change = feed.picture_at(31)[:360].astype(int) - feed.picture_at(64)[:360]
    rows = change.mean(axis=1)
    assert np.abs(rows).max() > 3
    assert np.abs(change - rows[:, None]).mean() < 3


def test_a_mast_sways_about_its_place_and_a_bracket_gives_way() -> None:
    gone = Leave(0, 120, seats=_ALL)
    fixed = _luma(_story(gone), 1)
    swaying, giving = _story(gone, Sway(0, 120, reach_px=5)), _story(gone, Drift(0, 120, across_px=12, down_px=6))
    sways = [_shift(fixed, _luma(swaying, at_s))[0] for at_s in range(1, 30, 2)]
    assert max(sways) > 2.5
    assert min(sways) < -2.5
    across, down = _shift(fixed, _luma(giving, 119))
    assert across == pytest.approx(11.9, abs=1)
    assert down == pytest.approx(5.95, abs=1)


def test_a_recorder_that_saves_bits_draws_blocks() -> None:
    plain, saving = _luma(_story(), 30).astype(int), _luma(_story(Blocks(0, 120, quality=15)), 30).astype(int)

    def edges(picture: np.ndarray) -> float:
        steps = np.abs(np.diff(picture, axis=1)).mean(axis=0)
        return float(steps[7::8].mean() / steps.mean())

    assert edges(saving) > 1.1 * edges(plain)


@pytest.mark.parametrize("kind", [Furnishing.MIRROR, Furnishing.SCREEN, Furnishing.CORRIDOR, Furnishing.POSTER])
def test_heads_on_the_wall_belong_to_nobody(kind: Furnishing) -> None:
    scene, bare = _scene(furnishings=(kind,)), _scene()
    assert {head.person for head in scene.heads_at(30)} == set(_ALL)
    slot = np.s_[22:88, 83:145] if kind is Furnishing.POSTER else np.s_[22:98, 442:559]
    assert _differs(scene.picture_at(30)[slot], bare.picture_at(30)[slot]) > 8
    changes = max(_differs(scene.picture_at(30)[slot], scene.picture_at(at_s)[slot]) for at_s in range(31, 60))
    assert (changes == 0) == (kind is Furnishing.POSTER)


def test_the_mirror_moves_as_those_do_whom_it_reflects() -> None:
    slot = np.s_[24:96, 445:556]
    others = _scene(Leave(0, 120, seats=_ALL), furnishings=(Furnishing.MIRROR,)).picture_at(30)[slot]
    assert _differs(_scene(furnishings=(Furnishing.MIRROR,)).picture_at(30)[slot], others) > 8


@pytest.mark.parametrize("from_behind", [False, True])
def test_bags_and_coats_hang_on_chairs_and_hide_no_head(from_behind: bool) -> None:  # noqa: FBT001 - a parameter of the test
    story = {"from_behind": from_behind, "furnishings": (Furnishing.BAGS, Furnishing.COATS)}
    hung, bare = (
        _scene(Jacket(0, 120, seats=(6,)), **story),
        _scene(Jacket(0, 120, seats=(6,)), from_behind=from_behind),
    )
    assert _differs(hung.picture_at(30), bare.picture_at(30)) > 0.3
    # A coat on the chair in front may touch the chin of who sits behind it, no more.
    assert min(head.share for head in hung.heads_at(30)) > 0.7


def test_seats_that_do_not_exist_are_told() -> None:
    with pytest.raises(InputError, match="got seat 12, expected 0 to 11"):
        _story(Move(0, 60, seats=(1,), to=12))
    with pytest.raises(InputError, match="got seat 14, expected 0 to 11"):
        _story(worn=((Wear.MASK, (14,)),))
