"""What the service seals: once, whatever happens meanwhile; handed out byte for byte; checked for whoever brings it."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.platform.folders import packages_folder
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database import jobs
from storage.database.connection import reading
from storage.database.jobs import PATIENCE
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.sealing import PACKAGES
from storage.evidence.address import open_store
from storage.evidence.port import Ref
from storage.evidence_log.keyring import KeyRing
from storage.retention.register import EvidenceRegister
from tests.fixtures.folders import honest
from tests.fixtures.sealed_classes import packages_of, sealed, verified, worker_of
from tests.fixtures.sealed_packages import DAYS, papers
from tests.fixtures.service import Running
from tests.fixtures.tus import uploaded

SOON = PATIENCE + timedelta(seconds=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two class days of papers alone."""
    return papers(tmp_path_factory.mktemp("papers")).folder


def fault_of(running: Running) -> str:
    with reading(running.service.engine, "test") as connection:
        return jobs.jobs(connection)[-1].fault


def test_a_verified_class_is_stored_registered_logged_and_packed_for_each_day(
    running_service: Running, folder: Path
) -> None:
    number = sealed(running_service, folder)
    service = running_service.service
    with running_service.as_(Role.CLERK) as clerk:
        made = packages_of(clerk, class_id=number)
        assert [one["day"] for one in made] == [f"2026-04-{day:02}" for day in DAYS], fault_of(running_service)
        assert all(one["masked"] and one["check"]["sound"] and one["check"]["lines"] > 5 for one in made)
        assert clerk.get(f"/api/v1/packages/{made[0]['id']}").json() == made[0]
        assert packages_of(clerk, day=made[1]["day"]) == [made[1]]
        assert packages_of(clerk, masked=False) == []
        files = clerk.get(f"/api/v1/classes/{number}/files").json()["items"]
        proof = clerk.get("/api/v1/log/proofs", params={"sha256": made[0]["sha256"]})
        assert proof.json()["head"]["size"] > made[0]["head_size"], "a later head knows of the package"
    store = open_store(service.settings.store, os.environ, running_service.clock)
    kept = {one.digest.sha256: one for one in EvidenceRegister(service.engine).live()}
    for file in files:
        stored = store.stat(Ref(Digest(file["sha256"])))
        assert stored.retain_until is not None
        assert stored.retain_until > running_service.clock()
        assert kept[file["sha256"]].class_ids == ("JZ1",)


def test_asked_again_of_the_same_evidence_nothing_new_is_made(running_service: Running, folder: Path) -> None:
    number = sealed(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        before = packages_of(clerk)
        size = running_service.service.log.size
        asked = clerk.post(f"/api/v1/classes/{number}/seal", headers={"idempotency-key": "s1"})
        assert (asked.status_code, asked.json()["state"], asked.json()["kind"]) == (202, "done", "seal")
        assert clerk.post(f"/api/v1/classes/{number}/seal").json()["id"] == asked.json()["id"]
        assert clerk.post(f"/api/v1/classes/{number}/verifications").json()["state"] == "done"
        assert not worker_of(running_service).step()
        assert packages_of(clerk) == before
    assert running_service.service.log.size == size


def test_without_a_key_the_sealing_waits_says_so_and_goes_on_by_itself(running_service: Running, folder: Path) -> None:
    number = verified(running_service, folder, key=False)
    worker = worker_of(running_service)
    for _ in range(5):  # more often than any job is tried
        assert worker.step()
        assert not worker.step()
        running_service.clock.ahead += SOON
    with running_service.as_(Role.CLERK) as clerk:
        (job,) = [one for one in clerk.get("/api/v1/jobs").json()["items"] if one["kind"] == "seal"]
        assert (job["state"], job["attempts"]) == ("waiting", 0)
        assert "xueshi keys init" in job["fault"]
        assert "xueshi keys init" in clerk.get("/readyz").json()["sealing"]
        assert "封存在等待" in clerk.get("/", headers={"accept": "text/html"}).text
        assert packages_of(clerk, class_id=number) == []
        KeyRing(running_service.service.settings.home / "keys").init(running_service.clock())
        assert worker.step()
        assert len(packages_of(clerk, class_id=number)) == len(DAYS)
        ready = clerk.get("/readyz").json()
        assert ready["sealing"] == "ready"
        assert ready["senses"][0] == "centerface"
        assert {*ready["senses"], *ready["missing_senses"]} == {
            "centerface",
            "bhh-nano",
            "bhh-nano-half",
            "person-0005",
        }
        assert "封存在等待" not in clerk.get("/", headers={"accept": "text/html"}).text


def test_what_stops_a_sealing_is_told_in_one_line_without_a_place_of_this_machine(
    running_service: Running, folder: Path
) -> None:
    verified(running_service, folder)
    place = packages_folder(running_service.service.settings.home)
    assert not place.exists()
    place.write_bytes(b"a file in the folder's place")
    assert worker_of(running_service).step()
    told = fault_of(running_service)
    assert told
    assert str(running_service.service.settings.home) not in told, told
    assert "\n" not in told


def test_a_class_without_a_report_is_not_sealed(running_service: Running, folder: Path) -> None:
    with running_service.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder)
        refused = clerk.post(f"/api/v1/classes/{number}/seal")
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")


