"""Sketches that meet: which recording they speak for, at which lag, and that chance speaks for none."""

from dataclasses import replace

import numpy as np

from tests.fixtures.invented_motion import START, filmed, people
from vision.motion import CELLS, Motion
from vision.replay import likely
from vision.sketch import indexed, mirrored
from vision.votes import AskedKeys, Vote, asked_keys, voted

KNOWN = {number: filmed(people(number), 900, 20) for number in range(1, 5)}
Row = tuple[int, int, int]


def looked_up(asked: AskedKeys) -> list[Row]:
    """What a database would answer."""
    wanted = set(asked.distinct())
    return [(key, number, at_s) for number, one in KNOWN.items() for key, at_s in indexed(one) if key in wanted]


def copied(begin_s: float = 403.0) -> Motion:
    return filmed(people(3), 240, 7, begin_s=begin_s)


def test_the_film_and_its_lag_get_most_votes() -> None:
    asked = asked_keys(copied())
    best = voted(asked, looked_up(asked), 9)[0]
    assert (best.other, best.turned) == (3, False)
    assert abs(best.lag_s - 403) < 4


def among_others(begin_s: float) -> Motion:
    """Three minutes of the third film among forty of other people's, whose usual is another."""
    host, theirs = filmed(people(9), 2400, 5), filmed(people(3), 180, 5, begin_s=begin_s)
    inside = (host.at_s >= 1110) & (host.at_s < 1290)
    cells = host.cells.copy()
    cells[inside] = theirs.cells
    return replace(host, cells=cells)


def test_three_minutes_among_another_film_s_hour_vote_for_theirs() -> None:
    asked = asked_keys(among_others(400.0))
    best = voted(asked, looked_up(asked), 9)[0]
    assert (best.other, best.turned) == (3, False)
    assert best.votes >= 5
    assert abs(best.lag_s - 400 + 1110) < 4


def test_a_mirrored_copy_votes_for_the_film_as_mirrored() -> None:
    copy = copied()
    asked = asked_keys(replace(copy, cells=mirrored(copy.cells)))
    best = voted(asked, looked_up(asked), 9)[0]
    assert (best.other, best.turned) == (3, True)


def test_other_minutes_vote_for_nobody_in_particular() -> None:
    asked = asked_keys(copied(9000.0))
    assert max((vote.votes for vote in voted(asked, looked_up(asked), 9)), default=0) <= 2


def test_one_sample_is_one_vote_however_many_of_its_keys_meet() -> None:
    asked = AskedKeys(np.array([5, 6, 7]), np.array([0, 0, 200]), np.zeros(3, np.int64))
    assert voted(asked, [(5, 1, 100), (6, 1, 100), (7, 1, 160)], 9) == []
    (vote,) = voted(asked, [(5, 1, 100), (6, 1, 100), (7, 1, 120)], 9)
    assert (vote.other, vote.votes) == (1, 2)


def test_no_more_recordings_are_named_than_asked_for() -> None:
    asked = AskedKeys(np.array([5, 6]), np.array([0, 200]), np.zeros(2, np.int64))
    rows = [(key, number, at_s) for number in range(1, 6) for key, at_s in ((5, 100), (6, 120))]
    assert len(voted(asked, rows, 3)) == 3


def test_rows_in_a_line_vote_as_rows_do() -> None:
    """As the database writes them: one number after the other."""
    asked = asked_keys(copied())
    rows = looked_up(asked)
    line = [number for row in rows for number in row]
    assert voted(asked, line, 9) == voted(asked, rows, 9) != []


def test_the_likeliest_keys_are_asked_first_and_each_once() -> None:
    asked = asked_keys(copied())
    order = asked.distinct()
    assert len(order) == len(set(order))
    assert set(order[:64]) <= set(asked.keys[: 2 * 8 * 35].tolist())


def test_where_hardly_anything_moves_nothing_is_asked() -> None:
    still = Motion(START, np.arange(0.0, 600, 6), np.zeros((100, CELLS), np.float32))
    assert asked_keys(still).distinct() == []
    assert voted(asked_keys(still), [], 9) == []


def test_those_that_move_alike_at_the_lag_come_first() -> None:
    votes = [Vote(number, 0.0, 403.0, turned=False, votes=2) for number in (1, 2, 3, 77)]
    assert likely(copied(), KNOWN, votes, 1) == [3]
