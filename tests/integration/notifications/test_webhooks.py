"""Letters to webhooks go to no inner address, however it is spelt, unless the operator named its network."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address, ip_network
from threading import Thread

import pytest

from facts.errors import SetupError
from pipeline.accounts.rights import Role
from runtime.notifications.http_post import post
from runtime.platform.networks import networks, open_to
from tests.fixtures.databases import sqlite_database
from tests.fixtures.service import running, settings_at

LOOPBACK = (ip_network("127.0.0.0/8"),)


@contextmanager
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port of loopback and what was sent to it."""
    got: list[str] = []

    class Inner(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.path)
            self.send_response(302 if self.path == "/away" else 200)
            self.send_header("location", "/elsewhere")
            self.end_headers()

        do_GET = do_POST  # noqa: N815 - the standard library's name

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Inner)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, got
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


SPELLINGS = ["127.0.0.1", "localhost", "2130706433", "0177.0.0.1", "127.1", "0x7f000001", "[::ffff:127.0.0.1]", "0"]


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_inner_address_gets_no_byte_however_it_is_spelt(host: str, scheme: str) -> None:
    with listener() as (port, got):
        good, told = post(f"{scheme}://{host}:{port}/in", b"{}", {}, ())
    assert not good
    assert "XUESHI_WEBHOOK_NETWORKS" in told
    assert got == []


def test_a_network_that_the_operator_named_gets_its_letters() -> None:
    with listener() as (port, got):
        assert post(f"http://127.0.0.1:{port}/in", b"{}", {}, LOOPBACK) == (True, "200")
    assert got == ["/in"]


def test_a_letter_is_sent_where_it_was_registered_to_go_and_nowhere_else() -> None:
    with listener() as (port, got):
        assert post(f"http://127.0.0.1:{port}/away", b"{}", {}, LOOPBACK) == (False, "302")
    assert got == ["/away"]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1", "::1", "fe80::1",
     "fd00::1", "::ffff:10.0.0.1", "::", "ff02::1", "255.255.255.255"],
)  # fmt: skip
def test_only_public_addresses_are_open_by_themselves(address: str) -> None:
    assert not open_to(ip_address(address), ())
    assert open_to(ip_address("93.184.215.14"), ())
    assert open_to(ip_address("10.20.3.4"), (ip_network("10.20.0.0/16"),))
    assert open_to(ip_address("::ffff:10.20.3.4"), (ip_network("10.20.0.0/16"),))
    assert not open_to(ip_address("10.21.3.4"), (ip_network("10.20.0.0/16"),))


def test_an_address_that_says_it_is_inner_is_refused_when_it_is_registered(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("letters")
    given = {"XUESHI_WEBHOOK_NETWORKS": "10.20.0.0/16"}
    with (
        running(settings_at(sqlite_database(home / "xueshi.db"), home, **given)) as found,
        found.as_(Role.SYSTEM_ADMIN) as admin,
    ):
        for host in ("127.0.0.1", "localhost", "169.254.169.254", "[::1]", "10.21.0.1"):
            wish = {"url": f"http://{host}:8080/in", "kinds": ["verdict.made", "flag.raised", "package.made"]}
            refused = admin.post("/api/v1/webhooks", json=wish)
            assert refused.status_code == 422, (host, refused.text)
            assert "XUESHI_WEBHOOK_NETWORKS" in refused.json()["faults"][0]["remedy"]
        for host in ("10.20.9.9", "claims.example.org"):
            wish = {"url": f"https://{host}/in", "kinds": ["verdict.made", "flag.raised", "package.made"]}
            assert admin.post("/api/v1/webhooks", json=wish).status_code == 201, host


def test_a_network_that_is_none_is_told_at_the_start() -> None:
    with pytest.raises(SetupError, match=r"XUESHI_WEBHOOK_NETWORKS: .*10\.20\.0\.0/16"):
        networks({"XUESHI_WEBHOOK_NETWORKS": "10.20.0.1/16"}, "XUESHI_WEBHOOK_NETWORKS")
