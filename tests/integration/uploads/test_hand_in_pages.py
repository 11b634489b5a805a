"""开班 and 上传材料 as pages: what is missing in the clerk's words, a plain form, faults beside the field, 待办."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from api.http.gate import MOST_FORM_BYTES
from api.uploads.pages.hand_in_words import WORDS
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database import jobs
from storage.database.connection import sqlite_address, writing
from tests.fixtures.hand_in import roster, sent, timetable
from tests.fixtures.sample_report import sample_report
from tests.fixtures.sample_service import blank, keep
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.tus import announce


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("hand-in")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        yield found


def posted(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    return client.post(path, data=fields, headers={"accept": "text/html"})


def test_a_class_is_opened_and_leads_to_its_material(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        form = clerk.get("/new-class").text
        assert 'value="山西省阳泉市平定县"' in form
        assert "项目制培训" in form
        assert "阳人社规发〔2024〕2号" in form
        made = posted(clerk, "/new-class", code="新-1", name="新班", programme="项目制培训", group="重点群体")
        assert made.status_code == 303
        number = int(made.headers["location"].split("/")[2])
        assert made.headers["location"] == f"/classes/{number}/files"
        shown = clerk.get(f"/api/v1/classes/{number}").json()
    assert (shown["locality"], shown["programme"], shown["group"]) == ("山西省阳泉市平定县", "项目制培训", "重点群体")


def test_every_fault_of_a_new_class_stands_beside_its_field_and_nothing_is_made(served: Running) -> None:
    blank(served, "taken")
    with served.as_(Role.CLERK) as clerk:
        wrong = posted(
            clerk,
            "/new-class",
            code="a b",
            name="",
            locality="阳泉",
            policy="nothing",
            occupation="x" * 201,
            level="\x07",
        )
        twice = posted(clerk, "/new-class", code="taken", name="再来")
        codes = [one["code"] for one in clerk.get("/api/v1/classes").json()["items"]]
    assert wrong.status_code == twice.status_code == 422
    for field, words in {
        "code": "不能有空格",
        "name": "请写班名",
        "locality": "地点应写全名",
        "policy": "没有这份政策文件",
        "occupation": "最多 200 个字",
        "level": "不可见的字符",
    }.items():
        assert words in wrong.text.split(f'id="e-{field}"')[1][:80], field
    assert "本机构已有这个编号的班" in twice.text
    assert codes.count("taken") == 1
    assert "a b" not in codes


def test_what_a_class_says_of_itself_is_corrected_but_neither_its_code_nor_its_place(served: Running) -> None:
    number = blank(served, "about")
    with served.as_(Role.CLERK) as clerk, served.as_(Role.CLERK, "邻校") as other:
        assert other.get(f"/classes/{number}/about").status_code == 404
        assert other.post(f"/classes/{number}/about", data={"name": "x"}).status_code == 404
        form = clerk.get(f"/classes/{number}/about").text
        assert '<option value="项目制" selected>' in form, "a word that no rulebook knows stays"
        path = f"/classes/{number}/about"
        assert posted(clerk, path, code="other", name="改名", locality="山西省", level="中级工").status_code == 303
        shown = clerk.get(f"/api/v1/classes/{number}").json()
    assert (shown["code"], shown["name"], shown["level"]) == ("about", "改名", "中级工")
    assert shown["locality"] == "山西省阳泉市平定县"


FILM = b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov"  # as much of an MP4 as its first look asks for


def test_the_page_says_what_is_missing_and_which_days_have_no_recording(served: Running, tmp_path: Path) -> None:
    number = blank(served, "missing")
    path = f"/classes/{number}/files"
    with served.as_(Role.CLERK) as clerk:
        assert "还没有收到材料" in clerk.get(path).text
        assert "开始核验" not in clerk.get(path).text
        sent(clerk, number, "录像/CH01_20250407083000_20250407091500.mp4", FILM)
        bare = clerk.get(path).text
        assert "还没有花名册：不知道应到多少人" in bare
        assert "还没有课表" in bare
        sent(clerk, number, "花名册.xlsx", roster(tmp_path / "a.xlsx").read_bytes())
        sent(clerk, number, "课表.xlsx", timetable(tmp_path / "b.xlsx").read_bytes())
        sent(clerk, number, "录像/随手.mp4", FILM)
        page = clerk.get(path).text
        english = clerk.get(f"{path}?lang=en").text
    assert "花名册 5 人" in page
    assert "课表 2 学时，2025-04-07 周一 至 2025-04-08 周二" in page
    assert "有课没有录像的日子 1 天（按录像文件名看）：2025-04-08 周二" in page
    assert "1 个录像的文件名里没有时间" in page
    assert "内容与此文件完全相同： 录像/CH01_20250407083000_20250407091500.mp4" in page
    assert "必需的材料都有了" not in page
    assert "a roster of 5" in english
    assert "1 day with lessons and no recording" in english
    assert "开始核验" in page
    assert "没有可用的" not in page, "what is missing is said once"


def test_a_second_roster_and_a_list_that_nobody_can_read_are_told(served: Running, tmp_path: Path) -> None:
    number = blank(served, "twice")
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, number, "花名册.xlsx", roster(tmp_path / "a.xlsx").read_bytes())
        sent(clerk, number, "花名册（旧）.xlsx", roster(tmp_path / "b.xlsx", 4).read_bytes())
        sent(clerk, number, "名单.csv", "甲,乙\n1,2\n".encode())
        page = clerk.get(f"/classes/{number}/files").text
    assert "花名册有 2 份" in page
    assert "请指出哪一列是什么：名单.csv" in page, "a list that nobody can read is asked about"


def test_without_script_one_file_comes_by_a_plain_form(served: Running, tmp_path: Path) -> None:
    number = blank(served, "plain")
    data = roster(tmp_path / "a.xlsx").read_bytes()
    with served.as_(Role.CLERK) as clerk:
        field = {"csrf": clerk.headers.pop("x-csrf-token")}
        path = f"/hand-in/{number}"
        came = clerk.post(path, files={"file": ("C:\\班\\花名册.xlsx", data)}, data=field)
        empty = clerk.post(path, files={"file": ("空.mp4", b"")}, data=field)
        again = clerk.post(path, files={"file": ("花名册.xlsx", data + b" ")}, data=field)
        nothing = clerk.post(path, data=field)
        forged = clerk.post(path, files={"file": ("x.mp4", b"x")})
        (file,) = clerk.get(f"/api/v1/classes/{number}/files").json()["items"]
        assert clerk.get(f"/api/v1/classes/{number}/uploads").json()["items"] == [], "nothing is left half sent"
    assert (came.status_code, came.headers["location"]) == (303, f"/classes/{number}/files")
    assert (file["name"], file["role"], file["size_bytes"]) == ("花名册.xlsx", "roster", len(data))
    assert (empty.status_code, "0 字节" in empty.text) == (422, True)
    assert "已有同名文件" in again.text
    assert "请选择一个文件" in nothing.text
    assert forged.status_code == 403
    assert (class_folder(served.service.settings.home, number) / "花名册.xlsx").read_bytes() == data


def test_a_form_that_is_too_large_is_refused_before_its_body_comes(served: Running) -> None:
    number, token, host = blank(served, "large"), served.token(Role.CLERK), urlsplit(served.url)
    connection = HTTPConnection(host.hostname or "", host.port or 0, timeout=60)
    with closing(connection):
        connection.putrequest("POST", f"/hand-in/{number}")
        connection.putheader("content-length", str(MOST_FORM_BYTES + 1))
        connection.putheader("content-type", "multipart/form-data; boundary=x")
        connection.putheader("cookie", f"xueshi-session={token}")
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_half_sent_files_are_listed_with_how_far_they_are_and_can_be_given_up(served: Running) -> None:
    number = blank(served, "half")
    with served.as_(Role.CLERK) as clerk, served.as_(Role.CLERK, "邻校") as other:
        token = announce(clerk, number, "录像/a.mp4", 2_000_000_000, role="").headers["location"].rpartition("/")[2]
        page = clerk.get(f"/classes/{number}/files").text
        path = f"/classes/{number}/uploads/{token}/end"
        assert path in page
        posted(other, path)
        assert "传了一半的文件" in clerk.get(f"/classes/{number}/files").text, "it is its sender's alone"
        assert posted(clerk, path).status_code == 303
        assert "传了一半的文件" not in clerk.get(f"/classes/{number}/files").text
    assert "0 B / 2.0 GB" in page


def test_files_are_put_right_by_forms_and_a_verified_one_says_why_it_stays(served: Running) -> None:
    number = blank(served, "right")
    with served.as_(Role.CLERK) as clerk:
        one, two = sent(clerk, number, "a.csv", b"1,2\n"), sent(clerk, number, "b.mp4", b"film")
        base = f"/classes/{number}/files"
        assert posted(clerk, f"{base}/{one['id']}/role", role="leave").status_code == 303
        assert "请假表" in clerk.get(base).text
        assert posted(clerk, f"{base}/{one['id']}/remove").status_code == 303
        assert "a.csv" not in clerk.get(base).text
        keep(served, number, sample_report())
        page = clerk.get(base).text
        stays = posted(clerk, f"{base}/{two['id']}/remove")
    assert "已核验，留存" in page
    assert "已用于核验并按规定留存，不能删除" in page
    assert "删除此文件" not in page
    assert stays.status_code == 409
    assert "b.mp4：已用于核验" in stays.text


def test_verification_is_asked_for_and_its_end_is_told_where_the_material_is(served: Running) -> None:
    number = blank(served, "verify")
    base = f"/classes/{number}/files"
    with served.as_(Role.CLERK) as clerk:
        assert posted(clerk, f"{base}/verify").status_code == 409
        sent(clerk, number, "b.mp4", b"film")
        asked = posted(clerk, f"{base}/verify")
        assert asked.headers["location"] == f"{base}#standing"
        waiting = clerk.get(base).text
        assert "data-live" in waiting
        assert "排队中" in waiting
        at = served.clock() + timedelta(seconds=1)
        with writing(served.service.engine, "test") as connection:
            job = jobs.lease(connection, "test", at)
            assert job
            jobs.fail(connection, job, "课表.xlsx：第 3 行没有日期", at, for_good=True)
        failed, todo = clerk.get(base).text, clerk.get("/").text
        with served.as_(Role.INSPECTOR) as inspector:
            theirs = inspector.get("/").text
        keep(served, number, sample_report())
        done = clerk.get(base).text
    assert "课表.xlsx：第 3 行没有日期" in failed
    assert "开始核验" in failed
    assert f'href="{base}#standing"' in todo, "the clerk is led to the material"
    assert f'href="{base}' not in theirs, "whoever cannot hand in is led to the class"
    assert f'href="/classes/{number}"' in theirs
    assert "看核验结果" in done
    assert "再核验一次" in done
    assert "开始核验" not in done
    assert "不达标" in done


def test_a_class_without_files_stands_on_the_clerk_s_first_page_and_on_nobody_else_s(served: Running) -> None:
    number = blank(served, "todo", "还没交材料的班")
    with served.as_(Role.CLERK) as clerk, served.as_(Role.INSPECTOR) as inspector:
        assert f'href="/classes/{number}/files">○ 还没有上传材料 · 还没交材料的班' in clerk.get("/").text
        assert "还没有上传材料" not in inspector.get("/").text
        assert f"/classes/{number}/files" in clerk.get(f"/classes/{number}").text
        assert f"/classes/{number}/files" not in inspector.get(f"/classes/{number}").text


def test_an_institution_without_a_class_is_led_to_its_first(served: Running) -> None:
    with served.as_(Role.CLERK, "邻校") as clerk:
        assert 'href="/new-class">还没有班期：开班' in clerk.get("/").text


def test_in_english_no_word_of_the_console_s_own_stays_chinese(served: Running, tmp_path: Path) -> None:
    number = blank(served, "english")
    with served.as_(Role.CLERK) as clerk:
        clerk.cookies.set("xueshi-lang", "en")
        sent(clerk, number, "a.xlsx", roster(tmp_path / "a.xlsx").read_bytes())
        announce(clerk, number, "b.mp4", 5, role="")
        pages = [clerk.get(f"/classes/{number}/files").text, clerk.get("/new-class").text]
        pages.append(posted(clerk, "/new-class", code="", name="").text)
    for page in pages:
        plain = re.sub(r'lang="zh-CN"[^>]*>[^<]*<|data-words="[^"]*"|data-zh="[^"]*"', "", page)
        own = re.findall(r"<(h2|label|button|thead|nav|li|summary|strong)\b[^>]*>(.*?)</\1>", plain, re.DOTALL)
        assert re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", " ", " ".join(text for _, text in own))) == []


def test_the_words_of_the_page_s_module_are_there_in_both_languages(served: Running) -> None:
    number = blank(served, "words")
    with served.as_(Role.CLERK) as clerk:
        zh, en = (_words(clerk.get(f"/classes/{number}/files?lang={lang}").text) for lang in ("zh", "en"))
    assert zh["left_minutes"] == "大约还要 {minutes} 分钟"
    assert en["left_minutes"] == "about {minutes} min left"
    assert zh.keys() == en.keys() == {*WORDS, "roles"}
    assert [name for name, text in en.items() if re.search(r"[\u4e00-\u9fff]", str(text))] == []
    holes = re.compile(r"\{\w+\}")
    assert [name for name in WORDS if set(holes.findall(zh[name])) != set(holes.findall(en[name]))] == []


def _words(page: str) -> dict[str, str]:
    (found,) = re.findall(r'data-words="([^"]*)"', page)
    return dict(json.loads(html.unescape(found)))
