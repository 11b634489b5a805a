"""What other systems hear of a claim: each screening and each step of its doubts, signed, once, and within their reach."""

import hmac
import json
from datetime import timedelta

import httpx
import pytest

from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from storage.database.connection import reading
from tests.fixtures.claim_service import claim, kept_claim, send_claim
from tests.fixtures.service import Running
from tests.fixtures.webhook_receiver import receiver

EVERY = ["claim.screened", "doubt.opened", "doubt.explained", "doubt.signed", "doubt.settled"]
REFUSAL = {"words": "未提供合同", "refused_fen": 170_000}


def worker_of(running: Running) -> Worker:
    return Worker(running.service.engine, running.service.settings, running.clock)


def registered(admin: httpx.Client, **wanted: object) -> str:
    answer = admin.post("/api/v1/webhooks", json=wanted)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["secret"])


def kinds(client: httpx.Client, **params: object) -> list[str]:
    answer = client.get("/api/v1/events", params={"limit": 200, **params})
    assert answer.status_code == 200, answer.text
    return [one["kind"] for one in answer.json()["items"]]


def settle(running: Running, number: int) -> str:
    """The claim's first doubt: explained, refused by one reviewer and then by another; each sent twice under its key."""
    place = f"/api/v1/claims/{number}/doubts"
    with running.as_(Role.CLERK) as clerk:
        doubt = clerk.get(place).json()["items"][0]["id"]
        for _ in range(2):
            told = clerk.post(
                f"{place}/{doubt}/explain", data={"words": "张三（同村）"}, headers={"idempotency-key": "e"}
            )
            assert told.status_code == 200, told.text
    for area in ("山西省阳泉市", "山西省"):
        with running.as_(Role.REVIEWER, area=area) as reviewer:
            for _ in range(2):
                signed = reviewer.post(f"{place}/{doubt}/uphold", json=REFUSAL, headers={"idempotency-key": "u"})
                assert signed.status_code == 200, signed.text
            if area == "山西省阳泉市":
                late = reviewer.post(f"{place}/{doubt}/uphold", json=REFUSAL)
                assert late.status_code == 409
    return str(doubt)


def test_a_claims_system_hears_each_step_once_signed_and_without_a_word_of_what_was_said(
    claim_service: Running,
) -> None:
    worker = worker_of(claim_service)
    with receiver([500]) as (url, got), claim_service.as_(Role.SYSTEM_ADMIN) as admin:
        secret = registered(admin, url=url, kinds=EVERY)
        made = kept_claim(claim_service)
        doubt = settle(claim_service, made["id"])
        claim_service.clock.ahead += timedelta(seconds=1)
        while worker.deliver():
            claim_service.clock.ahead += timedelta(seconds=11)
        tokens = [headers["xueshi-delivery"] for headers, _ in got]
        assert len(tokens) == len(set(tokens)) + 1, "the first was refused once, and sent again under its own id"
        assert all(_true(secret, headers, body) for headers, body in got)
        letters = {headers["xueshi-delivery"]: json.loads(body) for headers, body in got}
        told = sorted(letters.values(), key=lambda one: one["id"])
    heard = [one["kind"] for one in told]
    assert heard[0] == "claim.screened"
    assert heard[1 : 1 + made["doubts"]] == ["doubt.opened"] * made["doubts"]
    assert heard[1 + made["doubts"] :] == ["doubt.explained", "doubt.signed", "doubt.settled"]
    screened = told[0]["data"]
    assert {name: screened[name] for name in ("claim_id", "code", "version", "claimed_fen", "doubts")} == {
        "claim_id": made["id"],
        "code": "C-1",
        "version": 1,
        "claimed_fen": 900_000,
        "doubts": made["doubts"],
    }
    last = told[-1]["data"]
    assert (last["doubt"], last["stage"], last["refused_fen"]) == (doubt, "upheld", 170_000)
    assert all(one["data"]["rule"] for one in told[1:])
    whole = json.dumps(told, ensure_ascii=False)
    assert ("张三" in whole, "未提供合同" in whole, "account:" in whole) == (False, False, False)


