"""What waits reaches a mailbox: one letter for ten minutes, in words, of no person, and never in the clear to elsewhere."""

import email
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as Received

from facts.errors import SetupError
from pipeline.accounts.rights import Role
from runtime.notifications.delivery import deliver_due
from runtime.notifications.mail import mail_from
from storage.database.connection import sqlite_address
from tests.fixtures.databases import sqlite_database
from tests.fixtures.sample_service import blank
from tests.fixtures.served_process import free_port
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.webhook_receiver import raise_verdict

TO = "mailto:office@school.example"


class Mailbox(Received):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@contextmanager
def mail_server(port: int) -> Iterator[Mailbox]:
    """A real SMTP server on loopback."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=port)  # type: ignore[no-untyped-call]
    server.start()  # type: ignore[no-untyped-call]
    try:
        yield box
    finally:
        server.stop()  # type: ignore[no-untyped-call]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def served(tmp_path: Path, port: int) -> Iterator[Running]:
    smtp = f"smtp://127.0.0.1:{port}?from=xueshi@county.example"
    with running(settings_at(sqlite_database(tmp_path / "x.db"), tmp_path, XUESHI_SMTP=smtp)) as found:
        yield found


def subscribed(served: Running, url: str = TO) -> httpx.Response:
    with served.as_(Role.SYSTEM_ADMIN) as admin:
        return admin.post("/api/v1/webhooks", json={"url": url, "kinds": ["verdict.made"]})


def waits(served: Running) -> list[dict[str, Any]]:
    with served.as_(Role.SYSTEM_ADMIN) as admin:
        return list(admin.get("/api/v1/webhooks/deliveries").json()["items"])


def send(served: Running) -> int:
    return deliver_due(served.service.engine, served.service.settings, served.clock)


def text_of(letter: Message) -> str:
    whole = email.message_from_bytes(letter.as_bytes(), policy=default)
    return str(whole.get_content())


def test_what_happens_within_ten_minutes_is_one_letter_with_an_address_and_nobody_s_name(
    served: Running, port: int
) -> None:
    assert subscribed(served).status_code == 201
    first, second = blank(served, "m-1"), blank(served, "m-2")
    with mail_server(port) as box:
        raise_verdict(served, first)
        assert send(served) == 0, "nothing goes at once"
        served.clock.ahead += timedelta(minutes=9)
        raise_verdict(served, second)
        served.clock.ahead += timedelta(minutes=2)
        assert send(served) == 1
        assert send(served) == 0
        (letter,) = box.letters
    said = text_of(letter)
    assert (letter["To"], letter["From"]) == ("office@school.example", "xueshi@county.example")
    assert said.count("核验结论 verdicts") == 2
    assert f"{served.service.settings.address}/classes/{second}" in said
    assert "家政" not in said
    assert "PASS" not in said, "what came of it is read where rights are asked for"
    assert {one["state"] for one in waits(served)} == {"delivered"}


def test_a_server_that_is_away_gets_the_very_letter_later(served: Running, port: int) -> None:
    subscribed(served)
    raise_verdict(served, blank(served, "m-1"))
    served.clock.ahead += timedelta(minutes=11)
    send(served)
    (told,) = waits(served)
    assert (told["state"], told["attempts"]) == ("waiting", 1)
    assert "Refused" in told["answer"]
    served.clock.ahead += timedelta(minutes=5)
    with mail_server(port) as box:
        assert send(served) == 1
        assert box.letters[0]["Message-ID"] == f"<{told['token']}@county.example>"


def test_another_machine_gets_nothing_without_tls(served: Running, port: int, tmp_path: Path) -> None:
    """By a name that is not known to be this machine."""
    smtp = f"smtp://ip6-localhost.localdomain:{port}?from=xueshi@county.example"
    settings = mail_from({"XUESHI_SMTP": smtp})
    assert settings is not None
    assert not settings.near
    subscribed(served)
    raise_verdict(served, blank(served, "m-1"))
    served.clock.ahead += timedelta(minutes=11)
    hosts = settings_at(
        sqlite_address(tmp_path / "x.db"), tmp_path, XUESHI_SMTP=smtp.replace("ip6-localhost.localdomain", "127.0.0.2")
    )
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.2", port=port)  # type: ignore[no-untyped-call]
    server.start()  # type: ignore[no-untyped-call]
    try:
        deliver_due(served.service.engine, hosts, served.clock)
    finally:
        server.stop()  # type: ignore[no-untyped-call]
    assert box.letters == []
    assert "STARTTLS" in waits(served)[0]["answer"]


@pytest.mark.parametrize(
    "url",
    [
        "mailto:a@b.example,c@d.example",
        "mailto:a@b.example%0aBcc:c@d.example",
        "mailto:office",
        "mailto:a@b.example?cc=c@d.example",
    ],
)
def test_one_mailbox_and_nothing_else_is_taken(served: Running, url: str) -> None:
    answer = subscribed(served, url)
    assert answer.status_code == 422
    assert "mailto:" in answer.text


def test_without_a_server_no_mailbox_is_taken(tmp_path: Path) -> None:
    with running(settings_at(sqlite_database(tmp_path / "x.db"), tmp_path)) as other:
        answer = subscribed(other)
    assert answer.status_code == 422
    assert "XUESHI_SMTP" in answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("mail.example.org", "cannot be read"),
        ("smtp://mail.example.org:x", "cannot be read"),
        ("smtp://mail.example.org", "no sender"),
        ("smtps://user:geheim@?from=a@b.example", "no host"),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_without_its_password(given: str, words: str) -> None:
    with pytest.raises(SetupError, match=words) as found:
        mail_from({"XUESHI_SMTP": given})
    assert "geheim" not in str(found.value)
