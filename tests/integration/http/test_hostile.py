"""Requests that nobody sends by accident: what is in the way of them, tried on a real server."""

import json
import socket
import tempfile
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from pipeline.accounts.rights import Role
from tests.fixtures.databases import sqlite_database
from tests.fixtures.service import Running, running, settings_at

JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("hostile")
    with running(settings_at(sqlite_database(home / "xueshi.db"), home)) as found:
        yield found


DEEP = b'{"code":' + b"[" * 400_000 + b"]" * 400_000 + b"}"
BODIES = {
    "deep": DEEP,
    "a number of many digits": b'{"code":' + b"9" * 500_000 + b"}",
    "no number": b'{"code":NaN,"name":Infinity}',
    "half a sign": b'{"code":"JZ1","name":"\\ud800"}',
    "a nought": b'{"code":"JZ1","name":"\\u0000"}',
    "no UTF-8": b'{"code":"\xff\xfe"}',
    "many keys": json.dumps({f"k{n}": n for n in range(50_000)}).encode(),
    "an ID number beyond any database": b'{"code":"JZ1","institution_id":99999999999999999999}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_made_to_hurt_is_refused_quietly_at_the_cost_of_any_other(served: Running, body: bytes) -> None:
    harmless = json.dumps({"unknown": "x" * len(body)}).encode()
    with served.as_(Role.CLERK) as client:
        client.post("/api/v1/classes", content=harmless, headers=JSON)  # what only a first request costs
        usual, _ = cost_of(client, harmless)
        spent, answer = cost_of(client, body)
        assert answer.status_code in {400, 422}, answer.text
        # What hurts takes minutes; what is merely long may take a hundred times what a short body does, or a few seconds.
        assert spent < max(100 * usual, 5.0), f"got {spent:.3f} CPU s, expected about {usual:.3f}"
        assert len(answer.content) < 20_000
        assert str(served.service.settings.home) not in answer.text


def cost_of(client: httpx.Client, body: bytes) -> tuple[float, httpx.Response]:
    """The CPU seconds of this process, in which the server runs too, and the answer."""
    began = time.process_time()
    answer = client.post("/api/v1/classes", content=body, headers=JSON)
    return time.process_time() - began, answer


def test_a_packed_body_is_not_unpacked(served: Running) -> None:
    bomb = zlib.compress(b" " * 100_000_000)
    with served.as_(Role.CLERK) as client:
        answer = client.post("/api/v1/classes", content=bomb, headers=JSON | {"content-encoding": "deflate"})
    assert answer.status_code in {400, 415, 422}


def test_a_form_of_countless_fields_or_files_is_refused(served: Running) -> None:
    with served.as_(Role.CLERK) as client:
        many = client.post("/claims", data={f"f{n}": "x" for n in range(2000)}, files={"file": b"x"})
        files = client.post("/claims", files=[("file", (f"{n}.xlsx", b"x")) for n in range(2000)])
    assert {many.status_code, files.status_code} <= {400, 413, 422}


def raw(served: Running, sent: bytes, patience_s: float = 60) -> bytes:
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=patience_s) as line:
        line.sendall(sent)
        got = b""
        while b"\r\n\r\n" not in got and (piece := line.recv(65536)):
            got += piece
    return got


HEAD = b"GET /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"x: " + b"y" * 200_000 + b"\r\n\r\n",
        HEAD + b"".join(b"x%d: y\r\n" % n for n in range(20_000)) + b"\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /sign-in HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: -5\r\n\r\nhello",
        b"GET /sign-in HTTP/1.1\r\nhost: evil.example\r\nhost: 127.0.0.1\r\n\r\n",
        b"GET http://evil.example/sign-in HTTP/1.1\r\nhost: evil.example\r\n\r\n",
    ],
    ids=["long", "many", "path", "two lengths", "smuggled", "negative", "two hosts", "proxied"],
)
def test_a_head_that_is_made_to_hurt_gets_a_refusal(served: Running, sent: bytes) -> None:
    try:
        got = raw(served, sent)
    except ConnectionError:
        got = b""
    assert not got or b" 400 " in got[:20] or b" 403 " in got[:20] or b" 431 " in got[:20], got[:200]
    with served.client() as client:
        assert client.get("/healthz").status_code == 200


def test_a_length_beyond_the_limit_is_refused_before_a_byte_of_it_comes(served: Running) -> None:
    got = raw(served, HEAD.replace(b"GET", b"POST") + b"content-length: 9999999\r\n\r\n")
    assert b" 413 " in got[:20], got[:200]


def test_many_who_send_slowly_do_not_keep_others_waiting(served: Running) -> None:
    host, _, port = served.url.removeprefix("http://").partition(":")
    slow = [socket.create_connection((host, int(port)), timeout=60) for _ in range(200)]
    try:
        for index, line in enumerate(slow):
            line.sendall(HEAD if index % 2 else HEAD.replace(b"GET", b"POST") + b"content-length: 1000\r\n\r\nabc")
        with served.client() as client:
            assert client.get("/sign-in").status_code == 200, "answered while all of them still send"
    finally:
        for line in slow:
            line.close()


