"""政策库, 证据包校验, 审计日志 and what of them stands on the first page."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from sqlalchemy import update

from api.http.gate import MOST_PACKAGE_BYTES
from facts.span import SHANGHAI
from pipeline.accounts.rights import Role
from runtime.platform.folders import uploads_folder
from storage.database.connection import writing
from storage.database.jobs import JobState, enqueue
from storage.database.tables.jobs import JOBS
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.sealed_packages import copied, papers
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("others")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        seeded(found)
        yield found


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sealed")
    return papers(root).seal(root / "out").packages[0]


def zipped(package: Path, place: Path) -> bytes:
    return Path(shutil.make_archive(str(place), "zip", package.parent, package.name)).read_bytes()


@contextmanager
def on_day(running: Running, day: date) -> Iterator[None]:
    """The service's clock stands at noon of that day."""
    ahead = running.clock.ahead
    noon = datetime.combine(day, time(12), SHANGHAI)
    running.clock.ahead = noon - (running.clock() - ahead)
    running.tokens.clear()  # who signed in on another day is not signed in on this one
    yield
    running.tokens.clear()
    running.clock.ahead = ahead


def test_the_shelf_says_of_each_document_whether_it_is_in_force(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/policy").text
    assert "阳人社规发〔2024〕2号" in page
    assert "已失效" in page


def test_a_rule_stands_beside_the_words_of_its_clause(served: Running) -> None:
    with served.as_(Role.TEACHER) as teacher:
        page = teacher.get("/policy/yangquan-2024").text
    card = page[page.index('id="YQ-V1"') : page.index('id="YQ-V2"')]
    assert "理论教学、实操培训每学时连续录像不低于10分钟" in card
    assert "第十一条" in card


def test_a_document_that_lapses_today_is_announced(served: Running) -> None:
    with on_day(served, date(2026, 10, 15)), served.as_(Role.REVIEWER) as reviewer:
        assert "今日失效" in reviewer.get("/policy").text
        assert "今日失效" in reviewer.get("/").text


def test_two_documents_are_laid_side_by_side(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/policy/diff", params={"left": "yangquan-2024", "right": "linxian-2023"}).text
        assert "有效期" in page
        assert inspector.get("/policy/diff", params={"left": "yangquan-2024", "right": "nowhere"}).status_code == 404


def test_a_sound_package_gives_a_tree_of_ticks(served: Running, package: Path, tmp_path: Path) -> None:
    with served.as_(Role.AUDITOR) as auditor:
        answer = auditor.post("/packages/check", files={"package": ("包.zip", zipped(package, tmp_path / "sound"))})
    assert answer.status_code == 200
    assert "证据包完好" in answer.text
    assert "mark-bad" not in answer.text
    assert "重新判定，结论一致" in answer.text


def test_an_altered_package_names_the_altered_file(served: Running, package: Path, tmp_path: Path) -> None:
    spoilt = copied(package, tmp_path / "copy" / package.name)
    (spoilt / "data/verdicts.jsonl").write_bytes((spoilt / "data/verdicts.jsonl").read_bytes() + b"\n")
    with served.as_(Role.INSPECTOR) as inspector:
        answer = inspector.post("/packages/check", files={"package": ("包.zip", zipped(spoilt, tmp_path / "spoilt"))})
    assert "证据包有问题" in answer.text
    assert "verdicts.jsonl" in answer.text


def test_what_is_no_package_is_said_to_be_none_and_nothing_is_left(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        answer = clerk.post("/packages/check", files={"package": ("x.zip", b"no zip at all")})
        assert answer.status_code == 422
        assert "不是可校验的证据包" in answer.text
        assert str(served.service.settings.home) not in answer.text
        assert clerk.post("/packages/check", data={"package": "words"}).status_code == 422
    assert list(uploads_folder(served.service.settings.home).glob("check-*")) == []


def test_a_stranger_s_package_is_refused_before_its_bytes_are_taken(served: Running) -> None:
    with served.client() as nobody:
        answer = nobody.post("/packages/check", files={"package": ("x.zip", b"0" * 3_000_000)})
    assert answer.status_code == 401


def test_a_package_of_more_than_the_bound_is_refused_by_its_length(served: Running) -> None:
    caller = HTTPConnection(served.url.removeprefix("http://"), timeout=60)
    caller.putrequest("POST", "/packages/check")
    caller.putheader("cookie", f"xueshi-session={served.token(Role.CLERK)}")
    caller.putheader("content-length", str(MOST_PACKAGE_BYTES + 1))
    caller.endheaders()
    assert caller.getresponse().status == 413
    caller.close()


def test_the_log_is_paged_backwards_without_a_gap(served: Running) -> None:
    places: list[str] = []
    with served.as_(Role.AUDITOR) as auditor:
        address = "/audit?kind=verdict"
        while address:
            page = auditor.get(address).text
            places += re.findall(r'<th scope="row" class="num">(\d+)</th>', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following.group(1).replace("&amp;", "&") if following else ""
    assert places == sorted(places, key=int, reverse=True)
    assert len(places) == len(set(places)) == 25


def test_nobody_but_the_auditor_reads_the_log(served: Running) -> None:
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.INSPECTOR):
        with served.as_(role) as somebody:
            assert somebody.get("/audit").status_code == 403


def test_a_verification_that_was_given_up_stands_first(served: Running) -> None:
    number = blank(served, "given-up", "核验失败班")
    with writing(served.service.engine, "test") as connection:
        job = enqueue(connection, "verify", "test given up", number, served.clock())
        values = {"state": JobState.FAILED.value, "fault": "缺少课表", "done_at": served.clock()}
        connection.execute(update(JOBS).where(JOBS.c.id == job.id).values(**values))
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/").text
        assert "缺少课表" in clerk.get(f"/classes/{number}").text
    assert page.index("核验没有完成 · 核验失败班") < page.index("不达标")


def test_the_first_page_leads_to_the_doubt_s_very_second(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        page = inspector.get("/").text
    assert "/classes/1/days/2025-04-08?at=2025-04-08T10%3A40%3A00%2B08%3A00#watch" in page
    assert "同一设备" in page


def test_all_doubts_are_listed_and_found_by_their_kind(served: Running) -> None:
    with served.as_(Role.REVIEWER) as reviewer, served.as_(Role.CLERK, "邻校") as other:
        page = reviewer.get("/doubts").text
        assert page.count('<article class="doubt"') == 3
        assert "教师用一部手机代为协助年长学员打卡" in page
        assert "录像须能够显示全体参训人员" in page
        some = reviewer.get("/doubts", params={"kind": "SHARED_DEVICE"}).text
        assert some.count('<article class="doubt"') == 1
        assert "没有这一类疑点" in reviewer.get("/doubts", params={"kind": "nothing"}).text
        assert "没有疑点不等于达标" in other.get("/doubts").text
