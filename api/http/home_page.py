"""待办: what waits for this person."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.http.auth import needs
from api.http.discovery import MenuEntry, todo_sources
from api.http.render import render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from storage.database.connection import reading

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(0, Text("待办", "To do"), "/", Action.HOME)


@router.get("/")
def home(request: Request, service: Served, caller: Annotated[Caller, needs(Action.HOME)]) -> HTMLResponse:
    """The first page; whatever is most pressing comes first."""
    with reading(service.engine, "reading what is to do") as connection:
        found = [task for source in todo_sources() for task in source(service, caller, connection)]
    return render(request, "home.html.j2", caller, tasks=sorted(found, key=lambda task: task.order))
