import pytest

from demo.events import Black, Bow, Cover, Freeze, Hole, Jacket, Leave, Rise, Turn
from demo.scenario import Lens, RoomKind, Scenario
from facts.errors import InputError
from facts.footage import LapseKind


def _story(*events: object, **more: object) -> Scenario:
    return Scenario("story", "故事", **{"people": 12, "rows": 3, "length_s": 60, "events": events} | more)


def _live_s(story: Scenario, camera: str = "CH02") -> list[tuple[float, float]]:
    start = story.span.start
    return [((s.start - start).total_seconds(), (s.end - start).total_seconds()) for s in story.truth().live[camera]]


def test_somebody_who_leaves_is_gone_for_exactly_those_seconds() -> None:
    seconds = _story(Leave(10, 20, seats=(3,))).truth().seconds
    assert [moment.at_s for moment in seconds if 3 not in moment.occupied] == list(range(10, 20))
    assert {moment.people for moment in seconds} == {11, 12}


def test_a_bowed_or_turned_head_is_there_without_a_face() -> None:
    moment = _story(Bow(0, 60, seats=(1,)), Turn(0, 60, seats=(2,))).truth().seconds[30]
    assert moment.people == moment.in_view == 12
    assert moment.faces == frozenset(range(12)) - {1, 2}


def test_a_jacket_is_nobody() -> None:
    moment = _story(Jacket(0, 60, seats=(5,))).truth().seconds[0]
    assert 5 in moment.jackets
    assert 5 not in moment.occupied


def test_who_stands_up_hides_who_sits_behind() -> None:
    story = _story(Rise(20, 40, seats=(9,)))
    assert story.behind(9) == 5
    moment = story.truth().seconds[30]
    assert (moment.people, moment.in_view, moment.hidden) == (12, 11, frozenset({5}))
    assert story.truth().seconds[40].in_view == 12


def test_nobody_is_behind_the_back_row() -> None:
    assert _story(Rise(0, 60, seats=(2,))).truth().seconds[0].in_view == 12


def test_an_empty_chair_cannot_hide_anybody() -> None:
    assert not _story(Rise(0, 60, seats=(9,)), Leave(0, 60, seats=(9,))).truth().seconds[0].hidden


@pytest.mark.parametrize(
    ("event", "kind"), [(Freeze, LapseKind.FROZEN), (Cover, LapseKind.COVERED), (Black, LapseKind.BLACK)]
)
def test_a_lapse_ends_the_live_stretch_and_not_the_recorded_one(event: type, kind: LapseKind) -> None:
    story = _story(event(20, 30))
    assert story.truth().seconds[25].lapse is kind
    assert not story.truth().seconds[25].live
    assert story.truth().seconds[25].in_view == 0
    assert _live_s(story) == [(0, 20), (30, 60)]
    assert [span.length_s for span in story.truth().recorded["CH02"]] == [60]


def test_holes_and_lapses_that_touch_leave_nothing_between() -> None:
    assert _live_s(_story(Hole(10, 20), Freeze(20, 30))) == [(0, 10), (30, 60)]


def test_an_event_of_one_camera_leaves_the_other_alone() -> None:
    lenses = (Lens("CH02", tuple(range(6))), Lens("CH03", tuple(range(6, 12))))
    story = _story(Hole(10, 20, "CH03"), Cover(30, 40, "CH03"), lenses=lenses)
    assert _live_s(story, "CH02") == [(0, 60)]
    assert _live_s(story, "CH03") == [(0, 10), (20, 30), (40, 60)]
    assert story.truth().seconds[15].recorded
    assert story.truth().seconds[35].live


def test_at_the_bench_heads_go_down_by_themselves_for_about_a_third_of_the_time() -> None:
    seconds = _story(room=RoomKind.WORKSHOP, length_s=900).truth().seconds
    share = 1 - sum(len(moment.faces) for moment in seconds) / (12 * 900)
    assert 0.2 < share < 0.5
    assert {moment.people for moment in seconds} == {12}


def test_every_mistake_in_a_recipe_is_told_at_once() -> None:
    with pytest.raises(
        InputError, match=r"got seat 12, expected 0 to 11; Leave: got 50 to 70 s, expected a part of 0 to 60 s"
    ):
        _story(Leave(50, 70, seats=(12,)))
