"""Servers and workers killed -9, or many of them at once: nothing acknowledged is lost, nothing is there twice, no job is stuck."""

import gc
import hashlib
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder, packages_folder
from runtime.reviews.enqueue import JUDGE_AGAIN, ask_judging_again
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import reading, writing
from storage.database.jobs import JobState, jobs
from storage.database.notifications.events import events
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.sealing import PACKAGES
from storage.database.tables.verification import REPORTS
from tests.fixtures.killed_service import Outfit, insisting, outfit, port_for_a_server, until_done
from tests.fixtures.sealed_packages import DAYS, papers
from tests.fixtures.service import Running
from tests.fixtures.toy_class import toy_class
from tests.fixtures.tus import TUS, announce, send, uploaded

# A connection that its server's death cut off is closed by its client when it is collected: here, and not in a test of others.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]
SERVER_KILLS, PIECE, PIECES = 5, 60_000, 4
Made = dict[str, tuple[int, str, int]]  # by the class's code: its number, its file's digest, its job


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two class days of papers alone."""
    return papers(tmp_path_factory.mktemp("papers")).folder


@contextmanager
def killed_often(own: Outfit, port: int, rng: random.Random) -> Iterator[threading.Event]:
    """A server that is killed again and again at random moments; the event says that this was often enough."""
    enough, over = threading.Event(), threading.Event()

    def kill() -> None:
        server = own.server(port)
        for _ in range(SERVER_KILLS):
            if over.wait(rng.uniform(0.02, 0.6)):
                return
            server.kill()
            server.join()
            server = own.server(port)
        enough.set()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield enough
    finally:
        over.set()
        thread.join()


@pytest.fixture(autouse=True)
def _connections_of_the_dead() -> Iterator[None]:
    yield
    gc.collect()


def handed_in(client: httpx.Client, code: str, rng: random.Random) -> tuple[int, str, int]:
    """A class, a file in pieces and the wish to verify it, whatever happens to the server meanwhile."""
    wish, key = {"code": code, "name": f"{code}班"}, {"idempotency-key": f"class-{code}"}
    opened = insisting(lambda: client.post("/api/v1/classes", json=wish, headers=key))
    assert opened.status_code == 201, opened.text
    number = int(opened.json()["id"])
    data = rng.randbytes(PIECE * PIECES)
    digest = hashlib.sha256(data).hexdigest()
    told = insisting(lambda: announce(client, number, "说明.pdf", len(data), role="paper", sha256=digest))
    assert told.status_code == 201, told.text
    place, acknowledged = told.headers["location"], 0
    while acknowledged < len(data):
        answer = insisting(lambda: client.head(place, headers=TUS))
        assert answer.status_code == 200, answer.text
        here = int(answer.headers["upload-offset"])
        assert here >= acknowledged, "bytes that were acknowledged are gone"
        acknowledged = here
        if here < len(data):
            try:
                sent = send(client, place, here, data[here : here + PIECE])
            except httpx.TransportError:
                continue
            assert sent.status_code == 204, sent.text
            acknowledged = int(sent.headers["upload-offset"])
    asked = insisting(lambda: client.post(f"/api/v1/classes/{number}/verifications"))
    assert asked.status_code == 202, asked.text
    return number, digest, int(asked.json()["id"])


def test_a_server_killed_again_and_again_keeps_what_it_acknowledged_once(database_url: str, tmp_path: Path) -> None:
    rng, port, made = random.Random(14), port_for_a_server(), {}
    with outfit(database_url, tmp_path / "home") as own:
        insider = own.insider(port)
        with insider.as_(Role.CLERK) as client:
            with killed_often(own, port, random.Random(5)) as enough:
                while not enough.is_set():
                    code = f"K{len(made)}"
                    made[code] = handed_in(client, code, rng)
            listed = client.get("/api/v1/classes", params={"limit": 200}).json()["items"]
            assert {one["code"]: one["id"] for one in listed} == {code: one[0] for code, one in made.items()}
            assert len(listed) == len(made) > 0
            for number, digest, job in made.values():
                files = client.get(f"/api/v1/classes/{number}/files").json()["items"]
                assert [one["sha256"] for one in files] == [digest]
                lies = class_folder(own.home, number) / "说明.pdf"
                assert hashlib.sha256(lies.read_bytes()).hexdigest() == digest
                queued = client.get("/api/v1/jobs", params={"class_id": number}).json()["items"]
                assert [one["id"] for one in queued] == [job]
        insider.service.log.verify()
        insider.service.engine.dispose()


def test_a_server_killed_while_people_review_keeps_each_reading_once(database_url: str, tmp_path: Path) -> None:
    port = port_for_a_server()
    with outfit(database_url, tmp_path / "home") as own:
        insider = own.insider(port)
        insider.token(Role.REVIEWER)
        read = []
        with insider.as_(Role.INSPECTOR) as client, killed_often(own, port, random.Random(9)) as enough:
            while not enough.is_set():
                number = toy_class(insider, code=f"toy-{len(read)}", seconds=660)
                path = f"/api/v1/classes/{number}/hours/0/review"
                look = {"reason": "复核学时"}
                insisting(lambda: client.post(f"/classes/{number}/look", data=look))  # noqa: B023 - asked at once
                sheet = insisting(lambda: client.get(path)).json()  # noqa: B023 - as above
                body = {"frames": sheet["frames"], "sign": True}
                signed = insisting(lambda: client.post(path, json=body))  # noqa: B023 - as above
                assert signed.status_code in {200, 409, 422}, (
                    signed.text
                )  # signed, or signed before the answer was lost
                read.append(path)
        with insider.as_(Role.INSPECTOR) as client:
            own.server(port_for_a_server())
            for path in read:
                assert len(insisting(lambda: client.get(path)).json()["reviews"]) == 1  # noqa: B023 - as above
        insider.service.log.verify()
        insider.service.engine.dispose()


def asked_verification(insider: Running, folder: Path, code: str) -> int:
    """The class of the folder with its verification queued."""
    with insider.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder, code=code)
        assert clerk.post(f"/api/v1/classes/{number}/verifications").status_code == 202
    return number


def work_killed(own: Outfit, insider: Running, chance: random.Random, usual_s: float) -> None:
    """Workers killed twice at random moments, then one that finishes."""
    for kill in (True, True, False):
        worker = own.worker_to_the_end()
        if kill:
            worker.join(chance.uniform(0, usual_s))
            worker.kill()
        worker.join()
        assert kill or worker.exitcode == 0
        with insider.service.engine.begin() as connection:  # the dead worker's lease runs out
            connection.exec_driver_sql("UPDATE job SET lease_until = due_at WHERE state = 'running'")


def once(insider: Running, number: int, reports: int) -> None:
    """The class has so many reports, each with its event and its packages, and the log knows of them once."""
    with reading(insider.service.engine, "test") as connection:
        own = connection.execute(select(REPORTS.c.id).where(REPORTS.c.class_id == number)).scalars().all()
        packed = connection.execute(select(PACKAGES).where(PACKAGES.c.class_id == number)).all()
        told = [one for one in events(connection, limit=1000) if one.class_id == number and one.kind == "verdict.made"]
        exported = connection.execute(select(LEAVES.c.sha256).where(LEAVES.c.kind == "export")).scalars().all()
        left = [one for one in jobs(connection) if one.state is not JobState.DONE]
    assert not left, [(one.kind, one.state, one.fault) for one in left]
    assert (len(own), len(told)) == (reports, reports)
    assert Counter(one.day for one in packed) == {f"2026-04-{day:02}": reports for day in DAYS}
    assert Counter(exported)[packed[0].sha256] == 1
    for one in packed:
        assert check(PackageCheckRequest(packages_folder(insider.service.settings.home) / one.path)).sound


def test_workers_killed_at_random_moments_verify_seal_and_judge_again_once(
    database_url: str, folder: Path, tmp_path: Path
) -> None:
    port, chance = port_for_a_server(), random.Random(3)
    with outfit(database_url, tmp_path / "home") as own:
        insider = own.insider(port)
        own.server(port)
        number = asked_verification(insider, folder, "measured")
        began = time.monotonic()
        worker = own.worker_to_the_end()
        worker.join()
        usual_s = time.monotonic() - began
        once(insider, number, 1)
        for turn in range(3):
            number = asked_verification(insider, folder, f"killed-{turn}")
            work_killed(own, insider, chance, usual_s)
            once(insider, number, 1)
        with writing(insider.service.engine, "test") as connection:
            ask_judging_again(connection, number, 1, insider.clock())
        work_killed(own, insider, chance, usual_s)
        with reading(insider.service.engine, "test") as connection:
            (judged,) = [one for one in jobs(connection) if one.kind == JUDGE_AGAIN]
        assert judged.state is JobState.DONE
        with reading(insider.service.engine, "test") as connection:
            made = connection.execute(select(REPORTS.c.id).where(REPORTS.c.job_id == judged.id)).all()
        assert len(made) == 1
        insider.service.log.verify()
        insider.service.engine.dispose()


def test_two_servers_and_four_workers_over_one_database_do_each_thing_once(
    database_url: str, folder: Path, tmp_path: Path
) -> None:
    ports = port_for_a_server(), port_for_a_server()
    with outfit(database_url, tmp_path / "home") as own:
        insiders = [own.insider(port) for port in ports]
        for port, insider in zip(ports, insiders, strict=True):
            insider.token(Role.CLERK)
            own.server(port)
        for _ in range(4):
            own.worker()
        with ThreadPoolExecutor(4) as pool:
            work: Callable[[int], int] = lambda turn: asked_verification(insiders[turn % 2], folder, f"many-{turn}")  # noqa: E731 - passed on
            numbers = list(pool.map(work, range(6)))
        until_done(insiders[0])
        assert len(set(numbers)) == len(numbers)
        for number in numbers:
            once(insiders[1], number, 1)
        assert all(child.is_alive() for child in own.children)
        insiders[0].service.log.verify()
        for one in insiders:
            one.service.engine.dispose()
