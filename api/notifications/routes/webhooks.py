"""Webhooks out: where verdicts, packages, claims and doubts are sent, signed, again and again until they arrive."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Done, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from api.notifications.schemas import (
    DeliveryShape,
    MadeWebhook,
    NewWebhook,
    State,
    WebhookShape,
    delivery_shape,
    webhook_shape,
)
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.notifications.webhook_list import WEBHOOK_LIST
from runtime.notifications.webhooks import add_webhook, end_webhook
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.notifications import webhooks
from storage.database.tables.notifications import DELIVERIES, WEBHOOKS

router = APIRouter(prefix="/api/v1/webhooks", tags=["webhooks"])


@router.get("")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.WEBHOOK_READ)],
    institution_id: IdFilter = None,
    url: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(WEBHOOK_LIST.plan, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[WebhookShape]:
    """The addresses, ended ones included."""
    where = matching((WEBHOOKS.c.institution_id, institution_id), (WEBHOOKS.c.url, url))
    with reading(service.engine, "listing webhooks") as connection:
        within = WEBHOOK_LIST.within(caller, query)
        asked, order = asked_rows(connection, query, WEBHOOKS, cursor, *within)
        found = webhooks.webhooks(connection, *within, *asked, *where, limit=limit + 1, order=order)
    return page(found, limit, webhook_shape, lambda one: one.id)


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
        made, secret = add_webhook(service, connection, caller, sent.wanted)
        return MadeWebhook(**webhook_shape(made).model_dump(), secret=secret)

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
