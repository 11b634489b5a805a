"""培训机构: those that use this service; a clerk's role needs one to be there first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.institution_list import INSTITUTION_LIST
from runtime.accounts.institutions import InstitutionRequest, add_institution
from runtime.platform.service import Service
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False, prefix="/institutions")
NAV = MenuEntry(78, Text("培训机构", "Institutions"), "/institutions", Action.INSTITUTION_WRITE)
Writing = Annotated[Caller, needs(Action.INSTITUTION_WRITE)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
Code = Annotated[str, Form(pattern=r"^[0-9A-Z]{0,18}$")]
_ALL = ListQuery(INSTITUTION_LIST.plan, {})
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Writing,
    query: Annotated[ListQuery, Depends(list_query(INSTITUTION_LIST.plan))],
) -> Response:
    """Every institution, and the form for another."""
    return _page(request, service, caller, query)


serve_exports(router, INSTITUTION_LIST)


@router.post("")
def make(request: Request, service: Served, caller: Writing, name: Field, locality: Field, uscc: Code = "") -> Response:
    """A new institution; its place decides which regulators see its classes."""
    wanted = InstitutionRequest(name.strip(), uscc, locality.strip())
    try:
        with writing(service.engine, "making an institution") as connection:
            add_institution(service, connection, caller, wanted)
    except RefusalsError as refused:
        given = {"name": name, "locality": locality, "uscc": uscc}
        return _page(request, service, caller, status=422, faults=refused.texts, given=given)
    return redirect("/institutions")


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with reading(service.engine, "listing institutions") as connection:
        part = INSTITUTION_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "accounts/institutions.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        faults=faults or [],
        given=given or {},
    )
