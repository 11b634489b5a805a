"""Holds by the API, on both databases: the console's rules, one hold for one order, both ends in the log."""

from dataclasses import replace
from datetime import date, timedelta

import httpx
import pytest

from facts.span import local_day
from pipeline.accounts.rights import Role
from runtime.spot_checks.holds import SpotCheckHolds
from storage.database.classes.classes import add_class
from storage.database.connection import writing
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.retention_case import Office, use
from tests.fixtures.service import Running

CODE, HOLDS = "JZ-2024-02", "/api/v1/retention/holds"
WISH = {"class_id": CODE, "reason": "投诉", "case": "12号"}


@pytest.fixture
def office(running_service: Running) -> Office:
    """A class with one piece of evidence that was due two months ago, and a key."""
    service, number = running_service.service, running_service.institution("正信职校")
    texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(service.engine, "test") as connection:
        own = {**texts, "code": CODE, "name": "家政2班", "locality": "山西省阳泉市平定县"}
        add_class(connection, number, running_service.clock(), **own)
    made = Office(service.settings.home, service.engine, service.store, running_service.clock)
    today = local_day(running_service.clock())
    end = date(today.year - 2, today.month, min(today.day, 28)) - timedelta(days=60)
    made.keep(b"a class hour", replace(use(CODE, class_end=end), institution="正信职校"))
    return made


def post(client: httpx.Client, path: str, body: object, key: str = "") -> httpx.Response:
    return client.post(path, json=body, headers={"idempotency-key": key} if key else {})


def notes(running: Running) -> list[str]:
    return [one.leaf.note for one in running.service.log.leaves() if one.leaf.kind is LeafKind.HOLD]


def test_an_order_holds_once_however_often_it_is_sent_and_nothing_is_swept_meanwhile(
    running_service: Running, office: Office
) -> None:
    with running_service.as_(Role.INSPECTOR) as inspector:
        first, again = post(inspector, HOLDS, WISH, "h1"), post(inspector, HOLDS, WISH, "h1")
        assert (first.status_code, first.json()["pieces"], first.json()["refused"]) == (201, 1, [])
        assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
        assert post(inspector, HOLDS, WISH).json()["id"] == first.json()["id"], "the very same is no second hold"
        other = post(inspector, HOLDS, WISH | {"reason": "复议"}, "h1")
        assert (other.status_code, other.json()["code"]) == (409, "KEY_REUSED")
        assert [one["reason"] for one in inspector.get(HOLDS).json()["items"]] == ["投诉"]
        running_service.clock.ahead += timedelta(seconds=3)
        assert len(office.sweep()) == 0
        place = f"{HOLDS}/{first.json()['id']}/release"
        assert post(inspector, place, {"reason": " "}).json()["faults"][0]["where"] == "reason"
        ended, repeated = (post(inspector, place, {"reason": "已结案"}, "r1") for _ in range(2))
        assert (ended.status_code, repeated.json()) == (200, ended.json())
        assert ended.json()["released_at"]
        assert post(inspector, place, {"reason": "已结案"}).status_code == 404
    assert [note.partition(" ")[0] for note in notes(running_service)] == ["hold", "release"]
    assert len(office.sweep()) == 1


def test_every_fault_is_told_and_nothing_is_held(running_service: Running, office: Office) -> None:
    with running_service.as_(Role.INSPECTOR) as inspector:
        answer = post(inspector, HOLDS, {"class_id": "not-mine", "reason": " "})
        assert (answer.status_code, [one["where"] for one in answer.json()["faults"]]) == (422, ["class_id", "reason"])
    assert office.register.holds() == ()


def test_a_spot_checks_hold_other_areas_and_other_roles_are_refused(running_service: Running, office: Office) -> None:
    service = running_service.service
    SpotCheckHolds(service.engine, service.settings.home, running_service.clock).place(
        CODE, "abcd", "双随机抽查", running_service.clock()
    )
    (hold,) = office.register.holds()
    place = f"{HOLDS}/{hold.id}/release"
    with running_service.as_(Role.INSPECTOR) as inspector:
        answer = post(inspector, place, {"reason": "我要删"})
        assert (answer.status_code, "由两人签字后解除" in answer.json()["title"]) == (409, True)
    with running_service.as_(Role.INSPECTOR, area="山西省吕梁市") as other:
        assert post(other, place, {"reason": "已结案"}).status_code == 404
        assert post(other, HOLDS, WISH).status_code == 422
    with running_service.as_(Role.CLERK) as clerk:
        assert post(clerk, HOLDS, WISH).json()["code"] == "NO_RIGHT"
    assert len(office.register.holds()) == 1


def test_without_a_signing_key_it_is_said_what_is_missing(running_service: Running) -> None:
    number = running_service.institution("正信职校")
    texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(running_service.service.engine, "test") as connection:
        own = {**texts, "code": CODE, "name": "家政2班", "locality": "山西省阳泉市平定县"}
        add_class(connection, number, running_service.clock(), **own)
    with running_service.as_(Role.INSPECTOR) as inspector:
        answer = post(inspector, HOLDS, WISH)
    assert (answer.status_code, answer.json()["code"], "xueshi keys init" in answer.text) == (503, "NO_KEY", True)
