"""Webhooks out: where verdicts, packages, claims and doubts are sent, signed, again and again until they arrive."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Done, Filter, Id, IdFilter, Line
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import Fault, NotFoundError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.names import area_fault
from runtime.evidence_log.log_event import log_event
from runtime.notifications.delivery import webhook_secret
from runtime.platform.networks import Network, literal, open_to
from runtime.platform.service import Service
from storage.database.accounts import accounts
from storage.database.connection import reading
from storage.database.notifications import webhooks
from storage.database.notifications.events import EventKind
from storage.database.notifications.webhooks import Delivery, Webhook
from storage.database.tables.notifications import DELIVERIES, WEBHOOKS
from storage.evidence_log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])
MOST_KINDS = len(get_args(EventKind))
State = Literal["waiting", "delivered", "given_up"]


class WebhookShape(BaseModel):
    """One address, without its secret."""

    id: int
    url: str
    kinds: list[EventKind]
    institution_id: int | None
    area: str | None
    made_at: datetime
    ended_at: datetime | None


class NewWebhook(BaseModel, extra="forbid"):
    """Where to send which events, of one institution, of one area, or of all."""

    url: str = Field(max_length=500, pattern=NO_CONTROLS, examples=["https://claims.example.org/xueshi"])
    kinds: list[EventKind] = Field(min_length=1, max_length=MOST_KINDS)
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None


class MadeWebhook(WebhookShape):
    """The address with the secret that signs what is sent there; shown this once."""

    secret: str


class DeliveryShape(BaseModel):
    """One event for one address; ``token`` is the ``Xueshi-Delivery`` header, the same at every attempt."""

    id: int
    token: str
    webhook_id: int
    event_id: int
    state: State
    attempts: int
    due_at: datetime
    answer: str


@router.get("")
def listed(
    service: Served,
    _: Annotated[Caller, needs(Action.WEBHOOK_READ)],
    institution_id: IdFilter = None,
    url: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WebhookShape]:
    """The addresses, ended ones included."""
    where = matching((WEBHOOKS.c.institution_id, institution_id), (WEBHOOKS.c.url, url))
    with reading(service.engine, "listing webhooks") as connection:
        found = webhooks.webhooks(connection, *after_cursor(WEBHOOKS, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.post("", status_code=201, response_model=MadeWebhook)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.WEBHOOK_WRITE)],
    sent: NewWebhook,
    key: IdempotencyKey = None,
) -> Response:
    """A new address; its secret is in this answer and nowhere else."""

    def work(connection: Connection) -> MadeWebhook:
        made, secret = add_webhook(service, connection, caller, sent)
        return MadeWebhook(**shape(made).model_dump(), secret=secret)

    return run_once(request, service, caller, key, sent, work, hide="secret")


@router.delete("/{number}", response_model=Done)
def end(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.WEBHOOK_WRITE)], number: Id
) -> Response:
    """Nothing is sent there any more."""

    def work(connection: Connection) -> Done:
        end_webhook(service, connection, caller, number)
        return Done()

    return run_once(request, service, caller, None, None, work, 200)


@router.get("/deliveries")
def sent_out(
    service: Served,
    _: Annotated[Caller, needs(Action.WEBHOOK_READ)],
    webhook_id: IdFilter = None,
    state: State | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryShape]:
    """What was sent, what waits, and what was given up after the last attempt."""
    where = matching((DELIVERIES.c.webhook_id, webhook_id), (DELIVERIES.c.state, state))
    with reading(service.engine, "listing deliveries") as connection:
        found = webhooks.deliveries(connection, *after_cursor(DELIVERIES, cursor), *where, limit=limit + 1)
    return page(found, limit, delivery_shape, lambda one: one.id)


def add_webhook(service: Service, connection: Connection, caller: Caller, sent: NewWebhook) -> tuple[Webhook, str]:
    """The address, and the secret that is shown once and derived again for every letter."""
    if fault := _url_fault(sent.url) or _inner_fault(sent.url, service.settings.webhook_networks):
        raise invalid(fault)
    if expected := area_fault(sent.area):
        raise invalid(Fault("body.area", str(sent.area), expected))
    if sent.institution_id and accounts.institution(connection, sent.institution_id) is None:
        raise invalid(Fault("body.institution_id", str(sent.institution_id), "an institution that is there"))
    salt, kinds = secrets.token_hex(16), ",".join(sorted(set(sent.kinds)))
    reach = (sent.institution_id, sent.area)
    made = webhooks.add_webhook(connection, sent.url, kinds, reach, salt, service.clock())
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"webhook:{made.id} made", sent.model_dump())
    return made, webhook_secret(service.settings, salt)


def end_webhook(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """Nothing is sent there any more."""
    if not webhooks.end_webhook(connection, number, service.clock()):
        raise NotFoundError("通知地址", "webhook")
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"webhook:{number} ended", {})


def shape(found: Webhook) -> WebhookShape:
    """The address as the API shows it."""
    return WebhookShape.model_validate(
        {
            "id": found.id,
            "url": found.url,
            "kinds": found.kinds.split(","),
            "institution_id": found.institution_id,
            "area": found.area,
            "made_at": found.made_at,
            "ended_at": found.ended_at,
        }
    )


def delivery_shape(found: Delivery) -> DeliveryShape:
    """The delivery as the API shows it."""
    return DeliveryShape.model_validate(found, from_attributes=True)


def _url_fault(url: str) -> Fault | None:
    expected = "an address that begins with http:// or https:// and holds no password"
    try:
        parts = urlsplit(url)
        good = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        good = False
    return None if good and url.isascii() and " " not in url else Fault("body.url", url[:100], expected)


def _inner_fault(url: str, allowed: Sequence[Network]) -> Fault | None:
    """Told at once where the address itself says it; a name is looked up whenever a letter is sent."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    if address is None or open_to(address, allowed):
        return None
    remedy = "let the operator name the network in XUESHI_WEBHOOK_NETWORKS"
    return Fault("body.url", host, "a public address, or one of a network that the operator allows", remedy)
