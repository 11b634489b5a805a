"""A hold on evidence: placed with a reason, released with a reason, both in the log."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS
from api.http.problem import ProblemError
from api.http.render import redirect
from api.http.service import Served
from api.retention.pages.register import page
from facts.errors import SetupError
from facts.refusals import RefusalsError
from pipeline.accounts.rights import Action
from pipeline.retention.orders import OrderResult
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.retention.hold_orders import place_hold, releasable_hold, release_hold, requested_hold

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
    given = {"target": target, "reason": reason, "case": case, "day": day}
    try:
        made = requested_hold(service, caller, target, reason, case, day)
    except RefusalsError as refused:
        return page(request, service, caller, status=422, faults=refused.texts, given=given)
    return _ordered(request, service, caller, lambda: place_hold(service, made)[1])


@router.post("/{name}/release")
def release(
    request: Request,
    service: Served,
    caller: Holding,
    name: Annotated[str, Path(pattern=r"^[0-9a-f]{8}$")],
    reason: Field = "",
) -> Response:
    """The hold no longer stands; the others do."""
    try:
        releasable_hold(service, caller, name, reason)
    except RefusalsError as refused:
        return page(request, service, caller, status=422, faults=refused.texts)
    return _ordered(request, service, caller, lambda: release_hold(service, caller, name, reason))


def _ordered(request: Request, service: Service, caller: Caller, act: Callable[[], Sequence[OrderResult]]) -> Response:
    """What the stores refuse is told on the page; the register protects all the same."""
    try:
        done = act()
    except ProblemError as problem:
        return page(request, service, caller, status=problem.status_code, faults=[problem.title])
    except SetupError:
        return redirect("/retention?refused=true")
    return redirect("/retention?refused=true" if any(one.refusal for one in done) else "/retention")
