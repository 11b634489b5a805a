"""What a worker refuses before it looks, and what the asker refuses to believe of a worker."""

import os
import pickle
import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.digest import Digest
from facts.errors import SetupError
from runtime.cluster.address import ClusterAddress
from runtime.cluster.errors import ClusterAwayError, UnfitWorkerError
from runtime.cluster.limit import TaskLimit
from runtime.cluster.piece import TaskPiece
from runtime.cluster.recording_place import place_of
from runtime.cluster.request import ClusterAnswer, ClusterRequest, CrewWork, Ending
from runtime.cluster.scheduler import Introduction, refuse_stranger
from runtime.cluster.version import cluster_version
from runtime.cluster.weights import WeightsSet, WeightsShelf
from runtime.cluster.worker import ClusterWorker
from tests.fixtures.cluster_work import LIMITS, expressions, given_up, not_moved

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
ADDRESS = ClusterAddress("scheduler", 8786, Path("certificates"))


def worker(folder: Path) -> ClusterWorker:
    return ClusterWorker(folder / "home", folder / "cache", 1, "tls://worker:1")


def test_a_worker_of_another_version_reads_nothing_of_the_request(tmp_path: Path) -> None:
    answer = worker(tmp_path).do("xueshi 9.9", b"no request at all")
    assert answer.ending is Ending.STRANGE
    assert "expected xueshi 9.9; install the same on both" in answer.fault


def test_a_worker_without_the_recording_says_so_and_judges_nothing(tmp_path: Path) -> None:
    recording = tmp_path / "asker" / "classes" / "1" / "a.mp4"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"abc")
    place = place_of(recording, tmp_path / "asker")
    work = CrewWork(eval, given_up, LIMITS, lambda _: (recording,), not_moved, (place,))
    recording.unlink()
    one = worker(tmp_path)
    with pytest.raises(UnfitWorkerError, match=r"a\.mp4: got no such recording on this worker"):
        place.here(one.home)
    copy = one.home / "classes" / "1" / "a.mp4"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"ab")
    with pytest.raises(UnfitWorkerError, match="got 2 bytes on this worker, expected the 3 that its digest"):
        place.here(one.home)
    copy.write_bytes(b"abc")
    assert place.here(one.home) == copy
    assert work.beside == (place,)


def test_weights_are_asked_for_by_digest_and_kept_only_where_they_are_the_ones(tmp_path: Path) -> None:
    wanted = WeightsSet((("net.onnx", Digest.of(b"right").sha256),))
    one = worker(tmp_path)
    work = expressions()
    asked = CrewWork(work.work, work.given_up, LIMITS, work.needs, work.moved, (), wanted)
    assert one.do(cluster_version(), pickle.dumps(ClusterRequest(asked, "1"))).ending is Ending.LACKS
    with pytest.raises(SetupError, match="spoilt on their way"):
        one.shelf.keep(wanted, "net.onnx", b"wrong")
    assert one.shelf.missing(wanted) == ("net.onnx",)
    one.shelf.keep(wanted, "net.onnx", b"right")
    assert one.shelf.missing(wanted) == ()
    other = WeightsSet((("net.onnx", Digest.of(b"other").sha256),))
    assert WeightsShelf(tmp_path / "cache").missing(other) == ("net.onnx",)
    assert one.do(cluster_version(), pickle.dumps(ClusterRequest(asked, "1 + 1"))).result == 2
    one.children.close()


@pytest.mark.parametrize(("off_s", "told"), [(0, ""), (59, ""), (-59, ""), (180, "off by at least"), (-180, "off by")])
def test_a_clock_that_is_off_by_minutes_is_told(off_s: int, told: str) -> None:
    piece = TaskPiece("task", sent_at=AT)
    answer: ClusterAnswer[int] = ClusterAnswer(Ending.DONE, AT + timedelta(seconds=off_s), "tls://worker:1", 1)
    fault = piece.clock_fault(answer, AT)
    assert (told in fault) if told else not fault


def test_a_recording_that_no_worker_has_stops_the_job() -> None:
    piece = TaskPiece("task")
    for number in range(4):
        piece.refused(f"tls://worker:{number}", "a.mp4: got no such recording")
    with pytest.raises(SetupError, match="no such recording"):
        piece.refused("tls://worker:4", "a.mp4: got no such recording")


def test_blobs_that_are_away_are_waited_for() -> None:
    piece = TaskPiece("task")
    for number in range(4):
        piece.refused(f"tls://worker:{number}", "a.mp4: the server could not be reached", for_now=True)
    with pytest.raises(ClusterAwayError, match="could not be reached"):
        piece.refused("tls://worker:4", "a.mp4: the server could not be reached", for_now=True)


def test_a_worker_joins_no_scheduler_of_another_version_or_another_time() -> None:
    refuse_stranger(ADDRESS, Introduction("1", AT), "1", (AT, AT))
    with pytest.raises(SetupError, match="got a scheduler of 2, expected 1"):
        refuse_stranger(ADDRESS, Introduction("2", AT), "1", (AT, AT))
    with pytest.raises(SetupError, match="differs by 180 s"):
        refuse_stranger(ADDRESS, Introduction("1", AT + timedelta(minutes=3)), "1", (AT, AT))


def test_slow_evidence_halves_what_is_under_way_and_results_open_it_again() -> None:
    limit = TaskLimit()
    assert limit.room(4) == 8
    limit.shrink(7)
    assert limit.room(4) == 3
    for _ in range(5):
        limit.grow()
    assert limit.room(4) == 8
    assert TaskLimit().room(0) == 1


def test_a_child_that_ended_while_it_rested_is_not_held_against_the_next_task(tmp_path: Path) -> None:
    one = worker(tmp_path)
    packed = [pickle.dumps(ClusterRequest(expressions(), task)) for task in ("__import__('os').getpid()", "1 + 1")]
    child = one.do(cluster_version(), packed[0]).result
    assert isinstance(child, int)
    os.kill(child, signal.SIGKILL)
    while Path(f"/proc/{child}").exists():
        time.sleep(0.05)
    assert one.do(cluster_version(), packed[1]).result == 2
    one.children.close()
