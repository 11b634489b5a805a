"""The same human from look to look, and how many there are at each."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from facts.sighting import Box, LookCount, SenseKind
from vision.moments import TrackEvidence, moments
from vision.people import Human
from vision.tracks import Look, Track, follow

START = datetime(2025, 4, 7, tzinfo=UTC)
WIDE, HIGH = 0.05, 0.09


def looks(*places: tuple[float, ...], step_s: int = 20) -> list[Look]:
    """One look for each row of places, in heads from the left."""
    return [
        Look(
            START + timedelta(seconds=step_s * index),
            tuple(Human(Box(0.1 + x * WIDE, 0.4, WIDE, HIGH), 0.8, frozenset({SenseKind.HEAD})) for x in row),
        )
        for index, row in enumerate(places)
    ]


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([(0, 2)] * 4, [4, 4]),
        ([(0,), (0.4,), (0.1,), (0.5,)], [4]),
        ([(0,), (1.4,), (0,), (1.4,)], [4]),
        ([(0, 1.4), (0, 1.4), (0,), (1.4,)], [3, 3]),
        ([(0,), (2.5,), (0,), (2.5,)], [2, 2]),
    ],
    ids=["neighbours", "sways", "leans over", "neighbours of whom one is missed", "too far to lean"],
)
def test_who_was_found_where_is_one_human_or_two(places: list[tuple[float, ...]], found: list[int]) -> None:
    assert sorted(len(track.found) for track in follow(looks(*places))) == sorted(found)


def evidence(counted: set[int], carried: set[int]) -> TrackEvidence:
    human = Human(Box(0, 0, WIDE, HIGH), 0.8, frozenset())
    track = Track(human.box, dict.fromkeys(counted, human))
    return TrackEvidence(track, np.zeros(0), frozenset(counted), frozenset(carried))


def test_carrying_never_counts_more_than_one_look_shows_at_once() -> None:
    """Two who are never seen together may be one who walks: seen in turn is not seen together."""
    rows = looks((), (), ())
    in_turn = moments(rows, [evidence({0, 2}, {1}), evidence({1}, {0, 2})])
    assert [(one.seen, one.carried) for one in in_turn] == [(1, 0)] * 3
    together = moments(rows, [evidence({0, 1}, {2}), evidence({1, 2}, {0})])
    assert [(one.seen, one.carried) for one in together] == [(1, 1), (2, 0), (1, 1)]


def test_who_is_found_and_does_not_count_is_told_apart() -> None:
    stray = TrackEvidence(
        Track(Box(0, 0, WIDE, HIGH), {0: Human(Box(0, 0, WIDE, HIGH), 0.8, frozenset())}),
        np.zeros(0),
        frozenset(),
        frozenset(),
    )
    assert moments(looks(()), [stray]) == (LookCount(START, 0, 0, 1),)
