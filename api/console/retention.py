"""留存与删除: what comes due, and what is held."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.caller import Caller, needs
from api.discover import Nav, Task
from api.kept import register_of, within
from api.pages import draw
from api.service import Served, Service
from facts.span import local_day
from facts.text import Text
from pipeline.due import GRACE, Due, Stage, due_list
from pipeline.rights import Action
from runtime.holding import DRAWN_BY
from storage.database.opening import reading

router = APIRouter(include_in_schema=False, prefix="/retention")
NAV = Nav(40, Text("留存与删除", "Retention"), "/retention", Action.RETENTION_READ)
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
WARNED = timedelta(days=30)
_SPANS = {"30": WARNED, "90": timedelta(days=90), "all": timedelta(days=36_500)}
MOST_ROWS = 200


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    days: Annotated[str, Query(pattern="^(30|90|all)$")] = "30",
    refused: bool = False,
) -> Response:
    """What comes due first; what is held, and by whom."""
    faults = [REFUSED] if refused else []
    return page(request, service, caller, days=days, faults=faults)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[Task]:
    """What may be deleted soon unless somebody holds it."""
    if not caller.may(Action.RETENTION_READ):
        return ()
    now, register = service.clock(), register_of(service)
    rows = due_list(register.live(now + WARNED), register.holds(), now, grace=GRACE, within=WARNED)
    near = [row for row in rows if row.stage in _NEAR]
    own = within(connection, caller) if near else None
    near = [row for row in near if own and own.kept(row.kept)]
    if not near:
        return ()
    text = Text(f"{len(near)} 件证据 30 日内到期", f"{len(near)} pieces of evidence come due within 30 days")
    detail = Text("有争议的请先冻结", "hold what is in dispute")
    return (Task(40, text, "/retention", detail),)


_NEAR = frozenset({Stage.SOON, Stage.GRACE, Stage.LOCKED, Stage.DELETABLE})


REFUSED = Text(
    "登记已生效，但有证据库拒绝或未连上，后台会再试；请告知运维",
    "registered, but a store refused or was away; it is tried again",
)


def page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    days: str = "30",
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
) -> Response:
    """The list, with whatever was wrong with a hold that was just wished for."""
    now, register, ahead = service.clock(), register_of(service), _SPANS[days]
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    live = [one for one in register.live() if own.kept(one)]
    rows = due_list(live, register.holds(), now, grace=GRACE, within=ahead)
    shown = [row for row in rows if row.stage is not Stage.KEPT]
    holds = [(one, sum(one.scope.covers(kept) for kept in live)) for one in register.holds(released=True)]
    return draw(
        request,
        "retention.html.j2",
        caller,
        status,
        rows=shown[:MOST_ROWS],
        more=max(len(shown) - MOST_ROWS, 0),
        total=len(live),
        near=sum(row.stage in _NEAR for row in due_list(live, register.holds(), now, grace=GRACE, within=WARNED)),
        holds=[(one, count) for one, count in reversed(holds) if own.hold(one, ()) or count],
        days=days,
        classes=own.classes,
        may_hold=caller.may(Action.HOLD_WRITE),
        faults=faults,
        given=given or {},
        of_check=DRAWN_BY,
        css=_css,
        last_day=_last_day,
        what=what,
    )


def _css(row: Due) -> str:
    return {Stage.HELD: "pass", Stage.KEPT: "exempt"}.get(row.stage, "unproven")


_WORDS = {
    "recording": Text("录像", "recording"),
    "video": Text("录像", "recording"),
    "roster": Text("花名册", "roster"),
    "timetable": Text("课程表", "timetable"),
    "checkins": Text("打卡记录", "check-ins"),
    "leave": Text("请假", "leave"),
    "manifest": Text("班期说明", "class file"),
    "preview": Text("预览", "preview"),
    "embedding": Text("人脸特征", "face embedding"),
}


def what(label: str) -> Text:
    """A label of the register in the reader's words; a camera's name stays as it is."""
    word, _, rest = label.partition(" ")
    known = _WORDS.get(word, Text(word, word))
    return Text(f"{known.zh} {rest}".strip(), f"{known.en} {rest}".strip())


def _last_day(row: Due) -> date:
    """The last day on which it must still be there."""
    return local_day(row.kept.keep_until - timedelta(microseconds=1))
