"""What ``xueshi demo --serve`` leaves behind: a console in which there is something of everything to see."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from demo.dossier import SampleManifest
from demo.sample import draw_open_class, write_todays_class
from facts.span import SHANGHAI, Span, local_day
from facts.verdict import Status
from pipeline.verification.outcome import outcome
from report.document import document
from runtime.accounts import passwords
from runtime.demo.people import PEOPLE, Login
from runtime.demo.review_class import OPEN_CLASS, OpenClass
from runtime.demo.service import fill
from runtime.verification.command import VerificationResult
from storage.database.accounts import accounts
from storage.database.classes.classes import classes
from storage.database.connection import reading, sqlite_address
from storage.database.roll_call import rolls
from storage.database.tables.roll_call import ROLL_HOURS
from storage.database.verification.reports import document_of
from tests.fixtures.demo_service import filled, signed_in
from tests.fixtures.sample_report import sample_report
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture(scope="module")
def poured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, tuple[Login, ...]]]:
    with filled(tmp_path_factory.mktemp("demo")) as found:
        yield found


def test_everybody_has_a_password_of_their_own_that_is_told_once(poured: tuple[Running, tuple[Login, ...]]) -> None:
    found, logins = poured
    assert {(one.role, one.name) for one in logins} == {(role, name) for role, name, _ in PEOPLE}
    assert len({one.password for one in logins}) == len(PEOPLE)
    with reading(found.service.engine, "test") as connection:
        for one in logins:
            kept = accounts.account_named(connection, one.name)
            assert kept
            assert passwords.matches(kept[1], one.password)
            assert passwords.password_fault(one.password, one.name) is None


def test_there_is_a_class_of_each_kind_a_claim_and_a_revealed_draw(poured: tuple[Running, tuple[Login, ...]]) -> None:
    found, _ = poured
    with reading(found.service.engine, "test") as connection:
        statuses = {one.status for one in classes(connection)}
    assert {Status.PASS.value, Status.UNPROVEN.value, Status.FAIL.value} <= statuses
    with signed_in(found, "reviewer") as reviewer:
        assert "申领.xlsx" not in reviewer.get("/claims").text
        assert 'href="/claims/1"' in reviewer.get("/claims").text
    with signed_in(found, "inspector") as inspector:
        assert "示范：双随机抽查" in inspector.get("/checks").text
        assert "抽中班期待核查" in inspector.get("/").text


def test_a_class_is_taught_at_this_very_moment_so_that_roll_call_works_at_once(
    poured: tuple[Running, tuple[Login, ...]],
) -> None:
    found, _ = poured
    at = found.clock()
    with reading(found.service.engine, "test") as connection:
        owner = next(one for one in classes(connection) if one.code == f"demo-{local_day(at):%Y%m%d}-jz-06")
        hours = rolls.hours_within(connection, Span(at, at + timedelta(seconds=1)), ROLL_HOURS.c.class_id == owner.id)
        assert len(rolls.people(connection, owner.id)) == 24
    assert hours
    with signed_in(found, "teacher") as teacher:
        assert "示范6班" in teacher.get("/roll").text


@pytest.mark.parametrize("clock", ["00:00", "08:20", "23:10", "23:59"])
def test_the_class_of_the_day_lies_within_the_day_whenever_it_is_made(tmp_path: Path, clock: str) -> None:
    at = datetime.fromisoformat(f"2026-11-29T{clock}:30").replace(tzinfo=SHANGHAI)
    hours = write_todays_class(tmp_path, SampleManifest(), at)
    assert hours
    assert {local_day(hour.span.start) for hour in hours} | {local_day(hour.span.end) for hour in hours} == {
        local_day(at)
    }
    assert any(hour.span.start <= at <= hour.span.end + timedelta(minutes=1) for hour in hours)


def test_a_second_time_changes_nothing_and_tells_no_password(poured: tuple[Running, tuple[Login, ...]]) -> None:
    found, _ = poured
    service = found.service
    before = service.log.size
    report = sample_report()
    made = VerificationResult(report, dict(document(report)), outcome(report))
    assert fill(service.settings, found.clock, made, None, service.settings.home / "aside") == ()
    assert service.log.size == before


@pytest.mark.parametrize("name", [name for _, name, _ in PEOPLE])
def test_every_page_of_the_menu_opens_for_everybody(poured: tuple[Running, tuple[Login, ...]], name: str) -> None:
    found, _ = poured
    with signed_in(found, name) as person:
        home = person.get("/")
        assert home.status_code == 200
        for path in ("/claims", "/checks", "/retention", "/retention/certificates", "/wall", "/accounts", "/keys"):
            answer = person.get(path)
            assert answer.status_code in {200, 403}, (path, answer.text)
            if f'<a href="{path}"' in home.text:
                assert answer.status_code == 200, path


@pytest.mark.slow
@pytest.mark.timeout(300)  # it draws two class hours
def test_a_class_that_the_machine_leaves_open_and_an_hour_of_it_that_two_people_settled(tmp_path: Path) -> None:
    drawn = OpenClass(tmp_path / "open", draw_open_class(tmp_path / "open", OPEN_CLASS))
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        report = sample_report()
        made = VerificationResult(report, dict(document(report)), outcome(report))
        fill(found.service.settings, found.clock, made, None, tmp_path / "aside", further=drawn)
        with reading(found.service.engine, "test") as connection:
            owner = next(one for one in classes(connection) if one.code == OPEN_CLASS.class_id)
            assert owner.report_id
            hours = json.loads(document_of(connection, owner.report_id))["hours"]
    assert [hour["status"] for hour in hours] == ["UNPROVEN", "PASS"]
    assert hours[0]["headcount"]["counts"], "people were counted"
    assert hours[1]["review"]["people"] == 2
    assert hours[1]["review"]["machine"]["status"] == "UNPROVEN"
