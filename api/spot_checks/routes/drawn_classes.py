"""The drawn classes of a spot check: what inspectors found, the second signature by another, the end of the hold."""

from collections.abc import Callable
from typing import TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.fields import Filter, Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, page
from api.http.service import Served
from api.spot_checks.request_schemas import Finding, NewFinding, SecondSignature
from api.spot_checks.routes.draws import Commitment, Reading, Writing
from api.spot_checks.schemas import (
    DrawnShape,
    FoundShape,
    SpotHoldShape,
    State,
    drawn_classes,
    finding_shape,
    hold_shape,
)
from facts.errors import ConflictError, InputError
from facts.refusals import refuse
from facts.spot_check import SpotState
from facts.verdict import Status
from pipeline.spot_checks.refusals import finding_refusals, lift_refusals, second_refusals
from runtime.spot_checks.access import draw_view, hold_ender, spot_checks_of
from runtime.spot_checks.draw_lists import inspector_id_of

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
        for one in drawn_classes(draw_view(service, caller, commitment), caller)
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
    view, start = draw_view(service, caller, commitment), int(cursor or 0)
    ids = {one.drawn.id for _, one in view.within(caller)}
    found = [
        finding_shape(one)
        for one in view.draw.findings
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
        drawn_class = draw_view(service, caller, commitment, connection).drawn_class(place)
        signer, text = inspector_id_of(caller), sent.text.strip()
        refuse([*finding_refusals(drawn_class, signer, sent.status, text)])
        status, class_id = Status(sent.status), drawn_class.drawn.id
        made = spot_checks_of(service).sign(commitment, class_id, status, text, signer, within=connection)
        return finding_shape(made)

    return run_once(request, service, caller, key, sent, _in_conflict(work))


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
        view, signer = draw_view(service, caller, commitment, connection), inspector_id_of(caller)
        drawn_class = view.drawn_class(place)
        refuse([*second_refusals(view.draw, drawn_class, signer, agrees=sent.agrees, dissent=words)])
        class_id = drawn_class.drawn.id
        made = spot_checks_of(service).second(
            commitment, class_id, signer, agrees=sent.agrees, dissent=words, within=connection
        )
        return finding_shape(made)

    return run_once(request, service, caller, key, sent, _in_conflict(work), 200)


@router.post("/classes/{place}/release", response_model=SpotHoldShape)
def release(
    request: Request,
    service: Served,
    caller: Writing,
    commitment: Commitment,
    place: Id,
    key: IdempotencyKey = None,
) -> Response:
    """Ends the hold on the evidence, which is possible once two people have signed."""
    class_id = draw_view(service, caller, commitment).drawn_class(place).drawn.id
    spot_checks, by = spot_checks_of(service), hold_ender(caller)

    def work(connection: Connection) -> SpotHoldShape:
        refuse([*lift_refusals(draw_view(service, caller, commitment, connection).draw, class_id)])
        return hold_shape(spot_checks.lift(commitment, class_id, by, connection))

    answer = run_once(request, service, caller, key, None, _in_conflict(work), 200)
    spot_checks.release_evidence(
        commitment, class_id, by
    )  # repeated with the answer, should the first have been cut off
    return answer


def _in_conflict(work: Callable[[Connection], Made]) -> Callable[[Connection], Made]:
    """Where two sign at the same time the register refuses the later one; that is a conflict, not a wrong request."""

    def guarded(connection: Connection) -> Made:
        try:
            return work(connection)
        except InputError as error:
            raise ConflictError(str(error), "a step that the check's state allows", "read the class again") from error

    return guarded
