"""概况 for programs: the sums of everything within reach, at one moment."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from api.http.auth import needs
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.statistics.overview import OVERDUE_DAYS, Overview, OverviewLine, overview
from storage.database.connection import reading

router = APIRouter(prefix="/api/v1", tags=["statistics"])
Reading = Annotated[Caller, needs(Action.CLAIM_READ)]


class MoneyShape(BaseModel):
    """Whole fen; ``claims`` counts each in its newest version, ``paid`` is money whenever it left."""

    claims: int
    claimed_fen: int
    supported_fen: int
    unproven_fen: int
    decided_fen: int
    paid_fen: int


class LineShape(BaseModel):
    """One institution, programme or month."""

    name: str
    hours: dict[str, int]
    total: int
    reviewed: int
    money: MoneyShape


class OpenDoubtsShape(BaseModel):
    """Doubts about classes that wait for somebody."""

    kind: str
    open: int
    overdue: int


class StatisticsShape(BaseModel):
    """Class hours count as the newest report of their class has them; ``drawn`` is empty for who may not see spot checks."""

    at: datetime
    whole: LineShape
    institutions: list[LineShape]
    programmes: list[LineShape]
    months: list[LineShape]
    doubts: list[OpenDoubtsShape]
    overdue_days: int
    cameras: int
    cameras_heard: int
    drawn: int | None
    visited: int | None
    first_due: datetime | None
    last_due: datetime | None


@router.get("/statistics")
def statistics(service: Served, caller: Reading) -> StatisticsShape:
    """The overview of everything that the caller may see."""
    with reading(service.engine, "adding up the overview") as connection:
        return _shape(overview(connection, caller, service.clock()))


def _shape(found: Overview) -> StatisticsShape:
    return StatisticsShape(
        at=found.at,
        whole=_line(found.whole),
        institutions=[_line(one) for one in found.institutions],
        programmes=[_line(one) for one in found.programmes],
        months=[_line(one) for one in found.months],
        doubts=[OpenDoubtsShape(**asdict(one)) for one in found.doubts],
        overdue_days=OVERDUE_DAYS,
        cameras=found.cameras,
        cameras_heard=found.cameras_heard,
        drawn=found.drawn,
        visited=found.visited,
        first_due=found.first_due,
        last_due=found.last_due,
    )


def _line(line: OverviewLine) -> LineShape:
    money = {name: getattr(line.money, name) for name in MoneyShape.model_fields}
    return LineShape(
        name=line.name, hours=line.hours, total=line.total, reviewed=line.reviewed, money=MoneyShape(**money)
    )
