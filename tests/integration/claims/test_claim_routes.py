"""Claims by the API: handed in once, kept in versions, seen by whom they concern, their doubts followed through."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from demo.identity import identities
from pipeline.accounts.rights import Role
from storage.database.classes.classes import add_class
from storage.database.connection import writing
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.claim_files import HEAD
from tests.fixtures.service import Running

OTHER_AREA = "山西省吕梁市"


@pytest.fixture
def served(running_service: Running) -> Iterator[Running]:
    """A service with the class that the claim is for."""
    KeyRing(running_service.service.settings.home / "keys").init(running_service.clock())
    number = running_service.institution("正信职校")
    texts = dict.fromkeys(("name", "programme", "trainee_group", "occupation", "level", "policy"), "")
    with writing(running_service.service.engine, "test") as connection:
        own = {**texts, "code": str(HEAD["class_id"]), "locality": "山西省阳泉市平定县"}
        add_class(connection, number, running_service.clock(), **own)
    return running_service


def claim(**head: object) -> bytes:
    """Two people with one account between them, and a sum above theirs: two doubts at least."""
    rows = [
        {
            "name": one.name,
            "id_number": one.id_number.digits,
            "claimed": 1700,
            "account": "990011112222",
            "bank": "某行",
        }
        for one in identities(2, 11)
    ]
    return json.dumps({"header": {**HEAD, "claimed": 9000, **head}, "people": rows}, ensure_ascii=False).encode()


def hand_in(client: httpx.Client, data: bytes, key: str = "", name: str = "申领.json") -> httpx.Response:
    headers = {"idempotency-key": key} if key else {}
    return client.post("/api/v1/claims", files={"file": (name, data)}, headers=headers)


def kept(served: Running) -> dict[str, Any]:
    with served.as_(Role.CLERK) as clerk:
        answer = hand_in(clerk, claim())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


def test_a_claim_is_screened_at_once_and_its_document_shows_nobody_whole(served: Running) -> None:
    made = kept(served)
    assert (made["code"], made["version"], made["newest"], made["claimed_fen"]) == ("C-1", 1, True, 900_000)
    with served.as_(Role.REVIEWER) as reviewer:
        body = reviewer.get(f"/api/v1/claims/{made['id']}/document")
        assert body.json()["schema"] == "xueshi.claim/1"
        for one in identities(2, 11):
            assert one.id_number.digits not in body.text
            assert one.name not in body.text
        flags = reviewer.get(f"/api/v1/claims/{made['id']}/flags").json()["items"]
        assert {"SAME_ACCOUNT", "HEADER_SUM_DIFFERS"} <= {one["kind"] for one in flags}
        first = reviewer.get(f"/api/v1/claims/{made['id']}/flags", params={"limit": 1}).json()
        rest = reviewer.get(f"/api/v1/claims/{made['id']}/flags", params={"cursor": first["next"]}).json()
        assert [*first["items"], *rest["items"]] == flags


def test_the_same_key_makes_one_claim_and_another_upload_the_next_version(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        first, again = hand_in(clerk, claim(), "k1"), hand_in(clerk, claim(), "k1")
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json() == first.json()
        assert hand_in(clerk, claim(claimed=3400), "k1").json()["code"] == "KEY_REUSED"
        assert hand_in(clerk, claim(claimed=3400), "k2").json()["version"] == 2
        newest = clerk.get("/api/v1/claims").json()["items"]
        assert [one["version"] for one in newest] == [2]
        page = clerk.get("/api/v1/claims", params={"newest": False, "limit": 1, "code": "C-1"}).json()
        following = clerk.get("/api/v1/claims", params={"newest": False, "limit": 1, "cursor": page["next"]}).json()
        assert [one["version"] for one in (*page["items"], *following["items"])] == [2, 1]


def test_a_faulty_claim_is_refused_with_every_fault_and_nothing_is_kept(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        bad = json.loads(claim())
        bad["people"][0]["claimed"] = -1
        bad["people"][1]["id_number"] = "123"
        answer = hand_in(clerk, json.dumps(bad).encode())
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.json()["faults"]) == 2
        assert hand_in(clerk, claim(class_id="不存在")).json()["faults"][0]["where"] == "class_id"
        assert hand_in(clerk, claim(), name="x.exe").json()["faults"][0]["where"] == "file"
        assert clerk.get("/api/v1/claims").json()["items"] == []


def test_other_institutions_and_areas_do_not_see_that_the_claim_is_there(served: Running) -> None:
    made = kept(served)
    for client in (served.as_(Role.CLERK, "邻校"), served.as_(Role.REVIEWER, area=OTHER_AREA)):
        with client:
            assert client.get("/api/v1/claims").json()["items"] == []
            for path in ("", "/document", "/flags", "/doubts"):
                assert client.get(f"/api/v1/claims/{made['id']}{path}").status_code == 404


def test_a_doubt_is_explained_upheld_and_refused_only_by_two_reviewers(served: Running) -> None:
    made = kept(served)
    place = f"/api/v1/claims/{made['id']}/doubts"
    with served.as_(Role.CLERK) as clerk:
        doubt = clerk.get(place).json()["items"][0]
        told = clerk.post(
            f"{place}/{doubt['id']}/explain", data={"words": "见附件"}, files=[("files", ("说明.pdf", b"%PDF-1"))]
        )
        assert told.status_code == 200, told.text
        assert told.json()["stage"] == "explained"
        assert told.json()["events"][-1]["files"][0]["name"] == "说明.pdf"
        assert clerk.post(f"{place}/{doubt['id']}/accept", json={"words": "好"}).json()["code"] == "NO_RIGHT"
        odd = clerk.post(f"{place}/{doubt['id']}/explain", data={"words": " "}, files=[("files", ("a.exe", b"x"))])
        assert len(odd.json()["faults"]) == 2
    refusal = {"words": "未提供合同", "refused_fen": 170_000}
    with served.as_(Role.REVIEWER) as first:
        headers = {"idempotency-key": "u1"}
        signed = first.post(f"{place}/{doubt['id']}/uphold", json=refusal, headers=headers)
        assert signed.json()["stage"] == "second_signer"
        assert first.post(f"{place}/{doubt['id']}/uphold", json=refusal, headers=headers).json() == signed.json()
        assert first.post(f"{place}/{doubt['id']}/uphold", json=refusal).status_code == 409
        assert [one["id"] for one in first.get(place, params={"at": "second_signer"}).json()["items"]] == [doubt["id"]]
    with served.as_(Role.REVIEWER, area="山西省") as second:
        other = second.post(f"{place}/{doubt['id']}/uphold", json={**refusal, "refused_fen": 1})
        assert (other.status_code, other.json()["code"]) == (409, "CONFLICT")
        assert second.post(f"{place}/{doubt['id']}/uphold", json=refusal).json()["stage"] == "upheld"
        assert second.post(f"{place}/{doubt['id']}/accept", json={"words": "迟了"}).status_code == 409
        life = second.get(f"{place}/{doubt['id']}").json()["events"]
        assert [one["deed"] for one in life] == ["open", "explain", "uphold", "uphold"]
        assert all(":" in one["by"] or one["by"] == "xueshi" for one in life)
