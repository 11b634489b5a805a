"""Originals may be on their way into the store for days: they go on where they stopped, and stay here until then."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy import Engine

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from runtime.platform.settings import Settings
from runtime.platform.worker import Worker
from runtime.recordings.camera_unit import RecorderPlace
from runtime.recordings.recording_handover import hand_over
from runtime.recordings.recording_ring import RecordingRing
from runtime.sealing.job import Sealer
from storage.database.classes.classes import files
from storage.database.connection import reading
from storage.database.jobs import Job, jobs
from storage.database.tables.classes import FILES
from storage.database.tables.jobs import JOBS
from storage.evidence.local import LocalStore
from tests.fixtures.recorded_papers import START
from tests.fixtures.sealed_classes import packages_of, verified, worker_of
from tests.fixtures.sealed_packages import papers
from tests.fixtures.service import Running
from tests.integration.recordings.test_recording_handover import RecordedClass, camera_in

ONE_FILE = timedelta(microseconds=-1)  # a spell that is over with the first file


def sealing_worker(running: Running, spell: timedelta) -> Worker:
    """A worker whose sealings give way after so long."""

    def do(engine: Engine, settings: Settings, clock: Callable[[], datetime], job: Job) -> bool:
        return Sealer(engine, settings, clock, spell).do(job)

    return Worker(running.service.engine, running.service.settings, running.clock, do)


def sealing(running: Running, number: int) -> Job:
    with reading(running.service.engine, "test") as connection:
        return max(jobs(connection, JOBS.c.class_id == number, JOBS.c.kind == "seal"), key=lambda job: job.id)


def test_a_sealing_goes_on_where_the_line_left_it_and_sends_nothing_twice(
    running_service: Running, tmp_path: Path
) -> None:
    number = verified(running_service, papers(tmp_path / "papers").folder)
    settings = running_service.service.settings
    store = LocalStore(Path(settings.store), running_service.clock)
    with reading(running_service.service.engine, "test") as connection:
        digests = {one.sha256 for one in files(connection, FILES.c.class_id == number)}
    worker, kept = sealing_worker(running_service, ONE_FILE), []
    for _ in range(20):
        assert worker.step()
        kept.append({one.key: one.stored_at for one in store.list()})
        job = sealing(running_service, number)
        if job.state == "done":
            break
        assert job.state == "waiting"
        assert f"已确认 {len(kept[-1])}/" in job.fault
        assert all((class_folder(settings.home, number) / name).exists() for name in _names(running_service, number))
        running_service.clock.ahead += timedelta(minutes=2)
    assert [len(one) for one in kept[: len(digests)]] == list(range(1, len(digests) + 1)), "one more each time"
    assert set(kept[-1]) >= digests
    for before, after in pairwise(kept):
        assert before.items() <= after.items(), "what was acknowledged is not sent again"


def _names(running: Running, number: int) -> list[str]:
    with reading(running.service.engine, "test") as connection:
        return [one.name for one in files(connection, FILES.c.class_id == number)]


def test_while_the_store_is_away_the_ring_takes_nothing_from_a_class(running_service: Running, tmp_path: Path) -> None:
    """Ten days without a store: the recording is with its class, and is sealed when the store is back."""
    number = verified(running_service, papers(tmp_path / "papers").folder)
    service, place = running_service.service, Path(running_service.service.settings.store)
    place.mkdir(parents=True, exist_ok=True)
    place.rename(place.with_name("away"))
    place.write_bytes(b"no folder")
    room = RecordedClass(running_service, number, camera_in(running_service, "201教室"), START)
    recording = room.recorded(START)
    body = recording.read_bytes()
    assert hand_over(service.engine, service.settings, running_service.clock) == 1
    with running_service.again(Role.CLERK) as clerk:
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
    while worker_of(running_service).step():
        continue
    assert sealing(running_service, number).state == "waiting"
    ring = RecordingRing(service.engine, RecorderPlace(service.settings.home, keep_free_bytes=0), running_service.clock)
    running_service.clock.ahead += timedelta(days=10)
    ring.step({}, set())
    assert not recording.exists(), "the ring's own name of it"
    (name,) = [one for one in _names(running_service, number) if one.startswith("录像/")]
    assert (class_folder(service.settings.home, number) / name).read_bytes() == body
    place.unlink()
    place.with_name("away").rename(place)
    running_service.clock.ahead += timedelta(minutes=2)
    while worker_of(running_service).step():
        continue
    with running_service.again(Role.CLERK) as clerk:
        assert packages_of(clerk, class_id=number)
    assert Digest.of(body).sha256 in {one.key for one in LocalStore(place, running_service.clock).list()}
