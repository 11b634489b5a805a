"""Claims by the API: handed in once, kept in versions, seen by whom they concern, their doubts followed through."""

import json
from datetime import timedelta

import pytest

from demo.identity import identities
from facts.doubt_case import Deed, DoubtEvent
from facts.money import Fen
from pipeline.accounts.rights import DataScope, Role
from runtime.accounts.caller import Caller
from runtime.claims.doubt_book import doubt_book
from runtime.doubts.doubt_steps import decision, record
from storage.database.connection import writing
from tests.fixtures.claim_service import claim, kept_claim, send_claim
from tests.fixtures.service import Running

OTHER_AREA = "山西省吕梁市"


def test_a_claim_is_screened_at_once_and_its_document_shows_nobody_whole(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    assert (made["code"], made["version"], made["newest"], made["claimed_fen"]) == ("C-1", 1, True, 900_000)
    with claim_service.as_(Role.REVIEWER) as reviewer:
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


def test_the_same_key_makes_one_claim_and_another_upload_the_next_version(claim_service: Running) -> None:
    with claim_service.as_(Role.CLERK) as clerk:
        first, again = send_claim(clerk, claim(), "k1"), send_claim(clerk, claim(), "k1")
        assert again.headers["idempotency-replayed"] == "true"
        assert again.json() == first.json()
        assert send_claim(clerk, claim(claimed=3400), "k1").json()["code"] == "KEY_REUSED"
        assert send_claim(clerk, claim(claimed=3400), "k2").json()["version"] == 2
        newest = clerk.get("/api/v1/claims").json()["items"]
        assert [one["version"] for one in newest] == [2]
        page = clerk.get("/api/v1/claims", params={"newest": False, "limit": 1, "code": "C-1"}).json()
        following = clerk.get("/api/v1/claims", params={"newest": False, "limit": 1, "cursor": page["next"]}).json()
        assert [one["version"] for one in (*page["items"], *following["items"])] == [2, 1]


def test_a_faulty_claim_is_refused_with_every_fault_and_nothing_is_kept(claim_service: Running) -> None:
    with claim_service.as_(Role.CLERK) as clerk:
        bad = json.loads(claim())
        bad["people"][0]["claimed"] = -1
        bad["people"][1]["id_number"] = "123"
        answer = send_claim(clerk, json.dumps(bad).encode())
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
        assert len(answer.json()["faults"]) == 2
        assert send_claim(clerk, claim(class_id="不存在")).json()["faults"][0]["where"] == "class_id"
        assert send_claim(clerk, claim(), name="x.exe").json()["faults"][0]["where"] == "file"
        assert clerk.get("/api/v1/claims").json()["items"] == []


def test_other_institutions_and_areas_do_not_see_that_the_claim_is_there(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    for client in (claim_service.as_(Role.CLERK, "邻校"), claim_service.as_(Role.REVIEWER, area=OTHER_AREA)):
        with client:
            assert client.get("/api/v1/claims").json()["items"] == []
            for path in ("", "/document", "/flags", "/doubts"):
                assert client.get(f"/api/v1/claims/{made['id']}{path}").status_code == 404


def test_a_doubt_is_explained_upheld_and_refused_only_by_two_reviewers(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    place = f"/api/v1/claims/{made['id']}/doubts"
    with claim_service.as_(Role.CLERK) as clerk:
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
    with claim_service.as_(Role.REVIEWER) as first:
        headers = {"idempotency-key": "u1"}
        signed = first.post(f"{place}/{doubt['id']}/uphold", json=refusal, headers=headers)
        assert signed.json()["stage"] == "second_signer"
        assert first.post(f"{place}/{doubt['id']}/uphold", json=refusal, headers=headers).json() == signed.json()
        assert first.post(f"{place}/{doubt['id']}/uphold", json=refusal).status_code == 409
        assert [one["id"] for one in first.get(place, params={"at": "second_signer"}).json()["items"]] == [doubt["id"]]
    with claim_service.as_(Role.REVIEWER, area="山西省") as second:
        other = second.post(f"{place}/{doubt['id']}/uphold", json={**refusal, "refused_fen": 1})
        assert (other.status_code, other.json()["code"]) == (409, "CONFLICT")
        assert second.post(f"{place}/{doubt['id']}/uphold", json=refusal).json()["stage"] == "upheld"
        assert second.post(f"{place}/{doubt['id']}/accept", json={"words": "迟了"}).status_code == 409
        life = second.get(f"{place}/{doubt['id']}").json()["events"]
        assert [one["deed"] for one in life] == ["open", "explain", "uphold", "uphold"]
        assert all(":" in one["by"] or one["by"] == "xueshi" for one in life)


@pytest.mark.parametrize("within", [False, True], ids=["console", "api"])
def test_a_decision_on_a_claims_doubt_that_was_begun_first_and_kept_last_is_the_later_one(
    claim_service: Running, *, within: bool
) -> None:
    """Two who sign at once: whoever waits for the other's transaction has looked at the clock before."""
    place = f"/api/v1/claims/{kept_claim(claim_service)['id']}/doubts"
    service = claim_service.service
    waiting = Caller("account:990", "甲", Role.REVIEWER, DataScope(area="山西省"))
    first = decision(service, waiting, Deed.UPHOLD, "先看的", Fen(100))
    claim_service.clock.ahead += timedelta(seconds=5)
    with claim_service.as_(Role.REVIEWER) as one:
        doubt = one.get(place).json()["items"][0]["id"]
        answer = one.post(f"{place}/{doubt}/uphold", json={"words": "后看的", "refused_fen": 100})
        assert answer.status_code == 200, answer.text
    events = _kept_last(claim_service, doubt, first, within=within)
    assert [event.words for event in events[-2:]] == ["后看的", "先看的"]
    assert events[-1].at >= events[-2].at


def _kept_last(running: Running, doubt: str, event: DoubtEvent, *, within: bool) -> tuple[DoubtEvent, ...]:
    """As the console keeps it, or within the transaction that the API's answer is kept in."""
    service = running.service
    if not within:
        return record(service, doubt_book(service.engine), doubt, event).events
    with writing(service.engine, "test") as connection:
        return record(service, doubt_book(service.engine), doubt, event, connection).events
