"""The end of a claim: the settled sum as the doubts leave it, and the two reviewers who decide."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.claims.decision_schema import ClaimDecisionShape, SentPayment, SentProposal, SentWord
from api.http.auth import needs
from api.http.fields import Id
from api.http.idempotency import IdempotencyKey, run_once
from api.http.service import Served
from facts.claim_decision import ClaimPayment, DecisionDeed, Ruling
from facts.money import Fen
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.claims.access import claim_for, document
from runtime.claims.decision import DecisionRequest, decide_within
from runtime.claims.decision_view import decision_view
from runtime.platform.service import Service

router = APIRouter(prefix="/api/v1/claims/{number}/decision", tags=["claims"])
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]


@router.get("")
def shown(service: Served, caller: Annotated[Caller, needs(Action.CLAIM_READ)], number: Id) -> ClaimDecisionShape:
    """How far the claim has come, the settled sum of each recipient and fund, and what the system proposes."""
    row = claim_for(service, caller, number)
    view = decision_view(service, row, document(service, row))
    return ClaimDecisionShape.of(view.case, view.state.sums, view.suggestion)


@router.post("/propose", response_model=ClaimDecisionShape)
def propose(
    request: Request, service: Served, caller: Reviewing, number: Id, sent: SentProposal, key: IdempotencyKey = None
) -> Response:
    """One reviewer's ruling, which waits for another's name; ``workdays`` is the term where the claim is returned."""
    asked = DecisionRequest(DecisionDeed.PROPOSE, sent.ruling, sent.words, sent.workdays)
    return _step(request, service, caller, number, (asked, sent), key)


@router.post("/sign", response_model=ClaimDecisionShape)
def sign(
    request: Request, service: Served, caller: Reviewing, number: Id, sent: SentWord, key: IdempotencyKey = None
) -> Response:
    """The second name under the same ruling and the same sums."""
    asked = DecisionRequest(DecisionDeed.SIGN, sent.ruling, sent.words)
    return _step(request, service, caller, number, (asked, sent), key)


@router.post("/object", response_model=ClaimDecisionShape)
def disagree(
    request: Request, service: Served, caller: Reviewing, number: Id, sent: SentWord, key: IdempotencyKey = None
) -> Response:
    """The second reviewer differs; the claim is open to all again."""
    asked = DecisionRequest(DecisionDeed.OBJECT, sent.ruling, sent.words)
    return _step(request, service, caller, number, (asked, sent), key)


@router.post("/pay", response_model=ClaimDecisionShape)
def pay(
    request: Request, service: Served, caller: Reviewing, number: Id, sent: SentPayment, key: IdempotencyKey = None
) -> Response:
    """Money of an approved claim that left; the last of it closes the claim, and no later claim is paid for the same."""
    payment = ClaimPayment(sent.day, Fen(sent.amount_fen), sent.recipient, sent.fund)
    asked = DecisionRequest(DecisionDeed.PAY, Ruling.APPROVE, sent.words, payment=payment)
    return _step(request, service, caller, number, (asked, sent), key)


def _step(
    request: Request,
    service: Service,
    caller: Caller,
    number: int,
    asked: tuple[DecisionRequest, BaseModel],
    key: str | None,
) -> Response:
    def work(connection: Connection) -> ClaimDecisionShape:
        case = decide_within(service, caller, number, asked[0], connection)
        return ClaimDecisionShape.of(case)

    return run_once(request, service, caller, key, asked[1], work, 200)
