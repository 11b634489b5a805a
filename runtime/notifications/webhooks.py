"""Webhooks: to which addresses events are sent, and which addresses will not do."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import Connection

from facts.codec import plain
from facts.errors import NotFoundError
from facts.refusals import Refusal, refuse
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.institutions import missing_institution
from runtime.accounts.names import AREA_TEXT, area_fault
from runtime.evidence_log.log_event import log_event
from runtime.notifications.delivery import webhook_secret
from runtime.notifications.mail import MAIL_TO, MailSettings, is_mailbox
from runtime.platform.networks import Network, literal, open_to
from runtime.platform.service import Service
from storage.database.notifications import webhooks
from storage.database.notifications.events import EventKind
from storage.database.notifications.webhooks import Webhook
from storage.evidence_log.leaf import LeafKind


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """Where to send which events: of one institution, of one area, or of all."""

    url: str
    kinds: tuple[EventKind, ...]
    institution_id: int | None = None
    area: str | None = None


def add_webhook(
    service: Service, connection: Connection, caller: Caller, wanted: WebhookRequest
) -> tuple[Webhook, str]:
    """The address, and the secret that is shown once and derived again whenever something is sent."""
    refuse(list(_refusals(connection, wanted, service.settings.webhook_networks, service.settings.mail)))
    salt, kinds = secrets.token_hex(16), ",".join(sorted(set(wanted.kinds)))
    reach = (wanted.institution_id, wanted.area)
    made = webhooks.add_webhook(connection, wanted.url, kinds, reach, salt, service.clock())
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"webhook:{made.id} made", plain(wanted))
    return made, webhook_secret(service.settings, salt)


def end_webhook(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """Nothing is sent there any more."""
    if not webhooks.end_webhook(connection, number, service.clock()):
        raise NotFoundError("通知地址", "webhook")
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"webhook:{number} ended", {})


def _refusals(
    connection: Connection, wanted: WebhookRequest, allowed: Sequence[Network], mail: MailSettings | None
) -> Iterator[Refusal]:
    if not wanted.kinds:
        text = Text("请至少选择一种通知", "choose at least one kind of notice")
        yield Refusal("body.kinds", text, "none", "at least one kind")
    if wanted.url.startswith(MAIL_TO):
        yield from _mail_refusals(wanted.url, mail)
    elif fault := _url_refusal(wanted.url) or _inner_refusal(wanted.url, allowed):
        yield fault
    if expected := area_fault(wanted.area):
        yield Refusal("body.area", AREA_TEXT, str(wanted.area), expected)
    yield from missing_institution(connection, wanted.institution_id)


def _mail_refusals(url: str, mail: MailSettings | None) -> Iterator[Refusal]:
    if mail is None:
        text = Text(
            "服务没有设置发信服务器，请运维设置 XUESHI_SMTP", "no mail server is set; let the operator set XUESHI_SMTP"
        )
        yield Refusal("body.url", text, url[:100], "a service with XUESHI_SMTP")
    if not is_mailbox(url.removeprefix(MAIL_TO)):
        text = Text(
            "邮箱地址有误，例如 mailto:office@school.example", "not a mailbox, such as mailto:office@school.example"
        )
        yield Refusal("body.url", text, url[:100], "mailto: and one mailbox")


def _url_refusal(url: str) -> Refusal | None:
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        good = False
    if good and url.isascii() and " " not in url:
        return None
    text = Text(
        "地址须以 http://、https:// 或 mailto: 开头，且不含密码",
        "an address begins with http://, https:// or mailto: and holds no password",
    )
    expected = "an address that begins with http://, https:// or mailto: and holds no password"
    return Refusal("body.url", text, url[:100], expected)


def _inner_refusal(url: str, allowed: Sequence[Network]) -> Refusal | None:
    """Where the address itself says that it is an inner one; a host's name is looked up at every delivery instead."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    if address is None or open_to(address, allowed):
        return None
    text = Text(
        "这是内网地址；须由运维在 XUESHI_WEBHOOK_NETWORKS 中写明所在网段",
        "an inner address; let the operator name its network in XUESHI_WEBHOOK_NETWORKS",
    )
    expected = "a public address, or one of a network that the operator allows"
    remedy = "let the operator name the network in XUESHI_WEBHOOK_NETWORKS"
    return Refusal("body.url", text, host, expected, remedy=remedy)
