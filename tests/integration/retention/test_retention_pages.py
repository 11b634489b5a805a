"""留存与删除 in the console: what comes due, holds by an inspector, and certificates that a stranger can check."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from facts.retention import Scope
from facts.span import local_day
from pipeline.accounts.rights import Role
from pipeline.retention.deadlines import GRACE
from runtime.retention.certificates import bundles_of_deleted
from runtime.retention.hold_record import new_hold
from runtime.spot_checks.holds import SpotCheckHolds
from storage.database.classes.classes import add_class
from storage.database.connection import writing
from storage.evidence_log.keyring import KeyRing
from storage.retention.register import EvidenceRegister
from tests.fixtures.databases import sqlite_database
from tests.fixtures.log_keeper import events
from tests.fixtures.retention_case import Office, use
from tests.fixtures.service import Running, running, settings_at

CODE = "JZ-2024-02"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        number = found.institution("正信职校")
        texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
        with writing(found.service.engine, "test") as connection:
            add_class(
                connection, number, found.clock(), code=CODE, name="家政2班", locality="山西省阳泉市平定县", **texts
            )
        yield found


def office(found: Running) -> Office:
    service = found.service
    return Office(service.settings.home, service.engine, service.store, found.clock)


def kept_for(found: Running, ends_in_days: int, data: bytes = b"a class hour") -> Office:
    """Evidence whose two years end in so many days."""
    made, today = office(found), local_day(found.clock())
    end = date(today.year - 2, today.month, min(today.day, 28)) + timedelta(days=ends_in_days)
    made.keep(data, replace(use(CODE, class_end=end), institution="正信职校"))
    return made


def test_what_comes_due_within_thirty_days_is_told_on_the_first_page_and_listed_with_its_rule(served: Running) -> None:
    kept_for(served, 10)
    kept_for(served, 200, b"another hour")
    with served.as_(Role.CLERK) as clerk:
        assert "1 件证据 30 日内到期" in clerk.get("/").text
        page = clerk.get("/retention").text
        assert ("即将到期" in page, "YQ-V3" in page, page.count(CODE)) == (True, True, 1)
        assert "冻结一个班期" not in page
        assert clerk.get("/retention?days=all").text.count(f"<span>{CODE}</span>") == 2
    with served.as_(Role.CLERK, "邻校") as other:
        assert CODE not in other.get("/retention?days=all").text


def test_an_inspector_holds_and_releases_with_a_reason_and_both_are_in_the_log(served: Running) -> None:
    made = kept_for(served, -60)
    with served.as_(Role.INSPECTOR) as inspector:
        missing = inspector.post("/retention/holds", data={"target": CODE, "reason": ""})
        assert (missing.status_code, "请写明冻结的理由" in missing.text) == (422, True)
        strange = inspector.post("/retention/holds", data={"target": "not-mine", "reason": "投诉"})
        assert "请选择您范围内的班期" in strange.text
        before = len(events(served.service.log))
        done = inspector.post("/retention/holds", data={"target": CODE, "reason": "投诉", "case": "12号"})
        assert done.headers["location"] == "/retention"
        page = inspector.get("/retention").text
        assert "冻结中" in page
        name = re.search(r"/retention/holds/([0-9a-f]{8})/release", page)
        assert name
        served.clock.ahead += timedelta(seconds=3)
        assert [one.outcome for one in made.sweep()] == []
        assert inspector.post(f"/retention/holds/{name[1]}/release", data={"reason": " "}).status_code == 422
        assert inspector.post(f"/retention/holds/{name[1]}/release", data={"reason": "已结案"}).status_code == 303
        assert "已解除" in inspector.get("/retention").text
    assert len(events(served.service.log)) == before + 2
    assert len(made.sweep()) == 1


def test_the_hold_of_a_spot_check_is_not_released_past_its_two_signatures(served: Running) -> None:
    made = kept_for(served, 10)
    SpotCheckHolds(served.service.engine, served.service.settings.home, served.clock).place(
        CODE, "abcd", "双随机抽查", served.clock()
    )
    (hold,) = made.register.holds()
    with served.as_(Role.INSPECTOR) as inspector:
        assert f"/retention/holds/{hold.id}/release" not in inspector.get("/retention").text
        answer = inspector.post(f"/retention/holds/{hold.id}/release", data={"reason": "我要删"})
    assert (answer.status_code, "由两人签字后解除" in answer.text) == (422, True)
    assert len(made.register.holds()) == 1


def test_the_page_says_how_long_derived_data_lives_and_how_its_end_is_told(served: Running) -> None:
    with served.as_(Role.AUDITOR) as auditor:
        page, english = auditor.get("/retention").text, auditor.get("/retention?lang=en").text
    assert ("7 天，冻结也不延长" in page, "每删一件记一条日志" in page) == (True, True)
    assert "7 days; no hold prolongs it" in english


def test_only_inspectors_may_hold(served: Running) -> None:
    kept_for(served, 10)
    with served.as_(Role.CLERK) as clerk:
        assert clerk.post("/retention/holds", data={"target": CODE, "reason": "投诉"}).status_code == 403


def test_without_a_signing_key_a_hold_is_told_to_be_impossible(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        answer = inspector.post("/retention/holds", data={"target": CODE, "reason": "投诉"})
    assert (answer.status_code, "xueshi keys init" in answer.text) == (503, True)
    assert 'action="/retention/holds"' in answer.text, "told on the page itself, where it can be tried again"


def test_a_certificate_is_listed_downloaded_and_checked_and_a_changed_one_is_told(served: Running) -> None:
    made = kept_for(served, -60)
    served.clock.ahead += timedelta(seconds=3)
    assert len(made.sweep()) == 1
    with served.as_(Role.AUDITOR) as auditor:
        page = auditor.get("/retention/certificates").text
        path = re.search(r'href="(/retention/certificates/[0-9a-f-]+\.json)"', page)
        assert path
        data = auditor.get(path[1]).content
        good = auditor.post("/retention/certificates/check", files={"file": ("a.json", data)}).text
        assert "这份证明成立" in good
        bad = data.replace(b"YQ-V3", b"YQ-V9")
        assert "这份证明不成立" in auditor.post("/retention/certificates/check", files={"file": ("a.json", bad)}).text
        none = auditor.post("/retention/certificates/check", files={"file": ("a.json", b"<html>")})
        assert (none.status_code, "不是删除证明" in none.text) == (200, True)
    with served.as_(Role.CLERK, "邻校") as other:
        assert other.get(path[1]).status_code == 404


def test_the_case_of_a_spot_check_holds_a_class_once_and_lets_it_go(served: Running) -> None:
    made = kept_for(served, -int(GRACE.days) - 30)
    holds, at = SpotCheckHolds(served.service.engine, served.service.settings.home, served.clock), served.clock()
    for _ in range(2):
        holds.place(f"{CODE}#7", "abcd", "双随机抽查", at)
    assert [one.case for one in made.register.holds()] == ["abcd"]
    for _ in range(2):
        holds.lift(CODE, "abcd", "王科员", at)
    assert list(made.register.holds()) == []
    assert KeyRing(served.service.settings.home / "keys").entries()


def test_more_holds_than_a_page_has_are_read_page_by_page(served: Running) -> None:
    register = EvidenceRegister(served.service.engine)
    for number in range(31):
        register.place(new_hold(Scope(CODE), f"第{number}件投诉", "", "王科员", served.clock))
    with served.as_(Role.INSPECTOR) as inspector:
        first, second = inspector.get("/retention").text, inspector.get("/retention?skip=30").text
    told = [re.findall(r"第\d+件投诉", page) for page in (first, second)]
    assert [len({*some}) for some in told] == [30, 1]
    assert len({*told[0], *told[1]}) == 31, "each hold on one of the pages"
    assert "skip=30" in first
    assert "更早的冻结" not in second


def test_what_is_held_waits_for_nobody_on_the_first_page(served: Running) -> None:
    kept_for(served, 10)
    with served.as_(Role.INSPECTOR) as inspector:
        assert "1 件证据 30 日内到期" in inspector.get("/").text
        inspector.post("/retention/holds", data={"target": CODE, "reason": "投诉"})
        assert "30 日内到期" not in inspector.get("/").text
        assert "冻结期间不删" in inspector.get("/retention").text


def test_a_certificate_that_no_signed_head_covers_is_handed_out_by_the_next_one(served: Running) -> None:
    """A sweep that was killed before it signed: nobody could check the certificate yet."""
    made = kept_for(served, -60)
    before = made.log.sign(made.ports.journal.signer, served.clock())
    served.clock.ahead += timedelta(seconds=3)
    assert [one.outcome.value for one in made.sweep()] == ["deleted"]
    register = EvidenceRegister(served.service.engine)
    assert list(bundles_of_deleted(served.service.log, before, register.deleted())) == []
    (after,) = served.service.log.heads(1)
    assert len(list(bundles_of_deleted(served.service.log, after, register.deleted()))) == 1
