"""留存与删除: what comes due, and what is held."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection, not_

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.render import render
from api.http.service import Served
from facts.counting import counted
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.retention.deadlines import (
    GRACE,
    LOOK_LIFE,
    DueObject,
    RetentionStage,
    due_list,
)
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.recordings.previews import LIFE
from runtime.retention.access import evidence_reached, holds_reached
from runtime.spot_checks.holds import DRAWN_BY
from storage.database.connection import reading
from storage.database.tables.retention import HOLDS, OBJECTS
from storage.database.verification.worklist import class_lines
from storage.retention.pages import LIVE, MOST_COUNTED, count, ending, holds_of, under_hold

router = APIRouter(include_in_schema=False, prefix="/retention")
NAV = MenuEntry(40, Text("留存与删除", "Retention"), "/retention", Action.RETENTION_READ)
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
WARNED = timedelta(days=30)
_SPANS = {"30": WARNED, "90": timedelta(days=90), "all": timedelta(days=36_500)}
_MOST_ROWS, _MOST_HOLDS, _MOST_CODES, _MOST_IN_FORCE = 200, 30, 200, 5_000
REFUSED = Text(
    "登记已生效，但有证据库拒绝或未连上，后台会再试；请告知运维",
    "registered, but a store refused or was away; it is tried again",
)


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    days: Annotated[str, Query(pattern="^(30|90|all)$")] = "30",
    refused: bool = False,
    skip: Annotated[int, Query(ge=0, le=5_000)] = 0,
) -> Response:
    """What comes due first; what is held, and by whom; ``skip`` leads to earlier holds."""
    faults = [REFUSED] if refused else []
    return page(request, service, caller, days=days, faults=faults, skip=skip)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """What may be deleted soon unless it is held."""
    near = _near(connection, caller, service.clock()) if caller.may(Action.RETENTION_READ) else 0
    if not near:
        return ()
    number = count_text(near)
    text = Text(
        f"{number.zh}件证据 30 日内到期",
        f"{counted(number.en, 'piece of evidence comes due within 30 days', 'pieces of evidence come due within 30 days')}",
    )
    return (TodoItem(40, text, "/retention", Text("有争议的请先冻结", "hold what is in dispute")),)


def count_text(number: int) -> Text:
    """A count, exact up to the number at which counting stops."""
    return Text(f"{number} 以上", f"{number} or more") if number >= MOST_COUNTED else Text(f"{number} ", f"{number}")


def page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    days: str = "30",
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
    skip: int = 0,
) -> Response:
    """The list, with whatever was wrong with a hold that was just asked for."""
    lives = {"preview_days": LIFE.days, "look_days": LOOK_LIFE.days}
    return render(
        request,
        "retention/register.html.j2",
        caller,
        status,
        **_found(service, caller, _SPANS[days], skip),
        **lives,
        days=days,
        may_hold=caller.may(Action.HOLD_WRITE),
        faults=faults,
        given=given or {},
        of_check=DRAWN_BY,
        css=_css,
        last_day=_last_day,
        what=label_text,
        many=count_text,
    )


def _found(service: Service, caller: Caller, ahead: timedelta, skip: int) -> dict[str, Any]:
    now, own = service.clock(), evidence_reached(caller)
    with reading(service.engine, "reading what is kept") as connection:
        found = ending(connection, now + ahead, own, limit=_MOST_ROWS + 1)
        in_force = holds_of(connection, HOLDS.c.released_at.is_(None), limit=_MOST_IN_FORCE) if found else ()
        context: dict[str, Any] = {
            "near": _near(connection, caller, now),
            "total": count(connection, LIVE, own),
            "holds": list(islice(holds_reached(connection, caller), skip, skip + _MOST_HOLDS + 1)),
            "classes": class_lines(connection, reached(caller), limit=_MOST_CODES),
        }
        more = len(found) > _MOST_ROWS
        context["more"] = count(connection, LIVE, OBJECTS.c.keep_until <= now + ahead, own) - _MOST_ROWS if more else 0
    context["earlier"] = skip + _MOST_HOLDS if len(context["holds"]) > _MOST_HOLDS else 0
    context["holds"] = context["holds"][:_MOST_HOLDS]
    return context | {"rows": due_list(found[:_MOST_ROWS], in_force, now, grace=GRACE, within=ahead)}


def _near(connection: Connection, caller: Caller, now: datetime) -> int:
    """What ends within the month, or has ended, and nothing holds."""
    return count(connection, LIVE, OBJECTS.c.keep_until <= now + WARNED, evidence_reached(caller), not_(under_hold()))


def _css(row: DueObject) -> str:
    return {RetentionStage.HELD: "pass", RetentionStage.KEPT: "exempt"}.get(row.stage, "unproven")


_WORDS = {
    "recording": Text("录像", "recording"),
    "video": Text("录像", "recording"),
    "roster": Text("花名册", "roster"),
    "timetable": Text("课表", "timetable"),
    "checkins": Text("打卡记录", "check-ins"),
    "leave": Text("请假", "leave"),
    "manifest": Text("班期说明", "class file"),
}


def label_text(label: str) -> Text:
    """A label of the register in the reader's words; a camera's name stays as it is."""
    word, _, rest = label.partition(" ")
    known = _WORDS.get(word, Text(word, word))
    return Text(f"{known.zh} {rest}".strip(), f"{known.en} {rest}".strip())


def _last_day(row: DueObject) -> date:
    """The last day on which it must still be there."""
    return local_day(row.kept.keep_until - timedelta(microseconds=1))
