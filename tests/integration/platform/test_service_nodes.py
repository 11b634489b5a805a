"""Several API nodes behind a plain balancer, each with its own disk: what one knows the other knows, and either may die."""

import hashlib
import io
import os
import shutil
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from sqlalchemy import select

from facts.digest import Digest
from pipeline.accounts.rights import Role
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, uploads_folder
from runtime.platform.node import node_name
from runtime.platform.rate_limit import RateLimiter
from runtime.recordings.previews import previews_folder
from runtime.uploads.orphans import discard_orphans
from storage.blobs.bucket import BucketBlobs
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.notifications.events import raise_event
from storage.database.tables.classes import CLASSES
from storage.database.tables.uploads import UPLOADS
from storage.evidence.address import make_store
from storage.evidence.s3_settings import settings_from
from storage.retention.register import EvidenceRegister
from storage.uploads.partial_file import PartialFile
from tests.fixtures.clips import clip
from tests.fixtures.evidence_stores import RealClock
from tests.fixtures.postgres import Postgres
from tests.fixtures.radosgw import Radosgw
from tests.fixtures.retention_case import use
from tests.fixtures.reviewed_hour import ReviewedHour, marked, told
from tests.fixtures.roll_call import PEOPLE, open_running_hour
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running, settings_at
from tests.fixtures.service_nodes import ServiceNode, ServiceNodes, service_nodes
from tests.fixtures.toy_class import RECORDING, toy_class
from tests.fixtures.tus import TUS, announce, new_class, send

SIGN_IN_MOST, ROSTER = 30, "花名册.csv"


@pytest.fixture
def nodes(postgres_server: Postgres, tmp_path: Path) -> Iterator[ServiceNodes]:
    """Two nodes over one database."""
    address = postgres_server.new_database()
    try:
        with service_nodes(address, tmp_path, {}) as found:
            yield found
    finally:
        postgres_server.drop(address)


@pytest.fixture
def storing(s3_server: Radosgw, postgres_server: Postgres, tmp_path: Path) -> Iterator[ServiceNodes]:
    """Two nodes over one database, one bucket of evidence and one of blobs; no folder is common to them."""
    evidence, blobs = (s3_server.url(f"{kind}-{os.urandom(6).hex()}") for kind in ("evidence", "blobs"))
    make_store(evidence, s3_server.environ, RealClock())
    BucketBlobs(settings_from(blobs, s3_server.environ)).create()
    os.environ |= s3_server.environ
    address = postgres_server.new_database()
    try:
        environ = {**s3_server.environ, "XUESHI_STORE": evidence, "XUESHI_BLOBS": blobs}
        with service_nodes(address, tmp_path, environ) as found:
            yield found
    finally:
        postgres_server.drop(address)
        for name in s3_server.environ:
            del os.environ[name]


def guarded(client: httpx.Client, path: str) -> str:
    """What our own page gives to the form that it sends."""
    page = client.get(path)
    assert page.status_code == 200, page.text
    return page.text.partition('name="csrf" value="')[2].partition('"')[0]


def test_who_signs_in_at_one_node_is_known_to_the_other_until_signing_out_at_either(nodes: ServiceNodes) -> None:
    one, two = nodes.nodes
    with nodes.as_(Role.CLERK, one) as here, nodes.as_(Role.CLERK, two) as there:
        assert here.get("/api/v1/me").json()["account_id"] == there.get("/api/v1/me").json()["account_id"]
        number = blank(nodes.insider, "jz1")
        heard: list[str] = []
        came, over = threading.Event(), threading.Event()

        def listen() -> None:
            with there.stream("GET", "/api/v1/events", headers={"accept": "text/event-stream"}) as answer:
                for line in answer.iter_lines():
                    if line.startswith("event:"):
                        heard.append(line)
                        came.set()
            over.set()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        tell(nodes, number)
        assert came.wait(120), "no event came to the other node"
        own = here.headers["x-csrf-token"]
        assert here.post("/sign-out", data={"csrf": own}).status_code == 303
        assert over.wait(120), "the stream at the other node went on after the sign-out at this one"
        listener.join()
        assert there.get("/api/v1/me").status_code == 401


