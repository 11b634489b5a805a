"""Spot checks (双随机一公开): a draw is announced, revealed later, and published so that a stranger can do it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Filter
from api.http.idempotency import IdempotencyKey, earlier_answer, run_once
from api.http.lists import list_query
from api.http.pagination import Cursor, Limit, Page
from api.http.service import Served
from api.spot_checks.request_schemas import NewDraw, Reveal
from api.spot_checks.schemas import DrawShape, InspectorShape, MadeDraw, NoteShape, WholeDraw, head, whole
from facts.errors import ConflictError, InputError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.spot_checks.access import draw_view, spot_checks_of
from runtime.spot_checks.announcement import announce_draw, commitment_for, sheet_for
from runtime.spot_checks.draw_list import DRAW_LIST, draws_asked
from runtime.spot_checks.draw_lists import inspector_id, inspectors_of
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.spot_checks import register

router = APIRouter(prefix="/api/v1/spot-checks", tags=["spot checks"])
Reading = Annotated[Caller, needs(Action.SPOT_CHECK_READ)]
Writing = Annotated[Caller, needs(Action.SPOT_CHECK_WRITE)]
Commitment = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("")
def draws(
    service: Served,
    caller: Reading,
    revealed: bool | None = None,
    title: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(DRAW_LIST.plan, but=("state",), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DrawShape]:
    """Every draw that was ever announced within the caller's reach, the newest first."""
    start = int(cursor or 0)
    found = [
        one
        for one in draws_asked(service, caller, query)
        if revealed in {None, one.revealed_at is not None} and title in {None, one.title}
    ]
    following = str(start + limit) if start + limit < len(found) else None
    return Page[DrawShape](items=[head(one) for one in found[start : start + limit]], next=following)


@router.post("", status_code=201, response_model=MadeDraw)
def commit(request: Request, service: Served, caller: Writing, sent: NewDraw, key: IdempotencyKey = None) -> Response:
    """Binds lists, rules and a secret nonce, and announces the commitment; nobody knows yet what will be drawn."""
    commitment = commitment_for(service, caller, sent.request())

    def work(connection: Connection) -> MadeDraw:
        made = announce_draw(service, commitment, connection)
        own = head(register.draw_of(connection, made.commitment)).model_dump()
        notes = [NoteShape(zh=one.zh, en=one.en) for one in made.notes]
        return MadeDraw(**own, classes=made.classes, inspectors=made.inspectors, notes=notes)

    return run_once(request, service, caller, key, sent, work)


@router.get("/inspectors")
def inspectors(
    service: Served, caller: Writing, name: Filter = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[InspectorShape]:
    """Who may be sent into the caller's area, by the account names that conflicts are declared under."""
    start = int(cursor or 0)
    with reading(service.engine, "listing inspectors") as connection:
        found = [one for one in inspectors_of(connection, caller) if name in {None, one.name}]
    shown = [
        InspectorShape(id=inspector_id(one.id), name=one.name, shown=one.shown, area=one.area or "")
        for one in found[start : start + limit]
    ]
    return Page[InspectorShape](items=shown, next=str(start + limit) if start + limit < len(found) else None)


@router.get("/{commitment}")
def one(service: Served, caller: Reading, commitment: Commitment) -> WholeDraw:
    """One draw: its classes and findings within the caller's area, or to which the lots sent the caller."""
    return whole(draw_view(service, caller, commitment), caller)


@router.get("/{commitment}/sheet")
def sheet(service: Served, caller: Reading, commitment: Commitment) -> dict[str, Any]:
    """The sheet as it is published (the commitment where nothing is revealed), for anybody's own check."""
    return dict(draw_view(service, caller, commitment).sheet)


@router.post("/{commitment}/reveal", response_model=WholeDraw)
def reveal(
    request: Request,
    service: Served,
    caller: Writing,
    commitment: Commitment,
    sent: Reveal,
    key: IdempotencyKey = None,
) -> Response:
    """Draws by the committed nonce and the beacon; the evidence is held before anybody can read which classes it is."""
    if again := earlier_answer(request, service, caller, key, sent):
        return again
    sheet = sheet_for(service, draw_view(service, caller, commitment), sent.beacon)
    spot_checks = spot_checks_of(service)
    spot_checks.hold(sheet)

    def work(connection: Connection) -> WholeDraw:
        try:
            spot_checks.reveal(sheet, connection)
        except InputError as error:
            raise ConflictError(str(error), "a draw that waits for its reveal", "read the draw again") from error
        return whole(draw_view(service, caller, commitment, connection), caller)

    return run_once(request, service, caller, key, sent, work, 200)
