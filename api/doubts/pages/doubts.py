"""疑点 of every class within reach: what, since when, under which clause, where it stands, what may well explain it."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, false, not_

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Before, Word
from api.http.render import render
from api.http.service import Served
from facts.doubt_case import Stage
from facts.text import Text
from pipeline.accounts.rights import Action
from report.words import DOUBTS
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.addresses import day_path, doubt_path
from runtime.doubts.class_doubts import ClassDoubt, doubts_found, turn_of
from storage.database.connection import reading
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import RAISED

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(12, Text("疑点", "Doubts"), "/doubts", Action.VERDICT_READ)
MINE, GONE = "mine", "gone"
STAGES = {one.value: one.text for one in Stage} | {
    MINE: Text("等我办理", "waiting for me"),
    GONE: Text("不再出现", "no longer raised"),
}
_ON_PAGE = 30


@router.get("/doubts")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    kind: Annotated[str, Query(max_length=64, pattern=NO_CONTROLS)] = "",
    stage: Word = "",
    before: Before = "",
) -> Response:
    """The newest first, of one kind or stage or of all that are still raised; what waits for the reader, the oldest first."""
    own, mine = CLASS_DOUBTS.c, stage == MINE
    where = [reached(caller), *_standing(caller, stage)]
    where += [own.kind == kind] if kind else []
    where += [own.id > int(before) if mine else own.id < int(before)] if before else []
    with reading(service.engine, "listing doubts") as connection:
        found = doubts_found(service.engine, connection, *where, limit=_ON_PAGE + 1, newest_first=not mine)
    given = {name: value for name, value in (("kind", kind), ("stage", stage)) if value}
    more = len(found) > _ON_PAGE
    return render(
        request,
        "doubts/doubts.html.j2",
        caller,
        found=[(one, _place(one)) for one in found[:_ON_PAGE]],
        kinds=[(key, Text(*words)) for key, words in DOUBTS.items()],
        stages=STAGES,
        kind=kind,
        stage=stage,
        following=urlencode(given | {"before": str(found[_ON_PAGE - 1].row.id)}) if more else "",
        first=urlencode(given) if before else None,
    )


def _standing(caller: Caller, stage: str) -> Sequence[ColumnElement[bool]]:
    if stage == GONE:
        return [not_(RAISED)]
    if stage == MINE:
        waiting = turn_of(caller)
        return [false() if waiting is None else waiting]
    return [RAISED, CLASS_DOUBTS.c.stage == stage] if stage else [RAISED]


def _place(doubt: ClassDoubt) -> str:
    """Its moment on the day's strip; without one, the doubt among the others of its class."""
    moments, own = doubt.entry["at"], doubt.row
    if moments:
        return day_path(own.class_id, moments[0][:10], moments[0])
    return doubt_path(own.class_id, own.number)
