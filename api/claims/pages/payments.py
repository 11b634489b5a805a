"""拨付台账: every payment recorded on a claim within reach, as a list of its own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.claims.payment_list import PAYMENT_LIST, payment_totals
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False, prefix="/payments")
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.CLAIM_READ)],
    query: Annotated[ListQuery, Depends(list_query(PAYMENT_LIST.plan))],
) -> Response:
    """The payments within reach, the one that was recorded last first."""
    with reading(service.engine, "listing payments") as connection:
        part = PAYMENT_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "claims/payments.html.j2",
        caller,
        found=part.rows,
        totals=payment_totals(part.rows),
        view=list_view(service, caller, query, part),
    )


serve_exports(router, PAYMENT_LIST)
