"""Spot checks (双随机一公开): draws that were announced and revealed, whom they sent, what was found."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel

from api.caller import Caller, needs
from api.lists import Cursor, Limit, Page
from api.problem import not_found
from api.service import Served, Service
from facts.errors import InputError
from facts.spotcheck import Draw
from facts.verdict import Status
from pipeline.rights import Action
from runtime.holding import CheckHolds
from runtime.spotchecks import SpotChecks
from storage.database.opening import reading
from storage.draws import register

router = APIRouter(prefix="/api/v1/spot-checks", tags=["spot checks"])
Reading = Annotated[Caller, needs(Action.SPOT_CHECK_READ)]
Commitment = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class DrawShape(BaseModel):
    """One draw: committed first, revealed later."""

    commitment: str
    title: str
    committed_at: datetime
    revealed_at: datetime | None


class DrawnShape(BaseModel):
    """A class that was drawn, and the inspectors whom the lots sent."""

    class_id: str
    institution: str
    locality: str
    day: date | None
    inspectors: list[str]


class FoundShape(BaseModel):
    """What an inspector found, and whether a second one signed."""

    class_id: str
    status: Status
    text: str
    round: int
    first_by: str
    first_at: datetime
    second_by: str | None
    agrees: bool | None
    dissent: str


class WholeDraw(DrawShape):
    """A draw with what happened to it, within the caller's area."""

    classes: list[DrawnShape]
    findings: list[FoundShape]


@router.get("")
def draws(
    service: Served, _: Reading, revealed: bool | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[DrawShape]:
    """Every draw that was ever announced, the newest first."""
    start = int(cursor or 0)
    found = [one for one in _checks(service).draws() if revealed in {None, one.revealed_at is not None}]
    following = str(start + limit) if start + limit < len(found) else None
    return Page[DrawShape](items=[DrawShape(**_head(one)) for one in found[start : start + limit]], next=following)


@router.get("/{commitment}")
def one(service: Served, caller: Reading, commitment: Commitment) -> WholeDraw:
    """One draw: its classes and findings within the caller's area."""
    try:
        found = _checks(service).draw(commitment)
    except InputError as error:
        raise not_found("抽查", "draw") from error
    area = caller.scope.area or ""
    own = [each for each in found.assigned if area and each.drawn.locality.startswith(area)]
    ids = {each.drawn.id for each in own}
    return WholeDraw(
        **_head(found),
        classes=[
            DrawnShape(
                class_id=each.drawn.id,
                institution=each.drawn.institution,
                locality=each.drawn.locality,
                day=each.drawn.day,
                inspectors=list(each.inspectors),
            )
            for each in own
        ],
        findings=[
            FoundShape(
                class_id=each.class_id,
                status=each.status,
                text=each.text,
                round=each.round,
                first_by=each.first.by,
                first_at=each.first.at,
                second_by=each.second.by if each.second else None,
                agrees=each.agrees,
                dissent=each.dissent,
            )
            for each in found.findings
            if each.class_id in ids
        ],
    )


@router.get("/{commitment}/sheet")
def sheet(service: Served, _: Reading, commitment: Commitment) -> dict[str, Any]:
    """The sheet as it is published (the commitment where nothing is revealed), for anybody's own check."""
    try:
        with reading(service.engine, "reading a sheet") as connection:
            return register.sheet_of(connection, commitment)
    except InputError as error:
        raise not_found("抽查", "draw") from error


def _checks(service: Service) -> SpotChecks:
    return SpotChecks(
        service.engine, service.log, service.clock, CheckHolds(service.engine, service.settings.home, service.clock)
    )


def _head(found: Draw) -> dict[str, Any]:
    names = ("commitment", "title", "committed_at", "revealed_at")
    return {name: getattr(found, name) for name in names}
