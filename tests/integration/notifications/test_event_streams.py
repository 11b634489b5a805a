"""A stream of events ends soon after its listener has signed out or was shut out, however busy it is."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import update

from pipeline.accounts.rights import Role
from storage.database.accounts import accounts, sessions
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.notifications.events import raise_event
from storage.database.tables.accounts import ACCOUNTS, API_KEYS
from storage.database.tables.classes import CLASSES
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running


@contextmanager
def busy(running: Running, number: int) -> Iterator[None]:
    """Events of the class without end."""
    over, engine = threading.Event(), running.service.engine

    def raising() -> None:
        with reading(engine, "test") as connection:
            (owner,) = classes(connection, CLASSES.c.id == number)
        while not over.wait(0.3):
            with writing(engine, "test") as connection:
                raise_event(connection, "verdict.made", owner, running.clock(), "{}")

    thread = threading.Thread(target=raising, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def end_session(running: Running, account: int) -> None:
    with writing(running.service.engine, "test") as connection:
        sessions.end_all(connection, account)


def shut(running: Running, account: int) -> None:
    with writing(running.service.engine, "test") as connection:
        accounts.disable(connection, account, running.clock())


def move(running: Running, account: int) -> None:
    """To another institution: what it heard until now is none of its business any more."""
    other = running.institution("邻校")
    with writing(running.service.engine, "test") as connection:
        connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account).values(institution_id=other))


def heard(client: httpx.Client, then: Callable[[], None]) -> int:
    """How many events came after ``then``, which was done once the first had come; returns when the stream has ended."""
    count = -1
    with client.stream("GET", "/api/v1/events", headers={"accept": "text/event-stream"}) as answer:
        for line in answer.iter_lines():
            if line.startswith("event:"):
                count += 1
                if count == 0:
                    then()
    return count


@pytest.mark.parametrize("ending", [end_session, shut, move])
def test_a_stream_ends_with_its_session(running_service: Running, ending: Callable[[Running, int], None]) -> None:
    number = blank(running_service, "jz1")
    with running_service.as_(Role.CLERK) as clerk, busy(running_service, number):
        account = int(clerk.get("/api/v1/me").json()["account_id"])
        after = heard(clerk, lambda: ending(running_service, account))
    assert after <= 100, "that many are read at one look, and it is asked at every fourth who listens"


def test_a_stream_ends_with_its_key(running_service: Running) -> None:
    number = blank(running_service, "jz1")

    def end_keys() -> None:
        with writing(running_service.service.engine, "test") as connection:
            connection.execute(update(API_KEYS).values(ended_at=running_service.clock()))

    with running_service.as_(Role.SYSTEM) as system, busy(running_service, number):
        heard(system, end_keys)


def test_a_stream_whose_listener_stays_goes_on(running_service: Running) -> None:
    number = blank(running_service, "jz1")
    with (
        running_service.as_(Role.CLERK) as clerk,
        busy(running_service, number),
        clerk.stream("GET", "/api/v1/events", headers={"accept": "text/event-stream"}) as answer,
    ):
        lines = (line for line in answer.iter_lines() if line.startswith("event:"))
        assert len([next(lines) for _ in range(20)]) == 20