def test_whoever_says_to_come_from_elsewhere_counts_as_who_they_are(served: Running) -> None:
    """Each try names another address; the limit of one address holds all the same."""
    with served.client() as client:
        page = client.get("/sign-in").text
        guard = page.partition('name="csrf" value="')[2][:64]
        codes = [
            client.post(
                "/sign-in",
                data={"csrf": guard, "name": f"n{n}", "password": "wrong password", "next": "/"},
                headers={"x-forwarded-for": f"203.0.113.{n}", "forwarded": f"for=203.0.113.{n}"},
            ).status_code
            for n in range(31)
        ]
    assert set(codes) == {401, 429}


def test_a_forwarded_host_or_scheme_is_not_believed(served: Running) -> None:
    told = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https", "x-original-url": "/accounts"}
    with served.client() as client:
        answer = client.get("/", headers=told | {"accept": "text/html"})
        page = client.get("/sign-in", headers=told)
    assert answer.headers["location"] == "/sign-in?next=%2F"
    assert "evil.example" not in page.text


def test_a_defect_s_answer_tells_no_place_of_this_machine(served: Running) -> None:
    tried = ["/static/nope.js", "/api/v1/classes/1", "/claims/1/files/claim.json", "/checks/x", "/policy/nope"]
    tried += ["/claims/template/..%2f..%2fx.xlsx", "/retention/certificates/..%2f..%2fkeys%2fservice.secret.json"]
    tried += ["/api/v1/reports/1/pictures/..%2f..%2fx/0", "/wall/1/..%2f..%2f.jpg", "/checks/%00/files/draw.json"]
    with served.as_(Role.INSPECTOR) as client:
        for path in tried:
            answer = client.get(path)
            assert answer.status_code in {400, 404, 422}, (path, answer.status_code)
            assert not {str(Path.cwd()), str(served.service.settings.home), "Traceback", "site-packages"} & set(
                answer.text.split()
            )
            assert str(served.service.settings.home) not in answer.text, path


def test_at_once_is_no_way_around_a_limit(served: Running) -> None:
    def ask(n: int) -> int:
        with served.as_(Role.AUDITOR) as client:
            return client.post("/api/v1/packages/check", content=b"x" * n).status_code

    served.as_(Role.AUDITOR).close()
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(ask, range(1, 25)))
    assert codes.count(429) >= 14, codes
    assert set(codes) <= {422, 429}


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])  # noqa: S104 - a setting that is read, nothing listens there
def test_beyond_this_machine_cookies_travel_by_https_alone(tmp_path: Path, host: str) -> None:
    given = {"XUESHI_HOST": host, "XUESHI_SECRET": "k9-Vd2_mQ7xB4nR8tZ1wY6cH3jL5pF0gS", "XUESHI_HOSTS": "127.0.0.1"}
    with (
        running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home", **given)) as found,
        httpx.Client(base_url=found.url, trust_env=False) as client,
    ):
        answer = client.get("/sign-in?lang=en")
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("; Secure" in one and "HttpOnly" in one for one in cookies), cookies
    assert any(one.startswith("__Host-xueshi-visit=") for one in cookies)
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_a_proxy_that_the_operator_named_speaks_for_browsers(tmp_path: Path) -> None:
    given = {"XUESHI_PROXIES": "127.0.0.1"}
    with (
        running(settings_at(sqlite_database(tmp_path / "xueshi.db"), tmp_path / "home", **given)) as found,
        found.as_(Role.CLERK) as known,
        found.client() as client,
    ):
        codes = set()
        for n in range(31):
            guard = client.get("/sign-in").text.partition('name="csrf" value="')[2][:64]
            form = {"csrf": guard, "name": f"n{n}", "password": "wrong password", "next": "/"}
            # what a browser itself says to be stands before what the proxy saw, and is not believed
            codes.add(
                client.post("/sign-in", data=form, headers={"x-forwarded-for": f"10.9.9.9, 203.0.113.{n}"}).status_code
            )
        assert known.get("/api/v1/me").status_code == 200
    assert codes == {401}


CLAIMS = {
    "no workbook.xlsx": b"hello",
    "an empty ZIP.xlsx": b"PK\x05\x06" + bytes(18),
    "half.json": b"{",
    "deep.json": b"[" * 300_000,
    "no UTF-8.json": b"\xff",
    "other keys.json": b'{"a": 1}',
    "a nought.toml": b"=\0",
    "..\\..\\nothing.xlsx": b"",
}


@pytest.mark.parametrize("address", ["/claims", "/api/v1/claims"])
@pytest.mark.parametrize("name", CLAIMS)
def test_a_claim_that_is_none_is_told_without_a_place_of_this_machine(served: Running, name: str, address: str) -> None:
    with served.as_(Role.CLERK) as client:
        answer = client.post(address, files={"file": (name, CLAIMS[name])})
    assert answer.status_code == 422, answer.text
    assert tempfile.gettempdir() + "/" not in answer.text
    assert str(served.service.settings.home) not in answer.text