def _true(secret: str, headers: dict[str, str], body: bytes) -> bool:
    seconds, _, mac = headers["xueshi-signature"].removeprefix("t=").partition(",v1=")
    return hmac.compare_digest(mac, hmac.digest(secret.encode(), f"{seconds}.".encode() + body, "sha256").hex())


def test_an_address_hears_the_kinds_and_the_places_that_it_was_made_for(claim_service: Running) -> None:
    worker, elsewhere = worker_of(claim_service), claim_service.institution("邻校")
    with receiver([]) as (url, got), claim_service.as_(Role.SYSTEM_ADMIN) as admin:
        for name, more in {
            "settled": {"kinds": ["doubt.settled"], "area": "山西省阳泉市"},
            "area": {"kinds": EVERY, "area": "山西省吕梁市"},
            "institution": {"kinds": EVERY, "institution_id": elsewhere},
        }.items():
            registered(admin, url=f"{url}?{name}", **more)
        odd = admin.post("/api/v1/webhooks", json={"url": url, "kinds": ["claim.paid"]})
        assert (odd.status_code, odd.json()["code"]) == (422, "INVALID")
        settle(claim_service, kept_claim(claim_service)["id"])
        claim_service.clock.ahead += timedelta(seconds=1)
        while worker.deliver():
            pass
        assert [json.loads(body)["kind"] for _, body in got] == ["doubt.settled"]


def test_listeners_filter_by_kind_and_hear_only_of_their_own(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    settle(claim_service, made["id"])
    with claim_service.as_(Role.REVIEWER) as reviewer, claim_service.as_(Role.CLERK, "邻校") as other:
        assert kinds(reviewer, kind="claim.screened") == ["claim.screened"]
        assert kinds(reviewer)[-3:] == ["doubt.explained", "doubt.signed", "doubt.settled"]
        assert kinds(reviewer, class_id=made["class_id"], kind="doubt.settled") == ["doubt.settled"]
        assert kinds(other) == []
        assert reviewer.get("/api/v1/events", params={"kind": "claim.paid"}).status_code == 422
        stream = {"accept": "text/event-stream"}
        with reviewer.stream("GET", "/api/v1/events?kind=doubt.settled", headers=stream, timeout=60) as answer:
            line = next(line for line in answer.iter_lines() if line.startswith("data: "))
        assert json.loads(line.removeprefix("data: "))["data"]["claim_id"] == made["id"]


def test_the_next_version_is_told_and_a_doubt_that_is_known_is_not_opened_again(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    with claim_service.as_(Role.CLERK) as clerk:
        before = len(kinds(clerk, kind="doubt.opened"))
        assert before == made["doubts"]
        assert send_claim(clerk, claim()).json()["version"] == 2
        assert kinds(clerk, kind="claim.screened") == ["claim.screened"] * 2
        assert len(kinds(clerk, kind="doubt.opened")) == before
        bad = send_claim(clerk, claim(class_id="不存在"))
        assert (bad.status_code, len(kinds(clerk, kind="claim.screened"))) == (422, 2)


@pytest.mark.parametrize("kind", EVERY)
def test_the_console_offers_and_shows_every_kind(claim_service: Running, kind: str) -> None:
    with claim_service.as_(Role.SYSTEM_ADMIN) as admin:
        form = {"url": "https://claims.example.org/in", "kinds": [kind, "package.made"]}
        assert admin.post("/webhooks", data=form).status_code == 200
        page = admin.get("/webhooks").text
        assert f'value="{kind}"' in page
    with reading(claim_service.service.engine, "test") as connection:
        assert connection.exec_driver_sql("SELECT kinds FROM webhook").scalar_one() == ",".join(
            sorted([kind, "package.made"])
        )
