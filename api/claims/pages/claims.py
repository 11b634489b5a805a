"""申领页: the claims within reach, and one claim with its trace, findings, doubts, papers and notice."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.claim_decision import ClaimStage, Ruling
from facts.counting import counted
from facts.doubt_case import Stage
from facts.money import Fen
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.claims.decision_stages import TERM
from pipeline.doubts.doubt_stages import stage
from pipeline.verification.outcome import ReportOutcome
from report.claims.money import yuan
from report.claims.page import claim_pieces
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.access import ClaimTask, cases, claim_for, claim_tasks, document
from runtime.claims.claim_list import CLAIM_LIST, OUTCOMES
from runtime.claims.decision_view import DecisionTask, decision_tasks, decision_view
from runtime.classes.unmasking import IDENTITY, granted
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from storage.database.accounts.accounts import accounts
from storage.database.claims import claims
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.claims import CLAIMS

router = APIRouter(include_in_schema=False, prefix="/claims")
NAV = MenuEntry(20, Text("申领", "Claims"), "/claims", Action.CLAIM_READ)
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]
MARKS = {
    ReportOutcome.GOOD: "PASS",
    ReportOutcome.DOUBTS: "UNPROVEN",
    ReportOutcome.INPUTS_INSUFFICIENT: "UNPROVEN",
    ReportOutcome.FAILS: "FAIL",
}
SHOWN = {outcome: (MARKS[outcome], text) for outcome, text in OUTCOMES.items()}
_ALL = ListQuery(CLAIM_LIST.plan, {})
_ON_PAGE, _MOST_TASKS = 50, 8


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(CLAIM_LIST.plan))],
) -> Response:
    """The claims within reach, the newest version of each."""
    return claim_list(request, service, caller, query)


serve_exports(router, CLAIM_LIST)


@router.get("/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """Money with its trace, findings with their clause, doubts with what became of them, papers, signers, notice."""
    return claim_page(request, service, caller, number)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Doubts that wait for an explanation, a decision or a second signer; claims that wait for a second name or money."""
    doubts = [_task(one) for one in islice(claim_tasks(service, caller, connection), _MOST_TASKS)]
    return doubts + [_end_task(one) for one in islice(decision_tasks(service, caller, connection), _MOST_TASKS)]


def _task(one: ClaimTask) -> TodoItem:
    code, count = one.claim.code, len(one.doubts)
    text = Text(f"申领 {code}：{count} 个疑点", f"claim {code}: {counted(count, 'doubt')}")
    return TodoItem(25, text, f"/claims/{one.claim.id}#doubts", stage(one.doubts[0]).text)


def _end_task(one: DecisionTask) -> TodoItem:
    code = one.claim.code
    text = Text(f"申领 {code}：{one.stage.text.zh}", f"claim {code}: {one.stage.text.en}")
    return TodoItem(24, text, f"/claims/{one.claim.id}#decision", one.stage.text)


def claim_page(
    request: Request,
    service: Service,
    caller: Caller,
    number: int,
    *,
    status: int = 200,
    faults: Sequence[Text] = (),
    at_doubt: str = "",
    given: dict[str, str] | None = None,
) -> Response:
    """The claim's page."""
    row = claim_for(service, caller, number)
    body = document(service, row)
    with reading(service.engine, "reading people") as connection:
        people = {f"account:{one.id}": one.shown for one in accounts(connection)}
        looks = granted(service, connection, caller, IDENTITY, row.class_id)
        versions = claims(
            connection,
            CLAIMS.c.institution_id == row.institution_id,
            CLAIMS.c.code == row.code,
            reached(caller, CLAIMS),
        )
    return render(
        request,
        "claims/claim.html.j2",
        caller,
        status,
        row=row,
        d=body,
        versions=versions,
        pieces=claim_pieces(body),
        end=decision_view(service, row, body),
        term=TERM,
        lives=[(one, case, stage(case)) for one, case in cases(service, row, body)],
        people=people,
        looks=looks,
        may_explain=caller.may(Action.CLAIM_WRITE),
        may_review=caller.may(Action.CLAIM_REVIEW),
        may_look=caller.may(Action.IDENTITY_VIEW),
        today=local_day(service.clock()),
        outcome=SHOWN[ReportOutcome(row.outcome)],
        Stage=Stage,
        ClaimStage=ClaimStage,
        Ruling=Ruling,
        faults=faults,
        at_doubt=at_doubt,
        given=given or {},
    )


def claim_list(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: Sequence[tuple[str, Text]] = (),
    notes: Sequence[Text] = (),
    name: str = "",
) -> Response:
    """The list, with whatever was wrong with a claim that was just handed in."""
    with reading(service.engine, "listing claims") as connection:
        part = CLAIM_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "claims/claims.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        outcomes={outcome.value: shown for outcome, shown in SHOWN.items()},
        money=_money,
        programmes=tuple(shelf_of(service).programmes),
        may_write=caller.may(Action.CLAIM_WRITE) and caller.scope.institution_id is not None,
        faults=faults,
        notes=notes,
        name=name,
    )


def _money(fen: int | None) -> str:
    return "–" if fen is None else yuan({"fen": fen, "yuan": str(Fen(fen))})
