"""接口密钥: how other systems sign in; the security administrator makes them, each secret is shown once."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.accounts.routes import api_keys
from api.accounts.routes.api_keys import NewKey
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Digits, Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault
from runtime.platform.service import Service
from storage.database.accounts import accounts, tokens
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False, prefix="/keys")
NAV = MenuEntry(82, Text("接口密钥", "API keys"), "/keys", Action.KEY_READ)
Field = Annotated[str, Form(max_length=64, pattern=NO_CONTROLS)]
_FEWEST_CHARS = 2


@router.get("")
def listed(request: Request, service: Served, caller: Annotated[Caller, needs(Action.KEY_READ)]) -> Response:
    """Every key, ended ones included."""
    return _page(request, service, caller)


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
    faults = list(_faults(name.strip(), institution_id, area.strip()))
    if faults:
        given = {"name": name, "institution_id": institution_id, "area": area}
        return _page(request, service, caller, status=422, faults=faults, given=given)
    wanted = NewKey(
        name=name.strip(), institution_id=int(institution_id) if institution_id else None, area=area.strip() or None
    )
    with writing(service.engine, "making a key") as connection:
        _, secret = api_keys.add_key(service, connection, caller, wanted)
    return _page(request, service, caller, once=secret)


@router.post("/{number}/end")
def end(service: Served, caller: Annotated[Caller, needs(Action.KEY_WRITE)], number: Id) -> Response:
    """The key opens nothing any more."""
    with writing(service.engine, "ending a key") as connection:
        api_keys.end_key(service, connection, caller, number)
    return redirect("/keys")


def _faults(name: str, institution_id: str, area: str) -> list[Text]:
    faults = []
    if len(name) < _FEWEST_CHARS:
        faults.append(Text("请写明是哪个系统（至少两个字）", "say which system it is, in two characters or more"))
    if bool(institution_id) == bool(area):
        faults.append(Text("机构与地区须选其一", "choose either an institution or an area"))
    if area_fault(area):
        ends = "、".join(AREA_ENDS)
        faults.append(Text(f"地区应写全名，以 {ends} 结尾", f"name a whole place that ends in {ends}"))
    return faults


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    status: int = 200,
    once: str = "",
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with reading(service.engine, "listing keys") as connection:
        found = tokens.keys(connection)
        names = {one.id: one.name for one in accounts.institutions(connection)}
    return render(
        request,
        "accounts/api_keys.html.j2",
        caller,
        status,
        found=sorted(found, key=lambda one: (one.ended_at is not None, -one.id)),
        institutions=names,
        once=once,
        faults=faults or [],
        given=given or {},
    )
