"""A hold on evidence: placed with a reason, released with a reason, both in the log."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from api.caller import Caller, needs
from api.console.retention import page
from api.kept import Within, desk_of, register_of, within
from api.pages import go
from api.problem import not_found
from api.service import Served, Service
from api.shapes import NO_CONTROLS
from facts.errors import InputError, SetupError
from facts.keeping import Hold, Scope
from facts.text import Text
from pipeline import orders
from pipeline.rights import Action
from runtime.holding import DRAWN_BY
from runtime.retention import new_hold
from storage.database.opening import reading
from storage.log.errors import LogSetupError

router = APIRouter(include_in_schema=False, prefix="/retention/holds")
Holding = Annotated[Caller, needs(Action.HOLD_WRITE)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]


@router.post("")
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
    faults, wanted = _wanted(own, caller, target, reason, case, day, service)
    if wanted is None:
        given = {"target": target, "reason": reason, "case": case, "day": day}
        return page(request, service, caller, status=422, faults=faults, given=given)
    try:
        _, done = orders.hold(desk_of(service), wanted)
    except LogSetupError:
        return page(request, service, caller, status=503, faults=[_NO_KEY])
    except SetupError:
        return go("/retention?refused=true")
    return go("/retention?refused=true" if any(one.refusal for one in done) else "/retention")


@router.post("/{name}/release")
def release(
    request: Request,
    service: Served,
    caller: Holding,
    name: Annotated[str, Path(pattern=r"^[0-9a-f]{8}$")],
    reason: Field = "",
) -> Response:
    """The hold no longer stands; the others do."""
    register = register_of(service)
    found = next((one for one in register.holds() if one.id == name), None)
    with reading(service.engine, "reading one's classes") as connection:
        own = within(connection, caller)
    if found is None or not own.hold(found, [one for one in register.live() if found.scope.covers(one)]):
        raise not_found("冻结", "hold")
    faults = [fault for fault, wrong in ((_OF_CHECK, found.placed_by == DRAWN_BY), (_WHY, not reason.strip())) if wrong]
    if faults:
        return page(request, service, caller, status=422, faults=faults)
    try:
        done = orders.release(desk_of(service), name, f"{caller.shown}：{reason.strip()}"[:200])
    except LogSetupError:
        return page(request, service, caller, status=503, faults=[_NO_KEY])
    except SetupError:
        return go("/retention?refused=true")
    return go("/retention?refused=true" if any(one.refusal for one in done) else "/retention")


_NO_KEY = Text(
    "本机还没有签名密钥，无法记入日志；请运维运行 xueshi keys init",
    "no signing key yet; let the operator run xueshi keys init",
)


_OF_CHECK = Text(
    "抽查的冻结在抽查页由两人签字后解除", "a spot check's hold ends at the spot check, after two signatures"
)


_WHY = Text("请写明解除的理由", "say why it is released")


def _wanted(
    own: Within, caller: Caller, target: str, reason: str, case: str, day: str, service: Service
) -> tuple[list[Text], Hold | None]:
    faults = []
    if target not in {one.code for one in own.classes}:
        faults.append(Text("请选择您范围内的班期", "choose a class within your reach"))
    if not reason.strip():
        faults.append(Text("请写明冻结的理由", "say why it is held"))
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        on = None
        faults.append(Text("日期应写成 2025-04-08", "a day is written 2025-04-08"))
    if faults:
        return faults, None
    try:
        return [], new_hold(Scope(target, on), reason.strip(), case.strip(), caller.shown, service.clock)
    except InputError:
        return [Text("理由与案号应为可显示的文字", "reason and case must be printable")], None
