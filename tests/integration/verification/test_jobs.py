"""A class goes in by the API and comes out with verdicts; workers die in between, and listeners hear of it once."""

import hmac
import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, select

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.platform.job_process import do_apart
from runtime.platform.worker import Worker
from storage.database import jobs
from storage.database.classes.classes import add_file
from storage.database.connection import reading, writing
from storage.database.jobs import JobState
from storage.database.tables.jobs import JOBS
from storage.database.tables.notifications import EVENTS
from storage.database.tables.verification import REPORTS
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.folders import honest
from tests.fixtures.queued_job import queued_job
from tests.fixtures.service import Running
from tests.fixtures.tus import new_class, uploaded
from tests.fixtures.webhook_receiver import raise_verdict, receiver


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return honest(tmp_path_factory.mktemp("class") / "class")


def filled(running: Running, folder: Path) -> int:
    """The class of the folder, uploaded file by file."""
    with running.as_(Role.CLERK) as client:
        return uploaded(client, folder)


def worker_of(running: Running) -> Worker:
    return Worker(running.service.engine, running.service.settings, running.clock)


@pytest.mark.slow
def test_a_class_goes_in_and_its_verdicts_come_out(running_service: Running, folder: Path) -> None:
    KeyRing(running_service.service.settings.home / "keys").init(running_service.clock())
    number = filled(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        asked = clerk.post(f"/api/v1/classes/{number}/verifications")
        assert asked.status_code == 202, asked.text
        again = clerk.post(f"/api/v1/classes/{number}/verifications")
        assert again.json()["id"] == asked.json()["id"]
        service = running_service.service
        assert Worker(service.engine, service.settings, running_service.clock, do_apart).step()
        job = clerk.get(f"/api/v1/jobs/{asked.json()['id']}").json()
        assert (job["state"], job["fault"]) == ("done", "")
        verdicts = clerk.get("/api/v1/verdicts", params={"status": "PASS", "class_id": number}).json()["items"]
        assert [one["status"] for one in verdicts] == ["PASS"]
        report = clerk.get(f"/api/v1/reports/{verdicts[0]['report_id']}/document").json()
        assert report["schema"] == "xueshi.report/1"
        sheet = clerk.get(f"/api/v1/reports/{verdicts[0]['report_id']}/pictures/sheet/0")
        assert sheet.content.startswith(b"\xff\xd8")
        assert clerk.get(f"/api/v1/reports/{verdicts[0]['report_id']}/pictures/..%2f..%2fkeys/0").status_code == 404
        roster = clerk.get(f"/api/v1/classes/{number}/roster").json()["items"]
        assert all(one["masked"] and len(one["id_number"]) <= 4 and "*" in one["name"] for one in roster)
        assert clerk.post(f"/api/v1/classes/{number}/looks/identity", json={"reason": "核对证号"}).status_code == 201
        whole = clerk.get(f"/api/v1/classes/{number}/roster").json()["items"]
        assert [one["id_number"][-4:] for one in whole] == [one["id_number"] for one in roster]
        assert all(len(one["id_number"]) == 18 and not one["masked"] for one in whole)
        assert len(clerk.get(f"/api/v1/classes/{number}/timetable").json()["items"]) == 1
        video = next(
            one for one in clerk.get(f"/api/v1/classes/{number}/files").json()["items"] if "录像" in one["name"]
        )
        proof = clerk.get("/api/v1/log/proofs", params={"sha256": video["sha256"]}).json()
        assert json.loads(proof["leaves"][0]["leaf"])["sha256"] == video["sha256"]
    with running_service.as_(Role.INSPECTOR) as inspector, running_service.as_(Role.CLERK, "邻校") as other:
        assert inspector.get(f"/api/v1/classes/{number}").json()["status"] == "PASS"
        for path in (f"classes/{number}", f"reports/{verdicts[0]['report_id']}", f"jobs/{job['id']}"):
            assert other.get(f"/api/v1/{path}").status_code == 404
        for listed in ("verdicts", "flags", "reports", "jobs", "classes", "events"):
            assert other.get(f"/api/v1/{listed}", params={"class_id": number}).json()["items"] == []
        address = f"/api/v1/files/{video['id']}/content"
        assert inspector.get(address).json()["code"] == "REASON_NEEDED"
        look = inspector.post(f"/api/v1/classes/{number}/looks/face", json={"reason": "抽查第1学时的疑点"})
        assert look.status_code == 201
        part = inspector.get(address, headers={"range": "bytes=4-7"})
        assert (part.status_code, part.content) == (206, b"ftyp")
        assert part.headers["content-range"] == f"bytes 4-7/{video['size_bytes']}"
        whole = inspector.get(address, headers={"range": "bytes=0-3", "if-range": '"another"'})
        assert sha256(whole.content).hexdigest() == video["sha256"]
        assert inspector.get(address, headers={"range": f"bytes={video['size_bytes']}-"}).status_code == 416
        running_service.clock.ahead += timedelta(minutes=31)
        assert inspector.get(address).json()["code"] == "REASON_NEEDED"
    with running_service.as_(Role.AUDITOR) as auditor:
        assert [one["reason"] for one in auditor.get("/api/v1/looks").json()["items"]] == [
            "核对证号",
            "抽查第1学时的疑点",
        ]
        kinds = [one["kind"] for one in auditor.get("/api/v1/log/leaves", params={"limit": 200}).json()["items"]]
    assert "view" in kinds
    assert "verdict" in kinds


def is_running(engine: Engine) -> bool:
    with reading(engine, "test") as connection:
        return bool(jobs.jobs(connection, JOBS.c.state == JobState.RUNNING.value))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_loses_its_lease_and_the_job_is_done_once(
    running_service: Running, folder: Path
) -> None:
    number = filled(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        clerk.post(f"/api/v1/classes/{number}/verifications")
    settings = running_service.service.settings
    environ = os.environ | {"XUESHI_HOME": str(settings.home), "XUESHI_DB": settings.database}
    first = subprocess.Popen([sys.executable, "-m", "cli.main", "worker"], env=environ, start_new_session=True)
    engine = running_service.service.engine
    while not is_running(engine):
        assert first.poll() is None, "the worker ended before it took the job"
        time.sleep(0.02)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    second = worker_of(running_service)
    assert not second.step(), "the lease still runs"
    running_service.clock.ahead += jobs.LEASE + timedelta(seconds=1)
    assert second.step()
    with reading(engine, "test") as connection:
        (job,) = jobs.jobs(connection, JOBS.c.kind == "verify")
        assert (job.state, job.attempts) == (JobState.DONE, 2)
        assert len(connection.execute(select(REPORTS.c.id)).all()) == 1
        made = connection.execute(select(EVENTS.c.kind).where(EVENTS.c.kind == "verdict.made")).all()
    assert len(made) == 1


def test_two_workers_never_hold_one_job_and_a_late_one_keeps_nothing(running_service: Running) -> None:
    queued_job(running_service)
    engine, clock = running_service.service.engine, running_service.clock
    with writing(engine, "test") as connection:
        first = jobs.lease(connection, "a", clock())
        assert jobs.lease(connection, "b", clock()) is None
    assert first
    clock.ahead += jobs.LEASE + timedelta(seconds=1)
    with writing(engine, "test") as connection:
        second = jobs.lease(connection, "b", clock())
        assert second
        assert not jobs.finish(connection, first, clock())
        assert not jobs.prolong(connection, first, clock())
        assert jobs.finish(connection, second, clock())


def test_what_waits_and_what_a_silent_worker_left_are_one_queue(running_service: Running) -> None:
    engine, clock = running_service.service.engine, running_service.clock
    number = queued_job(running_service)
    clock.still = clock()
    with writing(engine, "test") as connection:
        assert jobs.lease(connection, "silent", clock())
        for key, rank, minutes in (("early", 0, -1), ("by itself", 1, -9), ("late", 0, 1), ("not yet", 0, 9)):
            jobs.enqueue(connection, "verify", key, number, clock() + timedelta(minutes=minutes), rank=rank)
    clock.ahead = jobs.LEASE + timedelta(seconds=1)
    taken = []
    with writing(engine, "test") as connection:
        assert jobs.due(connection, clock())
        while job := jobs.lease(connection, "other", clock()):
            taken.append(job.key)
        assert not jobs.due(connection, clock())
        assert taken[:1] + taken[2:] == ["early", "late", "by itself"]
        assert taken[1].startswith("verify")
        clock.ahead += jobs.LEASE + timedelta(seconds=1)
        assert jobs.due(connection, clock())


def test_many_workers_at_once_take_each_job_once(running_service: Running) -> None:
    engine, clock = running_service.service.engine, running_service.clock
    number = queued_job(running_service)
    with writing(engine, "test") as connection:
        for index in range(19):
            jobs.enqueue(connection, "verify", f"k{index}", number, clock())
    taken: list[int] = []

    def take(name: str) -> None:
        while True:
            with writing(engine, "test") as connection:
                job = jobs.lease(connection, name, clock())
            if job is None:
                return
            taken.append(job.id)

    threads = [threading.Thread(target=take, args=(f"w{index}",)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == len(set(taken)) == 20


def test_the_same_verification_asked_for_at_one_moment_is_one_job(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = new_class(clerk)
        with writing(running_service.service.engine, "test") as connection:
            add_file(
                connection, number, "a.mp4", "recording", 3, Digest.of(b"abc").sha256, "t", running_service.clock()
            )
        with ThreadPoolExecutor(6) as pool:
            asked = list(pool.map(lambda _: clerk.post(f"/api/v1/classes/{number}/verifications"), range(6)))
    assert {one.status_code for one in asked} == {202}
    assert len({one.json()["id"] for one in asked}) == 1


def test_a_class_that_cannot_be_verified_fails_with_the_reason_and_may_be_asked_again(
    running_service: Running,
) -> None:
    number = queued_job(running_service)  # its file is recorded but lies nowhere: no folder
    assert worker_of(running_service).step()
    with running_service.as_(Role.CLERK) as clerk:
        (job,) = clerk.get("/api/v1/jobs", params={"class_id": number}).json()["items"]
        assert job["state"] == "failed"
        assert "expected the file here or there" in job["fault"]
        assert clerk.post(f"/api/v1/classes/{number}/verifications").json()["state"] == "waiting"


def test_a_job_whose_workers_die_each_time_is_given_up(running_service: Running) -> None:
    queued_job(running_service)
    engine, clock = running_service.service.engine, running_service.clock
    for name in "abc":
        with writing(engine, "test") as connection:
            assert jobs.lease(connection, name, clock())
        clock.ahead += jobs.LEASE + timedelta(seconds=1)
    assert worker_of(running_service).step()
    with reading(engine, "test") as connection:
        (job,) = jobs.jobs(connection)
    assert job.state is JobState.FAILED
    assert "3 次中断，已搁置" in job.fault


def test_a_webhook_is_signed_tried_again_and_says_the_same_id_each_time(running_service: Running) -> None:
    worker = worker_of(running_service)
    with receiver([500, 302]) as (url, got), running_service.as_(Role.SYSTEM_ADMIN) as admin:
        made = admin.post("/api/v1/webhooks", json={"url": url, "kinds": ["verdict.made"]})
        assert made.status_code == 201, made.text
        secret = made.json()["secret"]
        with running_service.as_(Role.CLERK) as clerk:
            raise_verdict(running_service, new_class(clerk))
        for wait_s in (0, 11, 61):
            running_service.clock.ahead += timedelta(seconds=wait_s)
            assert worker.deliver()
            assert not worker.deliver()
        assert len(got) == 3
        assert len({headers["xueshi-delivery"] for headers, _ in got}) == 1
        headers, body = got[-1]
        seconds, _, mac = headers["xueshi-signature"].removeprefix("t=").partition(",v1=")
        assert hmac.compare_digest(mac, hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex())
        assert json.loads(body)["data"] == {"status": "PASS"}
        (delivery,) = admin.get("/api/v1/webhooks/deliveries").json()["items"]
        assert (delivery["state"], delivery["attempts"]) == ("delivered", 3)
    with reading(running_service.service.engine, "test") as connection:
        dump = str(connection.exec_driver_sql("SELECT * FROM webhook").all())
    assert secret not in dump


def test_a_listener_resumes_where_it_left_off(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.CLERK, "邻校") as other:
        mine, theirs = new_class(clerk), new_class(other)
        for number in (mine, theirs, mine):
            raise_verdict(running_service, number)
        ids = [one["id"] for one in clerk.get("/api/v1/events").json()["items"]]
        assert len(ids) == 2
        assert heard(clerk, 2) == ids
        assert heard(clerk, 1, last=ids[0]) == ids[1:]
        threading.Timer(0.5, raise_verdict, (running_service, mine)).start()
        (live,) = heard(clerk, 1, last=ids[1])
        assert live > ids[1]


def heard(client: httpx.Client, count: int, last: int | None = None) -> list[int]:
    headers = {"accept": "text/event-stream"} | ({"last-event-id": str(last)} if last else {})
    ids: list[int] = []
    with client.stream("GET", "/api/v1/events", headers=headers, timeout=60) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        number = 0
        for line in answer.iter_lines():
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("event: "):
                ids.append(number)
            if len(ids) == count:
                return ids
    return ids


def test_a_write_sent_twice_happens_once(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        body = {"code": "JZ9", "name": "家政9班"}
        first = clerk.post("/api/v1/classes", json=body, headers={"idempotency-key": "k1"})
        again = clerk.post("/api/v1/classes", json=body, headers={"idempotency-key": "k1"})
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again.headers["idempotency-replayed"] == "true"
        other = clerk.post("/api/v1/classes", json=body | {"code": "JZ10"}, headers={"idempotency-key": "k1"})
        assert other.json()["code"] == "KEY_REUSED"
        assert len(clerk.get("/api/v1/classes").json()["items"]) == 1


def test_a_secret_is_shown_once_and_kept_nowhere(running_service: Running) -> None:
    place = {"name": "补贴系统", "area": "山西省"}
    with running_service.as_(Role.SECURITY_ADMIN) as admin:
        first = admin.post("/api/v1/keys", json=place, headers={"idempotency-key": "k"}).json()
        again = admin.post("/api/v1/keys", json=place, headers={"idempotency-key": "k"}).json()
    assert (first["id"], again["secret"]) == (again["id"], "")
    with running_service.client(headers={"authorization": f"Bearer {first['secret']}"}) as system:
        assert system.get("/api/v1/me").json()["area"] == "山西省"


def test_pages_follow_each_other_without_loss(running_service: Running) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        made = [new_class(clerk, f"C{index}") for index in range(5)]
        got: list[int] = []
        cursor = None
        while True:
            page = clerk.get("/api/v1/classes", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
            got += [one["id"] for one in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
    assert got == made


def test_a_key_that_somebody_else_used_is_free_and_tells_nothing_of_their_answer(running_service: Running) -> None:
    wish, key = {"code": "B2", "name": "家政2班"}, {"idempotency-key": "once"}
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.CLERK, "邻校") as other:
        ours = clerk.post("/api/v1/classes", json=wish, headers=key)
        theirs = other.post("/api/v1/classes", json=wish, headers=key)
    assert (ours.status_code, theirs.status_code) == (201, 201), theirs.text
    assert ours.json()["id"] != theirs.json()["id"]
    assert "idempotency-replayed" not in theirs.headers
