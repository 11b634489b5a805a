"""What every answer carries, and what is refused before any route is asked."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.accounts.rights import Role
from tests.fixtures.databases import sqlite_database
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("edges")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        yield found


@pytest.mark.parametrize(
    "path", ["/sign-in", "/healthz", "/api/v1/classes", "/nope", "/style.css", "/static/console.js"]
)
def test_every_answer_is_dressed_for_a_hostile_world(served: Running, path: str) -> None:
    with served.client() as client:
        headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 16


@pytest.mark.parametrize("path", ["/style.css", "/static/console.js"])
def test_a_browser_that_has_a_file_already_is_told_so_and_pages_are_never_kept(served: Running, path: str) -> None:
    with served.client() as client:
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": first.headers["etag"]})
        page = client.get("/sign-in")
    assert (first.headers["cache-control"], again.status_code, again.content) == ("no-cache", 304, b"")
    assert page.headers["cache-control"] == "no-store"


def test_no_page_holds_a_script_a_style_or_an_address_of_another_host(served: Running) -> None:
    with served.as_(Role.INSPECTOR) as client:
        for path in ("/", "/sign-in", "/nope"):
            text = client.get(path, headers={"accept": "text/html"}).text
            assert not re.search(r"<script(?![^>]*\bsrc=)|\bstyle=|\bon\w+=|https?://", text), path


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost@evil.example"])
def test_a_strange_host_is_refused(served: Running, host: str) -> None:
    with served.client() as client:
        assert client.get("/sign-in", headers={"host": host}).status_code == 400


def test_problems_say_what_was_got_expected_and_what_to_do(served: Running) -> None:
    with served.as_(Role.CLERK) as client:
        missing = client.get("/api/v1/nope")
        wrong_method = client.delete("/api/v1/classes")
        wrong = client.post("/api/v1/classes", json={"code": "a b", "names": 1})
        not_there = client.get("/api/v1/classes/77")
        odd = client.get("/api/v1/classes", params={"limit": "many", "cursor": "x'"})
        broken = client.post("/api/v1/classes", content=b"{", headers={"content-type": "application/json"})
    for answer, status in (
        (missing, 404),
        (wrong_method, 405),
        (wrong, 422),
        (not_there, 404),
        (odd, 422),
        (broken, 422),
    ):
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        body = answer.json()
        assert body["status"] == status
        assert body["title"] != body["title_en"]
        assert body["request_id"] == answer.headers["x-request-id"]
    assert {fault["where"] for fault in wrong.json()["faults"]} == {"body.code", "body.names"}
    assert {fault["where"] for fault in odd.json()["faults"]} == {"query.limit", "query.cursor"}
    assert "GET" in wrong_method.headers["allow"]


def test_a_person_gets_a_page_and_a_program_a_problem(served: Running) -> None:
    with served.as_(Role.AUDITOR) as client:
        page = client.get("/nope", headers={"accept": "text/html"})
        data = client.get("/nope", headers={"accept": "application/json"})
    assert "没有这个地址" in page.text
    assert data.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_beyond_the_limit_is_refused(served: Running, announced: bool) -> None:  # noqa: FBT001 - a case
    body = json.dumps({"code": "x" * 2_000_000}).encode()
    with served.as_(Role.CLERK) as client:
        content = body if announced else iter([body[:1_000_000], body[1_000_000:]])
        answer = client.post("/api/v1/classes", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "TOO_LARGE"


@pytest.mark.parametrize(
    "name",
    [
        "a\r\nx: y",
        "=cmd|' /C calc'!A0\x00",
        "名\u0000",
        "x" * 201,
        "\u202e班1政家",
        "家政\u2066班",
        "\ufeff家政班",
        "家\u0085政",
    ],
)
def test_a_name_that_a_header_or_a_screen_could_take_amiss_is_refused(served: Running, name: str) -> None:
    with served.as_(Role.CLERK) as client:
        assert client.post("/api/v1/classes", json={"code": "C1", "name": name}).status_code == 422


def test_no_answer_repeats_a_password(served: Running) -> None:
    with served.as_(Role.CLERK) as client:
        answer = client.put("/api/v1/me/password", json={"present": "geheim" * 200, "wanted": 5})
    assert answer.status_code == 422
    assert "geheim" not in answer.text


def test_static_files_lead_nowhere_else(served: Running) -> None:
    with served.client() as client:
        for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2f..%2fpyproject.toml"):
            assert client.get(path).status_code == 404


def test_a_key_that_ended_opens_nothing(served: Running) -> None:
    with served.as_(Role.SECURITY_ADMIN) as admin:
        made = admin.post("/api/v1/keys", json={"name": "补贴系统", "area": "山西省"}).json()
        with served.client(headers={"authorization": f"Bearer {made['secret']}"}) as system:
            assert system.get("/api/v1/classes").status_code == 200
            assert admin.delete(f"/api/v1/keys/{made['id']}").status_code == 200
            assert system.get("/api/v1/classes").status_code == 401


def test_a_granted_role_counts_at_once_and_nobody_grants_to_themselves(served: Running) -> None:
    with served.as_(Role.SYSTEM_ADMIN) as admin, served.as_(Role.SECURITY_ADMIN) as security:
        made = admin.post("/api/v1/accounts", json={"name": "li.hua"}).json()
        assert made["role"] is None
        assert "/password?token=" in made["password_link"]
        assert admin.put(f"/api/v1/accounts/{made['id']}/grant", json={"role": "auditor"}).status_code == 403
        unfit = security.put(f"/api/v1/accounts/{made['id']}/grant", json={"role": "inspector", "area": "阳泉"})
        assert unfit.status_code == 422
        fit = security.put(f"/api/v1/accounts/{made['id']}/grant", json={"role": "inspector", "area": "山西省阳泉市"})
        assert fit.json()["role"] == "inspector"
        own = security.get("/api/v1/me").json()["account_id"]
        assert security.put(f"/api/v1/accounts/{own}/grant", json={"role": "auditor"}).status_code == 409


def test_sign_out_everywhere_leaves_this_browser(served: Running) -> None:
    with served.as_(Role.REVIEWER) as here:
        served.tokens.clear()
        assert len(here.get("/api/v1/me/sessions").json()) == 1
        assert here.delete("/api/v1/me/sessions").status_code == 200
        assert here.get("/api/v1/me").json()["role"] == "reviewer"