def tell(nodes: ServiceNodes, number: int) -> None:
    """An event of the class, by a third process."""
    with reading(nodes.insider.service.engine, "test") as connection:
        (owner,) = classes(connection, CLASSES.c.id == number)
    with writing(nodes.insider.service.engine, "test") as connection:
        raise_event(connection, "verdict.made", owner, nodes.insider.clock(), "{}")


def test_an_address_guesses_no_oftener_at_two_nodes_than_at_one(nodes: ServiceNodes) -> None:
    one, two = nodes.nodes
    limiter = RateLimiter(nodes.insider.service.engine)
    for attempt in range(5):
        began = time.monotonic()
        for _ in range(SIGN_IN_MOST - 1):
            limiter.take("sign-in", "address 127.0.0.1", nodes.insider.clock(), SIGN_IN_MOST, timedelta(minutes=1))
        codes = []
        for node in (one, two):
            with nodes.stranger(node) as client:
                form = {"name": f"nobody{attempt}", "password": "wrong password", "next": "/"}
                codes.append(client.post("/sign-in", data=form | {"csrf": guarded(client, "/sign-in")}).status_code)
        if time.monotonic() - began < 50:  # else the minute was over before both had answered
            break
        time.sleep(61)
    assert codes == [401, 429]


def test_a_page_of_one_node_and_the_code_of_another_sign_a_phone_in_at_a_third(nodes: ServiceNodes) -> None:
    one, two = nodes.nodes
    hour = open_running_hour(nodes.insider)  # whose code this process makes
    with nodes.stranger(one) as phone:
        proof = guarded(phone, f"{hour.path}?c={quote(hour.code())}")
        cookies = dict(phone.cookies)
    who = PEOPLE[0]
    form = {"code": hour.code(), "nonce": "0" * 32, "name": who.name, "tail": who.id_number.tail}
    headers = {"x-csrf-token": proof, "accept": "application/json"}
    with nodes.stranger(two) as phone:
        phone.cookies.update(cookies)
        answer = phone.post(hour.path, data=form, headers=headers)
    assert answer.status_code == 200, answer.text
    (kept,) = hour.sign_ins()
    assert kept.trainee == hour.key(0)


@pytest.mark.s3
def test_a_half_sent_file_whose_node_died_begins_again_at_the_other(storing: ServiceNodes, tmp_path: Path) -> None:
    one, two = storing.nodes
    data = os.urandom(600_000)
    sha256 = hashlib.sha256(data).hexdigest()
    with storing.as_(Role.CLERK, one) as here:
        number = new_class(here)
        place = announce(here, number, "录像/CH01.mp4", len(data), sha256=sha256).headers["location"]
        assert send(here, place, 0, data[:300_000]).status_code == 204
    one.kill()
    dead, token = node_name(one.home), place.rpartition("/")[2]
    with storing.as_(Role.CLERK, two) as there:
        asked = there.head(place, headers=TUS)
        assert (asked.status_code, asked.headers["xueshi-upload-node"]) == (404, dead)
        refused = send(there, place, 300_000, data[300_000:])
        assert (refused.status_code, refused.json()["code"]) == (404, "UPLOAD_ELSEWHERE")
        assert dead in refused.json()["title"]
        again = announce(there, number, "录像/CH01.mp4", len(data), sha256=sha256)
        assert again.status_code == 201, again.text
        assert tokens(storing) == {again.headers["location"].rpartition("/")[2]}, (
            "the half of it that is lost is no more"
        )
        assert send(there, again.headers["location"], 0, data).status_code == 204
    kept = blob_folder(settings_at(storing.database, tmp_path / "three", **storing.environ))
    target = class_folder(tmp_path / "three", number) / "录像/CH01.mp4"
    assert kept.bring(target, Digest(sha256))
    assert target.read_bytes() == data
    # Back again, the dead node's disk is rid of the half that nobody goes on with.
    half = uploads_folder(one.home) / token
    assert half.stat().st_size == 300_000
    at = storing.insider.clock()
    assert discard_orphans(storing.insider.service.engine, one.home, at) == 0, "somebody may be writing to it"
    assert discard_orphans(storing.insider.service.engine, one.home, at + timedelta(hours=2)) == 1
    assert not half.exists()


