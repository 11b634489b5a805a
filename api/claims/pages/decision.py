"""The end of a claim in the console: one reviewer proposes, another signs or objects."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.claims.pages.claims import claim_page
from api.http.auth import needs
from api.http.fields import NO_CONTROLS, TEXT, Id
from api.http.render import redirect
from api.http.service import Served
from facts.claim_decision import MOST_WORDS, ClaimPayment, DecisionDeed, Ruling
from facts.errors import InputError
from facts.money import Fen
from facts.refusals import RefusalKind, RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.claims.decision import DecisionRequest, decide
from runtime.doubts.doubt_steps import refused_sum
from runtime.platform.service import Service

router = APIRouter(include_in_schema=False, prefix="/claims/{number}/decision")
Reviewing = Annotated[Caller, needs(Action.CLAIM_REVIEW)]
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
Chosen = Annotated[Ruling, Form()]


@router.post("/propose")
def propose(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    ruling: Chosen,
    words: Words = "",
    workdays: Annotated[str, Form(pattern=r"^([1-9]|[1-8][0-9]|90)?$")] = "",
) -> Response:
    """What the reviewer would have the claim come to."""
    asked = DecisionRequest(DecisionDeed.PROPOSE, ruling, words, int(workdays) if workdays else None)
    return _step(request, service, caller, number, asked)


@router.post("/sign")
def sign(
    request: Request, service: Served, caller: Reviewing, number: Id, ruling: Chosen, words: Words = ""
) -> Response:
    """The second name, which ends it."""
    return _step(request, service, caller, number, DecisionRequest(DecisionDeed.SIGN, ruling, words))


@router.post("/object")
def disagree(
    request: Request, service: Served, caller: Reviewing, number: Id, ruling: Chosen, words: Words = ""
) -> Response:
    """The claim is open to all reviewers again."""
    return _step(request, service, caller, number, DecisionRequest(DecisionDeed.OBJECT, ruling, words))


@router.post("/pay")
def pay(
    request: Request,
    service: Served,
    caller: Reviewing,
    number: Id,
    purse: Annotated[str, Form(max_length=300, pattern=NO_CONTROLS)],
    day: Annotated[date, Form()],
    amount: Annotated[str, Form(max_length=20, pattern=NO_CONTROLS)] = "",
) -> Response:
    """Money of an approved claim that left, to one recipient out of one fund."""
    recipient, _, fund = purse.partition("｜")
    try:
        payment = ClaimPayment(day, refused_sum(amount) or Fen(0), recipient, fund)
    except RefusalsError as error:
        faults = error.texts
    except InputError as error:
        faults = [Text("拨付金额应大于 0", str(error))]
    else:
        return _step(
            request, service, caller, number, DecisionRequest(DecisionDeed.PAY, Ruling.APPROVE, "", payment=payment)
        )
    return claim_page(request, service, caller, number, status=422, faults=faults, at_doubt="decision")


def _step(request: Request, service: Service, caller: Caller, number: int, asked: DecisionRequest) -> Response:
    """The step is kept, or the claim's page says why not and shows again what was given."""
    try:
        decide(service, caller, number, asked)
    except RefusalsError as error:
        given = {"ruling": asked.ruling.value, "words": asked.words, "workdays": str(asked.workdays or "")}
        status = 422 if error.kind is RefusalKind.INVALID else 409
        return claim_page(
            request, service, caller, number, status=status, faults=error.texts, at_doubt="decision", given=given
        )
    return redirect(f"/claims/{number}#decision")
