"""留存与删除: what comes due, and what is held."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.counting import counted
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.retention.deadlines import LOOK_LIFE, DueObject, RetentionStage
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.recordings.previews import LIFE
from runtime.retention.access import evidence_reached, holds_reached
from runtime.retention.evidence_list import EVIDENCE_LIST, WARNED, label_text, last_day
from runtime.spot_checks.holds import DRAWN_BY
from runtime.spot_checks.register import HOLD_REASON
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.retention import OBJECTS
from storage.database.verification.worklist import class_lines
from storage.retention.pages import LIVE, MOST_COUNTED, count, free

router = APIRouter(include_in_schema=False, prefix="/retention")
NAV = MenuEntry(40, Text("留存与删除", "Retention"), "/retention", Action.RETENTION_READ)
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
_ALL = ListQuery(EVIDENCE_LIST.plan, {})
_ON_PAGE, _MOST_HOLDS, _MOST_CODES = 50, 30, 200
REFUSED = Text(
    "登记已生效，但有证据库拒绝或未连上，后台会再试；请告知运维",
    "registered, but a store refused or was away; it is tried again",
)


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(EVIDENCE_LIST.plan))],
    refused: bool = False,
    skip: Annotated[int, Query(ge=0, le=5_000)] = 0,
) -> Response:
    """What comes due first; what is held, and by whom; ``skip`` leads to earlier holds."""
    faults = [REFUSED] if refused else []
    return page(request, service, caller, query, faults=faults, skip=skip)


serve_exports(router, EVIDENCE_LIST)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """What may be deleted soon unless it is held."""
    near = _near(connection, caller, service.clock()) if caller.may(Action.RETENTION_READ) else 0
    if not near:
        return ()
    number = count_text(near)
    text = Text(
        f"{number.zh}件证据 30 日内到期",
        counted(number.en, "piece of evidence comes due within 30 days", "pieces of evidence come due within 30 days"),
    )
    return (TodoItem(40, text, "/retention", Text("有争议的请先冻结", "hold what is in dispute")),)


def count_text(number: int) -> Text:
    """A count, exact up to the number at which counting stops."""
    return Text(f"{number} 以上", f"{number} or more") if number >= MOST_COUNTED else Text(f"{number} ", f"{number}")


def page(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
    skip: int = 0,
) -> Response:
    """The list, with whatever was wrong with a hold that was just asked for."""
    lives = {"preview_days": LIFE.days, "look_days": LOOK_LIFE.days}
    with reading(service.engine, "reading what is kept") as connection:
        part = EVIDENCE_LIST.part(service, connection, caller, query, _ON_PAGE)
        found = _beside(service, connection, caller, skip)
    return render(
        request,
        "retention/register.html.j2",
        caller,
        status,
        rows=part.rows,
        view=list_view(service, caller, query, part),
        **found,
        **lives,
        may_hold=caller.may(Action.HOLD_WRITE),
        faults=faults,
        given=given or {},
        of_check=DRAWN_BY,
        open_check=HOLD_REASON,
        css=_css,
        last_day=last_day,
        what=label_text,
        many=count_text,
    )


def _beside(service: Service, connection: Connection, caller: Caller, skip: int) -> dict[str, Any]:
    holds = list(islice(holds_reached(connection, caller), skip, skip + _MOST_HOLDS + 1))
    return {
        "near": _near(connection, caller, service.clock()),
        "total": count(connection, LIVE, evidence_reached(caller)),
        "holds": holds[:_MOST_HOLDS],
        "earlier": skip + _MOST_HOLDS if len(holds) > _MOST_HOLDS else 0,
        "classes": class_lines(connection, reached(caller), limit=_MOST_CODES),
    }


def _near(connection: Connection, caller: Caller, now: datetime) -> int:
    """What ends within the month, or has ended, and nothing holds."""
    return count(connection, LIVE, OBJECTS.c.keep_until <= now + WARNED, evidence_reached(caller), free())


def _css(row: DueObject) -> str:
    return {RetentionStage.HELD: "pass", RetentionStage.KEPT: "exempt"}.get(row.stage, "unproven")