def tokens(storing: ServiceNodes) -> set[str]:
    """Uploads under way."""
    with reading(storing.insider.service.engine, "test") as connection:
        return set(connection.execute(select(UPLOADS.c.token).where(UPLOADS.c.file_id.is_(None))).scalars())


def roster(person: int) -> bytes:
    """Lists of one length with different people."""
    who = PEOPLE[person]
    return f"姓名,身份证号\n{who.name:　<4},{who.id_number.digits}\n".encode()


@pytest.mark.s3
def test_a_node_that_died_between_the_last_byte_and_the_record_leaves_nothing_that_counts(
    storing: ServiceNodes,
) -> None:
    one, two = storing.nodes
    first, second = roster(0), roster(1)
    assert len(first) == len(second)
    with storing.as_(Role.CLERK, one) as here:
        number = new_class(here)
        place = announce(here, number, ROSTER, len(first), role="roster").headers["location"]
    one.kill()
    # As the node was when it died: all bytes durable, the file named and kept in the bucket, no record, no answer.
    partial = PartialFile(uploads_folder(one.home), place.rpartition("/")[2])
    with partial.writing() as writer:
        writer.write(first)
    named = class_folder(one.home, number) / ROSTER
    partial.place(named)
    blob_folder(settings_at(storing.database, one.home, **storing.environ)).keep(named)
    with storing.as_(Role.CLERK, two) as there:
        assert there.head(place, headers=TUS).status_code == 404
        assert there.get(f"/api/v1/classes/{number}/files").json()["items"] == []
        again = announce(there, number, ROSTER, len(second), role="roster").headers["location"]
        assert send(there, again, 0, second).status_code == 204
    back = storing.begin(one.home)
    assert content(storing, back, number) == second, "not the file that lay here under the same name"
    assert named.read_bytes() == second


@pytest.mark.s3
def test_a_file_taken_back_at_one_node_is_replaced_at_the_other(storing: ServiceNodes) -> None:
    one, two = storing.nodes
    with storing.as_(Role.CLERK, one) as here, storing.as_(Role.CLERK, two) as there:
        number = new_class(here)
        place = announce(here, number, ROSTER, len(roster(0)), role="roster").headers["location"]
        assert send(here, place, 0, roster(0)).status_code == 204
        (file,) = here.get(f"/api/v1/classes/{number}/files").json()["items"]
        assert there.delete(f"/api/v1/files/{file['id']}").status_code in {200, 204}
        assert (class_folder(one.home, number) / ROSTER).read_bytes() == roster(0), "nobody told the other disk"
        place = announce(here, number, ROSTER, len(roster(1)), role="roster").headers["location"]
        answer = send(here, place, 0, roster(1))
        assert answer.status_code == 204, answer.text
    for node in (one, two):
        assert content(storing, node, number) == roster(1)


def content(storing: ServiceNodes, node: ServiceNode, number: int) -> bytes:
    """The class's one file as the node hands it out."""
    with storing.as_(Role.INSPECTOR, node) as inspector:
        looked = inspector.post(f"/api/v1/classes/{number}/looks/identity", json={"reason": "核对花名册"})
        assert looked.status_code < 300, looked.text
        (file,) = inspector.get(f"/api/v1/classes/{number}/files").json()["items"]
        answer = inspector.get(f"/api/v1/files/{file['id']}/content")
        assert answer.status_code == 200, answer.text
        return answer.content


