"""A full disk and a read-only home at every stage: told in words, nothing acknowledged lost, and all goes on afterwards."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, packages_folder
from runtime.platform.worker import Worker
from runtime.reviews.enqueue import ask_judging_again
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import reading, sqlite_address, writing
from storage.database.jobs import Job, JobState, jobs
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.disks import make_read_only, make_writable, tiny_disk
from tests.fixtures.folders import xueshi
from tests.fixtures.sealed_classes import packages_of
from tests.fixtures.sealed_packages import DAYS, papers
from tests.fixtures.served_process import free_port
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import TUS, announce, new_class, send, uploaded

pytestmark = pytest.mark.slow
LATER = timedelta(hours=1)
PIECE = 200_000
Trouble = Callable[[Path], "contextmanager[None]"]


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Not a byte more fits on the disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextmanager
def read_only(disk: Path) -> Iterator[None]:
    """As after a fault of the file system."""
    make_read_only(disk)
    yield
    make_writable(disk)


TROUBLES = {"full": full, "read-only": read_only}
WORDS = {"full": os.strerror(28), "read-only": os.strerror(30)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return papers(tmp_path_factory.mktemp("papers")).folder


@pytest.fixture(params=TROUBLES)
def trouble(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    with tiny_disk(tmp_path / "disk", "size=12m,mode=700") as disk:
        yield disk


@pytest.fixture
def found(database_url: str, home: Path) -> Iterator[Running]:
    with running(settings_at(database_url, home)) as one:
        KeyRing(home / "keys").init(one.clock())
        yield one


def refused(answer: httpx.Response) -> bool:
    """A refusal in words, and no defect."""
    body = answer.json()
    return answer.status_code in {413, 422, 503, 507} and bool(body["title"])


def job_of(found: Running, kind: str) -> Job:
    with reading(found.service.engine, "test") as connection:
        return [one for one in jobs(connection) if one.kind == kind][-1]


def stepped(found: Running) -> None:
    """One step of a worker that lives on, whatever it meets."""
    found.clock.ahead += LATER
    with suppress(OSError):  # the worker's loop notes it and goes on: test_worker_survives
        Worker(found.service.engine, found.service.settings, found.clock).step()


def troubled(found: Running, home: Path, trouble: str, kind: str, *, writes: bool = True) -> None:
    """The job is tried while the disk is in trouble, says so, and is done once the disk is well again.

    One that ``writes`` nothing beside the database may be done all the same.
    """
    with TROUBLES[trouble](home):
        stepped(found)
        job = job_of(found, kind)
        if writes or job.state is not JobState.DONE:
            assert job.state is JobState.WAITING, (kind, job.state, job.fault)
            assert WORDS[trouble] in job.fault, (kind, job.fault)
    for _ in range(3):
        stepped(found)
    job = job_of(found, kind)
    assert (job.state, job.fault) == (JobState.DONE, ""), (kind, job)


def test_bytes_that_a_troubled_disk_cannot_take_are_refused_and_sent_again_later(
    found: Running, home: Path, trouble: str
) -> None:
    data = os.urandom(4 * PIECE)
    with found.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        place = announce(clerk, number, "说明.pdf", len(data), role="paper").headers["location"]
        assert send(clerk, place, 0, data[:PIECE]).status_code == 204
        with TROUBLES[trouble](home):
            assert refused(send(clerk, place, PIECE, data[PIECE : 3 * PIECE]))
            assert refused(announce(clerk, number, "另一份.pdf", PIECE, role="paper"))
            assert clerk.get("/api/v1/me").status_code == 200
            assert clerk.get(f"/api/v1/classes/{number}/files").json()["items"] == []
            assert clerk.get("/", headers={"accept": "text/html"}).status_code == 200
        here = int(clerk.head(place, headers=TUS).headers["upload-offset"])
        assert here >= PIECE
        assert send(clerk, place, here, data[here:]).status_code == 204
        (file,) = clerk.get(f"/api/v1/classes/{number}/files").json()["items"]
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert (class_folder(home, number) / "说明.pdf").read_bytes() == data
        again = announce(clerk, number, "另一份.pdf", PIECE, role="paper")
        assert again.status_code == 201, again.text


def test_a_troubled_disk_holds_verification_sealing_and_review_up_and_loses_none(
    found: Running, home: Path, trouble: str, folder: Path
) -> None:
    with found.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
    troubled(found, home, trouble, "verify")
    with found.again(Role.CLERK) as clerk:
        sealed = len(packages_of(clerk, class_id=number))
    assert sealed == len(DAYS)
    with writing(found.service.engine, "test") as connection:
        ask_judging_again(connection, number, 1, found.clock())
    troubled(found, home, trouble, "judge", writes=False)
    with found.again(Role.CLERK) as clerk:
        made = packages_of(clerk, class_id=number)
    assert len(made) == 2 * len(DAYS)
    for package in packages_folder(home).glob("*/*/*"):
        assert check(PackageCheckRequest(package)).sound
    found.service.log.verify()


def test_a_sealing_waits_for_its_disk(found: Running, home: Path, trouble: str, folder: Path) -> None:
    with found.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        clerk.post(f"/api/v1/classes/{number}/verifications")
    assert Worker(found.service.engine, found.service.settings, found.clock).step()
    troubled(found, home, trouble, "seal")
    with found.again(Role.CLERK) as clerk:
        assert len(packages_of(clerk, class_id=number)) == len(DAYS)


def test_a_database_on_a_full_disk_refuses_writes_in_words_and_keeps_what_it_had(home: Path) -> None:
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found, found.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        with full(home):
            codes = []
            for turn in range(40):  # SQLite has room left in its own files for a while
                answer = clerk.post("/api/v1/classes", json={"code": f"N{turn}", "name": "甲" * 150})
                codes.append(answer.status_code)
                if answer.status_code != 201:
                    assert refused(answer), answer.text
            kept = codes.count(201)
            assert {503} <= {*codes} <= {201, 503}
            assert clerk.get("/api/v1/me").status_code == 200, "reading goes on"
        listed = clerk.get("/api/v1/classes", params={"limit": 200}).json()["items"]
        assert len(listed) == 1 + kept
        assert listed[0]["id"] == number
        assert clerk.post("/api/v1/classes", json={"code": "Z", "name": "又能写了"}).status_code == 201


def test_a_service_whose_home_is_read_only_says_so_at_its_start_and_starts_again_later(
    home: Path, tmp_path: Path
) -> None:
    settings = settings_at(sqlite_address(home / "xueshi.db"), home)
    with running(settings) as found, found.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
    for path in home.rglob("*"):  # as a service leaves its home; this one ran in the process of the tests
        path.chmod(0o700 if path.is_dir() else 0o600)
    with read_only(home):
        ran = xueshi("serve", "--home", home, "--port", free_port(), cache=tmp_path / "cache")
        assert ran.code != 0
        assert "Traceback" not in ran.err
        assert f"{home}: got no right to write there" in ran.err
    with running(settings) as found, found.as_(Role.CLERK) as clerk:
        assert [one["id"] for one in clerk.get("/api/v1/classes").json()["items"]] == [number]