def test_files_that_came_after_the_report_are_not_sealed_under_it(running_service: Running, folder: Path) -> None:
    number = verified(running_service, folder)
    place = running_service.service.settings.home / "classes" / str(number) / "补充花名册.xlsx"
    place.write_bytes(next(folder.glob("*花名册*.xlsx")).read_bytes() + b"\0")
    assert worker_of(running_service).step()
    assert "1 file that the report does not know" in fault_of(running_service)
    with running_service.as_(Role.CLERK) as clerk:
        assert packages_of(clerk) == []
    assert not [*packages_folder(running_service.service.settings.home).iterdir()]


def test_the_zip_is_the_package_byte_for_byte_and_the_same_each_time(
    running_service: Running, folder: Path, tmp_path: Path
) -> None:
    sealed(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk:
        (first, _) = packages_of(clerk)
        address = f"/api/v1/packages/{first['id']}/zip"
        one, two = clerk.get(address), clerk.get(address)
        assert one.content == two.content
        assert one.headers["content-type"] == "application/zip"
        assert clerk.get(address, headers={"if-none-match": one.headers["etag"]}).status_code == 304
    (tmp_path / "sent.zip").write_bytes(one.content)
    assert check(PackageCheckRequest(tmp_path / "sent.zip", recompute=True)).sound
    place = next(packages_folder(running_service.service.settings.home).glob(f"*/*/{first['name']}"))
    with zipfile.ZipFile(io.BytesIO(one.content)) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            f"{place.name}/{path.relative_to(place).as_posix()}": path.read_bytes()
            for path in place.rglob("*")
            if path.is_file()
        }


def test_packages_are_there_for_whoever_sees_the_class_and_for_nobody_else(
    running_service: Running, folder: Path
) -> None:
    sealed(running_service, folder)
    with running_service.as_(Role.INSPECTOR) as inspector, running_service.as_(Role.CLERK, "邻校") as other:
        (first, _) = packages_of(inspector)
        assert inspector.get(f"/api/v1/packages/{first['id']}/zip").status_code == 200
        assert packages_of(other) == []
        for path in ("", "/zip"):
            assert other.get(f"/api/v1/packages/{first['id']}{path}").status_code == 404
        assert other.post(f"/api/v1/classes/{first['class_id']}/seal").status_code == 404
        assert inspector.post(f"/api/v1/classes/{first['class_id']}/seal").json()["code"] == "NO_RIGHT"


def test_names_and_faces_go_out_only_to_whoever_said_why_and_each_time_is_logged(
    running_service: Running, folder: Path
) -> None:
    number = sealed(running_service, folder)
    wish = {"identified": True}
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.SYSTEM) as system:
        assert system.post(f"/api/v1/classes/{number}/seal", json=wish).json()["code"] == "NO_RIGHT"
        assert clerk.post(f"/api/v1/classes/{number}/seal", json=wish).json()["code"] == "REASON_NEEDED"
        for kind in ("identity", "face"):
            clerk.post(f"/api/v1/classes/{number}/looks/{kind}", json={"reason": "应监管部门要求移交"})
        asked = clerk.post(f"/api/v1/classes/{number}/seal", json=wish)
        assert (asked.status_code, asked.json()["state"]) == (202, "waiting"), asked.text
        assert worker_of(running_service).step()
        whole = packages_of(clerk, masked=False)
        assert len(whole) == len(DAYS), fault_of(running_service)
        address = f"/api/v1/packages/{whole[0]['id']}/zip"
        with zipfile.ZipFile(io.BytesIO(clerk.get(address).content)) as archive:
            facts = archive.read(f"{whole[0]['name']}/data/facts.json").decode()
        assert "Masked: yes" not in facts
        running_service.clock.ahead += timedelta(minutes=31)
        assert clerk.get(address).json()["code"] == "REASON_NEEDED"
        assert system.get(address).json()["code"] == "NO_RIGHT"
    with reading(running_service.service.engine, "test") as connection:
        told = [row.subject for row in connection.execute(select(LEAVES.c.subject).where(LEAVES.c.kind == "export"))]
    assert sum(f"package:{whole[0]['id']}" in subject for subject in told) == 1


def is_running(engine: Engine) -> bool:
    with reading(engine, "test") as connection:
        return any(job.state is jobs.JobState.RUNNING for job in jobs.jobs(connection))


