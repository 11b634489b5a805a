"""Spot checks by the API, on both databases: announced, revealed, signed by two, released; the console's rules and leaves."""

import json
import secrets
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.http.auth import csrf_of
from pipeline.accounts.rights import Role
from storage.database.accounts import accounts, sessions
from storage.database.classes.classes import add_class
from storage.database.connection import writing
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import LeafKind
from storage.retention.register import EvidenceRegister
from storage.spot_checks.standalone import draw_check_py
from tests.fixtures.log_keeper import events
from tests.fixtures.service import AREA, Running

CHECKS = "/api/v1/spot-checks"
WISH = {"title": "第四季度双随机抽查", "strata": "institution", "share": "1/3"}


@pytest.fixture
def served(running_service: Running) -> Running:
    found = running_service
    number = found.institution("正信职校")
    texts = dict.fromkeys(("trainee_group", "occupation", "level", "policy"), "")
    with writing(found.service.engine, "test") as connection:
        for index in range(6):
            code, place = f"YQ-{index}", "山西省阳泉市平定县"
            add_class(
                connection, number, found.clock(), code=code, name=code, locality=place, programme="家政", **texts
            )
    KeyRing(found.service.settings.home / "keys").init(found.clock())
    return found


def inspector(found: Running, name: str, area: str = AREA) -> httpx.Client:
    token = secrets.token_urlsafe(32)
    with writing(found.service.engine, "test") as connection:
        person = accounts.add_account(connection, name, f"检查员{name}", found.clock())
        accounts.grant(connection, person.id, Role.INSPECTOR.value, None, area)
        sessions.start(connection, token, person.id, found.clock(), "127.0.0.1", "test")
    return found.client(cookies={"xueshi-session": token}, headers={"x-csrf-token": csrf_of(found.service, token)})


def committed(client: httpx.Client, **more: Any) -> str:  # noqa: ANN401 - fields of the request
    answer = client.post(CHECKS, json=WISH | more)
    assert answer.status_code == 201, answer.text
    return f"{CHECKS}/{answer.json()['commitment']}"


def revealed(client: httpx.Client, draw: str, beacon: str = "") -> dict[str, Any]:
    answer = client.post(f"{draw}/reveal", json={"beacon": beacon})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def leaves(found: Running) -> list[tuple[LeafKind, str]]:
    return [(one.leaf.kind, one.leaf.note) for one in events(found.service.log)]


def held(found: Running) -> set[str]:
    return {one.scope.class_id for one in EvidenceRegister(found.service.engine).holds()}


