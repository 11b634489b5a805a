"""One drawn class: what the inspectors found, the second signature by another person, and the end of the hold."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from runtime.spot_checks.draw_lists import inspector_id_of

from api.http.fields import TEXT, Id
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from api.spot_checks.pages.draws import Name, Reading, Writing
from facts.errors import InputError
from facts.refusals import RefusalsError, refuse
from facts.spot_check import SpotState
from facts.text import Text
from facts.verdict import Status
from runtime.accounts.caller import Caller
from runtime.spot_checks.access import DrawView, draw_view, spot_checks_of
from runtime.spot_checks.signatures import (
    CHOICES,
    finding_faults,
    hold_on,
    lift_faults,
    lifter,
    may_lift,
    may_second,
    may_sign,
    second_faults,
)

router = APIRouter(include_in_schema=False, prefix="/checks/{name}/{place}")
Words = Annotated[str, Form(max_length=2000, pattern=TEXT)]


@router.get("")
def one(request: Request, service: Served, caller: Reading, name: Name, place: Id) -> Response:
    """The class, whom the lots sent, and every finding with its signatures."""
    return _page(request, caller, draw_view(service, caller, name), place)


@router.post("/finding")
def sign(
    request: Request,
    service: Served,
    caller: Writing,
    name: Name,
    place: Id,
    status: Annotated[str, Form(max_length=20)] = "",
    text: Words = "",
) -> Response:
    """The first signature; a correction is a new finding, and the earlier ones stay."""
    found = draw_view(service, caller, name)
    class_id = found.assigned(place).drawn.id

    def act() -> None:
        refuse([*finding_faults(found, caller, place, status, text)])
        spot_checks_of(service).sign(name, class_id, Status(status), text.strip(), inspector_id_of(caller))

    return _done((request, caller, found, place), act, {"status": status, "text": text})


@router.post("/second")
def second(
    request: Request,
    service: Served,
    caller: Writing,
    name: Name,
    place: Id,
    agrees: Annotated[str, Form(pattern="^(yes|no|)$")] = "",
    dissent: Words = "",
) -> Response:
    """The second signature: another person, who agrees or says why not."""
    found = draw_view(service, caller, name)
    class_id, said = found.assigned(place).drawn.id, agrees == "yes" if agrees else None
    words = "" if said else dissent.strip()

    def act() -> None:
        refuse([*second_faults(found, caller, place, agrees=said, dissent=words)])
        spot_checks_of(service).second(name, class_id, inspector_id_of(caller), agrees=bool(said), dissent=words)

    return _done((request, caller, found, place), act)


@router.post("/lift")
def lift(request: Request, service: Served, caller: Writing, name: Name, place: Id) -> Response:
    """The evidence need not be kept for this case any more; only once two people have signed."""
    found = draw_view(service, caller, name)
    class_id = found.assigned(place).drawn.id

    def act() -> None:
        refuse([*lift_faults(found, place)])
        spot_checks_of(service).lift(name, class_id, lifter(caller))

    return _done((request, caller, found, place), act)


At = tuple[Request, Caller, DrawView, int]


def _done(at: At, act: Callable[[], object], given: dict[str, str] | None = None) -> Response:
    request, caller, found, place = at
    try:
        act()
    except RefusalsError as refused:
        status = status_of(refused)
        return _page(request, caller, found, place, status=status, faults=refused.texts, given=given)
    except InputError as error:  # somebody signed meanwhile: what was read is not so any more
        return _page(request, caller, found, place, status=409, faults=[Text(f"未能保存：{error}", str(error))])
    return redirect(f"/checks/{found.draw.commitment}/{place}")


def _page(
    request: Request,
    caller: Caller,
    found: DrawView,
    place: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
) -> Response:
    assigned = found.assigned(place)
    class_id = assigned.drawn.id
    return render(
        request,
        "spot_checks/drawn_class.html.j2",
        caller,
        status,
        book=found,
        place=place,
        assigned=assigned,
        owner=found.classes.get(class_id),
        findings=[one for one in found.draw.findings if one.class_id == class_id],
        hold=hold_on(found, class_id),
        may_sign=may_sign(found, caller, place),
        may_second=may_second(found, caller, place),
        may_lift=may_lift(found, caller, place),
        choices=CHOICES,
        faults=faults,
        given=given or {},
        SpotState=SpotState,
    )
