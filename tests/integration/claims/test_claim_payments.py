"""Money of an approved claim in a running service: recorded, closed, and never due again in another claim for the same."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import text

from pipeline.accounts.rights import Role
from storage.database.claims import claims
from storage.database.connection import reading
from storage.database.migrations.versions.v0046_payments_ledger import filled
from storage.database.tables.claims import CLAIM_PEOPLE, CLAIMS
from tests.fixtures.claim_service import claim as any_claim
from tests.fixtures.claim_service import send_claim
from tests.fixtures.service import Running
from tests.integration.claims.test_claim_decision import AREAS, SUPPORTED, close_doubts, end, step, supporting


def claim(**head: object) -> bytes:
    """One of a programme that is settled once."""
    return any_claim(programme="企业职工培训", **head)


def kept_claim(running: Running) -> dict[str, Any]:
    with running.as_(Role.CLERK) as clerk:
        answer = send_claim(clerk, claim())
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made


@pytest.fixture
def approved(claim_service: Running) -> tuple[Running, int]:
    """A claim whose screening supported money for both of its people, approved by two reviewers."""
    made = kept_claim(claim_service)
    number = made["id"]
    supporting(claim_service, number)
    close_doubts(claim_service, number)
    assert end(claim_service, number)["stage"] == "approved"
    return claim_service, number


def pay(running: Running, number: int, fen: int, **more: object) -> tuple[int, dict[str, object]]:
    day = running.clock().date().isoformat()
    with running.as_(Role.REVIEWER, area=AREAS[0]) as reviewer:
        place = f"/api/v1/claims/{number}/decision"
        recipient = reviewer.get(place).json()["sums"][0]["recipient"]
        sent = {"day": day, "amount_fen": fen, "recipient": recipient, **more}
        answer = reviewer.post(f"{place}/pay", json=sent)
        return answer.status_code, answer.json()


def paid_findings(running: Running, code: str) -> list[tuple[str, str, bool]]:
    """What the screening of another claim for the same people says of earlier payments."""
    with running.as_(Role.CLERK) as clerk:
        made = send_claim(clerk, claim(id=code))
        assert made.status_code == 201, made.text
        body = clerk.get(f"/api/v1/claims/{made.json()['id']}/document").json()
    return [(one["status"], one["reason"], one["stops_money"]) for one in body["findings"] if one["rule"] == "PAID"]


def test_payments_close_an_approved_claim_and_never_exceed_it(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert pay(running, number, SUPPORTED + 1)[0] == 422
    assert pay(running, number, 100, recipient="企业甲")[0] == 422
    assert pay(running, number, 100, day="2999-01-01")[0] == 422
    status, half = pay(running, number, SUPPORTED // 2)
    assert (status, half["stage"]) == (200, "approved")
    status, whole = pay(running, number, SUPPORTED - SUPPORTED // 2)
    assert (status, whole["stage"]) == (200, "paid")
    assert pay(running, number, 1)[0] == 409
    with running.as_(Role.CLERK) as clerk:
        assert clerk.post(f"/api/v1/claims/{number}/decision/pay", json={}).status_code == 403
        told = clerk.get("/api/v1/events", params={"kind": "claim.decided"}).json()["items"]
        assert [one["data"]["stage"] for one in told] == ["approved", "approved", "paid"]
        assert "已拨付" in clerk.get(f"/claims/{number}").text
        again = send_claim(clerk, claim())
        assert (again.status_code, "已核准" in again.text) == (409, True)


def test_a_second_claim_for_the_same_people_and_class_is_not_paid_again(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert ("UNPROVEN", "APPROVED_ALREADY", True) in paid_findings(running, "C-2")
    assert pay(running, number, SUPPORTED)[0] == 200
    assert ("FAIL", "PAID_ALREADY", True) in paid_findings(running, "C-3")


def test_without_an_approved_claim_nothing_is_said_of_payments(claim_service: Running) -> None:
    kept_claim(claim_service)
    assert paid_findings(claim_service, "C-2") == []


def test_a_claim_that_was_screened_before_another_was_approved_is_screened_again_first(
    claim_service: Running, request: pytest.FixtureRequest
) -> None:
    with claim_service.as_(Role.CLERK) as clerk:
        rival = send_claim(clerk, claim(id="C-9")).json()["id"]
    running, number = request.getfixturevalue("approved")
    assert number != rival
    supporting(running, rival)
    close_doubts(running, rival)
    with running.as_(Role.REVIEWER) as one:
        answer = step(one, rival, "propose")
        assert (answer.status_code, "另一申领已核准" in answer.text) == (409, True)


def test_the_console_records_a_payment(approved: tuple[Running, int]) -> None:
    running, number = approved
    with running.as_(Role.REVIEWER, area=AREAS[1]) as reviewer:
        page = reviewer.get(f"/claims/{number}").text
        purse = page.partition('name="purse"><option value="')[2].partition('"')[0]
        form = {"purse": purse, "day": running.clock().date().isoformat(), "amount": "many"}
        assert "金额应写成" in reviewer.post(f"/claims/{number}/decision/pay", data=form).text
        assert reviewer.post(f"/claims/{number}/decision/pay", data=form | {"amount": "5100"}).status_code == 303
        assert "已拨付" in reviewer.get(f"/claims/{number}").text


def test_exports_carry_how_far_the_claim_has_come_and_the_settled_sum(approved: tuple[Running, int]) -> None:
    running, number = approved
    pay(running, number, 100_000)
    with running.as_(Role.CLERK) as clerk:
        end = json.loads(clerk.get(f"/claims/{number}/files/claim.json").content)["end"]
        assert end == clerk.get(f"/api/v1/claims/{number}/document").json()["end"]
        assert (end["stage"], end["settled"][0]["settled"]["fen"]) == ("approved", SUPPORTED)
        assert end["settled"][0]["paid"]["fen"] == 100_000
        book = load_workbook(io.BytesIO(clerk.get(f"/claims/{number}/files/claim.xlsx").content))
        rows = {row[0]: row[1] for row in book["汇总"].iter_rows(values_only=True)}
        assert rows["办理状态"] == "已核准"
        assert [value for name, value in rows.items() if str(name).startswith("核定金额")] == [SUPPORTED / 100]
        notice = load_workbook(io.BytesIO(clerk.get(f"/claims/{number}/files/notice.xlsx?from=2025-05-12").content))
        lines = [str(row[0]) for row in notice["公示"].iter_rows(values_only=True)]
        assert "办理状态：已核准" in lines
        assert any(line.startswith("核定金额") and line.endswith("5,100 元") for line in lines)
        page = clerk.get(f"/claims/{number}/files/notice.html?from=2025-05-12").text
        assert "已核准" in page
        assert "5,100 元" in page


def test_nothing_is_kept_of_a_persons_number_but_a_keyed_digest(approved: tuple[Running, int]) -> None:
    running, number = approved
    with reading(running.service.engine, "test") as connection:
        rows = connection.execute(CLAIM_PEOPLE.select()).mappings().all()
        assert claims(connection, CLAIMS.c.id == number)
    assert {len(row["person"]) for row in rows} == {64}
    digits = {row["id_number"] for row in json.loads(claim())["people"]}
    assert not any(number in str(dict(row)) for row in rows for number in digits)


def ledger(running: Running, role: Role = Role.REVIEWER, **asked: object) -> list[dict[str, Any]]:
    with running.as_(role) as reader:
        answer = reader.get("/api/v1/payments", params=asked)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["items"]
        return found


def test_every_payment_stands_in_the_ledger_narrowed_ordered_and_handed_out(approved: tuple[Running, int]) -> None:
    running, number = approved
    today = running.clock().date()
    yesterday = (today - timedelta(days=1)).isoformat()
    for fen, day in ((90_000, today.isoformat()), (120_050, yesterday)):
        assert pay(running, number, fen, day=day)[0] == 200
    whole = ledger(running)
    assert [(one["amount_fen"], one["day"], one["claim_id"]) for one in whole] == [
        (120_050, yesterday, number),
        (90_000, today.isoformat(), number),
    ]
    assert [one["amount_fen"] for one in ledger(running, sort="amount")] == [90_000, 120_050]
    assert [one["amount_fen"] for one in ledger(running, day_to=yesterday)] == [120_050]
    assert [one["amount_fen"] for one in ledger(running, amount_most="900")] == [90_000]
    assert len(ledger(running, q=whole[0]["claim_code"], recipient=whole[0]["recipient"])) == 2
    assert ledger(running, claim_id=number + 1) == ledger(running, recipient="没有这样的") == []
    with running.as_(Role.CLERK) as clerk:
        content = clerk.get("/payments.csv", params={"sort": "-amount"}).content.decode("utf-8-sig")
        assert [row["金额（元）"] for row in csv.DictReader(io.StringIO(content))] == ["1200.5", "900.0"]
        book = load_workbook(io.BytesIO(clerk.get("/payments.xlsx").content)).worksheets[0]
        assert (book.max_row, book["A1"].value) == (3, "拨付日期")
        page = clerk.get("/payments").text
        assert f'href="/claims/{number}#decision"' in page
        assert "2,100.50元（2 笔）" in page


def test_the_ledger_is_of_ones_own_reach(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert pay(running, number, 90_000)[0] == 200
    assert len(ledger(running, Role.CLERK)) == 1
    running.institution("邻校")
    with running.as_(Role.CLERK, "邻校") as other, running.as_(Role.AUDITOR) as auditor:
        assert other.get("/api/v1/payments").json()["items"] == []
        assert "90,000" not in other.get("/payments").text
        assert len(other.get("/payments.csv").content.splitlines()) == 1
        assert auditor.get("/payments").status_code == 403


def test_a_payment_that_was_changed_behind_the_program_is_refused(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert pay(running, number, 90_000)[0] == 200
    with running.service.engine.begin() as connection:
        connection.execute(text("UPDATE claim_payment SET amount_fen = 10"))
    with running.as_(Role.REVIEWER) as reviewer:
        answer = reviewer.get("/api/v1/payments")
        assert (answer.status_code, "items" in answer.json()) == (500, False)


def test_a_payment_that_was_taken_out_of_the_ledger_is_missed(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert pay(running, number, 90_000)[0] == 200
    running.institution("邻校")
    with running.service.engine.begin() as connection:
        connection.execute(text("DELETE FROM claim_payment"))
    with running.as_(Role.REVIEWER) as reviewer, running.as_(Role.CLERK, "邻校") as other:
        answer = reviewer.get("/api/v1/payments")
        assert (answer.status_code, "items" in answer.json()) == (500, False)
        assert other.get("/api/v1/payments").json()["items"] == []


def test_payments_of_an_earlier_version_stand_in_the_ledger_after_the_migration(approved: tuple[Running, int]) -> None:
    running, number = approved
    assert pay(running, number, 90_000, day="2025-05-05")[0] == 200
    engine = running.service.engine
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM claim_payment"))
        filled(connection)
    (row,) = ledger(running)
    assert (row["amount_fen"], row["day"], row["claim_id"]) == (90_000, "2025-05-05", number)
