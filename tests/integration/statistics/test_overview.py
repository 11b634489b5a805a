"""概况 on either database: the sums are those of the records behind them, and nobody sees another's."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from facts.claim_decision import ClaimCase, ClaimPayment, DecisionDeed, DecisionEvent, Ruling, SettledSum
from facts.money import Fen
from facts.span import local_day
from pipeline.accounts.rights import Role
from pipeline.claims.decision_stages import claim_stage
from storage.claims.decision_book import DecisionBook
from storage.database.claims import NewClaim, keep
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import CLASS_DOUBTS, VERDICTS
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.sample_service import keep as keep_report_of
from tests.fixtures.service import Running


@pytest.fixture
def served(running_service: Running) -> Running:
    seeded(running_service)
    return running_service


def claim(served: Running, code: str, supported_fen: int) -> int:
    with writing(served.service.engine, "test") as connection:
        own = connection.execute(select(CLASSES.c.id, CLASSES.c.institution_id, CLASSES.c.locality)).first()
        assert own
        new = NewClaim(
            own.institution_id, own.id, own.locality, code, "申领.xlsx", 1, "ab" * 32, "account:1", served.clock(), 10,
            750_000, supported_fen, 10_000, 0, "{}",
        )  # fmt: skip
        return keep(connection, new).id


def decided(served: Running, number: int, *, paid_fen: int = 0) -> None:
    sums = (SettledSum("培训机构", "", Fen(360_000), Fen(750_000), (), Fen(360_000)),)
    at = served.clock()
    events = [
        DecisionEvent(DecisionDeed.PROPOSE, "account:1", at, Ruling.APPROVE, "同意", sums),
        DecisionEvent(DecisionDeed.SIGN, "account:2", at, Ruling.APPROVE, "同意", sums),
    ]
    if paid_fen:
        payment = ClaimPayment(local_day(at), Fen(paid_fen), "培训机构")
        events.append(DecisionEvent(DecisionDeed.PAY, "account:2", at, Ruling.APPROVE, payment=payment))
    book = DecisionBook(served.service.engine, claim_stage)
    with writing(served.service.engine, "test") as connection:
        for upto in range(1, len(events) + 1):
            book.keep(connection, ClaimCase(number, tuple(events[:upto])))


def test_class_hours_are_those_of_the_newest_reports(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        found = inspector.get("/api/v1/statistics").json()
    with reading(served.service.engine, "test") as connection:
        newest = select(VERDICTS.c.status, func.count()).join(CLASSES, CLASSES.c.report_id == VERDICTS.c.report_id)
        counted = dict(connection.execute(newest.group_by(VERDICTS.c.status)).all())
        doubts = connection.execute(select(func.count()).select_from(CLASS_DOUBTS)).scalar_one()
    assert {status: hours for status, hours in found["whole"]["hours"].items() if hours} == counted
    assert found["whole"]["total"] == 25
    assert [month["name"] for month in found["months"]] == ["2025-04"]
    for lines in (found["institutions"], found["programmes"], found["months"]):
        assert sum(line["total"] for line in lines) == 25
    assert sum(one["open"] for one in found["doubts"]) == doubts


def test_a_second_report_replaces_the_first_and_adds_nothing(served: Running) -> None:
    with reading(served.service.engine, "test") as connection:
        number = connection.execute(select(CLASSES.c.id)).scalar_one()
    whole = sample_report()
    few = {verdict.hour_id for verdict in whole.verdicts[:5]}
    less = replace(
        whole,
        hours=tuple(hour for hour in whole.hours if hour.id in few),
        verdicts=whole.verdicts[:5],
        doubts=(),
        attendance=tuple(one for one in whole.attendance if one.hour_id in few),
    )
    keep_report_of(served, number, less)
    with served.as_(Role.INSPECTOR) as inspector:
        found = inspector.get("/api/v1/statistics").json()
    assert found["whole"]["total"] == 5
    assert found["doubts"] == [], "what the newest report no longer raises waits for nobody"


def test_money_is_the_newest_version_s_and_what_was_paid_stays(served: Running) -> None:
    first = claim(served, "2025-1", 360_000)
    decided(served, first, paid_fen=100_000)
    with served.as_(Role.REVIEWER) as reviewer:
        money = reviewer.get("/api/v1/statistics").json()["whole"]["money"]
        assert money == {
            "claims": 1, "claimed_fen": 750_000, "supported_fen": 360_000, "unproven_fen": 10_000,
            "decided_fen": 360_000, "paid_fen": 100_000,
        }  # fmt: skip
        claim(served, "2025-1", 300_000)
        money = reviewer.get("/api/v1/statistics").json()["whole"]["money"]
    assert money["claims"] == 1
    assert (money["supported_fen"], money["decided_fen"], money["paid_fen"]) == (300_000, 0, 100_000)


def test_an_institution_sees_itself_and_strangers_nothing(served: Running) -> None:
    claim(served, "2025-1", 360_000)
    with served.as_(Role.CLERK) as own, served.as_(Role.CLERK, "邻校") as other:
        assert own.get("/api/v1/statistics").json()["whole"]["total"] == 25
        found = other.get("/api/v1/statistics").json()
        assert found["whole"]["total"] == 0
        assert found["whole"]["money"]["claims"] == 0
        assert found["drawn"] is None
        assert "还没有核验过的学时" in other.get("/statistics").text
    with served.as_(Role.TEACHER) as teacher:
        assert teacher.get("/statistics").status_code == 403
        assert teacher.get("/statistics.xlsx").status_code == 403


def test_page_and_workbook_have_the_api_s_figures(served: Running) -> None:
    claim(served, "2025-1", 360_000)
    blank(served, "blank", "空班")
    with served.as_(Role.INSPECTOR) as inspector:
        whole = inspector.get("/api/v1/statistics").json()["whole"]
        page = inspector.get("/statistics").text
        book = load_workbook(io.BytesIO(inspector.get("/statistics.xlsx").content))
    for status, hours in whole["hours"].items():
        if hours:
            assert f'<a href="/classes?status={status}">{hours}</a>' in page
    assert '<a href="/claims">7,500</a>' in page
    assert book.sheetnames == ["合计", "机构", "项目", "月份", "疑点"]
    head, row = (list(one) for one in book["合计"].iter_rows(values_only=True))
    line = dict(zip(head, row, strict=True))
    assert line["学时"] == whole["total"]
    assert line["达标（学时）"] == whole["hours"]["PASS"]
    assert line["核定可支持金额（元）"] == 3600