@pytest.mark.s3
def test_a_recording_is_previewed_by_a_node_that_has_it_not(storing: ServiceNodes, tmp_path: Path) -> None:
    one, two = storing.nodes
    film = tmp_path / "CH01.mp4"
    clip(film, frames=250)
    data = film.read_bytes()
    with storing.as_(Role.CLERK, one) as here:
        number = new_class(here, locality="山西省阳泉市平定县")
        place = announce(here, number, "录像/CH01.mp4", len(data)).headers["location"]
        assert send(here, place, 0, data).status_code == 204
        (file,) = here.get(f"/api/v1/classes/{number}/files").json()["items"]
    one.kill()
    assert preview(storing, two, number, file["id"]), "fetched from the blobs"
    # Once it is evidence it is read by ranges where it lies, and the other copies may go.
    service = storing.insider.service
    stored = service.store.put(io.BytesIO(data), retain_until=service.clock() + timedelta(days=1))
    EvidenceRegister(service.engine).record(service.store.url, stored, use("JZ1"))
    shared = blob_folder(service.settings)
    assert shared.blobs
    shared.blobs.delete(f"classes/{number}/录像/CH01.mp4")
    for folder in (class_folder(two.home, number), previews_folder(two.home)):
        shutil.rmtree(folder)
    assert preview(storing, two, number, file["id"]), "read by ranges"
    assert not (class_folder(two.home, number) / "录像/CH01.mp4").exists()


@pytest.mark.s3
def test_a_reviewer_is_shown_a_recording_by_a_node_that_has_it_not(storing: ServiceNodes) -> None:
    one, two = storing.nodes
    insider = storing.insider
    service, home = insider.service, insider.service.settings.home
    number = toy_class(insider)
    film = class_folder(home, number) / RECORDING
    data, shared = film.read_bytes(), blob_folder(service.settings)
    shared.keep(film)
    one.kill()
    hour = ReviewedHour(Running(two.url, service, insider.clock), number)
    there = class_folder(two.home, number)
    with hour.seat(Role.INSPECTOR) as inspector:
        sheet = inspector.get(hour.path).json()
        assert picture(inspector, hour, sheet), "fetched from the blobs"
        assert (there / RECORDING).read_bytes() == data
        # Once it is evidence it is read by ranges where it lies, and the other copies may go.
        stored = service.store.put(io.BytesIO(data), retain_until=service.clock() + timedelta(days=1))
        EvidenceRegister(service.engine).record(service.store.url, stored, use("toy"))
        assert shared.blobs
        shared.forget(film)
        shutil.rmtree(there)
        assert picture(inspector, hour, sheet), "read by ranges"
        page = inspector.get(f"/classes/{number}/hours/0/review", params={"at": sheet["frames"][0]["at"]})
        assert page.status_code == 200, page.text
        assert told(inspector, hour.path, {"frames": marked(sheet)})["view_status"] == "PASS"
        assert not (there / RECORDING).exists()


def picture(client: httpx.Client, hour: ReviewedHour, sheet: dict[str, Any]) -> bool:
    """Whether the frame of the sheet is shown."""
    answer = client.get(f"{hour.path}/frame", params={"at": sheet["frames"][0]["at"]})
    assert answer.status_code == 200, answer.text
    return answer.content.startswith(b"\xff\xd8")


def preview(storing: ServiceNodes, node: ServiceNode, number: int, file: int) -> bool:
    """Whether the node shows one."""
    with storing.as_(Role.INSPECTOR, node) as inspector:
        assert inspector.post(f"/classes/{number}/look", data={"reason": "核对录像"}).status_code == 303
        answer = inspector.get(f"/classes/{number}/previews/{file}/0")
        assert answer.status_code == 200, answer.text
        return b"ftyp" in answer.content[:32]