def test_a_draw_is_committed_revealed_once_and_checked_by_a_stranger(served: Running, tmp_path: Path) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        draw = committed(wang, beacon="某期开奖号码")
        kept = wang.get(f"{draw}/sheet").json()
        assert (kept["schema"], "seed" in kept, wang.get(draw).json()["classes"]) == (
            "xueshi.draw.commitment/1",
            False,
            [],
        )
        assert held(served) == set()
        refused = wang.post(f"{draw}/reveal", json={"beacon": ""})
        assert (refused.status_code, refused.json()["code"]) == (422, "INVALID")
        assert refused.json()["faults"][0] == {
            "where": "beacon",
            "got": "nothing",
            "expected": "the text of 某期开奖号码",
            "remedy": "",
        }
        whole = revealed(wang, draw, "02 07 13")
        assert {one["class_id"] for one in whole["classes"]} == held(served)
        assert [(one["state"], one["hold"]["lifted_at"]) for one in whole["classes"]] == [("waiting", None)] * 2
        again = wang.post(f"{draw}/reveal", json={"beacon": "02 07 14"})
        assert (again.status_code, again.json()["code"]) == (409, "CONFLICT")
        sheet = wang.get(f"{draw}/sheet").content
    for name, data in (("commitment.json", json.dumps(kept).encode()), ("draw.json", sheet)):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "draw_check.py").write_text(draw_check_py())
    command = [sys.executable, "draw_check.py", "draw.json", "--kept", "commitment.json"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own
    assert "检查员wang" not in sheet.decode()
    notes = [note for kind, note in leaves(served) if kind is LeafKind.DRAW]
    assert notes == ["commit", "reveal"]


def test_a_finding_takes_two_people_and_the_evidence_is_let_go_only_then(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li") as li, inspector(served, "zhao") as zhao:
        draw = committed(wang)
        revealed(wang, draw)
        people = {"wang": wang, "li": li, "zhao": zhao}
        first = f"{draw}/classes/1"
        mine = {"mine": True, "state": "waiting"}
        sent = [
            name
            for name, one in people.items()
            if any(row["place"] == 1 for row in one.get(f"{draw}/classes", params=mine).json()["items"])
        ]
        assert len(sent) == 2
        one, two = (people[name] for name in sent)
        stranger = next(people[name] for name in people if name not in sent)
        words = {"status": "UNPROVEN", "text": "到场时摄像机被移动，已请机构说明"}
        kept_out = stranger.post(f"{first}/findings", json=words)
        assert (kept_out.status_code, kept_out.json()["code"]) == (403, "NOT_SENT")
        assert "只有抽签派往此班" in kept_out.json()["title"]
        both = one.post(f"{first}/findings", json={"status": "PASS", "text": " "}).json()
        assert (both["code"], both["faults"][0]["where"]) == ("INVALID", "text")
        early = one.post(f"{first}/release")
        assert (early.status_code, early.json()["expected"]) == (409, "one that two people signed")
        made = one.post(f"{first}/findings", json=words)
        assert (made.status_code, made.json()["state"], made.json()["round"]) == (201, "signed", 0)
        alone = one.post(f"{first}/second", json={"agrees": True})
        assert (alone.status_code, alone.json()["title"]) == (409, "复签须由另一人作出")
        assert two.post(f"{first}/second", json={"agrees": False}).status_code == 422
        dissent = two.post(f"{first}/second", json={"agrees": False, "dissent": "时间有误"}).json()
        assert (dissent["state"], dissent["dissent"]) == ("contested", "时间有误")
        assert one.post(f"{first}/findings", json=words | {"text": "更正：上午九点"}).json()["round"] == 1
        assert two.post(f"{first}/second", json={"agrees": True}).json()["state"] == "confirmed"
        found = two.get(f"{draw}/findings", params={"state": "contested"}).json()["items"]
        assert [(row["round"], row["text"]) for row in found] == [(0, words["text"])]
        assert len(two.get(f"{draw}/findings", params={"limit": 1}).json()["items"]) == 1
        before = held(served)
        lifted = two.post(f"{first}/release")
        assert lifted.json()["lifted_by"].endswith(f"检查员{sent[1]}")
        assert len(held(served)) == len(before) - 1
        assert [row["place"] for row in two.get(f"{draw}/classes", params={"held": True}).json()["items"]] == [2]
        assert two.post(f"{first}/release").json()["got"] == "none in force"
        assert wang.post(f"{draw}/reveal", json={}).status_code == 200  # the same again is no fault
        assert len(held(served)) == len(before) - 1, "whoever says the reveal again must not hold what was let go"
    kinds = [kind for kind, _ in leaves(served)]
    assert (kinds.count(LeafKind.SPOT_CHECK), kinds.count(LeafKind.DRAW)) == (4, 2)


def test_a_key_that_is_sent_again_draws_signs_and_releases_once(served: Running) -> None:
    def twice(client: httpx.Client, path: str, body: dict[str, Any] | None, key: str) -> dict[str, Any]:
        answers = [client.post(path, json=body, headers={"idempotency-key": key}) for _ in range(2)]
        assert answers[0].is_success, answers[0].text
        assert answers[0].json() == answers[1].json()
        assert answers[1].headers["idempotency-replayed"] == "true"
        found: dict[str, Any] = answers[0].json()
        return found

    with inspector(served, "wang") as wang, inspector(served, "li") as li:
        draw = f"{CHECKS}/{twice(wang, CHECKS, WISH, 'k1')['commitment']}"
        assert len(wang.get(CHECKS).json()["items"]) == 1
        reused = wang.post(CHECKS, json=WISH | {"title": "另一次"}, headers={"idempotency-key": "k1"})
        assert reused.json()["code"] == "KEY_REUSED"
        twice(wang, f"{draw}/reveal", {}, "k2")
        first = f"{draw}/classes/1"
        twice(wang, f"{first}/findings", {"status": "PASS", "text": "在岗 12 人"}, "k3")
        twice(li, f"{first}/second", {"agrees": True}, "k4")
        twice(li, f"{first}/release", None, "k5")
        assert len(wang.get(f"{draw}/findings").json()["items"]) == 1
    kinds = [kind for kind, _ in leaves(served)]
    assert (kinds.count(LeafKind.DRAW), kinds.count(LeafKind.SPOT_CHECK)) == (2, 2)


def test_what_two_people_sign_at_once_is_kept_or_refused_and_never_half(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li") as li:
        draw = committed(wang)
        revealed(wang, draw)
        place, words = f"{draw}/classes/1/findings", {"status": "PASS", "text": "在岗 12 人"}
        with ThreadPoolExecutor(6) as pool:
            answers = [*pool.map(lambda one: one.post(place, json=words).status_code, [wang, li] * 3)]
        kept = wang.get(f"{draw}/findings").json()["items"]
    assert set(answers) <= {201, 409}
    assert [one["round"] for one in kept] == [*range(answers.count(201))]
    assert [kind for kind, _ in leaves(served)].count(LeafKind.SPOT_CHECK) == len(kept)
    served.service.log.verify()


def test_every_fault_of_a_draw_is_told_before_anything_is_announced(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        odd = {
            "title": " ",
            "classes": [{"class_id": 999}],
            "conflicts": [{"inspector": "nobody", "institutions": ["正信职校"]}],
            "share": "2",
        }
        answer = wang.post(CHECKS, json=odd)
        wheres = [one["where"] for one in answer.json()["faults"]]
        assert (answer.status_code, wheres) == (422, ["title", "classes", "conflicts", "share"])
        nobody = wang.post(CHECKS, json=WISH | {"conflicts": [{"inspector": "wang", "institutions": ["正信职校"]}]})
        assert (nobody.status_code, "1 inspector without a conflict" in nobody.text) == (422, True)
        unsaid = wang.post(CHECKS, json=WISH | {"classes": [{"class_id": 1}, {"class_id": 2, "weight": 3}]})
        assert unsaid.json()["faults"][0]["where"] == "rules.weights_because"
        double = wang.post(CHECKS, json=WISH | {"classes": [{"class_id": 1}, {"class_id": 1}]})
        assert "every class once" in double.text
        assert wang.get(CHECKS).json()["items"] == []
    assert leaves(served) == []


def test_classes_weights_and_sizes_of_ones_own_stand_in_the_published_commitment(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        names = [one["name"] for one in wang.get(f"{CHECKS}/inspectors").json()["items"]]
        assert names == ["wang", "li"]
        draw = committed(
            wang,
            strata="programme",
            sizes=[{"name": "家政", "count": 2}],
            classes=[{"class_id": 1, "weight": 2}, {"class_id": 2}, {"class_id": 4}],
            weights_because="权重为班期人数",
            conflicts=[{"inspector": "wang", "institutions": ["邻校"]}],
        )
        sheet = wang.get(f"{draw}/sheet").json()
        assert [(one["id"], one["weight"]) for one in sheet["classes"]] == [("YQ-0", 2), ("YQ-1", 1), ("YQ-3", 1)]
        assert sheet["rules"]["strata"] == [{"name": "家政", "count": 2}]
        assert sorted(one["avoid_institutions"] for one in sheet["inspectors"]) == [[], ["邻校"]]
        assert len(revealed(wang, draw)["classes"]) == 2


def test_another_area_has_no_part_in_it_and_reviewers_only_read(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        draw = committed(wang)
        revealed(wang, draw)
    with inspector(served, "far", "山西省吕梁市") as far:
        assert far.get(CHECKS).json()["items"] == []
        for path in (draw, f"{draw}/sheet", f"{draw}/classes", f"{draw}/findings"):
            assert far.get(path).status_code == 404
        assert far.post(f"{draw}/reveal", json={}).status_code == 404
        assert far.post(f"{draw}/classes/1/release").status_code == 404
    with served.as_(Role.REVIEWER) as reviewer:
        assert len(reviewer.get(f"{draw}/classes").json()["items"]) == 2
        assert reviewer.post(f"{draw}/classes/1/release").json()["code"] == "NO_RIGHT"


def test_a_draw_whose_secret_lies_elsewhere_is_not_revealed_and_no_path_is_told(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        draw = committed(wang)
        shutil.rmtree(served.service.settings.home / "draws")
        refused = wang.post(f"{draw}/reveal", json={})
        page = wang.post(f"/checks/{draw.rpartition('/')[2]}/reveal")
    assert (refused.status_code, refused.json()["code"]) == (409, "CONFLICT")
    assert (page.status_code, "请在承诺时的机器上揭示" in page.text) == (409, True)
    for text in (refused.text, page.text):
        assert str(served.service.settings.home) not in text
    assert held(served) == set()


def test_lists_are_filtered_and_paged(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        draws = [committed(wang, title=f"抽查{index}") for index in range(3)]
        revealed(wang, draws[1])
        first = wang.get(CHECKS, params={"limit": 2}).json()
        rest = wang.get(CHECKS, params={"cursor": first["next"]}).json()
        titles = [one["title"] for one in first["items"] + rest["items"]]
        assert (titles, rest["next"]) == (["抽查2", "抽查1", "抽查0"], None)
        shown = wang.get(CHECKS, params={"revealed": True}).json()["items"]
        assert [one["title"] for one in shown] == ["抽查1"]
        assert wang.get(CHECKS, params={"title": "抽查9"}).json()["items"] == []
        page = wang.get(f"{draws[1]}/classes", params={"limit": 1}).json()
        after = wang.get(f"{draws[1]}/classes", params={"cursor": page["next"]}).json()
        assert [one["place"] for one in page["items"] + after["items"]] == [1, 2]
