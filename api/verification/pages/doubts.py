"""疑点 of every class within reach: what, since when, under which clause, and what may well explain it."""

import json
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Before
from api.http.render import render
from api.http.service import Served
from api.verification.pages.day import day_path
from facts.text import Text
from pipeline.accounts.rights import Action
from report.words import DOUBTS
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from storage.database.connection import reading
from storage.database.tables.verification import FLAGS
from storage.database.verification.worklist import WorklistDoubt, worklist_doubts

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(12, Text("疑点", "Doubts"), "/doubts", Action.VERDICT_READ)
_ON_PAGE = 30


@router.get("/doubts")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.VERDICT_READ)],
    kind: Annotated[str, Query(max_length=64, pattern=NO_CONTROLS)] = "",
    before: Before = "",
) -> Response:
    """The newest first, of one kind or of all."""
    where = [reached(caller)]
    where += [FLAGS.c.kind == kind] if kind else []
    where += [FLAGS.c.id < int(before)] if before else []
    with reading(service.engine, "listing doubts") as connection:
        found = worklist_doubts(connection, *where, limit=_ON_PAGE + 1)
    given = {"kind": kind} if kind else {}
    more = len(found) > _ON_PAGE
    return render(
        request,
        "verification/doubts.html.j2",
        caller,
        found=[(one, json.loads(one.body), _place(one)) for one in found[:_ON_PAGE]],
        kinds=[(key, Text(*words)) for key, words in DOUBTS.items()],
        kind=kind,
        following=urlencode(given | {"before": str(found[_ON_PAGE - 1].id)}) if more else "",
        newest=urlencode(given) if before else None,
    )


def _place(doubt: WorklistDoubt) -> str:
    """Its moment on the day's strip; without one, the doubt among the others of its class."""
    moments = json.loads(doubt.body)["at"]
    if moments:
        return day_path(doubt.class_id, moments[0][:10], moments[0])
    return f"/classes/{doubt.class_id}/doubts#doubt-{doubt.number}"
