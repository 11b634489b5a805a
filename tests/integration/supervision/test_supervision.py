"""Supervision on either database: two names, the institution's side, what is sealed, what it does to a claim and what not."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from demo.identity import identities
from facts.course import Trainee
from facts.span import local_day
from pipeline.accounts.rights import Role
from runtime.retention.facts_shredding import rewrap_facts
from storage.database.connection import reading, writing
from storage.database.notifications.events import events
from storage.database.roll_call.rolls import RollLists, make_roll
from storage.database.supervision.measures import measured_since
from storage.database.tables.notifications import EVENTS
from storage.database.verification.facts_keys import FactsKeys
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.claim_service import claim, claim_service, send_claim
from tests.fixtures.service import Running

__all__ = ["claim_service"]
PATH = "/api/v1/supervision"


def post(client: httpx.Client, path: str, want: int = 200, **body: object) -> Any:  # noqa: ANN401 - JSON
    answer = client.post(f"{PATH}{path}", json=body)
    assert answer.status_code == want, answer.text
    return answer.json()


def opened(served: Running, kind: str, **more: object) -> Any:  # noqa: ANN401 - JSON
    body = {
        "kind": kind,
        "institution_id": served.institution("正信职校"),
        "first": "2025-01-01",
        "found": "查明王某某代签",
    }
    if kind == "letter":
        body |= {"term": "2025-06-20", "asked": "停止代签"}
    with served.as_(Role.INSPECTOR) as inspector:
        return post(inspector, "", 201, **(body | more))


def issued(served: Running, kind: str, **more: object) -> Any:  # noqa: ANN401 - JSON
    made = opened(served, kind, **more)
    if made["stage"] == "proposed":
        with served.as_(Role.REVIEWER) as reviewer:
            made = post(reviewer, f"/{made['id']}/sign")
    return made


def screened(served: Running) -> Any:  # noqa: ANN401 - JSON
    with served.as_(Role.CLERK) as clerk:
        answer = send_claim(clerk, claim())
        assert answer.status_code == 201, answer.text
        number = answer.json()["id"]
        return json.loads(clerk.get(f"/claims/{number}/files/claim.json").text)


def of_rule(body: Any, rule: str) -> dict[str, str]:  # noqa: ANN401 - JSON
    return {one["reason"]: one["status"] for one in body["findings"] if one["rule"] == rule}


def changed_since(served: Running, moment: datetime) -> bool:
    """Whether a screening of that moment is stale by what was recorded since."""
    with reading(served.service.engine, "test") as connection:
        return measured_since(connection, served.institution("正信职校"), moment)


def test_a_letter_lives_by_two_names_and_the_institutions_answer(claim_service: Running) -> None:
    made = opened(claim_service, "letter")
    number = made["id"]
    with claim_service.as_(Role.CLERK) as clerk:
        assert clerk.get(f"{PATH}/{number}").status_code == 404  # a draft is its authority's
        assert clerk.get(PATH).json()["items"] == []
    with claim_service.as_(Role.INSPECTOR) as inspector:
        refused = inspector.post(f"{PATH}/{number}/sign", json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "NOT_SENT")
    with claim_service.as_(Role.REVIEWER) as reviewer:
        assert post(reviewer, f"/{number}/sign")["stage"] == "in_force"
    with claim_service.as_(Role.CLERK) as clerk:
        assert "整改函" in clerk.get("/").text
        assert post(clerk, f"/{number}/answer", words="已停止代签，附整改报告")["stage"] == "answered"
        assert clerk.post(f"{PATH}/{number}/close", json={"day": "2025-02-01"}).status_code == 403
    with claim_service.as_(Role.INSPECTOR) as inspector:
        assert post(inspector, f"/{number}/close", words="整改属实", day="2025-02-01")["stage"] == "closing"
    with claim_service.as_(Role.REVIEWER) as reviewer:
        assert post(reviewer, f"/{number}/object", words="再核实一次")["stage"] == "answered"
    with claim_service.as_(Role.INSPECTOR) as inspector:
        post(inspector, f"/{number}/close", words="已再核实", day="2025-02-01")
    with claim_service.as_(Role.REVIEWER) as reviewer:
        closed = post(reviewer, f"/{number}/sign")
    assert (closed["stage"], closed["ended"]) == ("closed", "2025-02-01")
    assert [one["deed"] for one in closed["events"]] == ["open", "sign", "answer", "close", "object", "close", "sign"]
    leaves = [one.leaf for one in claim_service.service.log.leaves(kind=LeafKind.SUPERVISION)]
    assert [one.note for one in leaves] == ["open", "sign", "answer", "close", "object", "close", "sign"]
    with reading(claim_service.service.engine, "test") as connection:
        told = [(one.kind, one.body) for one in events(connection, EVENTS.c.kind.startswith("supervision"))]
    assert [kind for kind, _ in told] == ["supervision.issued", "supervision.answered", "supervision.closed"]
    assert "代签" not in "".join(body for _, body in told)


def test_a_class_taught_under_a_letter_earns_nothing_and_an_earlier_screening_is_stale(claim_service: Running) -> None:
    before = screened(claim_service)
    assert "BARRED" not in of_rule(before, "YQ-P8")
    moment = claim_service.clock()
    opened(claim_service, "complaint")
    assert not changed_since(claim_service, moment)  # or the institution would learn of it
    made = issued(claim_service, "letter", first=before["claim"]["first_day"])
    assert changed_since(claim_service, moment)
    after = screened(claim_service)
    assert of_rule(after, "YQ-P8") == {"BARRED": "FAIL"}
    (finding,) = (one for one in after["findings"] if one["rule"] == "YQ-P8")
    assert f"监管记录 {made['id']} 号" in finding["text"]["zh"]
    with claim_service.as_(Role.REVIEWER) as reviewer:
        post(reviewer, f"/{made['id']}/lift", words="下达有误")
    with claim_service.as_(Role.INSPECTOR) as inspector:
        post(inspector, f"/{made['id']}/sign")
    assert of_rule(screened(claim_service), "YQ-P8") == of_rule(before, "YQ-P8")


@pytest.mark.parametrize(
    ("kind", "more"),
    [("talk", {}), ("visit", {}), ("complaint", {"reporter": "赵某某 13800000000"}), ("credit", {"level": "B"})],
)
def test_what_no_clause_lets_cost_money_changes_no_sum(claim_service: Running, kind: str, more: dict[str, str]) -> None:
    before = screened(claim_service)
    issued(claim_service, kind, first=before["claim"]["first_day"], **more)
    after = screened(claim_service)
    assert after["totals"] == before["totals"]
    assert of_rule(after, "YQ-P8") == of_rule(before, "YQ-P8")


def test_a_proposed_or_refused_letter_does_nothing(claim_service: Running) -> None:
    before = screened(claim_service)
    made = opened(claim_service, "letter", first=before["claim"]["first_day"])
    assert of_rule(screened(claim_service), "YQ-P8") == of_rule(before, "YQ-P8")
    with claim_service.as_(Role.REVIEWER) as reviewer:
        assert post(reviewer, f"/{made['id']}/object", words="证据不足")["stage"] == "dropped"
    assert of_rule(screened(claim_service), "YQ-P8") == of_rule(before, "YQ-P8")


def test_a_breach_names_people_of_the_roll_and_only_theirs_is_taken(claim_service: Running) -> None:
    roster = [Trainee(f"t{n}", one.name, one.id_number) for n, one in enumerate(identities(2, 11))]
    with writing(claim_service.service.engine, "test") as connection:
        make_roll(connection, 1, RollLists([], roster), claim_service.clock())
        keys = [one.trainee for one in connection.execute(text("SELECT trainee FROM roll_trainee ORDER BY place"))]
    made = issued(claim_service, "breach", class_id=1, people=keys[:1])
    name = roster[0].name
    assert made["people_masked"][0].startswith(name[0])
    assert name not in json.dumps(made, ensure_ascii=False)
    found = of_rule(screened(claim_service), "YQ-P8b")
    assert found["BARRED"] == "FAIL"
    (barred,) = (
        one for one in screened(claim_service)["findings"] if (one["rule"], one["reason"]) == ("YQ-P8b", "BARRED")
    )
    assert len(barred["who"]) == 1


def test_a_complaint_is_sealed_masked_and_never_the_institutions(claim_service: Running) -> None:
    made = opened(claim_service, "complaint", reporter="赵钱孙 13800001234")
    number = made["id"]
    assert made["reporter_masked"] == "赵**"
    with claim_service.as_(Role.CLERK) as clerk:
        assert clerk.get(f"{PATH}/{number}").status_code == 404
        assert clerk.get(f"/supervision/{number}").status_code == 404
        assert clerk.post(f"{PATH}/{number}/answer", json={"words": "没有的事"}).status_code == 404
    with reading(claim_service.service.engine, "test") as connection:
        assert events(connection, EVENTS.c.kind.startswith("supervision")) == ()
        rows = connection.execute(text("SELECT sealed FROM measure UNION ALL SELECT sealed FROM measure_event")).all()
    assert all("赵钱孙".encode() not in bytes(row.sealed) for row in rows)
    with claim_service.as_(Role.REVIEWER) as reviewer:
        assert reviewer.post(f"{PATH}/{number}/reporter", json={"reason": "核实举报"}).status_code == 403
        assert "赵钱孙" not in reviewer.get(f"/supervision/{number}").text
    with claim_service.as_(Role.INSPECTOR) as inspector:
        assert inspector.get(f"/supervision/{number}/letter.html").status_code == 404
        assert "赵钱孙" not in inspector.get(f"/supervision/{number}").text
        told = inspector.post(f"{PATH}/{number}/reporter", json={"reason": "核实举报"})
        assert told.json() == {"reporter": "赵钱孙 13800001234"}
    views = claim_service.service.log.leaves(kind=LeafKind.VIEW)
    assert [one.leaf.subject.partition(" ")[2] for one in views] == [f"reporter measure:{number}"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "letter"}, "term"),
        ({"kind": "breach"}, "class_id"),
        ({"kind": "talk", "people": ["ab"], "class_id": 1}, "people"),
        ({"kind": "credit"}, "level"),
        ({"kind": "talk", "reporter": "赵某"}, "reporter"),
        ({"kind": "talk", "institution_id": 99}, "institution_id"),
        ({"kind": "talk", "class_id": 99}, "class_id"),
        ({"kind": "talk", "claim_id": 99}, "claim_id"),
        ({"kind": "talk", "class_id": 1, "hours": ["2025-01-01#9"]}, "hours"),
        ({"kind": "talk", "term": "2024-12-01"}, "term"),
        ({"kind": "talk", "found": " "}, "found"),
    ],
)
def test_what_a_kind_cannot_do_without_is_asked_for(
    claim_service: Running, body: dict[str, object], field: str
) -> None:
    whole = {"institution_id": 1, "first": "2025-01-01", "found": "查明"} | body
    with claim_service.as_(Role.INSPECTOR) as inspector:
        answer = inspector.post(PATH, json=whole)
    assert answer.status_code == 422, answer.text
    assert field in [one["where"] for one in answer.json()["faults"]]


def test_another_countys_authority_and_another_school_see_nothing(claim_service: Running) -> None:
    number = issued(claim_service, "talk")["id"]
    far = "山西省吕梁市"
    for role in (Role.INSPECTOR, Role.CLERK):
        with claim_service.as_(role, "邻校", far) as stranger:
            assert stranger.get(f"{PATH}/{number}").status_code == 404
            assert stranger.get(PATH).json()["items"] == []


def test_a_record_changed_in_the_database_is_refused_and_found_by_the_audit(claim_service: Running) -> None:
    number = issued(claim_service, "letter")["id"]
    engine = claim_service.service.engine
    with engine.connect() as connection:  # as somebody would who has the database alone
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.cursor().execute("UPDATE measure SET stage = 'lifted'")
        raw.commit()
    with claim_service.as_(Role.INSPECTOR) as inspector:
        assert "RECORD_ALTERED" in inspector.get(f"{PATH}/{number}").text


def test_records_survive_a_new_key(claim_service: Running) -> None:
    number = issued(claim_service, "letter")["id"]
    FactsKeys(claim_service.service.settings.home / "keys").add()
    assert rewrap_facts(claim_service.service.engine, claim_service.clock()) == 1
    with claim_service.as_(Role.INSPECTOR) as inspector:
        assert inspector.get(f"{PATH}/{number}").json()["found"] == "查明王某某代签"


def test_an_overdue_answer_is_told_to_both_sides(claim_service: Running) -> None:
    today = local_day(claim_service.clock())
    issued(claim_service, "talk", first=str(today - timedelta(days=9)), term=str(today - timedelta(days=1)))
    for role in (Role.CLERK, Role.INSPECTOR):
        with claim_service.as_(role) as somebody:
            assert "逾期未答复" in somebody.get("/").text


def test_the_letter_is_one_file_that_cites_only_clauses_in_force(claim_service: Running) -> None:
    number = issued(claim_service, "letter", asked="一、停止代签；\r\n二、报送整改材料。")["id"]
    with claim_service.as_(Role.CLERK) as clerk:
        page = clerk.get(f"/supervision/{number}/letter.html").text
    assert "责令整改函" in page
    assert "\ufffd" not in page  # a browser's line ends are no signs that cannot be shown
    assert "在整改期间不得开展政府补贴培训评价" in page
    late = issued(claim_service, "letter", first=str(date(2026, 11, 1)), term="2026-11-20")["id"]
    with claim_service.as_(Role.CLERK) as clerk:
        assert "没有可引的现行条款" in clerk.get(f"/supervision/{late}/letter.html").text
