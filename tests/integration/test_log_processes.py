"""Processes that append to one log: killed at any moment, or several at once, on both databases."""

import os
import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage.database.opening import open_engine
from storage.log.ledger import EvidenceLog
from tests.fixtures.keepers import START, held, leaf, leaves

pytestmark = pytest.mark.slow
ROUNDS, BATCH, WRITERS, TURNS = 25, 3, 3, 40


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """A child process that works and tells by a pipe; its id, and the end to listen at."""
    listen, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        return child, listen
    status = 1
    try:
        os.close(listen)
        work(tell)
        status = 0
    finally:
        os._exit(status)  # the child must not go on as a second pytest


def lines(listen: int) -> list[str]:
    with os.fdopen(listen, "rb") as pipe:
        return [line.decode().strip() for line in pipe.readlines() if line.endswith(b"\n")]


def test_an_append_killed_at_any_moment_has_happened_wholly_or_not_at_all(database_url: str) -> None:
    """What the child was told is there is there; what it was not told is there as a whole batch or not at all."""
    log = EvidenceLog(open_engine(database_url))
    chance = random.Random(7)
    for number in range(ROUNDS):
        before = log.size
        log.engine.dispose()

        def work(tell: int, before: int = before) -> None:
            own = EvidenceLog(open_engine(database_url))
            for first in range(before, before + 3000, BATCH):
                os.write(tell, f"{own.append(leaves(BATCH, first))[0]}\n".encode())

        child, listen = forked(work)
        os.read(listen, 1)  # it has begun
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        told = [before, *map(int, lines(listen)[1:])]
        log.append(leaves(BATCH, log.size))  # also waits until the server has let go of the dead
        assert log.size >= told[-1] + 2 * BATCH, number
        assert log.size % BATCH == 0
        assert held(log.engine)[before:] == leaves(log.size - before, before)
        log.verify()
    log.engine.dispose()


def test_processes_that_append_at_once_leave_no_gap_and_keep_their_order(database: Engine, database_url: str) -> None:
    def writer(number: int) -> Callable[[int], None]:
        def work(tell: int) -> None:
            log = EvidenceLog(open_engine(database_url))
            for turn in range(TURNS):
                at = START + timedelta(seconds=turn - number)  # clocks that differ by seconds
                (place,) = log.append([leaf(1000 * number + turn, at=at)])
                os.write(tell, f"{place}\n".encode())

        return work

    children = [forked(writer(number)) for number in range(WRITERS)]
    places = [[int(line) for line in lines(listen)] for _, listen in children]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child, _ in children] == [0] * WRITERS
    assert sorted(place for own in places for place in own) == list(range(WRITERS * TURNS))
    log, found = EvidenceLog(database), held(database)
    for number, own in enumerate(places):
        assert own == sorted(own)
        assert [found[place].subject for place in own] == [f"class {1000 * number + turn}" for turn in range(TURNS)]
    assert [one.at for one in found] == sorted(one.at for one in found)
    log.verify()
