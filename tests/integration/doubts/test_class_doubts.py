"""The life of a class's doubts over the API: who may say what, the second name, several at once, the next report."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import httpx
import pytest

from api.notifications.pages import KINDS
from facts.digest import Digest
from facts.doubt_case import Deed
from facts.errors import InputError
from pipeline.accounts.rights import DataScope, Role
from runtime.accounts.caller import Caller
from runtime.claims.doubt_command import DoubtAction, doubt_book_at, record_action
from runtime.doubts.class_doubts import class_doubt_book
from runtime.doubts.class_steps import record_together
from runtime.doubts.doubt_steps import decision
from storage.database.accounts.accounts import grant
from storage.database.connection import reading, writing
from storage.database.notifications.events import EventKind
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.databases import sqlite_database
from tests.fixtures.doubted_class import GAPS, accept, doubted, doubted_report, explain, gap, of_kind, uphold
from tests.fixtures.log_keeper import events
from tests.fixtures.sample_service import blank, keep
from tests.fixtures.service import Running, running, settings_at

PAPER = {"files": ("说明.pdf", b"%PDF-1.4 hello", "application/pdf")}
ELSEWHERE = "山西省吕梁市"


def stages(client: httpx.Client, **more: object) -> dict[int, str]:
    answer = client.get("/api/v1/class-doubts", params=more)
    return {one["id"]: one["stage"] for one in answer.json()["items"]}


def test_the_institution_explains_with_a_file_that_is_in_the_store_and_the_log(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk:
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        answer = explain(clerk, number, [shared], files=PAPER)
        assert answer.status_code == 200, answer.text
        (told,) = answer.json()["items"]
    assert (told["stage"], told["raised"], told["two_names"]) == ("explained", True, True)
    assert [one["deed"] for one in told["events"]] == ["open", "explain"]
    assert told["events"][-1]["files"][0]["name"] == "说明.pdf"
    digest = told["events"][-1]["files"][0]["sha256"]
    assert digest == Digest.of(b"%PDF-1.4 hello").sha256
    log = running_service.service.log
    last = [entry.leaf for entry in events(log)][-3:]
    assert sorted(one.kind for one in last) == sorted([LeafKind.DOUBT, LeafKind.PAPER, LeafKind.DOUBT])
    assert digest in {one.sha256.sha256 for one in last}
    assert class_doubt_book(running_service.service.engine).check() == 2
    with running_service.as_(Role.INSPECTOR) as inspector:
        paper = f"/classes/{number}/doubts/papers/{digest}"
        assert inspector.get(paper).status_code == 403, "papers may show whole numbers: say why first"
        assert inspector.post(f"/classes/{number}/doubts/look", data={"reason": "核对说明"}).status_code == 303
        assert inspector.get(paper).content == b"%PDF-1.4 hello"


def test_who_may_not_see_the_class_learns_nothing_of_its_doubts(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk:
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        assert accept(clerk, number, [shared]).status_code == 403
        assert uphold(clerk, number, shared).status_code == 403
    with running_service.as_(Role.INSPECTOR) as inspector:
        assert explain(inspector, number, [shared]).status_code == 403
    for role in (Role.CLERK, Role.INSPECTOR, Role.REVIEWER):
        with running_service.as_(role, "邻校", ELSEWHERE) as stranger:
            assert stranger.get("/api/v1/class-doubts").json()["items"] == []
            assert stranger.get(f"/api/v1/class-doubts/{shared}").status_code == 404
            act = explain if role is Role.CLERK else accept
            assert act(stranger, number, [shared]).status_code == 404
    with running_service.as_(Role.TEACHER) as teacher:
        assert teacher.get(f"/api/v1/class-doubts/{shared}").json()["stage"] == "open"
        assert explain(teacher, number, [shared]).status_code == 403


def test_a_doubt_of_another_class_is_not_settled_under_this_one(running_service: Running) -> None:
    number, blank_number = doubted(running_service), blank(running_service, "another")
    with running_service.as_(Role.INSPECTOR) as inspector:
        (shared,) = of_kind(inspector, "SHARED_DEVICE", class_id=number)
        assert accept(inspector, blank_number, [shared]).status_code == 404
        assert stages(inspector)[shared] == "open"


def test_upholding_by_a_rule_of_hours_takes_a_second_name(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk:
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        (bare,) = of_kind(clerk, "AMBIGUOUS_NAME")
        assert explain(clerk, number, [shared]).status_code == 200
    with running_service.as_(Role.INSPECTOR) as first:
        assert uphold(first, number, shared).json()["items"][0]["stage"] == "second_signer"
        assert uphold(first, number, shared).status_code == 409, "nobody is the second name to their own"
        assert accept(first, number, [shared]).status_code == 409
        assert uphold(first, number, bare).json()["items"][0]["stage"] == "upheld", "no rule rests on it"
    with running_service.as_(Role.CLERK) as clerk:
        assert explain(clerk, number, [shared], "再说一次").status_code == 409
    with running_service.as_(Role.REVIEWER) as second:
        assert uphold(second, number, shared).json()["items"][0]["stage"] == "upheld"
        assert accept(second, number, [shared]).status_code == 409, "nothing is taken back"
        life = second.get(f"/api/v1/class-doubts/{shared}").json()["events"]
    assert [one["deed"] for one in life] == ["open", "explain", "uphold", "uphold"]


def test_nobody_decides_on_what_they_explained_whatever_they_become(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as person, running_service.as_(Role.INSPECTOR) as inspector:
        (shared,), gaps = of_kind(person, "SHARED_DEVICE"), of_kind(person, "ROSTER_GAP")
        assert explain(person, number, [shared]).status_code == 200
        key = inspector.get(f"/api/v1/class-doubts/{shared}").json()["events"][-1]["by"]
        with writing(running_service.service.engine, "test") as connection:
            grant(connection, int(key.partition(":")[2]), Role.INSPECTOR.value, None, "山西省阳泉市")
        assert accept(person, number, [shared]).status_code == 409
        assert uphold(person, number, shared).status_code == 409
        assert accept(person, number, gaps[:1]).status_code == 200
        page = person.get(f"/classes/{number}/doubts").text
        assert f'name="doubts" value="{gaps[1]}"' in page
        assert f'name="doubts" value="{shared}"' not in page


def test_the_command_line_of_claims_writes_on_no_doubt_of_a_class(tmp_path: Path) -> None:
    address = sqlite_database(tmp_path / "xueshi.db")
    with running(settings_at(address, tmp_path / "home")) as served, served.as_(Role.CLERK) as clerk:
        number = doubted(served)
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        explain(clerk, number, [shared])
        action = DoubtAction(f"K{shared}", Deed.ACCEPT, "甲", "好")
        with pytest.raises(InputError, match="expected one about a claim"):
            record_action(action, address)
        assert doubt_book_at(address).cases() == ()
        assert stages(clerk)[shared] == "explained"


def test_a_second_signer_who_accepts_opens_it_to_both_again(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.INSPECTOR) as first, running_service.as_(Role.REVIEWER) as second:
        (shared,) = of_kind(first, "SHARED_DEVICE")
        uphold(first, number, shared)
        assert accept(second, number, [shared]).json()["items"][0]["stage"] == "explained"
        assert accept(first, number, [shared]).json()["items"][0]["stage"] == "accepted"


def test_several_of_one_kind_are_explained_together_and_accepted_together(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk:
        gaps, (shared,) = of_kind(clerk, "ROSTER_GAP"), of_kind(clerk, "SHARED_DEVICE")
        assert len(gaps) == len(GAPS)
        mixed = explain(clerk, number, [gaps[0], shared], files=PAPER)
        assert mixed.status_code == 422
        assert set(stages(clerk).values()) == {"open"}, "all of them or none"
        key = {"idempotency-key": "e1"}
        told = explain(clerk, number, gaps, "当日手机没电", files=PAPER, headers=key)
        assert {one["stage"] for one in told.json()["items"]} == {"explained"}
        assert explain(clerk, number, gaps, "当日手机没电", files=PAPER, headers=key).json() == told.json()
    with running_service.as_(Role.INSPECTOR) as inspector:
        assert accept(inspector, number, [*gaps, 999]).status_code == 404
        assert set(stages(inspector, kind="ROSTER_GAP").values()) == {"explained"}
        assert accept(inspector, number, gaps[:1]).status_code == 200
        assert accept(inspector, number, gaps).status_code == 409, "one of them is closed"
        assert sorted(stages(inspector, kind="ROSTER_GAP").values()) == ["accepted", "explained", "explained"]
        assert accept(inspector, number, gaps[1:]).status_code == 200
        assert list(stages(inspector, stage="accepted")) == gaps


def test_the_next_report_neither_loses_what_was_said_nor_reopens_it(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.INSPECTOR) as inspector:
        gaps, (shared,) = of_kind(clerk, "ROSTER_GAP"), of_kind(clerk, "SHARED_DEVICE")
        explain(clerk, number, gaps[:2])
        accept(inspector, number, gaps[:1])
        running_service.clock.ahead += timedelta(minutes=5)
        keep(running_service, number, doubted_report(gap("2025-04-09/1")))
        again = clerk.get("/api/v1/class-doubts", params={"kind": "ROSTER_GAP"}).json()["items"]
        assert [(one["id"] in gaps, one["stage"]) for one in again] == [
            (True, "accepted"),
            (True, "explained"),
            (True, "open"),
            (False, "open"),
        ]
        assert {one["report_id"] for one in again} == {2}
        assert again[0]["raised_at"] < again[-1]["raised_at"]
        running_service.clock.ahead += timedelta(minutes=5)
        fewer = doubted_report()
        keep(running_service, number, replace(fewer, doubts=fewer.doubts[1:3]))
        assert of_kind(clerk, "SHARED_DEVICE", raised=True) == []
        assert of_kind(clerk, "SHARED_DEVICE", raised=False) == [shared]
        gone = explain(clerk, number, [shared])
        assert gone.status_code == 409, "nothing is to be done about what is no longer raised"
        assert stages(clerk, raised=True) == {gaps[1]: "explained", gaps[2]: "open"}
        running_service.clock.ahead += timedelta(minutes=5)
        keep(running_service, number, doubted_report())
        assert stages(clerk, kind="ROSTER_GAP", raised=True)[gaps[0]] == "accepted", "it comes back with its life"


def test_listeners_hear_of_each_step_without_a_word_of_it(running_service: Running) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.INSPECTOR) as inspector:
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        explain(clerk, number, [shared], "张三借用了同村的手机")
        uphold(inspector, number, shared)
        with running_service.as_(Role.REVIEWER) as reviewer:
            uphold(reviewer, number, shared)
        heard = inspector.get("/api/v1/events").json()["items"]
        kinds = [one["kind"] for one in heard if one["kind"].startswith("class_doubt.")]
        assert kinds == ["class_doubt.explained", "class_doubt.signed", "class_doubt.settled"]
        last = heard[-1]["data"]
        assert (last["doubt"], last["stage"], last["class_id"]) == (shared, "upheld", number)
        assert "张三" not in str(heard)
    with running_service.as_(Role.CLERK, "邻校", ELSEWHERE) as stranger:
        assert stranger.get("/api/v1/events").json()["items"] == []


def test_one_webhook_may_hear_of_everything(running_service: Running) -> None:
    every = sorted(get_args(EventKind))
    assert sorted(KINDS) == every
    with running_service.as_(Role.SYSTEM_ADMIN) as admin:
        made = admin.post("/api/v1/webhooks", json={"url": "https://claims.example.org/in", "kinds": every})
        assert made.status_code == 201, made.text
        assert admin.get("/webhooks").status_code == 200
    with reading(running_service.service.engine, "test") as connection:
        assert connection.exec_driver_sql("SELECT kinds FROM webhook").scalar_one() == ",".join(every)


@pytest.mark.parametrize("words", ["", " "])
def test_nothing_is_said_without_a_word(running_service: Running, words: str) -> None:
    number = doubted(running_service)
    with running_service.as_(Role.CLERK) as clerk, running_service.as_(Role.INSPECTOR) as inspector:
        (shared,) = of_kind(clerk, "SHARED_DEVICE")
        assert explain(clerk, number, [shared], words).status_code == 422
        assert accept(inspector, number, [shared], words).status_code == 422
        assert stages(clerk)[shared] == "open"


def test_two_who_sign_at_once_are_two_names_and_one_who_signs_twice_is_one(running_service: Running) -> None:
    number = doubted(running_service)
    with (
        running_service.as_(Role.INSPECTOR) as one,
        running_service.as_(Role.REVIEWER) as other,
        ThreadPoolExecutor(4) as together,
    ):
        gaps = of_kind(one, "ROSTER_GAP")
        both = [*together.map(lambda person: uphold(person, number, gaps[0]).status_code, (one, other))]
        assert both == [200, 200]
        assert sorted(together.map(lambda person: uphold(person, number, gaps[1]).status_code, (one, one))) == [
            200,
            409,
        ]
        found = stages(one, kind="ROSTER_GAP")
        assert [found[doubt] for doubt in gaps] == ["upheld", "second_signer", "open"]
        life = one.get(f"/api/v1/class-doubts/{gaps[0]}").json()["events"]
        assert [event["deed"] for event in life] == ["open", "uphold", "uphold"]


def test_a_decision_that_was_begun_first_and_kept_last_is_the_later_one(running_service: Running) -> None:
    """Two who sign at once: whoever waits for the other's transaction has looked at the clock before."""
    number = doubted(running_service)
    service = running_service.service
    waiting = Caller("account:990", "甲", Role.REVIEWER, DataScope(area="山西省"))
    first = decision(service, waiting, Deed.UPHOLD, "先看的")
    running_service.clock.ahead += timedelta(seconds=5)
    with running_service.as_(Role.INSPECTOR) as one:
        (gap_id, *_) = of_kind(one, "ROSTER_GAP")
        assert uphold(one, number, gap_id).status_code == 200
    kept = record_together(service, waiting, number, [gap_id], first)
    assert [event.deed for event in kept[0].case.events] == [Deed.OPEN, Deed.UPHOLD, Deed.UPHOLD]
    assert kept[0].case.events[-1].at >= kept[0].case.events[-2].at


def test_steps_and_a_new_report_at_once_lose_nothing(running_service: Running) -> None:
    number = doubted(running_service)
    running_service.clock.ahead += timedelta(minutes=5)
    with running_service.as_(Role.CLERK) as clerk, ThreadPoolExecutor(4) as together:
        gaps = of_kind(clerk, "ROSTER_GAP")
        steps = [together.submit(explain, clerk, number, [gap_id]) for gap_id in reversed(gaps)]
        report = together.submit(keep, running_service, number, doubted_report())
        assert [step.result().status_code for step in steps] == [200] * len(gaps)
        newest = report.result()
        again = clerk.get("/api/v1/class-doubts", params={"kind": "ROSTER_GAP"}).json()["items"]
        assert [(one["stage"], one["report_id"]) for one in again] == [("explained", newest)] * len(gaps)
