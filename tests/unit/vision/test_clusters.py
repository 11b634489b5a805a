from facts.sighting import Box
from tests.fixtures.drawn_room import at_s
from vision.clusters import Look, cluster
from vision.detector import Head

W, H = 0.03, 0.05


def look(second: int, *places: tuple[float, float]) -> Look:
    return Look(at_s(second), tuple(Head(Box(x, y, W, H), 0.9) for x, y in places))


def test_swaying_heads_stay_one_place_and_neighbours_two() -> None:
    looks = [look(second, (0.30 + 0.004 * (second % 3), 0.4), (0.36, 0.4)) for second in range(8)]
    places = cluster(looks)
    assert sorted(len(place.found) for place in places) == [8, 8]


def test_two_heads_of_one_look_are_never_one_place() -> None:
    places = cluster([look(0, (0.30, 0.4), (0.315, 0.4)), look(1, (0.30, 0.4))])
    assert len(places) == 2


def test_a_shifted_chair_is_the_same_place() -> None:
    looks = [look(second, (0.30 if second < 5 else 0.326, 0.4)) for second in range(10)]
    assert [len(place.found) for place in cluster(looks)] == [10]


def test_a_far_larger_head_in_front_is_another_place() -> None:
    near = Look(at_s(1), (Head(Box(0.28, 0.38, 3 * W, 3 * H), 0.9),))
    assert len(cluster([look(0, (0.30, 0.4)), near])) == 2


def test_known_places_stay_first_even_when_nobody_is_found_there() -> None:
    known = [Box(0.7, 0.4, W, H), Box(0.3, 0.4, W, H)]
    places = cluster([look(0, (0.3, 0.4), (0.5, 0.4))], known)
    assert [len(place.found) for place in places] == [0, 1, 1]
