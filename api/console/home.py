"""待办: what waits for this person."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.caller import Caller, needs
from api.discover import Nav, task_sources
from api.pages import draw
from api.service import Served
from facts.text import Text
from pipeline.rights import Action
from storage.database.opening import reading

router = APIRouter(include_in_schema=False)
NAV = Nav(0, Text("待办", "To do"), "/", Action.HOME)


@router.get("/")
def home(request: Request, service: Served, caller: Annotated[Caller, needs(Action.HOME)]) -> HTMLResponse:
    """The first page; whatever is most pressing comes first."""
    with reading(service.engine, "reading what is to do") as connection:
        found = [task for source in task_sources() for task in source(service, caller, connection)]
    return draw(request, "home.html.j2", caller, tasks=sorted(found, key=lambda task: task.order))
