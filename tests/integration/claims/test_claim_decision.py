"""The end of a claim in a running service: proposed, signed by another, kept with its leaf, told, answered by a new version."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from facts.digest import Digest
from facts.errors import XueshiError
from pipeline.accounts.rights import Role
from policy.shelf import packaged
from runtime.claims.command import read
from runtime.claims.decision import decision_book
from runtime.claims.own_payments import people_digests
from runtime.claims.upload import people_key
from storage.database import jobs
from storage.database.connection import reading, writing
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIM_PEOPLE, CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import NewReport, keep_report
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.claim_service import claim, kept_claim, send_claim
from tests.fixtures.log_keeper import events
from tests.fixtures.service import Running

AREAS = ("山西省阳泉市", "山西省")
SUPPORTED = 510_000


def supporting(running: Running, number: int, fen: int = SUPPORTED, *, logged: bool = True) -> None:
    """The screening as if verdicts and history had supported a sum, its claim paid to the evaluation body."""
    with writing(running.service.engine, "test") as connection:
        row = connection.execute(CLAIMS.select().where(CLAIMS.c.id == number)).mappings().one()
        body = json.loads(row["document"])
        for part in (body["totals"], body["purses"][0]):
            part["supported"] = {"fen": fen, "yuan": f"{fen / 100:.2f}"}
        text = json.dumps(body, ensure_ascii=False)
        connection.execute(update(CLAIMS).where(CLAIMS.c.id == number).values(document=text, supported_fen=fen))
        leaf = Leaf(LeafKind.FACTS, running.clock(), Digest.of(text.encode()), f"claim:{number}")
        file = running.service.settings.home / "claim-of-the-test.json"
        file.write_bytes(claim())
        people = people_digests(read(file, packaged()).claim, row["class_id"], people_key(running.service.settings))
        own = {"claim_id": number, "recipient": body["purses"][0]["recipient"]["zh"], "fund": "", "days": 3}
        connection.execute(CLAIM_PEOPLE.insert(), [own | {"person": one, "amount_fen": fen // 2} for one in people])
        EvidenceLog(running.service.engine).append_within(connection, [leaf] if logged else [])


def close_doubts(running: Running, number: int, refused_fen: int = 0) -> list[str]:
    """Every doubt accepted but the first, which two people uphold over a sum where one is given."""
    place = f"/api/v1/claims/{number}/doubts"
    with running.as_(Role.REVIEWER, area=AREAS[0]) as one, running.as_(Role.REVIEWER, area=AREAS[1]) as two:
        doubts: list[str] = [each["id"] for each in one.get(place).json()["items"]]
        for index, doubt in enumerate(doubts):
            if refused_fen and not index:
                for reviewer in (one, two):
                    answer = reviewer.post(
                        f"{place}/{doubt}/uphold", json={"words": "无据", "refused_fen": refused_fen}
                    )
                    assert answer.status_code == 200, answer.text
            else:
                assert one.post(f"{place}/{doubt}/accept", json={"words": "属实"}).status_code == 200
    return doubts


def step(client: httpx.Client, number: int, deed: str, ruling: str = "approve", **more: object) -> httpx.Response:
    sent = {"ruling": ruling, "words": "两人审查", **more}
    return client.post(f"/api/v1/claims/{number}/decision/{deed}", json=sent)


def end(running: Running, number: int, ruling: str = "approve") -> dict[str, Any]:
    with running.as_(Role.REVIEWER, area=AREAS[0]) as one, running.as_(Role.REVIEWER, area=AREAS[1]) as two:
        first = step(one, number, "propose", ruling)
        assert first.status_code == 200, first.text
        second = step(two, number, "sign", ruling)
        assert second.status_code == 200, second.text
        found: dict[str, Any] = second.json()
        return found


def test_what_two_people_refused_on_a_doubt_really_leaves_the_sum(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    supporting(claim_service, number)
    doubt = close_doubts(claim_service, number, refused_fen=170_000)[0]
    before = len(events(claim_service.service.log))
    done = end(claim_service, number)
    assert (done["stage"], done["sums"][0]["settled_fen"]) == ("approved", SUPPORTED - 170_000)
    assert done["sums"][0]["refused"] == {doubt: 170_000}
    assert [entry.leaf.kind for entry in events(claim_service.service.log)][before:] == [LeafKind.CLAIM] * 2
    with claim_service.as_(Role.CLERK) as clerk:
        told = clerk.get("/api/v1/events", params={"kind": "claim.decided"}).json()["items"]
        assert [one["data"]["stage"] for one in told] == ["approved"]
        assert told[0]["data"]["sums"][0]["settled_fen"] == SUPPORTED - 170_000
        page = clerk.get(f"/claims/{number}").text
        assert "已核准" in page
        assert "3,400元" in page
        again = send_claim(clerk, claim())
        assert (again.status_code, "已核准" in again.text) == (409, True)


def test_nothing_is_approved_while_doubts_are_open_nor_by_one_person(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    supporting(claim_service, number)
    with claim_service.as_(Role.REVIEWER) as one, claim_service.as_(Role.CLERK) as clerk:
        early = step(one, number, "propose")
        assert (early.status_code, "疑点没有了结" in early.text) == (409, True)
        assert one.get(f"/api/v1/claims/{number}/decision").json()["suggestion"] == "return"
        close_doubts(claim_service, number)
        assert step(clerk, number, "propose").status_code == 403
        assert step(one, number, "propose").status_code == 200
        assert step(one, number, "sign").status_code == 403
        assert one.get(f"/api/v1/claims/{number}/decision").json()["stage"] == "proposed"


def test_a_returned_claim_names_what_is_missing_and_the_next_version_answers_it(claim_service: Running) -> None:
    made = kept_claim(claim_service)
    number = made["id"]
    assert end(claim_service, number, "return")["stage"] == "returned"
    with claim_service.as_(Role.CLERK) as clerk:
        body = clerk.get(f"/api/v1/claims/{number}/document").json()
        page = clerk.get(f"/claims/{number}").text
        assert "请在 10 个工作日内（至 " in page
        missing = [one for one in body["papers"] if not one["present"]]
        assert missing
        assert all(one["any_of"][0] in page.partition('id="return-letter"')[2] for one in missing)
        second = send_claim(clerk, claim())
        assert (second.status_code, second.json()["version"]) == (201, 2)
        assert clerk.get(f"/api/v1/claims/{second.json()['id']}/decision").json()["stage"] == "open"
    with claim_service.as_(Role.REVIEWER) as one:
        late = step(one, number, "propose", "refuse")
        assert (late.status_code, "更正后的申领" in late.text) == (409, True)


def test_the_console_proposes_and_signs_and_keeps_what_was_written(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    place = f"/claims/{number}/decision"
    with claim_service.as_(Role.REVIEWER, area=AREAS[0]) as one, claim_service.as_(Role.REVIEWER, area=AREAS[1]) as two:
        assert "系统建议" in one.get(f"/claims/{number}").text
        refused = one.post(f"{place}/propose", data={"ruling": "approve", "words": "看过了"})
        assert (refused.status_code, "看过了" in refused.text, "未能保存" in refused.text) == (409, True, True)
        assert one.post(f"{place}/propose", data={"ruling": "refuse", "words": "全班未到"}).status_code == 303
        assert two.post(f"{place}/object", data={"ruling": "refuse", "words": "应先补正"}).status_code == 303
        sent = {"ruling": "return", "words": "请补材料", "workdays": "15"}
        assert two.post(f"{place}/propose", data=sent).status_code == 303
        assert one.post(f"{place}/sign", data={"ruling": "return", "words": "同意"}).status_code == 303
        page = one.get(f"/claims/{number}").text
        assert "请在 15 个工作日内" in page
        assert "应先补正" in page


def test_a_claim_is_screened_again_where_its_class_was_verified_since_or_nobody_is_known(
    claim_service: Running,
) -> None:
    made = kept_claim(claim_service)
    number, engine = made["id"], claim_service.service.engine
    supporting(claim_service, number)
    close_doubts(claim_service, number)
    with claim_service.as_(Role.REVIEWER, area=AREAS[0]) as one, claim_service.as_(Role.REVIEWER, area=AREAS[1]) as two:
        assert step(one, number, "propose").status_code == 200
        with writing(engine, "test") as connection:
            at = claim_service.clock() + timedelta(seconds=1)
            job = jobs.enqueue(connection, "verify", "k", made["class_id"], at)
            keep_report(connection, NewReport(made["class_id"], job.id, at, "PASS", "{}", "{}", "0" * 64), [], [])
        late = step(two, number, "sign")
        assert (late.status_code, "重新核验过" in late.text) == (409, True)
        with writing(engine, "test") as connection:
            connection.execute(update(CLASSES).values(report_id=None))
            rows = connection.execute(CLAIM_PEOPLE.select()).mappings().all()
            connection.execute(CLAIM_PEOPLE.delete())
        assert "未记下金额属于谁" in step(two, number, "sign").text
        with writing(engine, "test") as connection:
            connection.execute(CLAIM_PEOPLE.insert(), [dict(row) for row in rows])
        assert step(two, number, "sign").status_code == 200


def test_a_screening_that_somebody_changed_in_the_database_ends_nothing(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    supporting(claim_service, number, logged=False)
    close_doubts(claim_service, number)
    with claim_service.as_(Role.REVIEWER) as one:
        answer = step(one, number, "propose")
        assert (answer.status_code, "与日志不符" in answer.text) == (409, True)


def test_a_decision_waits_on_the_first_page_of_whoever_is_to_act(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    waits, back = "申领 C-1：待第二人签字", "申领 C-1：已退回补正"
    with (
        claim_service.as_(Role.REVIEWER, area=AREAS[0]) as one,
        claim_service.as_(Role.REVIEWER, area=AREAS[1]) as two,
        claim_service.as_(Role.CLERK) as clerk,
    ):
        assert waits not in two.get("/").text
        assert step(one, number, "propose", "return").status_code == 200
        assert (waits in one.get("/").text, waits in two.get("/").text) == (False, True)
        assert step(two, number, "sign", "return").status_code == 200
        assert (waits in two.get("/").text, back in clerk.get("/").text) == (False, True)
        assert send_claim(clerk, claim()).status_code == 201
        assert back not in clerk.get("/").text


def test_a_decision_that_somebody_changed_in_the_database_is_found(claim_service: Running) -> None:
    number = kept_claim(claim_service)["id"]
    end(claim_service, number, "refuse")
    engine = claim_service.service.engine
    with writing(engine, "test") as connection:
        rows = connection.execute(CLAIM_DECISIONS.select()).mappings().all()
        text = rows[-1]["body"].replace("refuse", "approve")
        own = CLAIM_DECISIONS.c.number == rows[-1]["number"]
        connection.execute(update(CLAIM_DECISIONS).where(own).values(body=text))
    with reading(engine, "test") as connection, pytest.raises(XueshiError, match="somebody changed the database"):
        decision_book(claim_service.service).case(connection, number)
