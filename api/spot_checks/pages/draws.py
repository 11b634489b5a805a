"""抽查 (双随机一公开): a draw is announced, revealed later, and published so that a stranger can do it again."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from pipeline.spot_checks.request import STRATA, DrawRequest
from runtime.spot_checks.draw_lists import inspector_id_of, inspectors_of
from sqlalchemy import func, select

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import FaultsError, InputError
from facts.refusals import Refusal, RefusalsError
from facts.spot_check import SpotState
from facts.text import Text
from pipeline.accounts.rights import Action
from report.draw_page import rows_of
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.spot_checks.access import DrawView, draw_view, draws_for, spot_checks_of
from runtime.spot_checks.announcement import announce_draw, commitment_for, sheet_for
from storage.database.connection import reading
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False, prefix="/checks")
NAV = MenuEntry(30, Text("抽查", "Spot checks"), "/checks", Action.SPOT_CHECK_READ)
Reading = Annotated[Caller, needs(Action.SPOT_CHECK_READ)]
Writing = Annotated[Caller, needs(Action.SPOT_CHECK_WRITE)]
Name = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Line = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
Lines = Annotated[str, Form(max_length=5000)]
_MOST_TOLD = 20


@router.get("")
def listed(request: Request, service: Served, caller: Reading) -> Response:
    """What was announced and revealed, and what waits for the reader."""
    return _list(request, service, caller)


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
    wish = DrawRequest(title, strata, share, weighted, per_class, most, beacon, avoided=avoided)
    try:
        made = announce_draw(service, commitment_for(service, caller, wish, faults))
    except RefusalsError as refused:
        return _list(request, service, caller, status=422, faults=refused.texts, given=given)
    except FaultsError as error:
        told = [_told(one.where, one.got, one.expected) for one in error.faults[:_MOST_TOLD]]
        return _list(request, service, caller, status=422, faults=told, given=given)
    return redirect(f"/checks/{made.commitment}")


@router.get("/{name}")
def one(request: Request, service: Served, caller: Reading, name: Name) -> Response:
    """One draw: the commitment, and after the reveal the masked sheet and the worklists."""
    return _one(request, caller, draw_view(service, caller, name))


@router.post("/{name}/reveal")
def reveal(request: Request, service: Served, caller: Writing, name: Name, beacon: Line = "") -> Response:
    """The evidence of what is drawn is held before anybody can read which classes it is."""
    found = draw_view(service, caller, name)
    try:
        spot_checks_of(service).reveal(sheet_for(service, found, beacon))
    except RefusalsError as refused:
        return _one(request, caller, found, status=status_of(refused), faults=refused.texts)
    except InputError as error:  # somebody revealed it meanwhile, with another beacon
        fault = Text(f"未能揭示：{error}", f"not revealed: {error}")
        return _one(request, caller, found, status=409, faults=[fault])
    return redirect(f"/checks/{name}")


def _told(where: str, got: str, expected: str) -> Text:
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
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, Any] | None = None,
) -> Response:
    with reading(service.engine, "reading the lists") as connection:
        count = connection.execute(select(func.count()).select_from(CLASSES).where(reached(caller))).scalar_one()
        people = inspectors_of(connection, caller)
    return render(
        request,
        "spot_checks/draws.html.j2",
        caller,
        status,
        found=draws_for(service, caller),
        classes=count,
        people=people,
        strata=STRATA,
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        given=given or {},
    )


def _one(
    request: Request, caller: Caller, found: DrawView, *, status: int = 200, faults: Sequence[Text] = ()
) -> Response:
    shown = found.draw.revealed_at is not None
    last = {one.class_id: one for one in found.draw.findings}
    return render(
        request,
        "spot_checks/draw.html.j2",
        caller,
        status,
        book=found,
        rows=rows_of(found.sheet) if shown else [],
        own=found.own(inspector_id_of(caller)),
        last=last,
        held={one.class_id: one for one in found.draw.holds},
        may_write=caller.may(Action.SPOT_CHECK_WRITE),
        faults=faults,
        SpotState=SpotState,
    )
