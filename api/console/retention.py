"""留存与删除: what comes due, what is held, and the certificates of what was deleted."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import Connection

from api.caller import Caller, needs
from api.discover import Nav, Task
from api.holding import let_go, place, standing, wanted
from api.kept import register_of, within
from api.pages import draw, go
from api.problem import ProblemError, not_found
from api.refusals import RefusedError
from api.service import Served, Service
from api.shapes import NO_CONTROLS
from facts.errors import SetupError
from facts.span import local_day
from facts.text import Text
from pipeline.due import EMBEDDING_LIFE_AFTER_VERIFICATION, GRACE, PREVIEW_LIFE, Due, Stage, due_list
from pipeline.orders import Ordered
from pipeline.rights import Action
from runtime.certificates import Proven, certified, proven
from runtime.holding import DRAWN_BY
from runtime.previews import LIFE
from storage.database.opening import reading

router = APIRouter(include_in_schema=False, prefix="/retention")
NAV = Nav(40, Text("留存与删除", "Retention"), "/retention", Action.RETENTION_READ)
Reading = Annotated[Caller, needs(Action.RETENTION_READ)]
Holding = Annotated[Caller, needs(Action.HOLD_WRITE)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
WARNED = timedelta(days=30)
_SPANS = {"30": WARNED, "90": timedelta(days=90), "all": timedelta(days=36_500)}
_MOST_ROWS, _MOST_BYTES = 200, 1 << 20


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    days: Annotated[str, Query(pattern="^(30|90|all)$")] = "30",
    refused: bool = False,
) -> Response:
    """What comes due first; what is held, and by whom."""
    faults = [_REFUSED] if refused else []
    return _page(request, service, caller, days=days, faults=faults)


@router.post("/holds")
def hold(
    request: Request,
    service: Served,
    caller: Holding,
    target: Field,
    reason: Field = "",
    case: Field = "",
    day: Field = "",
) -> Response:
    """From now on it stays, whatever the date; the reason is kept and its digest logged."""
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    given = {"target": target, "reason": reason, "case": case, "day": day}
    try:
        made = wanted(own, service, caller, target, reason, case, day)
    except RefusedError as refused:
        return _page(request, service, caller, status=422, faults=refused.texts, given=given)
    return _ordered(request, service, caller, lambda: place(service, made)[1])


@router.post("/holds/{name}/release")
def release(
    request: Request,
    service: Served,
    caller: Holding,
    name: Annotated[str, Path(pattern=r"^[0-9a-f]{8}$")],
    reason: Field = "",
) -> Response:
    """The hold no longer stands; the others do."""
    try:
        standing(service, caller, name, reason)
    except RefusedError as refused:
        return _page(request, service, caller, status=422, faults=refused.texts)
    return _ordered(request, service, caller, lambda: let_go(service, caller, name, reason))


@router.get("/certificates")
def certificates(request: Request, service: Served, caller: Reading) -> Response:
    """Each deletion with its certificate, checked as a stranger would."""
    return _certificates(request, service, caller)


@router.get("/certificates/{name}")
def download(
    service: Served, caller: Reading, name: Annotated[str, Path(pattern=r"^[0-9a-f-]{10,40}\.json$")]
) -> Response:
    """One certificate with the proof that the log holds it."""
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    data = next((data for kept, one, data in certified(register_of(service)) if one == name and own.kept(kept)), None)
    if data is None:
        raise not_found("删除证明", "certificate")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type="application/json", headers=headers)


@router.post("/certificates/check")
async def check(request: Request, service: Served, caller: Reading, file: Annotated[UploadFile, File()]) -> Response:
    """What a certificate that somebody brings says, and everything wrong with it; nothing of it is kept."""
    data = await file.read(_MOST_BYTES + 1)
    found = proven((file.filename or "")[:100], data[:_MOST_BYTES])
    return _certificates(request, service, caller, brought=found)


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
_REFUSED = Text(
    "登记已生效，但有证据库拒绝或未连上，后台会再试；请告知运维",
    "registered, but a store refused or was away; it is tried again",
)


def _ordered(request: Request, service: Service, caller: Caller, act: Callable[[], Sequence[Ordered]]) -> Response:
    """What the stores refuse is told on the page; the register protects all the same."""
    try:
        done = act()
    except ProblemError as problem:
        return _page(request, service, caller, status=problem.status_code, faults=[problem.title])
    except SetupError:
        return go("/retention?refused=true")
    return go("/retention?refused=true" if any(one.refusal for one in done) else "/retention")


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    days: str = "30",
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
) -> Response:
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
        rows=shown[:_MOST_ROWS],
        more=max(len(shown) - _MOST_ROWS, 0),
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
        preview_days=LIFE.days,
        look_days=PREVIEW_LIFE.days,
        embedding_days=EMBEDDING_LIFE_AFTER_VERIFICATION.days,
        last_day=_last_day,
        what=_what,
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


def _what(label: str) -> Text:
    """A label of the register in the reader's words; a camera's name stays as it is."""
    word, _, rest = label.partition(" ")
    known = _WORDS.get(word, Text(word, word))
    return Text(f"{known.zh} {rest}".strip(), f"{known.en} {rest}".strip())


def _last_day(row: Due) -> date:
    """The last day on which it must still be there."""
    return local_day(row.kept.keep_until - timedelta(microseconds=1))


def _certificates(request: Request, service: Service, caller: Caller, brought: Proven | None = None) -> Response:
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    found = [(kept, proven(name, data)) for kept, name, data in certified(register_of(service)) if own.kept(kept)]
    return draw(request, "certificates.html.j2", caller, found=found[-_MOST_ROWS:], brought=brought, what=_what)
