"""Recognition in a running service with real recordings: off, half consented, on, withdrawn; and what is left behind."""

import json
import struct
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from facts.recognition import FaceModel
from facts.span import local_day
from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from runtime.recognition.certificate import SCHEMA
from runtime.recognition.expiry import expire_faces
from runtime.recognition.face_sampling import open_engine
from runtime.sealing.enqueue import SEAL
from runtime.sealing.job import Sealer
from storage.database import jobs
from storage.database.classes.classes import classes
from storage.database.connection import reading, writing
from storage.database.sealing import NewPackage, keep_packages
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.database.tables.recognition import EMBEDDINGS, PHOTOGRAPHS
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import PublicKey
from tests.fixtures.drawn_room import START
from tests.fixtures.faces import drawn_face
from tests.fixtures.recognised_class import (
    CapEngine,
    capped_class,
    photograph,
    photographs_of,
    roster,
    switched_on,
    table_traces,
    traces,
)
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running
from tests.fixtures.toy_class import verified
from vision.face_card import faces_missing


class NeverOpened:
    """An engine that must not be asked for."""

    model: FaceModel

    def __call__(self) -> CapEngine:
        raise AssertionError("faces were asked for without permission")


@pytest.fixture
def served(running_service: Running) -> Running:
    KeyRing(running_service.service.settings.home / "keys").init(running_service.clock())
    return running_service


@pytest.fixture
def clerk(served: Running) -> Iterator[httpx.Client]:
    with served.as_(Role.CLERK) as found:
        yield found


def rows(found: Running) -> tuple[int, int]:
    with reading(found.service.engine, "test") as connection:
        counts = [
            connection.execute(select(func.count()).select_from(one)).scalar_one() for one in (PHOTOGRAPHS, EMBEDDINGS)
        ]
    return counts[0], counts[1]


def document(clerk: httpx.Client, number: int) -> dict[str, object]:
    newest = clerk.get(f"/api/v1/classes/{number}").raise_for_status().json()["report_id"]
    return dict(clerk.get(f"/api/v1/reports/{newest}/document").raise_for_status().json())


def state(clerk: httpx.Client, number: int) -> dict[str, object]:
    return dict(clerk.get(f"/api/v1/classes/{number}/recognition").raise_for_status().json())


def left_open(found: Running, embeddings: Sequence[tuple[float, ...]]) -> list[str]:
    """Files and tables of the whole service with a face in them."""
    root, pictures = found.service.settings.home.parent, [photograph(0)]
    return [*traces(root, embeddings, pictures), *table_traces(found.service.engine, embeddings, pictures)]


def test_off_nothing_is_opened_and_nothing_is_kept(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served)
    verified(served, number, opening=NeverOpened())
    assert document(clerk, number)["recognition"] is None
    assert rows(served) == (0, 0)
    refused = clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of([0]))
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert not left_open(served, [])


def test_one_who_did_not_consent_keeps_every_face_from_being_computed(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served)
    switched_on(clerk, number, without=[3])
    assert state(clerk, number)["permitted"] is False
    sent = clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of([3]))
    assert sent.status_code == 422
    verified(served, number, opening=NeverOpened())
    assert document(clerk, number)["recognition"] is None
    assert rows(served) == (0, 0)


