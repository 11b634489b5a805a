"""Letters to a mailbox: what happened within some minutes, in words and with an address, of no person."""

import re
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import cast
from urllib.parse import unquote, urlsplit

from facts.errors import SetupError
from facts.span import SHANGHAI
from runtime.notifications.event_words import KINDS
from runtime.platform.secrets import secret_value
from storage.database.notifications.events import EventKind
from storage.database.notifications.webhooks import DueDelivery

MAIL_TO = "mailto:"
_TIMEOUT_S = 20
_MAILBOX = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)
_PORTS = {"smtp": 587, "smtps": 465}
_EXAMPLE = "smtps://user:password@mail.example.org?from=xueshi@example.org (smtp:// speaks TLS too, by STARTTLS)"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that takes letters; ``whole`` is TLS from the first byte, otherwise the connection is turned into TLS."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    whole: bool = False

    @property
    def near(self) -> bool:
        """On this machine nobody listens between; there alone a connection may stay as it is."""
        return self.host in {"127.0.0.1", "::1", "localhost"}


def is_mailbox(text: str) -> bool:
    """One address and nothing else: no header, no second receiver."""
    return _MAILBOX.fullmatch(text) is not None


def mail_from(environ: Mapping[str, str]) -> MailSettings | None:
    """What ``XUESHI_SMTP`` tells; the password is in no message."""
    given = secret_value(environ, "XUESHI_SMTP")
    if not given:
        return None
    try:
        parts = urlsplit(given)
        port, sender = parts.port or _PORTS[parts.scheme], parts.query.removeprefix("from=")
    except (ValueError, KeyError) as error:
        raise SetupError(f"XUESHI_SMTP: cannot be read; expected {_EXAMPLE}") from error
    if not parts.hostname or not is_mailbox(sender):
        lacking = "host" if not parts.hostname else "sender (?from=…)"
        raise SetupError(f"XUESHI_SMTP: got no {lacking}, expected {_EXAMPLE}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailSettings(parts.hostname, port, sender, user, password, whole=parts.scheme == "smtps")


def send_mail(letters: Sequence[DueDelivery], settings: MailSettings | None, address: str) -> tuple[bool, str]:
    """Whether the server took the letter, and what it said."""
    if settings is None:
        return False, "XUESHI_SMTP is not set any more"
    message = letter(letters, settings, address)
    try:
        with _server(settings) as server:
            if settings.user:
                server.login(settings.user, settings.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return False, _words(error)
    return True, "250"


def letter(letters: Sequence[DueDelivery], settings: MailSettings, address: str) -> EmailMessage:
    """One letter; tried again it has the same number, so that a mailbox can know it."""
    made = EmailMessage()
    made["From"], made["To"] = settings.sender, letters[0].url.removeprefix(MAIL_TO)
    made["Subject"] = f"学时证：{len(letters)} 条新消息 ({len(letters)} new)"
    made["Message-ID"] = f"<{letters[0].delivery.token}@{settings.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    lines = [_line(one, address) for one in sorted(letters, key=lambda one: (one.at, one.delivery.id))]
    ending = f"在这里处理 To do: {address}/\n不再接收：请系统管理员停用此地址 To end these: the system administrator, {address}/webhooks"
    made.set_content("\n".join([*lines, "", ending, ""]))
    return made


def _line(one: DueDelivery, address: str) -> str:
    words = KINDS.get(cast("EventKind", one.kind))
    place = f"  {address}/classes/{one.class_id}" if one.class_id else ""
    said = f"{words.zh} {words.en}" if words else one.kind
    return f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  {said}{place}"


def _server(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if settings.whole:
        return smtplib.SMTP_SSL(settings.host, settings.port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.host, settings.port, timeout=_TIMEOUT_S)
    try:
        server.ehlo()
        if server.has_extn("starttls") or not settings.near:
            server.starttls(context=context)  # refused where the server cannot: nothing goes in the clear
    except BaseException:
        server.close()
        raise
    return server


def _words(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {str(error.smtp_error)[:150]}"
    return f"{type(error).__name__}: {error}"[:190]
