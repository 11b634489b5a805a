"""Whoever opens connections and says nothing, or listens a thousand times, keeps nobody else from being served."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from api.http import gate
from api.notifications.routes.events import STREAM
from facts.errors import TooManyError
from pipeline.accounts.rights import Role
from runtime.platform.rate_limit import RateLimiter
from tests.fixtures.served_process import free_port, serving
from tests.fixtures.service import Running

SILENT = 300


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    home: Path = tmp_path_factory.mktemp("bounded")
    number = free_port()
    with serving(home, number):
        yield number


def answered(port: int) -> bool:
    return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60).status_code == 200


def ended(connection: socket.socket) -> bool:
    """Whether the service ends the connection; waits for it."""
    connection.settimeout(120)
    while connection.recv(4096):
        pass
    return True


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: "])
def test_three_hundred_connections_without_a_head_are_ended_and_others_are_served(said: bytes, port: int) -> None:
    with ExitStack() as stack:
        silent = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(SILENT)]
        for one in silent:
            one.sendall(said)
        assert answered(port)
        assert all(map(ended, silent))
    assert answered(port)


def test_a_second_request_has_as_little_time_for_its_head(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\nGET /hea")
        assert one.recv(4096).startswith(b"HTTP/1.1 200")
        assert ended(one)


def test_a_body_of_drops_is_refused_with_a_reason(port: int) -> None:
    """A byte now and then is no upload: the connection is ended with 408 and its sender told."""
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000\r\n")
        one.sendall(b"content-type: application/x-www-form-urlencoded\r\n\r\nname=a")
        one.settimeout(gate.PIECE_S * 4)
        assert one.recv(4096).startswith(b"HTTP/1.1 408")


def test_one_listener_has_so_many_streams_and_all_together_have_so_many(running_service: Running) -> None:
    listening = []  # a listener that is let go hangs up
    with running_service.as_(Role.CLERK) as clerk, ExitStack() as stack:
        for _ in range(10):
            answer = stack.enter_context(clerk.stream("GET", "/api/v1/events", headers={"accept": STREAM}))
            assert answer.status_code == 200
            listening.append(answer.iter_lines())
            next(listening[-1])
        refused = clerk.get("/api/v1/events", headers={"accept": STREAM})
        assert (refused.status_code, refused.json()["code"]) == (429, "TOO_MANY")
        assert clerk.get("/api/v1/me").status_code == 200
    waited = time.monotonic() + 120
    while running_service.service.limiter.held("stream") and time.monotonic() < waited:
        time.sleep(0.05)
    assert running_service.service.limiter.held("stream") == 0


def test_places_are_counted_by_one_and_by_all_and_given_back() -> None:
    limiter = RateLimiter()
    with limiter.hold("a", "one", 1, 2), limiter.hold("a", "two", 1, 2):
        for who in ("one", "three"):
            with pytest.raises(TooManyError), limiter.hold("a", who, 1, 2):
                pytest.fail("was let in")
    assert limiter.held("a") == 0


def test_what_costs_is_limited_for_each_caller(running_service: Running) -> None:
    at = running_service.clock()
    running_service.clock.still = at
    with running_service.as_(Role.AUDITOR) as auditor:
        asked = {auditor.get("/api/v1/log/proofs", params={"sha256": "0" * 64}).status_code for _ in range(120)}
        assert 429 not in asked
        assert auditor.get("/api/v1/log/proofs", params={"sha256": "0" * 64}).status_code == 429
        running_service.clock.still = at + timedelta(minutes=2)
        assert auditor.get("/api/v1/log/proofs", params={"sha256": "0" * 64}).status_code != 429
