"""Holds on evidence (冻结): placed for a dispute or an order, released with a reason; both are in the log."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Line
from api.http.idempotency import IdempotencyKey, earlier_answer, run_once
from api.http.service import Served
from api.retention.routes.register import HoldShape, hold_shape
from facts.errors import NotFoundError
from facts.retention import Hold
from pipeline.accounts.rights import Action
from pipeline.retention.orders import OrderResult
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.retention.access import register_of
from runtime.retention.hold_orders import place_hold, releasable_hold, release_hold, requested_hold

router = APIRouter(prefix="/api/v1/retention/holds", tags=["retention"])
Holding = Annotated[Caller, needs(Action.HOLD_WRITE)]


class NewHold(BaseModel, extra="forbid"):
    """What is held, and why: a class by its code, or one day of it."""

    class_id: Line
    reason: Line
    case: Line = ""
    day: date | None = None


class Release(BaseModel, extra="forbid"):
    """Why it is released."""

    reason: Line


class Refused(BaseModel):
    """A store that refused; the register protects all the same, and the worker asks again."""

    sha256: str
    reason: str


class OrderedHold(HoldShape):
    """The hold, how many pieces it covers now, and what refused."""

    pieces: int
    refused: list[Refused]


@router.post("", status_code=201, response_model=OrderedHold)
def hold(request: Request, service: Served, caller: Holding, sent: NewHold, key: IdempotencyKey = None) -> Response:
    """From now on it stays, whatever the date; the very same again is no second hold."""
    if again := earlier_answer(request, service, caller, key, sent):
        return again
    day = sent.day.isoformat() if sent.day else ""
    asked = requested_hold(service, caller, sent.class_id, sent.reason, sent.case, day)
    return _kept(request, service, caller, place_hold(service, asked), sent, key, 201)


@router.post("/{name}/release", response_model=OrderedHold)
def release(
    request: Request,
    service: Served,
    caller: Holding,
    name: Annotated[str, Path(pattern=r"^[0-9a-f]{8}$")],
    sent: Release,
    key: IdempotencyKey = None,
) -> Response:
    """The hold no longer stands, the others do; where a store refuses it stands on until it is asked for again."""
    if again := earlier_answer(request, service, caller, key, sent):
        return again
    releasable_hold(service, caller, name, sent.reason)
    done = release_hold(service, caller, name, sent.reason)
    ended = next((one for one in register_of(service).holds(released=True) if one.id == name), None)
    if ended is None:
        raise NotFoundError("冻结", "hold")
    return _kept(request, service, caller, (ended, done), sent, key, 200)


def _kept(
    request: Request,
    service: Service,
    caller: Caller,
    what: tuple[Hold, Sequence[OrderResult]],
    sent: BaseModel,
    key: str | None,
    status: int,
) -> Response:
    """The order was carried out under its own lock; what is kept here is its answer."""
    made, done = what
    refused = [Refused(sha256=one.kept.digest.sha256, reason=one.refusal) for one in done if one.refusal]

    def work(connection: Connection) -> OrderedHold:
        del connection
        return OrderedHold(**hold_shape(made).model_dump(), pieces=len(done), refused=refused)

    return run_once(request, service, caller, key, sent, work, status)
