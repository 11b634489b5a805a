"""抽查 (双随机一公开): a draw is announced, revealed later, and published so that a stranger can do it again."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Path, Request
from fastapi.responses import Response
from sqlalchemy import func, select

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS
from api.http.lists import list_query, list_view, serve_exports
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import FaultsError, InputError
from facts.refusals import Refusal, RefusalsError
from facts.spot_check import SpotState
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.spot_checks.request import STRATA, DrawRequest
from report.draw_page import rows_of
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.spot_checks.access import DrawView, draw_view, spot_checks_of
from runtime.spot_checks.announcement import announce_draw, commitment_for, sheet_for
from runtime.spot_checks.draw_list import DRAW_LIST
from runtime.spot_checks.draw_lists import inspector_id_of, inspectors_of
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False, prefix="/checks")
NAV = MenuEntry(30, Text("抽查", "Spot checks"), "/checks", Action.SPOT_CHECK_READ)
Reading = Annotated[Caller, needs(Action.SPOT_CHECK_READ)]
Writing = Annotated[Caller, needs(Action.SPOT_CHECK_WRITE)]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
Lines = Annotated[str, Form(max_length=5000)]
_MOST_TOLD, _ON_PAGE = 20, 1000
_ALL = ListQuery(DRAW_LIST.plan, {})


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(DRAW_LIST.plan))],
) -> Response:
    """What was announced and revealed, and what waits for the reader."""
    return _list(request, service, caller, query)


serve_exports(router, DRAW_LIST)


@router.post("")
def make(
    request: Request,
    service: Served,
    caller: Writing,
    title: Line,
    strata: Line = "",
    share: Line = "1/10",
    weighted: Annotated[bool, Form()] = False,
    per_class: Annotated[int, Form(ge=1, le=9)] = 2,
    most: Annotated[int, Form(ge=1, le=1000)] = 10,
    beacon: Line = "",
    avoid: Lines = "",
) -> Response:
    """Lists, rules and a secret nonce are bound and announced; nobody knows yet what will be drawn."""
    given = {"title": title, "strata": strata, "share": share, "weighted": weighted, "per_class": per_class}
    given |= {"most": most, "beacon": beacon, "avoid": avoid}
    faults, avoided = _avoided(avoid)
    wanted = DrawRequest(title, strata, share, weighted, per_class, most, beacon, avoided=avoided)
    try:
        made = announce_draw(service, commitment_for(service, caller, wanted, faults))
    except RefusalsError as refused:
        return _list(request, service, caller, status=422, faults=refused.texts, given=given)
    except FaultsError as error:
        texts = [_fault_text(one.where, one.got, one.expected) for one in error.faults[:_MOST_TOLD]]
        return _list(request, service, caller, status=422, faults=texts, given=given)
    return redirect(f"/checks/{made.commitment}")


@router.get("/{name}")
def one(request: Request, service: Served, caller: Reading, name: Name) -> Response:
    """One draw: the commitment, and after the reveal the masked sheet and the worklists."""
    return _one(request, caller, draw_view(service, caller, name))


@router.post("/{name}/reveal")
def reveal(request: Request, service: Served, caller: Writing, name: Name, beacon: Line = "") -> Response:
    """The evidence of what is drawn is held before anybody can read which classes it is."""
    view = draw_view(service, caller, name)
    try:
        spot_checks_of(service).reveal(sheet_for(service, view, beacon))
    except RefusalsError as refused:
        return _one(request, caller, view, status=status_of(refused), faults=refused.texts)
    except InputError as error:  # somebody revealed it meanwhile, with another beacon
        fault = Text(f"未能揭示：{error}", f"not revealed: {error}")
        return _one(request, caller, view, status=409, faults=[fault])
    return redirect(f"/checks/{name}")


def _fault_text(where: str, got: str, expected: str) -> Text:
    return Text(f"{where}：现为 {got}，应为 {expected}", f"{where}: got {got}, expected {expected}")


def _avoided(text: str) -> tuple[list[Refusal], dict[str, list[str]]]:
    """Lines such as ``wang.min：正信职校、邻校``."""
    faults, avoided = [], dict[str, list[str]]()
    for line in filter(str.strip, text.splitlines()):
        name, _, rest = line.replace("：", ":").partition(":")
        places = [one.strip() for one in rest.replace("；", "、").replace(",", "、").split("、") if one.strip()]
        if not name.strip() or not places:
            words = Text(f"回避一行看不懂：{line[:60]}", f"this line of conflicts is not understood: {line[:60]}")
            faults.append(Refusal("avoid", words, line[:60], "name: institution, institution"))
            continue
        avoided.setdefault(name.strip(), []).extend(places)
    return faults, avoided


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, Any] | None = None,
) -> Response:
    with reading(service.engine, "reading the lists") as connection:
        part = DRAW_LIST.part(service, connection, caller, query, _ON_PAGE)
        count = connection.execute(select(func.count()).select_from(CLASSES).where(reached(caller))).scalar_one()
        people = inspectors_of(connection, caller)
    return render(
        request,
        "spot_checks/draws.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        classes=count,
        people=people,
        strata=STRATA,
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        given=given or {},
    )


def _one(
    request: Request, caller: Caller, view: DrawView, *, status: int = 200, faults: Sequence[Text] = ()
) -> Response:
    revealed = view.draw.revealed_at is not None
    last = {one.class_id: one for one in view.draw.findings}
    return render(
        request,
        "spot_checks/draw.html.j2",
        caller,
        status,
        view=view,
        rows=rows_of(view.sheet) if revealed else [],
        own=view.sent_to(inspector_id_of(caller)),
        last=last,
        held={one.class_id: one for one in view.draw.holds},
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        SpotState=SpotState,
    )
