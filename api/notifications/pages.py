"""通知地址 (webhooks): where verdicts, packages, claims and doubts are sent, and what became of each delivery."""

from typing import Annotated, get_args
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Digits, Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.notifications.event_words import KINDS
from runtime.notifications.mail import MAIL_TO
from runtime.notifications.webhook_list import WEBHOOK_LIST
from runtime.notifications.webhooks import WebhookRequest, add_webhook, end_webhook
from runtime.platform.service import Service
from storage.database.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.notifications import webhooks
from storage.database.notifications.events import EventKind
from storage.database.tables.notifications import DELIVERIES, WEBHOOKS

router = APIRouter(include_in_schema=False, prefix="/webhooks")
NAV = MenuEntry(84, Text("通知地址", "Webhooks"), "/webhooks", Action.WEBHOOK_READ)
Field = Annotated[str, Form(max_length=500, pattern=NO_CONTROLS)]
_ALL = ListQuery(WEBHOOK_LIST.plan, {})
_ON_PAGE, _LAST = 50, 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.WEBHOOK_READ)],
    query: Annotated[ListQuery, Depends(list_query(WEBHOOK_LIST.plan))],
) -> Response:
    """The addresses, and what waits or was given up."""
    return _page(request, service, caller, query)


serve_exports(router, WEBHOOK_LIST)


@router.post("")
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.WEBHOOK_WRITE)],
    url: Field,
    kinds: Annotated[list[str] | None, Form()] = None,
    institution_id: Digits = "",
    area: Field = "",
) -> Response:
    """A new address; the secret that signs what is sent there is on this page and nowhere else."""
    given = {"url": url, "institution_id": institution_id, "area": area}
    chosen = tuple(kind for kind in get_args(EventKind) if kind in (kinds or ()))
    number = int(institution_id) if institution_id else None
    wanted = WebhookRequest(url.strip(), chosen, number, area.strip() or None)
    try:
        with writing(service.engine, "making a webhook") as connection:
            _, secret = add_webhook(service, connection, caller, wanted)
    except RefusalsError as refused:
        return _page(request, service, caller, status=422, faults=refused.texts, given=given)
    return _page(request, service, caller, once="" if wanted.url.startswith(MAIL_TO) else secret)


@router.post("/{number}/end")
def end(service: Served, caller: Annotated[Caller, needs(Action.WEBHOOK_WRITE)], number: Id) -> Response:
    """Nothing is sent there any more."""
    with writing(service.engine, "ending a webhook") as connection:
        end_webhook(service, connection, caller, number)
    return redirect("/webhooks")


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    once: str = "",
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with reading(service.engine, "listing webhooks") as connection:
        part = WEBHOOK_LIST.part(service, connection, caller, query, _ON_PAGE)
        missed = webhooks.deliveries(connection, DELIVERIES.c.state != "delivered", limit=_LAST)
        to = webhooks.webhooks(connection, WEBHOOKS.c.id.in_({one.webhook_id for one in missed}))
        names = {one.id: one.name for one in accounts.institutions(connection)}
    return render(
        request,
        "notifications/webhooks.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        hosts={one.id: urlsplit(one.url).hostname or one.url for one in to},
        missed=missed,
        institutions=names,
        kinds=KINDS,
        once=once,
        faults=faults or [],
        given=given or {},
    )