def test_on_each_is_seen_and_off_again_nothing_is_left(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served, seats=[0, 1, 2, 3])  # the fifth signed in and stayed away
    verified(served, number, opening=NeverOpened())
    before = document(clerk, number)
    switched_on(clerk, number)
    clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of(range(5))).raise_for_status()
    engine = CapEngine()
    verified(served, number, opening=lambda: engine)

    found = document(clerk, number)
    said = found["recognition"]
    assert isinstance(said, dict)
    assert (said["model"], said["photographs"], said["seats"], said["small"]) == ("caps", 5, 4, 0)
    assert [len(one["seen"]) for one in said["trainees"]] == [1, 1, 1, 1, 0]
    assert [len(one["not_seen"]) for one in said["trainees"]] == [0, 0, 0, 0, 1]
    assert [_statuses(one) for one in _list(found, "trainees")] == [_statuses(one) for one in _list(before, "trainees")]
    assert [one["status"] for one in _list(found, "hours")] == [one["status"] for one in _list(before, "hours")]
    assert any("caps" in one["zh"] and "只认帽子" in one["zh"] for one in _list(found, "limits"))
    assert rows(served) == (5, 1)
    assert engine.given
    assert not left_open(served, engine.given)

    gone = clerk.put(f"/api/v1/classes/{number}/recognition", json={"active": False}).raise_for_status().json()
    assert rows(served) == (0, 0)
    assert not left_open(served, engine.given)
    (deletion,) = gone["deletions"]
    certificate = json.loads(deletion["certificate"])
    assert (certificate["why"], certificate["photographs"], certificate["hours_of_embeddings"]) == (
        "switched_off",
        5,
        1,
    )
    signature = bytes.fromhex(certificate.pop("signature"))
    key = PublicKey(certificate["algorithm"], bytes.fromhex(certificate["public_key"]))
    assert key.accepts(SCHEMA.encode() + b"\n" + canonical(certificate), signature)
    assert not any(person.name in deletion["certificate"] for person in roster())
    verified(served, number, opening=NeverOpened())
    assert document(clerk, number)["recognition"] is None


def test_the_search_finds_what_lies_open(tmp_path: Path) -> None:
    one = (0.123456789012345, 0.987654321098765)
    (tmp_path / "text.json").write_text(json.dumps([one]))
    (tmp_path / "picture.bin").write_bytes(b"before" + photograph(1) + b"after")
    (tmp_path / "packed.bin").write_bytes(b"before" + struct.pack("<2f", *one))
    assert list(traces(tmp_path, [one], [photograph(1)])) == ["packed.bin", "picture.bin", "text.json"]


def test_the_search_finds_what_lies_open_in_a_table(served: Running) -> None:
    one = (0.123456789012345, 0.987654321098765)
    blank(served, "open", json.dumps(one))
    assert list(table_traces(served.service.engine, [one])) == ["class"]


@pytest.mark.skipif(bool(faces_missing()), reason=f"faces are not installed: {faces_missing()}")
def test_the_real_engine_works_confined_and_says_nothing_of_caps(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served)
    switched_on(clerk, number)
    clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=_drawn()).raise_for_status()
    verified(served, number, opening=open_engine, apart=True)
    said = document(clerk, number)["recognition"]
    assert isinstance(said, dict)
    assert (said["model"], said["photographs"], said["small"]) == ("dlib-resnet-v1", 1, said["seats"])
    assert [(one["seen"], one["not_seen"], len(one["cannot_tell"])) for one in said["trainees"]] == [([], [], 1)]


def test_withdrawal_deletes_her_photograph_and_every_embedding(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served)
    keys = switched_on(clerk, number)
    base = f"/api/v1/classes/{number}/recognition"
    clerk.post(f"{base}/photographs", files=photographs_of([0, 1])).raise_for_status()
    verified(served, number, opening=CapEngine)
    assert rows(served) == (2, 1)
    her = keys[roster()[1].id_number.tail]
    after = clerk.post(f"{base}/withdrawals", json={"trainee": her}).raise_for_status().json()
    assert rows(served) == (1, 0)
    assert after["permitted"] is False
    assert json.loads(after["deletions"][0]["certificate"])["photographs"] == 1
    assert [one["trainee"] for one in after["trainees"] if one["given_on"] is None] == [her]
    assert clerk.post(f"{base}/withdrawals", json={"trainee": her}).status_code == 409
    verified(served, number, opening=NeverOpened())
    assert document(clerk, number)["recognition"] is None


def test_who_withdraws_while_faces_are_compared_is_in_no_report(served: Running, clerk: httpx.Client) -> None:
    number = capped_class(served)
    keys = switched_on(clerk, number)

    engine, told = CapEngine(), {"trainee": keys[roster()[0].id_number.tail]}

    def opening() -> CapEngine:
        if state(clerk, number)["permitted"]:
            clerk.post(f"/api/v1/classes/{number}/recognition/withdrawals", json=told).raise_for_status()
        return engine

    verified(served, number, opening=opening)
    assert engine.given
    assert clerk.get(f"/api/v1/classes/{number}").json()["report_id"] is None
    assert rows(served) == (0, 0)
    verified(served, number, opening=NeverOpened())
    assert document(clerk, number)["recognition"] is None


