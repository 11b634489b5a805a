"""Who gives confined children ranges of recordings: exactly what they may have, counted, bounded, and never a lie."""

import contextlib
import random
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from facts.errors import SetupError
from ingest.recordings.byte_source import ByteSource
from runtime.platform.child_limits import PICTURE, Reach
from runtime.platform.child_process import in_child
from runtime.platform.range_broker import GoneRangeError, LostRangeError, RangeBroker
from runtime.platform.range_line import ASKED, MANY, NUMBER, ONE, RangeLine
from storage.evidence.errors import NotStoredError, StoreError, StoreLostError
from tests.fixtures.hostile_work import sockets_made

FILM = random.Random(70).randbytes(3 << 20)
HERE, OTHER = Path("/nowhere/CH02.mp4"), Path("/nowhere/CH03.mp4")


@dataclass
class SimulatedReader:
    """An object in a store: its bytes, what goes wrong with the next reads, and how many are under way."""

    data: bytes = FILM
    faults: list[StoreError] = field(default_factory=list)
    pause_s: float = 0.0
    asked: list[tuple[int, int]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size_bytes(self) -> int:
        return len(self.data)

    def read(self, start: int, end: int) -> bytes:
        with self.lock:
            self.asked.append((start, end))
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(self.pause_s)
        with self.lock:
            self.at_once -= 1
        if self.faults:
            raise self.faults.pop(0)
        return self.data[start:end]

    def close(self) -> None:
        """Nothing is open."""


def parts_of(path: Path, parts: Sequence[tuple[int, int]]) -> list[bytes]:
    """A child's work: it reads these parts of the recording, at once and one by one."""
    with ByteSource(path) as source:
        at_once = source.read_parts(parts)
        assert at_once == [source.read_at(pos, count) for pos, count in parts]
        source.seek(-5, 2)
        return [*at_once, source.read()]


def first_bytes(path: Path) -> bytes:
    """A child's work: one read."""
    with ByteSource(path) as source:
        return source.read(10)


PARTS = [(0, 16), (100, 70_000), (len(FILM) - 10, 10), (len(FILM) - 10, 100), (-1, 10), (len(FILM), 10), (5, 0)]
GOT = [FILM[0:16], FILM[100:70_100], FILM[-10:], FILM[-10:], b"", b"", b"", FILM[-5:]]


def test_a_confined_child_reads_what_lies_elsewhere_and_reaches_no_network() -> None:
    reader = SimulatedReader()
    with RangeBroker({HERE: reader}) as broker:
        reach = Reach(ranges=broker.door([HERE]))
        assert in_child(PICTURE, reach, "CH02.mp4", parts_of, HERE, PARTS) == GOT
        assert in_child(PICTURE, reach, "CH02.mp4", sockets_made) == 0
        assert (broker.ranges, broker.bytes_read) == (
            len(reader.asked),
            sum(end - start for start, end in reader.asked),
        )


def test_a_broker_that_closes_while_somebody_knocks_is_closed_all_the_same() -> None:
    def knock(address: str, over: threading.Event) -> None:
        while not over.is_set():
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(address)

    def opened_and_closed() -> None:
        for _ in range(20):
            over = threading.Event()
            with RangeBroker({HERE: SimulatedReader()}) as broker:
                door = broker.door([HERE])
                assert door
                knocking = threading.Thread(target=knock, args=(door.address, over))
                knocking.start()
            over.set()
            knocking.join()

    closing = threading.Thread(target=opened_and_closed, daemon=True)
    closing.start()
    closing.join(240)
    assert not closing.is_alive()


def test_the_process_itself_reads_through_the_broker_and_only_while_it_is_open() -> None:
    with RangeBroker({HERE: SimulatedReader()}):
        assert parts_of(HERE, PARTS) == GOT
    with pytest.raises(FileNotFoundError):
        ByteSource(HERE)


def test_a_child_that_was_taken_over_gets_no_recording_but_its_own() -> None:
    with RangeBroker({HERE: SimulatedReader(), OTHER: SimulatedReader(bytes(100))}) as broker:
        door = broker.door([HERE])
        assert door
        assert [path for path, _, _ in door.recordings] == [HERE]
        for asked in (
            ONE + ASKED.pack(1, 0, 10),
            ONE + ASKED.pack(0, len(FILM) - 1, 2),
            ONE + ASKED.pack(0, 1 << 63, 1 << 63),
            MANY + ASKED.pack(0, 0, 10) + ASKED.pack(1, 0, 10),
            ONE + b"\x00",
            MANY + ASKED.pack(0, 0, 3 << 20) * 30,
            b"",
        ):
            line = Client(door.address, authkey=door.key)
            line.send_bytes(NUMBER.pack(0))
            line.send_bytes(asked)
            with pytest.raises(EOFError):
                line.recv_bytes()
        assert RangeLine(door).read(HERE, 0, 10) == FILM[:10]  # the others are served on


def test_whoever_does_not_know_the_key_is_not_let_in() -> None:
    with RangeBroker({HERE: SimulatedReader()}) as broker:
        door = broker.door([HERE])
        assert door
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(10)
            stranger.connect(door.address)
            stranger.sendall(b"\x00\x00\x00\x04nope")
            while stranger.recv(1 << 12):
                pass
        assert RangeLine(door).read(HERE, 0, 10) == FILM[:10]


def test_an_index_that_is_read_on_is_fetched_in_few_pieces_and_nothing_twice() -> None:
    reader = SimulatedReader()
    with RangeBroker({HERE: reader}) as broker:
        for pos in range(0, 1 << 20, 32 << 10):
            assert broker.read(HERE, pos, 32 << 10) == FILM[pos : pos + (32 << 10)]
        assert len(reader.asked) <= 8, "thirty-two reads"
        assert broker.bytes_read <= (1 << 20) + (256 << 10), "little that nobody asked for"
        seen = len(reader.asked)
        assert broker.read(HERE, 300_000, 1000) == FILM[300_000:301_000]
        assert len(reader.asked) == seen


def test_what_stands_alone_is_fetched_as_asked() -> None:
    reader = SimulatedReader()
    with RangeBroker({HERE: reader}) as broker:
        for pos in (2_000_000, 1_000_000, 1_500_000):
            assert broker.read(HERE, pos, 60_000) == FILM[pos : pos + 60_000]
        assert broker.bytes_read == 180_000


def test_old_pieces_are_forgotten() -> None:
    reader = SimulatedReader(bytes(80 << 20))
    with RangeBroker({HERE: reader}) as broker:
        for pos in range(0, 80 << 20, 1 << 20):
            broker.read(HERE, pos, 900_000)
        broker.read(HERE, 79 << 20, 900_000)
        assert len(reader.asked) == 80
        broker.read(HERE, 0, 900_000)
        assert len(reader.asked) == 81


def test_no_more_ranges_are_under_way_than_allowed() -> None:
    reader = SimulatedReader(pause_s=0.02)
    with RangeBroker({HERE: reader}, at_once=3) as broker:
        found = broker.read_parts(HERE, [(pos, 100) for pos in range(0, 40_000, 1000)])
        assert found == [FILM[pos : pos + 100] for pos in range(0, 40_000, 1000)]
    assert reader.most_at_once == 3


def test_a_store_that_was_away_for_a_moment_is_asked_again() -> None:
    reader = SimulatedReader(faults=[StoreLostError("busy"), StoreLostError("busy")])
    with RangeBroker({HERE: reader}, pauses_s=(0.0, 0.0)) as broker:
        assert broker.read(HERE, 0, 10) == FILM[:10]
        broker.refuse_lost()


@pytest.mark.parametrize(
    ("fault", "family"),
    [(StoreLostError("the server is away"), LostRangeError), (NotStoredError("no such version"), GoneRangeError)],
    ids=["away", "gone"],
)
def test_a_range_that_cannot_be_had_leaves_nothing_that_counts(fault: StoreError, family: type[Exception]) -> None:
    reader = SimulatedReader(faults=[fault] * 2)
    with RangeBroker({HERE: reader}, pauses_s=(0.0,)) as broker:
        with pytest.raises(SetupError, match=f"CH02.mp4.*未作任何结论.*{fault}"):
            in_child(PICTURE, Reach(ranges=broker.door([HERE])), "CH02.mp4", first_bytes, HERE)
        with pytest.raises(family, match=str(fault)):
            broker.refuse_lost()
        asked = len(reader.asked)
        with pytest.raises(family):
            broker.read(HERE, 1 << 20, 10)
        assert len(reader.asked) == asked, "whatever is asked later is refused at once"
