"""疑点 of every class within reach: what, since when, under which clause, where it stands, what may well explain it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.addresses import day_path, doubt_path
from runtime.doubts.class_doubts import ClassDoubt
from runtime.doubts.doubt_list import DOUBT_LIST, doubts_asked
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(12, Text("疑点", "Doubts"), "/doubts", Action.VERDICT_READ)
_ON_PAGE = 30


@router.get("/doubts")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    query: Annotated[ListQuery, Depends(list_query(DOUBT_LIST.plan))],
) -> Response:
    """The newest first, of one kind or stage or of all that are still raised; what waits for the reader, the oldest first."""
    asked = doubts_asked(query)
    with reading(service.engine, "listing doubts") as connection:
        part = DOUBT_LIST.part(service, connection, caller, asked, _ON_PAGE)
    found = [(one, _place(one)) for one in part.rows]
    return render(request, "doubts/doubts.html.j2", caller, found=found, view=list_view(service, caller, asked, part))


serve_exports(router, DOUBT_LIST)


def _place(doubt: ClassDoubt) -> str:
    """Its moment on the day's strip; without one, the doubt among the others of its class."""
    moments, own = doubt.entry["at"], doubt.row
    if moments:
        return day_path(own.class_id, moments[0][:10], moments[0])
    return doubt_path(own.class_id, own.number)