def test_after_thirty_days_everything_goes_by_itself(served: Running, clerk: httpx.Client) -> None:
    number, settings = capped_class(served), served.service.settings
    switched_on(clerk, number)
    clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of([0])).raise_for_status()
    verified(served, number, opening=CapEngine)
    assert expire_faces(served.service.engine, settings, served.clock() + timedelta(days=29)) == 0
    assert rows(served) == (1, 1)
    served.clock.ahead = timedelta(days=31)
    Worker(served.service.engine, settings, served.clock, doing=lambda *_: True).step()
    served.clock.ahead = timedelta()
    assert rows(served) == (0, 0)
    (deletion,) = state(clerk, number)["deletions"]  # type: ignore[misc, attr-defined]
    assert json.loads(deletion["certificate"])["why"] == "expired"


def test_once_the_class_is_over_and_sealed_everything_goes(served: Running, clerk: httpx.Client) -> None:
    number, engine = capped_class(served), served.service.engine
    switched_on(clerk, number)
    clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of([0])).raise_for_status()
    verified(served, number, opening=CapEngine)
    assert expire_faces(engine, served.service.settings, served.clock()) == 0
    with writing(engine, "test") as connection:
        owner = classes(connection, CLASSES.c.id == number)[0]
        assert owner.report_id
        job = jobs.enqueue(connection, "seal", "test", number, served.clock()).id
        day = f"{local_day(START)}"
        own = NewPackage(number, owner.report_id, job, day, "1/1/a", True, "0" * 64, 9, 1, 1, 1, 0, served.clock())
        keep_packages(connection, [own])
    assert expire_faces(engine, served.service.settings, served.clock()) == 1
    assert rows(served) == (0, 0)
    (deletion,) = state(clerk, number)["deletions"]  # type: ignore[misc, attr-defined]
    assert json.loads(deletion["certificate"])["why"] == "sealed"


def test_a_package_of_a_recognised_class_is_judged_again_the_same_and_holds_no_face(
    served: Running, clerk: httpx.Client
) -> None:
    number, engine = capped_class(served), CapEngine()
    switched_on(clerk, number)
    clerk.post(f"/api/v1/classes/{number}/recognition/photographs", files=photographs_of([0, 1])).raise_for_status()
    verified(served, number, opening=lambda: engine)
    with writing(served.service.engine, "test") as connection:
        (asked,) = jobs.jobs(connection, JOBS.c.class_id == number, JOBS.c.kind == SEAL)
        job = jobs.lease(connection, "test", served.clock(), asked.id)
    assert job
    assert Sealer(served.service.engine, served.service.settings, served.clock).do(job)  # checks what it packed
    (package,) = clerk.get("/api/v1/packages").raise_for_status().json()["items"]
    assert package["class_id"] == number
    assert engine.given
    assert not left_open(served, engine.given)


def test_it_is_not_switched_on_without_ground_words_and_the_others_consent(
    served: Running, clerk: httpx.Client
) -> None:
    number = capped_class(served)
    refused = clerk.put(f"/api/v1/classes/{number}/recognition", json={"active": True, "basis": "because"})
    assert refused.status_code == 422
    assert {one["where"] for one in refused.json()["faults"]} == {"basis", "words", "others"}
    assert state(clerk, number)["active"] is False


def test_two_classes_at_once_share_a_face(served: Running, clerk: httpx.Client) -> None:
    first, second = capped_class(served, "caps-a"), capped_class(served, "caps-b", seats=[3, 4])
    for number in (first, second):
        switched_on(clerk, number)
        verified(served, number, opening=CapEngine)
    kinds = {one["kind"]: one for one in _list(document(clerk, second), "doubts")}
    assert "caps-a" in kinds["FACE_TWO_CLASSES"]["text"]["zh"]
    assert len(kinds["FACE_TWO_CLASSES"]["innocent"]) > 2


def _drawn() -> list[tuple[str, tuple[str, bytes, str]]]:
    (_, (name, _, kind)), *_ = photographs_of([0])
    return [("files", (name, drawn_face(3), kind))]


def _list(document: dict[str, object], name: str) -> list[dict[str, object]]:
    found = document[name]
    assert isinstance(found, list)
    return found


def _statuses(trainee: dict[str, object]) -> list[object]:
    hours = trainee["hours"]
    assert isinstance(hours, list)
    return [one["status"] for one in hours]
