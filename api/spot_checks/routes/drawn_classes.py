"""The drawn classes of a spot check: what inspectors found, the second signature by another, the end of the hold."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from runtime.spot_checks.draw_lists import inspector_id_of
from sqlalchemy import Connection

from api.http.fields import Filter, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, page
from api.http.service import Served
from api.spot_checks.request_schemas import Finding, NewFinding, SecondSignature
from api.spot_checks.routes.draws import Commitment, Reading, Writing
from api.spot_checks.schemas import DrawnShape, FoundShape, SpotHoldShape, State, drawn, finding, held
from facts.errors import ConflictError, InputError
from facts.refusals import refuse
from facts.spot_check import SpotState
from facts.verdict import Status
from runtime.spot_checks.access import draw_view, spot_checks_of
from runtime.spot_checks.signatures import finding_faults, lift_faults, lifter, second_faults

router = APIRouter(prefix="/api/v1/spot-checks/{commitment}", tags=["spot checks"])
Made = TypeVar("Made", bound=BaseModel)


@router.get("/classes")
def classes(
    service: Served,
    caller: Reading,
    commitment: Commitment,
    mine: bool | None = None,
    state: State | None = None,
    held: bool | None = None,
    institution: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DrawnShape]:
    """The drawn classes within reach; ``mine`` is the caller's worklist, ``state`` how far the check has come."""
    found = [
        one
        for one in drawn(draw_view(service, caller, commitment), caller)
        if one.place > int(cursor or 0)
        and mine in {None, one.mine}
        and state in {None, one.state}
        and held in {None, one.hold is not None and one.hold.lifted_at is None}
        and institution in {None, one.institution}
    ]
    return page(found[: limit + 1], limit, lambda one: one, lambda one: one.place)


@router.get("/findings")
def findings(
    service: Served,
    caller: Reading,
    commitment: Commitment,
    class_id: Filter = None,
    status: Finding | None = None,
    state: SpotState | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[FoundShape]:
    """Every finding with its signatures; a correction stands beside what it corrects."""
    whole, start = draw_view(service, caller, commitment), int(cursor or 0)
    ids = {one.drawn.id for _, one in whole.within(caller)}
    found = [
        finding(one)
        for one in whole.draw.findings
        if one.class_id in ids
        and class_id in {None, one.class_id}
        and status in {None, one.status.value}
        and state in {None, one.state}
    ]
    following = str(start + limit) if start + limit < len(found) else None
    return Page[FoundShape](items=found[start : start + limit], next=following)


@router.post("/classes/{place}/findings", status_code=201, response_model=FoundShape)
def sign(
    request: Request,
    service: Served,
    caller: Writing,
    commitment: Commitment,
    place: Id,
    sent: NewFinding,
    key: IdempotencyKey = None,
) -> Response:
    """The first signature, by one whom the lots sent; a correction is a new finding, and the earlier ones stay."""

    def work(connection: Connection) -> FoundShape:
        found = draw_view(service, caller, commitment, connection)
        refuse([*finding_faults(found, caller, place, sent.status, sent.text)])
        class_id, said = found.assigned(place).drawn.id, (Status(sent.status), sent.text.strip())
        made = spot_checks_of(service).sign(commitment, class_id, *said, inspector_id_of(caller), within=connection)
        return finding(made)

    return run_once(request, service, caller, key, sent, _standing(work))


@router.post("/classes/{place}/second", response_model=FoundShape)
def second(
    request: Request,
    service: Served,
    caller: Writing,
    commitment: Commitment,
    place: Id,
    sent: SecondSignature,
    key: IdempotencyKey = None,
) -> Response:
    """The second signature under the last finding: another person, who agrees or says why not."""
    words = "" if sent.agrees else sent.dissent.strip()

    def work(connection: Connection) -> FoundShape:
        found = draw_view(service, caller, commitment, connection)
        refuse([*second_faults(found, caller, place, agrees=sent.agrees, dissent=words)])
        class_id, by = found.assigned(place).drawn.id, inspector_id_of(caller)
        made = spot_checks_of(service).second(
            commitment, class_id, by, agrees=sent.agrees, dissent=words, within=connection
        )
        return finding(made)

    return run_once(request, service, caller, key, sent, _standing(work), 200)


@router.post("/classes/{place}/release", response_model=SpotHoldShape)
def release(
    request: Request,
    service: Served,
    caller: Writing,
    commitment: Commitment,
    place: Id,
    key: IdempotencyKey = None,
) -> Response:
    """The evidence need not be kept for this case any more; only once two people have signed."""
    class_id, checks = draw_view(service, caller, commitment).assigned(place).drawn.id, spot_checks_of(service)

    def work(connection: Connection) -> SpotHoldShape:
        refuse([*lift_faults(draw_view(service, caller, commitment, connection), place)])
        return held(checks.lift(commitment, class_id, lifter(caller), connection))

    answer = run_once(request, service, caller, key, None, _standing(work), 200)
    checks.let_go(commitment, class_id, lifter(caller))  # repeated with the answer, should the first have been cut off
    return answer


def _standing(work: Callable[[Connection], Made]) -> Callable[[Connection], Made]:
    """Whoever signs at the same time is told apart by the register, and told so."""

    def careful(connection: Connection) -> Made:
        try:
            return work(connection)
        except InputError as error:
            raise ConflictError(str(error), "a step that the check's state allows", "read the class again") from error

    return careful
