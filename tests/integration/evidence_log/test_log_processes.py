"""Processes that append to one log: killed at any moment, or several at once, on both databases."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

import pytest
from sqlalchemy import Engine

from storage.database.connection import open_engine
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.child_processes import WAIT_S, begun, ended
from tests.fixtures.log_keeper import START, leaf, leaves, stored_leaves

pytestmark = pytest.mark.slow
ROUNDS, BATCH, WRITERS, TURNS = 25, 3, 3, 40


def appends(tell: Connection, url: str, before: int) -> None:
    """Batch upon batch, each place told once it is written, until somebody kills this process."""
    own = EvidenceLog(open_engine(url))
    for first in range(before, before + 3000, BATCH):
        tell.send(own.append(leaves(BATCH, first))[0])


def writes(tell: Connection, url: str, number: int) -> None:
    log = EvidenceLog(open_engine(url))
    for turn in range(TURNS):
        at = START + timedelta(seconds=turn - number)  # clocks that differ by seconds
        (place,) = log.append([leaf(1000 * number + turn, at=at)])
        tell.send(place)


def listening(work: Callable[..., None], *args: object) -> tuple[ForkServerProcess, Connection]:
    """A child that tells by a pipe."""
    listen, tell = Pipe(duplex=False)
    child = begun(work, tell, *args)
    tell.close()
    return child, listen


def told(listen: Connection) -> Iterator[int]:
    """What a child said until it ended; a word cut off by its death was not said."""
    with listen:
        while True:
            try:
                yield listen.recv()
            except (EOFError, OSError):
                return


def test_an_append_killed_at_any_moment_has_happened_wholly_or_not_at_all(database_url: str) -> None:
    """What the child was told is there is there; what it was not told is there as a whole batch or not at all."""
    log = EvidenceLog(open_engine(database_url))
    chance = random.Random(7)
    for number in range(ROUNDS):
        before = log.size
        log.engine.dispose()
        child, listen = listening(appends, database_url, before)
        listen.poll(WAIT_S)  # it has begun
        child.join(chance.uniform(0, 0.02))
        child.kill()
        assert ended(child)
        last = [before, *told(listen)][-1]
        log.append(leaves(BATCH, log.size))  # also waits until the server has let go of the dead
        assert log.size >= last + 2 * BATCH, number
        assert log.size % BATCH == 0
        assert stored_leaves(log.engine)[before:] == leaves(log.size - before, before)
        log.verify()
    log.engine.dispose()


def test_processes_that_append_at_once_leave_no_gap_and_keep_their_order(database: Engine, database_url: str) -> None:
    children = [listening(writes, database_url, number) for number in range(WRITERS)]
    places = [[*told(listen)] for _, listen in children]
    assert not any(ended(child) for child, _ in children)
    assert sorted(place for own in places for place in own) == list(range(WRITERS * TURNS))
    log, found = EvidenceLog(database), stored_leaves(database)
    for number, own in enumerate(places):
        assert own == sorted(own)
        assert [found[place].subject for place in own] == [f"class {1000 * number + turn}" for turn in range(TURNS)]
    assert [one.at for one in found] == sorted(one.at for one in found)
    log.verify()
