"""One drawn class: what the inspectors found, the second signature by another person, and the end of the hold."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

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
from pipeline.accounts.rights import Action
from pipeline.spot_checks.refusals import (
    FINDING_STATUSES,
    finding_refusals,
    lift_refusals,
    may_lift,
    may_second,
    may_sign,
    second_refusals,
)
from pipeline.spot_checks.signatures import hold_on
from runtime.accounts.caller import Caller
from runtime.spot_checks.access import DrawView, draw_view, hold_ender, spot_checks_of
from runtime.spot_checks.draw_lists import inspector_id_of

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
    view, signer = draw_view(service, caller, name), inspector_id_of(caller)
    drawn_class = view.drawn_class(place)

    def act() -> None:
        refuse([*finding_refusals(drawn_class, signer, status, text)])
        spot_checks_of(service).sign(name, drawn_class.drawn.id, Status(status), text.strip(), signer)

    return _done((request, caller, view, place), act, {"status": status, "text": text})


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
    view, signer = draw_view(service, caller, name), inspector_id_of(caller)
    drawn_class, said = view.drawn_class(place), agrees == "yes" if agrees else None
    words = "" if said else dissent.strip()

    def act() -> None:
        refuse([*second_refusals(view.draw, drawn_class, signer, agrees=said, dissent=words)])
        spot_checks_of(service).second(name, drawn_class.drawn.id, signer, agrees=bool(said), dissent=words)

    return _done((request, caller, view, place), act)


@router.post("/lift")
def lift(request: Request, service: Served, caller: Writing, name: Name, place: Id) -> Response:
    """Ends the hold on the evidence, which is possible once two people have signed."""
    view = draw_view(service, caller, name)
    class_id = view.drawn_class(place).drawn.id

    def act() -> None:
        refuse([*lift_refusals(view.draw, class_id)])
        spot_checks_of(service).lift(name, class_id, hold_ender(caller))

    return _done((request, caller, view, place), act)


At = tuple[Request, Caller, DrawView, int]


def _done(at: At, act: Callable[[], object], given: dict[str, str] | None = None) -> Response:
    request, caller, view, place = at
    try:
        act()
    except RefusalsError as refused:
        status = status_of(refused)
        return _page(request, caller, view, place, status=status, faults=refused.texts, given=given)
    except InputError as error:  # somebody signed meanwhile: what was read is not so any more
        return _page(request, caller, view, place, status=409, faults=[Text(f"未能保存：{error}", str(error))])
    return redirect(f"/checks/{view.draw.commitment}/{place}")


def _page(
    request: Request,
    caller: Caller,
    view: DrawView,
    place: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
) -> Response:
    drawn_class, signer = view.drawn_class(place), inspector_id_of(caller)
    class_id, draw, writes = drawn_class.drawn.id, view.draw, caller.may(Action.SPOT_CHECK_WRITE)
    return render(
        request,
        "spot_checks/drawn_class.html.j2",
        caller,
        status,
        view=view,
        place=place,
        drawn_class=drawn_class,
        owner=view.classes.get(class_id),
        findings=[one for one in draw.findings if one.class_id == class_id],
        hold=hold_on(draw, class_id),
        may_sign=writes and may_sign(draw, drawn_class, signer),
        may_second=writes and may_second(draw, drawn_class, signer),
        may_lift=writes and may_lift(draw, class_id),
        choices=FINDING_STATUSES,
        faults=faults,
        given=given or {},
        SpotState=SpotState,
    )