@pytest.mark.slow
def test_killed_at_any_moment_a_sealing_is_finished_once(running_service: Running, folder: Path) -> None:
    number = verified(running_service, folder)
    settings, engine = running_service.service.settings, running_service.service.engine
    environ = os.environ | {"XUESHI_HOME": str(settings.home), "XUESHI_DB": settings.database}
    for wait_s in (0.05, 0.25, 0.6):
        worker = subprocess.Popen([sys.executable, "-m", "cli.main", "worker"], env=environ, start_new_session=True)
        while worker.poll() is None and not is_running(engine):
            time.sleep(0.01)
        time.sleep(wait_s)  # any moment will do: whatever it interrupts, the outcome below is the same
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        with reading(engine, "test") as connection:
            states = {job.state for job in jobs.jobs(connection)}
        if jobs.JobState.RUNNING not in states:
            break
        with engine.begin() as connection:  # its lease runs out
            connection.exec_driver_sql("UPDATE job SET lease_until = due_at WHERE state = 'running'")
            connection.exec_driver_sql("UPDATE job SET attempts = 0")
    while worker_of(running_service).step():
        pass
    with running_service.as_(Role.CLERK) as clerk:
        made = packages_of(clerk, class_id=number)
    assert len(made) == len(DAYS)
    with reading(engine, "test") as connection:
        exported = connection.execute(select(LEAVES.c.sha256).where(LEAVES.c.kind == "export")).scalars().all()
        assert sorted(exported) == sorted(str(one["sha256"]) for one in made)
    top = packages_folder(settings.home)
    assert [path.name for path in top.iterdir()] == [str(number)]
    assert len([*top.glob("*/*/*")]) == len(DAYS)
    running_service.service.log.verify()


def test_what_a_worker_moved_and_did_not_live_to_record_is_replaced(running_service: Running, folder: Path) -> None:
    number = verified(running_service, folder)
    with reading(running_service.service.engine, "test") as connection:
        job = jobs.jobs(connection)[-1]
    top = packages_folder(running_service.service.settings.home)
    (top / str(number) / str(job.id) / "half").mkdir(parents=True)
    (top / f".{job.id}-dead-1" / "half").mkdir(parents=True)
    assert worker_of(running_service).step()
    assert not [*top.rglob("half")]
    assert len([*top.glob("*/*/*/bagit.txt")]) == len(DAYS)


def test_a_package_that_is_brought_is_checked_line_by_line(running_service: Running, folder: Path) -> None:
    sealed(running_service, folder)
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.AUDITOR) as auditor:
        (first, _) = packages_of(clerk)
        sent = clerk.get(f"/api/v1/packages/{first['id']}/zip").content
        answer = auditor.post("/api/v1/packages/check", content=sent, headers={"content-type": "application/zip"})
        assert answer.status_code == 200, answer.text
        tree = answer.json()
        assert (tree["sound"], tree["sha256"]) == (True, hashlib.sha256(sent).hexdigest())
        assert all(part["sound"] and part["lines"] for part in tree["parts"])
        bad = auditor.post("/api/v1/packages/check", content=altered(sent)).json()
        assert not bad["sound"]
        assert any(line["mark"] == "✗" for part in bad["parts"] for line in part["lines"])
        for odd in (b"", b"PK\x03\x04", b"not a zip"):
            refused = auditor.post("/api/v1/packages/check", content=odd)
            assert (refused.status_code, refused.json()["code"]) == (422, "INVALID"), refused.text
            assert str(running_service.service.settings.home) not in refused.text
    assert not [*(running_service.service.settings.home / "uploads").glob("check-*")]


def altered(sent: bytes) -> bytes:
    """The same package with another verdict."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sent)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            body = source.read(name)
            target.writestr(name, body.replace(b"UNPROVEN", b"PASS") if name.endswith("facts.json") else body)
    return out.getvalue()


def test_a_body_that_is_too_large_is_refused_before_it_comes(running_service: Running) -> None:
    with running_service.as_(Role.AUDITOR) as auditor:
        asked = HTTPConnection(running_service.url.removeprefix("http://"), timeout=60)
        asked.putrequest("POST", "/api/v1/packages/check")
        cookie = f"xueshi-session={auditor.cookies['xueshi-session']}"
        sent = {"content-length": str(9 << 30), "cookie": cookie, "x-csrf-token": auditor.headers["x-csrf-token"]}
        for name, value in sent.items():
            asked.putheader(name, value)
        asked.endheaders()
        answer = asked.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "TOO_LARGE")
    asked.close()


@pytest.mark.slow
def test_a_class_with_footage_is_sealed_with_its_sheets(
    running_service: Running, tmp_path_factory: pytest.TempPathFactory
) -> None:
    number = sealed(running_service, honest(tmp_path_factory.mktemp("footage") / "class"))
    with running_service.as_(Role.CLERK) as clerk:
        (made,) = packages_of(clerk, class_id=number)
        with zipfile.ZipFile(io.BytesIO(clerk.get(f"/api/v1/packages/{made['id']}/zip").content)) as archive:
            names = archive.namelist()
            assert sum(name.endswith(".jpg") for name in names) == 2
    with reading(running_service.service.engine, "test") as connection:
        assert connection.execute(select(PACKAGES.c.faults)).scalars().all() == [0]
