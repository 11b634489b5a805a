"""Every declared list: narrowed, ordered, paged without a gap, handed out as its filters show it, kept under a name."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from pipeline.accounts.rights import Role
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running, running, settings_at

EVIL = '=HYPERLINK("http://x")'
ALIKE = 115
ORDER = ["丁班", "丙班", "乙班", "甲班"]  # by their code points, as both databases compare them here


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("lists")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        seeded(found)
        for no, name in enumerate(("甲班", "丙班", "丁班", "乙班", EVIL)):
            blank(found, f"own-{no}", name)
        for no in range(ALIKE):
            blank(found, f"same-{no:03}", "同名班" if no % 2 else f"同名班{no:03}")
        blank(found, "far-1", "外班", school="邻校")
        yield found


def names_in(page: str) -> list[str]:
    return re.findall(r'<a href="/classes/\d+">([^<]+)</a>', page)


def followed(client: httpx.Client, address: str) -> Iterator[str]:
    """Every page from this one on."""
    while address:
        page = client.get(address).text
        yield page
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = found[1].replace("&amp;", "&") if found else ""


def test_a_list_is_ordered_by_a_column_and_turned_round(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/classes", params={"sort": "name", "q": "own-"}).text
        assert [one for one in names_in(page) if one.endswith("班")] == sorted(ORDER)
        assert 'aria-sort="ascending"' in page
        back = clerk.get("/classes", params={"sort": "-name", "q": "own-"}).text
        assert names_in(back) == list(reversed(names_in(page)))
        assert clerk.get("/classes", params={"sort": "level"}).status_code == 422


def test_pages_of_an_ordered_list_follow_without_a_gap_though_names_are_alike(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        for sort in ("name", "-name", "-code", "made"):
            seen = [code for page in followed(clerk, f"/classes?sort={sort}&q=同名班") for code in _codes(page)]
            assert len(seen) == ALIKE
            assert len(set(seen)) == ALIKE
            if sort == "-code":
                assert seen == sorted(seen, reverse=True)
        cursor, rows = "", list[str]()
        while cursor is not None:
            asked = {"sort": "name", "q": "同名班", "limit": "50", **({"cursor": cursor} if cursor else {})}
            body = clerk.get("/api/v1/classes", params=asked).json()
            rows += [one["code"] for one in body["items"]]
            cursor = body["next"]
        assert sorted(rows) == sorted(set(seen))


def _codes(page: str) -> list[str]:
    return re.findall(r"· (same-\d+)<", page)


def test_behind_a_row_of_somebody_else_there_is_nothing_to_learn(served: Running) -> None:
    """Its place among one's own rows would tell its name."""
    with served.as_(Role.CLERK, "邻校") as other:
        (far,) = other.get("/api/v1/classes").json()["items"]
    with served.as_(Role.CLERK) as clerk:
        page = clerk.get("/classes", params={"sort": "name", "before": far["id"]}).text
        assert names_in(page) == []


def test_a_range_of_days_is_of_china_s_calendar_and_holds_both_ends(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        made = clerk.get("/api/v1/classes", params={"limit": 1}).json()["items"][0]["made_at"]
        assert made
        page = clerk.get("/classes.csv", params={"q": "own-0"}).content.decode("utf-8-sig")
        day = next(iter(csv.DictReader(io.StringIO(page))))["建立"]
        for asked, there in (({"made_from": day, "made_to": day}, 1), ({"made_from": "2090-01-01"}, 0)):
            assert len(names_in(clerk.get("/classes", params={"q": "own-0", **asked}).text)) == there
            body = clerk.get("/api/v1/classes", params={"q": "own-0", **asked}).json()
            assert len(body["items"]) == there
        assert clerk.get("/classes", params={"made_from": "2026-02-31"}).status_code == 422


def test_an_export_is_what_the_filters_show_in_their_order_and_runs_nothing(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        answer = clerk.get("/classes.csv", params={"q": "own-", "sort": "-code"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [one["编号"] for one in rows] == [f"own-{no}" for no in (4, 3, 2, 1, 0)]
        assert rows[0]["班期"] == f"'{EVIL}"
        book = load_workbook(io.BytesIO(clerk.get("/classes.xlsx", params={"q": "own-"}).content))
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]][:3] == ["班期", "编号", "培训机构"]
        assert sheet.max_row == 6
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert len(clerk.get("/classes.csv", params={"q": "同名班"}).content.splitlines()) == 1 + ALIKE
    with served.as_(Role.CLERK, "邻校") as other:
        assert "own-" not in other.get("/classes.csv").content.decode("utf-8-sig")
    with served.as_(Role.AUDITOR) as auditor:
        assert auditor.get("/classes.csv").status_code == 403


def test_an_export_with_names_of_people_is_in_the_log(served: Running) -> None:
    def exports() -> int:
        with served.as_(Role.AUDITOR) as auditor:
            return auditor.get("/audit", params={"kind": "export"}).text.count("list accounts")

    before = exports()
    with served.as_(Role.SECURITY_ADMIN) as admin:
        content = admin.get("/accounts.csv", params={"role": "auditor"}).content.decode("utf-8-sig")
    assert "审计员" in content
    assert "安全管理员" not in content
    assert exports() == before + 1


def test_a_filter_is_kept_under_a_name_for_its_account_alone(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk, served.as_(Role.INSPECTOR) as inspector:
        kept = {"path": "/classes", "query": "q=own-&sort=name", "name": "我的班"}
        assert clerk.post("/me/filters", data=kept).status_code == 303
        assert clerk.post("/me/filters", data=kept).status_code == 303  # of the same name: in its place
        page = clerk.get("/classes").text
        assert page.count("我的班") == 2  # its link, and what deletes it
        assert 'href="/classes?q=own-&amp;sort=name"' in page
        assert "我的班" not in inspector.get("/classes").text
        assert "我的班" not in clerk.get("/claims").text
        (number,) = set(re.findall(r"/me/filters/(\d+)/end", page))
        assert inspector.post(f"/me/filters/{number}/end").status_code == 404
        assert clerk.post(f"/me/filters/{number}/end").status_code == 303
        assert "我的班" not in clerk.get("/classes").text
        for bad in ({"path": "//evil"}, {"query": "q=\r\nx"}, {"name": " "}):
            assert clerk.post("/me/filters", data=kept | bad).status_code == 422


def test_filters_do_not_grow_without_end(served: Running) -> None:
    with served.as_(Role.REVIEWER) as reviewer:
        codes = [
            reviewer.post("/me/filters", data={"path": "/claims", "query": f"q={no}", "name": f"第{no}"}).status_code
            for no in range(31)
        ]
    assert codes == [303] * 30 + [422]
