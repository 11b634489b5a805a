"""抽查 in the console, from the announcement to the second signature and the end of the hold."""

import json
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from api.http.auth import csrf_of
from pipeline.accounts.rights import Role
from storage.database.accounts import accounts, sessions
from storage.database.classes.classes import add_class, classes
from storage.database.connection import writing
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import LeafKind
from storage.retention.register import EvidenceRegister
from tests.fixtures.databases import sqlite_database
from tests.fixtures.log_keeper import events
from tests.fixtures.service import AREA, Running, running, settings_at

FORM = {"title": "第四季度双随机抽查", "strata": "institution", "share": "1/3", "per_class": "2", "most": "10"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        number = found.institution("正信职校")
        texts = dict.fromkeys(("trainee_group", "occupation", "level", "policy"), "")
        with writing(found.service.engine, "test") as connection:
            for index in range(6):
                code = f"YQ-{index}"
                place = "山西省阳泉市平定县"
                add_class(
                    connection, number, found.clock(), code=code, name=code, locality=place, programme="家政", **texts
                )
        KeyRing(found.service.settings.home / "keys").init(found.clock())
        yield found


def inspector(found: Running, name: str) -> httpx.Client:
    token = secrets.token_urlsafe(32)
    with writing(found.service.engine, "test") as connection:
        person = accounts.add_account(connection, name, f"检查员{name}", found.clock())
        accounts.grant(connection, person.id, Role.INSPECTOR.value, None, AREA)
        sessions.start(connection, token, person.id, found.clock(), "127.0.0.1", "test")
    return found.client(cookies={"xueshi-session": token}, headers={"x-csrf-token": csrf_of(found.service, token)})


def announced(client: httpx.Client, **more: str) -> str:
    answer = client.post("/checks", data=FORM | more)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def revealed(client: httpx.Client, path: str, **form: str) -> str:
    answer = client.post(f"{path}/reveal", data=form)
    assert answer.status_code == 303, answer.text
    return client.get(path).text


def test_a_draw_is_announced_revealed_and_checked_by_a_stranger(served: Running, tmp_path: Path) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        path = announced(wang, beacon="某期开奖号码")
        before = wang.get(path).text
        assert ("未揭示" in before, "YQ-0" in before) == (True, False)
        assert "待揭示" in wang.get("/").text
        commitment = wang.get(f"{path}/files/commitment.json").content
        assert wang.get(f"{path}/files/draw.json").status_code == 404
        assert "未能揭示" in wang.post(f"{path}/reveal", data={"beacon": ""}).text
        page = revealed(wang, path, beacon="02 07 13")
        assert page.count("冻结中") == 2
        assert "检**" not in page.split("抽取结果")[0]
        sheet = wang.get(f"{path}/files/draw.json").content
        checker = wang.get(f"{path}/files/draw_check.py").content
        assert wang.get(f"{path}/files/worklist.xlsx").status_code == 200
    for name, data in (("commitment.json", commitment), ("draw.json", sheet), ("draw_check.py", checker)):
        (tmp_path / name).write_bytes(data)
    command = [sys.executable, "draw_check.py", "draw.json", "--kept", "commitment.json"]
    assert subprocess.run(command, cwd=tmp_path, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own
    assert "检查员wang" not in sheet.decode()
    held = {hold.scope.class_id for hold in EvidenceRegister(served.service.engine).holds()}
    assert held == {entry["class"] for entry in json.loads(sheet)["drawn"]}


def test_findings_take_two_people_and_the_hold_ends_only_then(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li") as li, inspector(served, "zhao") as zhao:
        path = announced(wang)
        revealed(wang, path)
        people = {"wang": wang, "li": li, "zhao": zhao}
        drawn_class = f"{path}/1"
        sent = [name for name in people if "作出结论" in people[name].get(drawn_class).text]
        assert len(sent) == 2
        one, two = (people[name] for name in sent)
        stranger = next(people[name] for name in people if name not in sent)
        words = {"status": "UNPROVEN", "text": "到场时摄像机被移动，已请机构说明"}
        assert "只有抽签派往此班" in stranger.post(f"{drawn_class}/finding", data=words).text
        assert "请写明所见" in one.post(f"{drawn_class}/finding", data={"status": "PASS", "text": " "}).text
        assert "两人签字确认后" in one.post(f"{drawn_class}/lift").text
        assert one.post(f"{drawn_class}/finding", data=words).status_code == 303
        assert "复签须由另一人作出" in one.post(f"{drawn_class}/second", data={"agrees": "yes"}).text
        assert "份核查结论待您复签" in two.get("/").text
        assert "写明不同意的理由" in two.post(f"{drawn_class}/second", data={"agrees": "no"}).text
        assert two.post(f"{drawn_class}/second", data={"agrees": "no", "dissent": "时间有误"}).status_code == 303
        assert "须更正" in one.get(drawn_class).text
        assert one.post(f"{drawn_class}/finding", data=words | {"text": "更正：上午九点"}).status_code == 303
        assert two.post(f"{drawn_class}/second", data={"agrees": "yes"}).status_code == 303
        page = two.get(drawn_class).text
        assert page.count('<article class="doubt">') == 2
        assert two.post(f"{drawn_class}/lift").status_code == 303
        assert "已解除" in two.get(drawn_class).text
    kinds = [entry.leaf.kind for entry in events(served.service.log)]
    assert kinds.count(LeafKind.SPOT_CHECK) == 4
    assert kinds.count(LeafKind.DRAW) == 2
    assert len(EvidenceRegister(served.service.engine).holds()) == 1


def test_conflicts_that_leave_nobody_to_send_are_told_before_anything_is_announced(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        answer = wang.post("/checks", data=FORM | {"avoid": "wang：正信职校"})
        assert (answer.status_code, "未能公布" in answer.text) == (422, True)
        strange = wang.post("/checks", data=FORM | {"avoid": "nobody：正信职校\n正信职校"})
        assert ("没有这名抽查员：nobody" in strange.text, "回避一行看不懂：正信职校" in strange.text) == (True, True)
        assert "比例应为" in wang.post("/checks", data=FORM | {"share": "2"}).text
        assert "还没有公布过抽查" in wang.get("/checks").text


def test_a_draw_of_another_area_is_not_there(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        path = announced(wang)
    with served.as_(Role.INSPECTOR, area="山西省吕梁市") as other:
        assert other.get(path).status_code == 404
        assert other.post(f"{path}/reveal").status_code == 404
        assert path not in other.get("/checks").text


def test_reviewers_read_and_do_not_write(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        path = announced(wang)
        revealed(wang, path)
    with served.as_(Role.REVIEWER) as reviewer:
        page = reviewer.get(path).text
        assert ("抽取结果" in page, "任务单（内部）" in page) == (True, False)
        assert reviewer.get(f"{path}/files/worklist.xlsx").status_code == 404
        assert reviewer.post(f"{path}/1/finding", data={"status": "PASS", "text": "x"}).status_code == 403


def test_the_pages_are_complete_in_english(served: Running) -> None:
    with inspector(served, "wang") as wang, inspector(served, "li"):
        path = announced(wang, title="Q4")
        revealed(wang, path)
        for page in ("/checks", path, f"{path}/1"):
            text = re.sub(r"data-zh=\"[^\"]*\"|lang=\"zh-CN\"[^<]*<", "", wang.get(f"{page}?lang=en").text)
            shown = re.findall(r">([^<]*[一-鿿][^<]*)<", text)
            names = re.compile("检|正信职校|山西省阳泉市|家政|双色球")
            assert [one for one in shown if not names.search(one)] == []


def test_a_finding_stands_on_its_class_and_on_no_other_with_who_confirmed_it(served: Running) -> None:
    elsewhere = served.institution("邻校")
    with inspector(served, "wang") as wang, inspector(served, "li") as li, served.as_(Role.CLERK) as clerk:
        path = announced(wang, per_class="2")
        revealed(wang, path)
        drawn = re.search(r'href="/classes/(\d+)"', wang.get(f"{path}/1").text)
        assert drawn
        own = f"/classes/{drawn[1]}"
        with writing(served.service.engine, "test") as connection:
            (code,) = [one.code for one in classes(connection) if one.id == int(drawn[1])]
            texts = dict.fromkeys(("name", "programme", "trainee_group", "occupation", "level", "policy"), "")
            texts |= {"code": code, "locality": "山西省吕梁市临县"}
            twin = add_class(connection, elsewhere, served.clock(), **texts).id
        words = {"status": "FAIL", "text": "到场时教室无人"}
        assert wang.post(f"{path}/1/finding", data=words).status_code == 303
        assert "等第二人签字" in wang.get(own).text
        assert "到场时教室无人" not in clerk.get(own).text, "one person's word is no finding yet"
        assert li.post(f"{path}/1/second", data={"agrees": "yes"}).status_code == 303
        page = clerk.get(own).text
        assert "第二人同意 检查员li" in page
        assert re.search(r"不达标</span>\s*第四季度双随机抽查", page)
        assert f'href="{path}"' in wang.get(own).text
        assert f'href="{path}"' not in page
    with served.as_(Role.CLERK, "邻校") as other:
        page = other.get(f"/classes/{twin}").text
        assert (code in page, "到场时教室无人" in page) == (True, False)
