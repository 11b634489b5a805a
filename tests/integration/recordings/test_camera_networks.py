"""Where a camera's stream really leads: redirects, names that spell an inner address, circles without end."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address, ip_network

import pytest

from facts.recorder import GapReason
from ingest.cameras.address import CameraAddress
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.stream_peers import tcp_peers
from runtime.recordings.camera_networks import at_address, open_allowed
from runtime.recordings.camera_trial import try_camera

NEAR = (ip_network("127.0.0.2/32"),)
Answer = Callable[[str], bytes]


@contextmanager
def answering(host: str, answer: Answer) -> Iterator[tuple[int, list[str]]]:
    """A server that says the same to everybody and hangs on where it says nothing; its port, and what it was asked."""
    asked: list[str] = []
    held: list[socket.socket] = []
    with socket.create_server((host, 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    one, _ = listener.accept()
                except OSError:
                    return
                held.append(one)
                threading.Thread(target=talk, args=(one,), daemon=True).start()

        def talk(one: socket.socket) -> None:
            while data := received(one):
                asked.append(data.decode("latin-1"))
                if told := answer(asked[-1]):
                    one.sendall(told)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield port, asked
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    for one in held:
        one.close()


def received(one: socket.socket) -> bytes:
    try:
        return one.recv(4096)
    except OSError:
        return b""


def tried(address: str, seconds: float = 8.0) -> tuple[GapReason | None, str]:
    camera = RecordedCamera("7", "301", CameraAddress(address))
    found = try_camera(camera, seconds, opener=lambda binary: open_allowed(camera, binary, NEAR))
    return found.reason, found.words


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"]
)
def test_an_inner_address_however_it_is_spelt_is_never_asked(host: str) -> None:
    with answering("127.0.0.1", lambda _: b"") as (port, asked):
        reason, words = tried(f"rtsp://{host}:{port}/1")
    assert reason in {GapReason.NOT_ALLOWED, GapReason.NO_ADDRESS}, words
    assert asked == []


def test_a_redirect_to_an_inner_address_ends_the_connection() -> None:
    with answering("127.0.0.1", lambda _: b"") as (inner, _):
        told = f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner}/x.flv\r\nContent-Length: 0\r\n\r\n".encode()
        with answering("127.0.0.2", lambda _: told) as (port, asked):
            reason, words = tried(f"http://127.0.0.2:{port}/x.flv")
    assert asked
    assert (reason, words) == (GapReason.NOT_ALLOWED, "it led to 127.0.0.1")


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_a_circle_of_redirects_ends_with_a_reason(scheme: str) -> None:
    own: list[int] = []

    def again(request: str) -> bytes:
        number = next((line for line in request.splitlines() if line.startswith("CSeq")), "CSeq: 1")
        head = "HTTP/1.1 302 Found" if scheme == "http" else f"RTSP/1.0 302 Moved\r\n{number}"
        return f"{head}\r\nLocation: {scheme}://127.0.0.2:{own[0]}/x\r\nContent-Length: 0\r\n\r\n".encode()

    with answering("127.0.0.2", again) as (port, asked):
        own.append(port)
        reason, _ = tried(f"{scheme}://127.0.0.2:{port}/x", seconds=4.0)
    assert reason is not None
    assert asked


def test_a_name_is_replaced_by_the_address_that_was_checked() -> None:
    address = CameraAddress("rtsp://camera.example:8554/a?b=c", "viewer", "secret")
    assert at_address(address, ip_address("192.0.2.7")).shown == "rtsp://192.0.2.7:8554/a?b=c"
    assert at_address(address, ip_address("2001:db8::7")).whole == ("rtsp://viewer:secret@[2001:db8::7]:8554/a?b=c")


def test_who_is_at_the_other_end_is_seen_soon_and_no_longer_than_it_lasts() -> None:
    there = ip_address("127.0.0.3")
    with socket.create_server((str(there), 0)) as server:
        assert there not in tcp_peers(os.getpid())
        with socket.create_connection(server.getsockname()):
            seen(lambda: there in tcp_peers(os.getpid()))
        seen(lambda: there not in tcp_peers(os.getpid()))
    assert tcp_peers(1 << 22) == frozenset(), "a process that is gone"


def seen(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until, "it was not seen"
        time.sleep(0.02)
