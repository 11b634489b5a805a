"""接口密钥: how other systems sign in; the security administrator makes them, each secret is shown once."""

from typing import Annotated

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
from runtime.accounts.api_keys import ONE_SCOPE, ApiKeyRequest, add_key, end_key
from runtime.accounts.caller import Caller
from runtime.accounts.key_list import KEY_LIST
from runtime.platform.service import Service
from storage.database.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False, prefix="/keys")
NAV = MenuEntry(82, Text("接口密钥", "API keys"), "/keys", Action.KEY_READ)
Field = Annotated[str, Form(max_length=64, pattern=NO_CONTROLS)]
_ALL = ListQuery(KEY_LIST.plan, {})
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.KEY_READ)],
    query: Annotated[ListQuery, Depends(list_query(KEY_LIST.plan))],
) -> Response:
    """Every key, ended ones included."""
    return _page(request, service, caller, query)


serve_exports(router, KEY_LIST)


@router.post("")
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.KEY_WRITE)],
    name: Field,
    institution_id: Digits = "",
    area: Field = "",
) -> Response:
    """A new key; its secret is on this page and nowhere else."""
    given = {"name": name, "institution_id": institution_id, "area": area}
    number, place = int(institution_id) if institution_id else None, area.strip() or None
    if number is not None and place:  # whoever fills in both fields of the form means one of them
        return _page(request, service, caller, status=422, faults=[ONE_SCOPE], given=given)
    try:
        with writing(service.engine, "making a key") as connection:
            _, secret = add_key(service, connection, caller, ApiKeyRequest(name.strip(), number, place))
    except RefusalsError as refused:
        return _page(request, service, caller, status=422, faults=refused.texts, given=given)
    return _page(request, service, caller, once=secret)


@router.post("/{number}/end")
def end(service: Served, caller: Annotated[Caller, needs(Action.KEY_WRITE)], number: Id) -> Response:
    """The key opens nothing any more."""
    with writing(service.engine, "ending a key") as connection:
        end_key(service, connection, caller, number)
    return redirect("/keys")


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
    with reading(service.engine, "listing keys") as connection:
        part = KEY_LIST.part(service, connection, caller, query, _ON_PAGE)
        names = {one.id: one.name for one in accounts.institutions(connection)}
    return render(
        request,
        "accounts/api_keys.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        institutions=names,
        once=once,
        faults=faults or [],
        given=given or {},
    )
