"""培训机构: those that use this service; a clerk's role needs one to be there first."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS
from api.http.render import redirect, render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.tables.accounts import INSTITUTIONS
from storage.evidence_log.leaf import LeafKind

router = APIRouter(include_in_schema=False, prefix="/institutions")
NAV = MenuEntry(78, Text("培训机构", "Institutions"), "/institutions", Action.INSTITUTION_WRITE)
Writing = Annotated[Caller, needs(Action.INSTITUTION_WRITE)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
Code = Annotated[str, Form(pattern=r"^[0-9A-Z]{0,18}$")]
_FEWEST_CHARS = 2


@router.get("")
def listed(request: Request, service: Served, caller: Writing) -> Response:
    """Every institution, and the form for another."""
    return _page(request, service, caller)


@router.post("")
def make(request: Request, service: Served, caller: Writing, name: Field, locality: Field, uscc: Code = "") -> Response:
    """A new institution; its place decides which regulators see its classes."""
    named, place = name.strip(), locality.strip()
    with reading(service.engine, "looking up an institution") as connection:
        there = bool(accounts.institutions(connection, INSTITUTIONS.c.name == named))
    faults = list(_faults(named, place, there=there))
    if faults:
        given = {"name": name, "locality": locality, "uscc": uscc}
        return _page(request, service, caller, status=422, faults=faults, given=given)
    with writing(service.engine, "making an institution") as connection:
        made = accounts.add_institution(connection, named, uscc, place, service.clock())
        body = {"name": named, "uscc": uscc, "locality": place}
        log_event(service, connection, LeafKind.ACCOUNT, caller, f"institution:{made.id} made", body)
    return redirect("/institutions")


def _faults(name: str, place: str, *, there: bool) -> list[Text]:
    faults = []
    if len(name) < _FEWEST_CHARS:
        faults.append(Text("请写机构全称", "give the institution's whole name"))
    if there:
        faults.append(Text(f"已有“{name}”", f"{name} is there already"))
    if not place or area_fault(place):
        ends = "、".join(AREA_ENDS)
        faults.append(Text(f"所在地应写全名，以 {ends} 结尾", f"the place in full, ending in {ends}"))
    return faults


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    status: int = 200,
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with reading(service.engine, "listing institutions") as connection:
        found = accounts.institutions(connection)
    return render(
        request, "accounts/institutions.html.j2", caller, status, found=found, faults=faults or [], given=given or {}
    )
