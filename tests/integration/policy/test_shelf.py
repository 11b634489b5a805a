"""One shelf everywhere: a county's own rulebook from a folder, and one handed in to the service and signed by two people."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from facts.doubt_case import Deed, DoubtCase, DoubtEvent
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import DataScope, Role
from pipeline.doubts.doubt_stages import step
from policy.shelf import packaged
from runtime.accounts.caller import Caller
from runtime.doubts.attachments import AttachedFile
from runtime.doubts.doubt_steps import explanation
from runtime.platform.worker import Worker
from runtime.policy.shelf import shelf_of
from storage.database.connection import reading, sqlite_address
from storage.database.tables.verification import REPORTS
from storage.evidence_log.leaf import LeafKind
from tests.fixtures.county_rulebook import COUNTY, county_folder, county_text
from tests.fixtures.folders import xueshi
from tests.fixtures.rulebooks import renamed
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.table_folder import table_folder
from tests.fixtures.tus import uploaded

AREA = "山西省阳泉市"
HERE = "山西省阳泉市汇东县"


@pytest.mark.parametrize("command", ["verify", "doctor"])
def test_a_folder_of_rulebooks_reaches_every_command(command: str, tmp_path: Path) -> None:
    folder, books = table_folder(tmp_path / "class", HERE), county_folder(tmp_path / "books")
    without = xueshi(command, folder, "--json", "-", cache=tmp_path / "cache")
    ran = xueshi(command, folder, "--rulebooks", books, "--json", "-", cache=tmp_path / "cache")
    assert without.code == 20
    assert json.loads(ran.out)["policy"]["id"] == COUNTY, ran


def test_a_sealed_day_holds_the_county_s_rulebook_and_is_judged_again_by_it(tmp_path: Path) -> None:
    folder, books = table_folder(tmp_path / "class", HERE), county_folder(tmp_path / "books")
    xueshi("keys", "init", cache=tmp_path / "cache", home=tmp_path / "home")
    ran = xueshi("seal", folder, "--rulebooks", books, "--json", cache=tmp_path / "cache", home=tmp_path / "home")
    assert ran.code == 0, ran
    (package,) = json.loads(ran.out)["packages"]
    assert (Path(package) / "data" / "rulebook" / f"{COUNTY}.toml").read_text("utf-8") == county_text()
    checked = xueshi("check", package, "--recompute", cache=tmp_path / "cache", home=tmp_path / "home")
    assert checked.code == 0, checked
    assert f"按 {COUNTY} 第 1 版重新判定" in checked.out
    sealed = json.loads((Path(package) / "data" / "report" / "report.json").read_text("utf-8"))["policy"]
    assert (sealed["id"], sealed["version"], len(sealed["sha256"])) == (COUNTY, "1", 64)
    law = Path(package) / "data" / "rulebook" / f"{COUNTY}.toml"
    law.write_text(f"{county_text()}# another text\n", "utf-8")
    other = xueshi("check", package, "--recompute", "--lang", "en", cache=tmp_path / "cache", home=tmp_path / "home")
    assert "that version is not at hand" in other.out, other


def test_a_rulebook_with_line_ends_of_windows_is_judged_again_by_its_bytes(tmp_path: Path) -> None:
    folder, books = table_folder(tmp_path / "class", HERE), county_folder(tmp_path / "books")
    data = county_text().replace("\n", "\r\n").encode()
    (books / f"{COUNTY}.toml").write_bytes(data)
    xueshi("keys", "init", cache=tmp_path / "cache", home=tmp_path / "home")
    for more in (("--rulebooks", books), ("--policy", books / f"{COUNTY}.toml")):
        ran = xueshi("seal", folder, *more, "--json", cache=tmp_path / "cache", home=tmp_path / "home")
        assert ran.code == 0, ran
        (package,) = json.loads(ran.out)["packages"]
        assert (Path(package) / "data" / "rulebook" / f"{COUNTY}.toml").read_bytes() == data
        checked = xueshi("check", package, "--recompute", cache=tmp_path / "cache", home=tmp_path / "home")
        assert checked.code == 0, checked
        sealed = json.loads((Path(package) / "data" / "report" / "report.json").read_text("utf-8"))["policy"]
        assert sealed["sha256"] == hashlib.sha256(data).hexdigest()


def test_a_report_is_not_sealed_under_another_document_than_it_names(tmp_path: Path) -> None:
    folder, books = table_folder(tmp_path / "class", HERE), county_folder(tmp_path / "books")
    xueshi("keys", "init", cache=tmp_path / "cache", home=tmp_path / "home")
    xueshi("verify", folder, "--rulebooks", books, cache=tmp_path / "cache")
    ran = xueshi("seal", folder / "核验报告" / "report.json", cache=tmp_path / "cache", home=tmp_path / "home")
    assert ran.code == 2, ran
    assert COUNTY in ran.err


@pytest.mark.parametrize("command", ["verify", "doctor"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "got no such file"),
        ("补贴".encode("gb18030"), "cannot be read as UTF-8"),
        (b"id = 1", "rulebook.id"),
    ],
)
def test_a_policy_file_that_is_none_is_one_line_and_exit_2(
    command: str, data: bytes | None, words: str, tmp_path: Path
) -> None:
    book = tmp_path / "book.toml"
    if data is not None:
        book.write_bytes(data)
    folder = table_folder(tmp_path / "class", HERE)
    ran = xueshi(command, folder, "--policy", book, "--lang", "en", cache=tmp_path / "cache")
    assert ran.code == 2, ran
    assert words in ran.err
    assert "book.toml" in ran.err


def test_a_policy_file_may_name_what_it_replaces(tmp_path: Path) -> None:
    replaces = (
        '[replaces]\nbooks = ["yangquan-2024"]\nquote = "此前有关规定与本办法不一致的，按本办法执行"\n\n[assumptions]'
    )
    book, folder = tmp_path / "book.toml", table_folder(tmp_path / "class", HERE)
    book.write_text(county_text().replace("[assumptions]", replaces, 1), "utf-8")
    ran = xueshi("verify", folder, "--policy", book, "--json", "-", cache=tmp_path / "cache")
    assert ran.code != 2, ran
    assert json.loads(ran.out)["policy"]["id"] == COUNTY
    book.write_text(book.read_text("utf-8").replace('"yangquan-2024"]', '"linxian-2023"]'), "utf-8")
    ran = xueshi("verify", folder, "--policy", book, "--lang", "en", cache=tmp_path / "cache")
    assert ran.code == 2, ran
    assert "linxian-2023 of 山西省/吕梁市/临县" in ran.err


def test_a_report_is_not_sealed_under_another_version_of_its_document(tmp_path: Path) -> None:
    folder, books = table_folder(tmp_path / "class", HERE), county_folder(tmp_path / "books")
    xueshi("keys", "init", cache=tmp_path / "cache", home=tmp_path / "home")
    xueshi("verify", folder, "--rulebooks", books, cache=tmp_path / "cache")
    report = folder / "核验报告" / "report.json"
    law = books / f"{COUNTY}.toml"
    told = json.loads(report.read_text("utf-8"))["policy"]["sha256"]
    law.write_text(f"{county_text()}# another text\n", "utf-8")
    ran = xueshi("seal", report, "--rulebooks", books, cache=tmp_path / "cache", home=tmp_path / "home")
    assert ran.code == 2, ran
    assert f"{COUNTY} {told[:12]}" in ran.err
    law.write_text(county_text(), "utf-8")
    ran = xueshi("seal", report, "--rulebooks", books, cache=tmp_path / "cache", home=tmp_path / "home")
    assert ran.code == 0, ran


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found


def handed_in(
    found: Running, text: str, role: Role = Role.REVIEWER, area: str = AREA, day: str = ""
) -> tuple[int, str]:
    """The status and the page or address that came back."""
    effective = day or local_day(found.clock()).isoformat()
    with found.as_(role, area=area) as person:
        sent = {"file": ("county.toml", text.encode(), "application/toml")}
        answer = person.post("/policy-hand-in", files=sent, data={"effective": effective}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", answer.text)


def judge(found: Running, number: int) -> dict[str, object]:
    """The class verified; what its newest report says of its document."""
    with found.as_(Role.CLERK) as clerk:
        clerk.post(f"/classes/{number}/verify")
    worker = Worker(found.service.engine, found.service.settings, found.clock)
    while worker.step():
        pass
    with reading(found.service.engine, "test") as connection:
        text = connection.execute(select(REPORTS.c.document).order_by(REPORTS.c.id.desc()).limit(1)).scalar_one()
    policy: dict[str, object] = json.loads(text)["policy"]
    return policy


def test_a_rulebook_counts_once_a_second_person_has_signed_and_not_before(served: Running, tmp_path: Path) -> None:
    folder = table_folder(tmp_path / "class", HERE)
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, folder, HERE)
    status, place = handed_in(served, county_text())
    assert status == 303
    assert COUNTY not in {book.id for book in shelf_of(served.service).books}
    with served.as_(Role.REVIEWER) as author:
        assert author.post(f"{place}/sign").status_code == 403
    with served.as_(Role.INSPECTOR) as second:
        assert "待复签" in second.get("/").text
        assert "我已核对原文" in second.get(place).text
        assert second.post(f"{place}/sign", follow_redirects=False).status_code == 303
        assert second.post(f"{place}/sign").status_code == 409
    assert COUNTY in {book.id for book in shelf_of(served.service).books}
    assert len(served.service.log.leaves(kind=LeafKind.RULEBOOK)) == 2
    with served.as_(Role.CLERK) as clerk:
        clerk.post(f"/classes/{number}/about", data={"code": "JZ1", "name": "家政1班", "policy": COUNTY})
    policy = judge(served, number)
    assert (policy["id"], policy["version"], policy["sha256"]) == (
        COUNTY,
        "1",
        shelf_of(served.service).book(COUNTY).sha256,
    )


def test_what_was_judged_keeps_its_version_and_the_next_one_counts_from_its_day(served: Running) -> None:
    for version, day in (("1", ""), ("2", (served.clock() + timedelta(days=3)).date().isoformat())):
        _, place = handed_in(served, county_text(version), day=day)
        with served.as_(Role.INSPECTOR) as second:
            second.post(f"{place}/sign")
    now = shelf_of(served.service).book(COUNTY)
    served.clock.ahead += timedelta(days=4)
    later = shelf_of(served.service)
    assert (now.version, later.book(COUNTY).version) == ("1", "2")
    assert later.version(now.sha256) == now
    assert later.texts[now.sha256] == county_text("1")


def test_the_same_files_are_verified_again_once_another_version_counts(served: Running, tmp_path: Path) -> None:
    with served.as_(Role.CLERK) as clerk:
        number = uploaded(clerk, table_folder(tmp_path / "class", HERE), HERE)
    versions = []
    for version in ("1", "1", "2"):
        if version not in versions:
            _, place = handed_in(served, county_text(version))
            with served.as_(Role.INSPECTOR) as second:
                second.post(f"{place}/sign")
        versions.append(judge(served, number)["version"])
    assert versions == ["1", "1", "2"]
    with reading(served.service.engine, "test") as connection:
        assert len(connection.execute(select(REPORTS.c.id)).all()) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda text: text.replace("每学时连续录像不低于10分钟", "每学时连续录像不低于5分钟"),
            "words that were sealed",
        ),
        (lambda text: text.replace("阳泉市/汇东县", "太原市/汇东县"), "for which you speak"),
        (lambda text: text.replace("HD-V1", "YQ-V1"), "yangquan-2024"),
        (lambda _: "id = 1\nid = 2", "county.toml"),
    ],
)
def test_faults_stand_in_a_table_and_nothing_is_kept(served: Running, change: object, said: str) -> None:
    assert callable(change)
    status, page = handed_in(served, change(county_text()))
    assert status == 422
    assert said in page.partition('class="stack list lint"')[2]
    with served.as_(Role.REVIEWER) as person:
        assert "还没有提交过" in person.get("/policy").text


def test_a_day_that_has_passed_and_a_version_that_was_there_are_refused(served: Running) -> None:
    assert "today or later" in handed_in(served, county_text(), day="2026-01-01")[1]
    handed_in(served, county_text())
    assert "again" in handed_in(served, county_text().replace("# ", "#  ", 1))[1]


def test_whoever_is_paid_by_the_law_may_not_hand_it_in(served: Running) -> None:
    assert handed_in(served, county_text(), role=Role.CLERK)[0] == 403


def test_the_service_judges_and_seals_by_the_operator_s_folder(tmp_path: Path) -> None:
    books = county_folder(tmp_path / "books")
    settings = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path / "home", XUESHI_RULEBOOKS=str(books))
    with running(settings) as found:
        with found.as_(Role.CLERK) as clerk:
            number = uploaded(clerk, table_folder(tmp_path / "class", ""), HERE)
            assert COUNTY in clerk.get("/new-class").text
            clerk.post(f"/classes/{number}/about", data={"code": "JZ1", "name": "家政1班", "policy": COUNTY})
            assert re.search(rf"{COUNTY}", clerk.get("/policy").text)
        assert judge(found, number)["id"] == COUNTY
    assert COUNTY not in {book.id for book in packaged().books}


def test_what_explains_a_doubt_is_kept_as_long_as_a_document_of_the_folder_asks(tmp_path: Path) -> None:
    books = tmp_path / "books"
    books.mkdir()
    text = renamed("county-2026", "HD", places='["山西省/阳泉市/汇东县"]', level="county")
    (books / "county.toml").write_text(text.replace("years = 2", "years = 9"), "utf-8")
    paper = tmp_path / "合同.pdf"
    paper.write_bytes(b"%PDF-1.4")
    settings = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path / "home", XUESHI_RULEBOOKS=str(books))
    with running(settings) as found:
        at = found.clock()
        clerk = Caller("account:1", "经办", Role.CLERK, DataScope(1))
        case = step(DoubtCase("D1", "C-1", "K", "X", "YQ-M1", Text("甲", "a")), DoubtEvent(Deed.OPEN, "xueshi", at))
        explanation(found.service, clerk, [case], "见附件", [AttachedFile(paper.name, paper)])
        (kept,) = found.service.store.list()
    assert kept.retain_until
    assert kept.retain_until >= at + timedelta(days=9 * 365)
