"""疑点 of every class within reach: what, since when, under which clause, where it stands, what may well explain it."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, TEXT, Digits
from api.http.lists import list_query, list_view, serve_exports
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.doubt_case import MOST_WORDS
from facts.errors import ConflictError
from facts.refusals import Refusal, RefusalsError, refuse
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.classes.addresses import day_path, doubt_path
from runtime.doubts.class_doubts import ClassDoubt
from runtime.doubts.class_steps import accept_across
from runtime.doubts.doubt_list import DOUBT_LIST, MINE, doubts_asked
from runtime.platform.service import Service
from runtime.verification.settled_replays import REPLAY_KINDS
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(12, Text("疑点", "Doubts"), "/doubts", Action.VERDICT_READ)
_ON_PAGE = 30
_NONE_CHOSEN = Refusal("doubts", Text("请先选中疑点", "choose the doubts first"), "none", "at least one doubt")


@router.get("/doubts")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    query: Annotated[ListQuery, Depends(list_query(DOUBT_LIST.plan))],
) -> Response:
    """The newest first, of one kind or stage or of all that are still raised; what waits for the reader, the oldest first."""
    return _list((request, service, caller), query)


serve_exports(router, DOUBT_LIST)


@router.post("/doubts/accept")
def accept(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.DOUBT_DECIDE)],
    kind: Annotated[str, Form(max_length=64, pattern=NO_CONTROLS)] = "",
    doubts: Annotated[list[Digits] | None, Form(max_length=_ON_PAGE)] = None,
    words: Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)] = "",
) -> Response:
    """Several doubts of one kind are settled at once, each of which the caller could settle by itself."""
    query, numbers = (
        ListQuery(DOUBT_LIST.plan, {"kind": kind, "stage": MINE}),
        sorted({int(one) for one in doubts or () if one}),
    )
    try:
        refuse([] if numbers else [_NONE_CHOSEN])
        accept_across(service, caller, numbers, words)
    except RefusalsError as refused:
        return _list((request, service, caller), query, status=status_of(refused), faults=refused.texts, words=words)
    except ConflictError as error:
        said = Text(f"现在不能这样办：{error.got}", error.got)
        return _list((request, service, caller), query, status=409, faults=[said], words=words)
    return redirect(f"{DOUBT_LIST.plan.path}?{urlencode(query.address)}")


def _list(
    at: tuple[Request, Service, Caller],
    query: ListQuery,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    words: str = "",
) -> Response:
    request, service, caller = at
    asked = doubts_asked(query)
    with reading(service.engine, "listing doubts") as connection:
        part = DOUBT_LIST.part(service, connection, caller, asked, _ON_PAGE)
    kind = asked.given.get("kind", "")
    together = bool(kind) and kind not in REPLAY_KINDS and caller.may(Action.DOUBT_DECIDE)
    return render(
        request,
        "doubts/doubts.html.j2",
        caller,
        status,
        found=[(one, _place(one)) for one in part.rows],
        view=list_view(service, caller, asked, part),
        open={one.row.id for one in part.rows if together and one.open_to(caller)},
        kind=kind,
        faults=faults,
        words=words,
    )


def _place(doubt: ClassDoubt) -> str:
    """Its moment on the day's strip; without one, the doubt among the others of its class."""
    moments, own = doubt.entry["at"], doubt.row
    if moments:
        return day_path(own.class_id, moments[0][:10], moments[0])
    return doubt_path(own.class_id, own.number)
