"""One drawn class: what the inspectors found, the second signature by another person, and the end of the hold."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.caller import Caller
from api.console.checks import Name, Reading, Writing
from api.pages import draw, go
from api.service import Served, Service
from api.shapes import TEXT, Id
from api.spotted import Opened, checks_of, opened, person_of
from facts.errors import InputError
from facts.spotcheck import SpotState
from facts.text import Text
from facts.verdict import Status
from pipeline.rights import Action

router = APIRouter(include_in_schema=False, prefix="/checks/{name}/{place}")
Words = Annotated[str, Form(max_length=2000, pattern=TEXT)]
CHOICES = (Status.PASS, Status.FAIL, Status.UNPROVEN)


@router.get("")
def one(request: Request, service: Served, caller: Reading, name: Name, place: Id) -> Response:
    """The class, whom the lots sent, and every finding with its signatures."""
    return _page(request, caller, opened(service, caller, name), place)


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
    found = opened(service, caller, name)
    class_id = found.assigned(place).drawn.id
    faults = []
    if status not in {one.value for one in CHOICES}:
        faults.append(Text("请选择结论", "choose a finding"))
    if not text.strip():
        faults.append(Text("请写明所见；一切正常也请写明", "say what was seen, even where all was in order"))
    if person_of(caller) not in found.assigned(place).inspectors:
        faults.append(_NOT_SENT)
    if faults:
        return _page(request, caller, found, place, status=422, faults=faults, given={"status": status, "text": text})
    return _done(
        request,
        (service, caller, found, place),
        lambda: checks_of(service).sign(name, class_id, Status(status), text.strip(), person_of(caller)),
    )


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
    found = opened(service, caller, name)
    class_id, person = found.assigned(place).drawn.id, person_of(caller)
    last = next((one for one in reversed(found.draw.findings) if one.class_id == class_id), None)
    faults = []
    if last is None or last.state is not SpotState.SIGNED:
        faults.append(Text("没有等待复签的结论", "no finding waits for a second signature"))
    elif last.first.by == person:
        faults.append(Text("复签须由另一人作出", "the second signature is another person's"))
    if person not in found.assigned(place).inspectors:
        faults.append(_NOT_SENT)
    if not agrees or (agrees == "no" and not dissent.strip()):
        faults.append(Text("请选择同意，或写明不同意的理由", "agree, or say why not"))
    if faults:
        return _page(request, caller, found, place, status=422, faults=faults)
    words = dissent.strip() if agrees == "no" else ""
    return _done(
        request,
        (service, caller, found, place),
        lambda: checks_of(service).second(name, class_id, person, agrees=agrees == "yes", dissent=words),
    )


@router.post("/lift")
def lift(request: Request, service: Served, caller: Writing, name: Name, place: Id) -> Response:
    """The evidence need not be kept for this case any more; only once two people have signed."""
    found = opened(service, caller, name)
    class_id = found.assigned(place).drawn.id
    last = next((one for one in reversed(found.draw.findings) if one.class_id == class_id), None)
    if last is None or last.state is not SpotState.CONFIRMED:
        fault = Text("两人签字确认后才能解除冻结", "released only after two signatures")
        return _page(request, caller, found, place, status=422, faults=[fault])
    return _done(
        request,
        (service, caller, found, place),
        lambda: checks_of(service).lift(name, class_id, f"{person_of(caller)} {caller.shown}"),
    )


_NOT_SENT = Text("只有抽签派往此班的抽查员可以签字", "only an inspector whom the lots sent here may sign")
At = tuple[Service, Caller, Opened, int]


def _done(request: Request, at: At, act: Callable[[], object]) -> Response:
    _, caller, found, place = at
    try:
        act()
    except InputError as error:  # somebody signed meanwhile: what was read is not so any more
        return _page(request, caller, found, place, status=409, faults=[Text(f"未能保存：{error}", str(error))])
    return go(f"/checks/{found.draw.commitment}/{place}")


def _page(
    request: Request,
    caller: Caller,
    found: Opened,
    place: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    given: dict[str, str] | None = None,
) -> Response:
    assigned = found.assigned(place)
    class_id, person = assigned.drawn.id, person_of(caller)
    findings = [one for one in found.draw.findings if one.class_id == class_id]
    last = findings[-1] if findings else None
    sent = caller.may(Action.SPOT_CHECK_WRITE) and person in assigned.inspectors
    hold = next((one for one in found.draw.holds if one.class_id == class_id), None)
    return draw(
        request,
        "spot.html.j2",
        caller,
        status,
        book=found,
        place=place,
        assigned=assigned,
        owner=found.classes.get(class_id),
        findings=findings,
        hold=hold,
        may_sign=sent and (last is None or last.state is not SpotState.SIGNED),
        may_second=sent and last is not None and last.state is SpotState.SIGNED and last.first.by != person,
        may_lift=caller.may(Action.SPOT_CHECK_WRITE)
        and hold is not None
        and hold.lifted_at is None
        and last is not None
        and last.state is SpotState.CONFIRMED,
        choices=CHOICES,
        faults=faults,
        given=given or {},
        SpotState=SpotState,
    )
