"""The lists of offices and of authorities: narrowed, ordered and handed out like every other, within their reader's reach."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from demo.identity import identities
from pipeline.accounts.rights import Role
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import seeded
from tests.fixtures.service import AREA, Running, running, settings_at

OWNER = identities(1, 5)[0]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("further")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        seeded(found)
        far = found.institution("邻校")
        own = found.institution("正信职校")
        with found.as_(Role.REVIEWER, area="山西省") as reviewer:
            for kind, first in (("talk", "2025-04-01"), ("circular", "2025-04-10")):
                sent = {"kind": kind, "institution_id": own, "first": first, "found": "录像中断"}
                reviewer.post("/api/v1/supervision", json=sent)
            for number, where in (("Q-1", own), ("Q-2", own), ("Q-3", far)):
                sent = {"number": number, "institution_id": where, "applied": "2025-03-01", "name": OWNER.name}
                made = reviewer.post("/api/v1/vouchers", json=sent | {"id_number": OWNER.id_number.digits})
                assert made.status_code == 201, made.text
        with found.as_(Role.SECURITY_ADMIN) as admin:
            for name in ("媒体服务器", "补贴系统"):
                assert admin.post("/keys", data={"name": name, "area": AREA}).status_code == 200
            assert admin.post("/keys/1/end").status_code == 303
        with found.as_(Role.SYSTEM_ADMIN) as admin:
            for host, kinds in (("a", ["claim.decided"]), ("b", ["verdict.made", "package.made"])):
                told = {"url": f"https://{host}.example.gov.cn/hook", "kinds": kinds}
                assert admin.post("/webhooks", data=told).status_code == 200
        yield found


def rows(client: httpx.Client, path: str, **asked: str) -> list[dict[str, str]]:
    answer = client.get(f"{path}.csv", params=asked)
    assert answer.status_code == 200, answer.text
    assert client.get("/" if path == "/todo" else path, params=asked).status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


CASES = [
    (Role.SECURITY_ADMIN, "/keys", {"sort": "name"}, "系统", ["媒体服务器", "补贴系统"]),
    (Role.SECURITY_ADMIN, "/keys", {"state": "open"}, "系统", ["补贴系统"]),
    (Role.SECURITY_ADMIN, "/keys", {"q": "媒体"}, "系统", ["媒体服务器"]),
    (Role.SYSTEM_ADMIN, "/webhooks", {"kind": "package.made"}, "地址", ["https://b.example.gov.cn/hook"]),
    (Role.SYSTEM_ADMIN, "/webhooks", {"kind": "package"}, "地址", []),
    (Role.SYSTEM_ADMIN, "/webhooks", {"q": "//a."}, "地址", ["https://a.example.gov.cn/hook"]),
    (Role.SYSTEM_ADMIN, "/institutions", {"q": "邻校"}, "机构", ["邻校"]),
    (Role.SYSTEM_ADMIN, "/institutions", {"made_to": "2000-01-01"}, "机构", []),
    (Role.REVIEWER, "/supervision", {"kind": "talk"}, "起始", ["2025-04-01"]),
    (Role.REVIEWER, "/supervision", {"first_from": "2030-01-01"}, "起始", []),
    (Role.REVIEWER, "/supervision", {"stage": "overdue"}, "起始", []),
    (Role.REVIEWER, "/vouchers", {"sort": "-number"}, "券号", ["Q-2", "Q-1"]),
    (Role.REVIEWER, "/vouchers", {"q": "Q-1", "stage": "apply"}, "券号", ["Q-1"]),
    (Role.CLERK, "/vouchers", {}, "券号", ["Q-2", "Q-1"]),
    (Role.REVIEWER, "/policy", {"q": "武义"}, "文件", ["武人社〔2020〕21号"]),
    (Role.REVIEWER, "/policy", {"state": "coming"}, "文件", []),
    (Role.REVIEWER, "/retention", {"days": "all", "held": "held"}, "班期", []),
]


@pytest.mark.parametrize(("role", "path", "asked", "column", "wanted"), CASES)
def test_a_list_shows_and_hands_out_what_is_asked(
    served: Running, role: Role, path: str, asked: dict[str, str], column: str, wanted: list[str]
) -> None:
    with served.as_(role) as reader:
        assert [row[column] for row in rows(reader, path, **asked)] == wanted


def test_what_is_to_do_is_narrowed_by_its_subject(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as inspector:
        whole = rows(inspector, "/todo")
        subjects = {row["事项"] for row in whole}
        assert {"班期", "疑点"} <= subjects
        of_classes = rows(inspector, "/todo", subject="classes")
        assert {row["事项"] for row in of_classes} == {"班期"}
        assert 0 < len(of_classes) < len(whole)
        assert rows(inspector, "/todo", q="没有这样的事") == []
        kept = {"path": "/", "query": "subject=classes", "name": "只看班期"}
        assert inspector.post("/me/filters", data=kept).headers["location"] == "/?subject=classes"


@pytest.mark.parametrize("path", ["/keys", "/webhooks", "/institutions", "/vouchers", "/supervision", "/retention"])
def test_who_may_not_see_a_list_gets_no_file_of_it(served: Running, path: str) -> None:
    with served.as_(Role.TEACHER) as teacher:
        assert {teacher.get(f"{path}.{form}").status_code for form in ("csv", "xlsx")} == {403}


def test_the_api_narrows_and_orders_them_alike(served: Running) -> None:
    with served.as_(Role.SECURITY_ADMIN) as admin:
        found = admin.get("/api/v1/keys", params={"sort": "-made", "state": "open"}).json()["items"]
        assert [one["name"] for one in found] == ["补贴系统"]
    with served.as_(Role.REVIEWER) as reviewer:
        found = reviewer.get("/api/v1/vouchers", params={"sort": "number", "limit": 1}).json()
        assert [one["number"] for one in found["items"]] == ["Q-1"]
        more = reviewer.get("/api/v1/vouchers", params={"sort": "number", "cursor": found["next"]}).json()
        assert [one["number"] for one in more["items"]] == ["Q-2"]
        measures = reviewer.get("/api/v1/supervision", params={"first_to": "2025-04-05"}).json()["items"]
        assert [one["kind"] for one in measures] == ["talk"]
