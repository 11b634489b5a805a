"""待办: the first page of the console, which lists what there is to do for the person who signed in."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import column, table

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem, todo_sources
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.list_rows import fitting
from runtime.platform.lists import MOST_EXPORTED, ListRead, ServedList
from storage.database.connection import reading
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(0, Text("待办", "To do"), "/", Action.HOME)
_URGENCY = {"fail": Text("急办", "urgent"), "unproven": Text("待办", "to do")}
_SUBJECTS = {
    "classes": Text("班期", "classes"),
    "claims": Text("申领", "claims"),
    "doubts": Text("疑点", "doubts"),
    "checks": Text("抽查", "spot checks"),
    "supervision": Text("监管", "supervision"),
    "retention": Text("留存", "retention"),
    "policy": Text("政策", "policies"),
    "accounts": Text("账号", "accounts"),
    "cameras": Text("摄像机", "cameras"),
    "other": Text("其他", "other"),
}


def _subject(task: TodoItem) -> str:
    """Where it is done, by the first word of its address."""
    word = task.path.lstrip("/").partition("/")[0].partition("?")[0].partition("#")[0]
    word = word.partition("-")[0]
    return word if word in _SUBJECTS else "other"


def _urgency(task: TodoItem) -> str:
    return "fail" if task.css == "fail" else "unproven"


def _words(task: TodoItem) -> str:
    texts = [task.text, *([task.detail] if task.detail else [])]
    return " ".join(f"{one.zh} {one.en}" for one in texts)


_PLAN = ListPlan(
    "todo",
    Text("待办", "To do"),
    "/",
    (
        ListColumn("q", Text("内容", "Words"), asked=True),
        ListColumn(
            "urgency",
            Text("缓急", "Urgency"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_URGENCY,
            cell=lambda task: _URGENCY[_urgency(task)].zh,
        ),
        ListColumn(
            "subject",
            Text("事项", "Of"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_SUBJECTS,
            orders=column("subject"),
            cell=lambda task: _SUBJECTS[_subject(task)].zh,
        ),
        ListColumn("what", Text("要办的事", "What"), cell=lambda task: task.text.zh),
        ListColumn("detail", Text("说明", "Why"), cell=lambda task: task.detail.zh if task.detail else ""),
        ListColumn("path", Text("在哪里办", "Where"), cell=lambda task: task.path),
    ),
    number=None,
    rows=table("todo"),
    newest_first=False,
    files="/todo",
    first_order=Text("最急的在前", "the most pressing first"),
)


def _read(asked: ListRead) -> Sequence[TodoItem]:
    found = [task for source in todo_sources() for task in source(asked.service, asked.caller, asked.connection)]
    said = {"q": _words, "urgency": lambda task: (_urgency(task),), "subject": lambda task: (_subject(task),)}
    fits = fitting(asked.query, sorted(found, key=lambda task: task.order), said, {"subject": _subject})
    return fits[: asked.limit]


TODO_LIST = ServedList(_PLAN, Action.HOME, lambda _caller, _query: [], _read, lambda _: 0)


@router.get("/")
def home(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.HOME)],
    query: Annotated[ListQuery, Depends(list_query(TODO_LIST.plan))],
) -> HTMLResponse:
    """The first page; whatever is most pressing comes first."""
    with reading(service.engine, "reading what is to do") as connection:
        part = TODO_LIST.part(service, connection, caller, query, MOST_EXPORTED)
    return render(request, "home.html.j2", caller, tasks=part.rows, view=list_view(service, caller, query, part))


serve_exports(router, TODO_LIST)
