"""监管 as a list: what is recorded within reach, each with what it is about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement

from facts.span import local, local_day
from facts.supervision import MeasureKind, MeasureStage
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from runtime.supervision.letter import about
from runtime.supervision.measures import seen
from runtime.supervision.worklist import late, waiting
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.supervision.measures import MEASURE_ROWS, MeasureRow, measures
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.supervision import MEASURES

_OWN = MEASURES.c
MINE, OVERDUE = "mine", "overdue"
STAGES = {one.value: one.text for one in MeasureStage} | {
    MINE: Text("等我办理", "waiting for me"),
    OVERDUE: Text("逾期未答复", "the answer is overdue"),
}


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A record in the list, with what it is about; ``overdue`` says that its answer is."""

    row: MeasureRow
    about: tuple[Text, ...]
    overdue: bool


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


_PLAN = ListPlan(
    "supervision",
    Text("监管", "Supervision"),
    "/supervision",
    (
        ListColumn("q", Text("机构或文号", "Institution or paper"), narrows=(INSTITUTIONS.c.name, _OWN.paper)),
        ListColumn("number", Text("编号", "No."), cell=lambda one: one.row.id),
        ListColumn(
            "kind",
            Text("种类", "Kind"),
            ColumnKind.CHOICE,
            narrows=(_OWN.kind,),
            choices={one.value: one.text for one in MeasureKind},
            cell=lambda one: one.row.of.text.zh,
        ),
        ListColumn(
            "stage",
            Text("进展", "Stage"),
            ColumnKind.CHOICE,
            asked=True,
            choices=STAGES,
            cell=lambda one: one.row.state.zh,
        ),
        ListColumn("paper", Text("文号", "Paper"), cell=lambda one: one.row.paper),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda one: one.row.institution),
        ListColumn("about", Text("关于", "About"), cell=lambda one: "；".join(text.zh for text in one.about)),
        ListColumn(
            "first",
            Text("起始", "First day"),
            ColumnKind.DAY,
            narrows=(_OWN.first,),
            orders=_OWN.first,
            cell=lambda one: _day(one.row.first),
        ),
        ListColumn("ended", Text("止于", "Last day"), cell=lambda one: _day(one.row.ended)),
        ListColumn(
            "term",
            Text("答复期限", "Answer by"),
            ColumnKind.DAY,
            narrows=(_OWN.term,),
            cell=lambda one: _day(one.row.term),
        ),
        ListColumn("overdue", Text("逾期", "Overdue"), cell=lambda one: "已逾期" if one.overdue else ""),
        ListColumn(
            "made",
            Text("登记于", "Recorded"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.made_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=MEASURE_ROWS,
)


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    stage = query.given.get("stage", "")
    if stage == MINE:
        return [*seen(caller), waiting(caller)]
    return [*seen(caller), *([_OWN.stage == stage] if stage and stage != OVERDUE else [])]


def _read(asked: ListRead) -> Sequence[MeasureLine]:
    today = local_day(asked.service.clock())
    behind = [late(today)] if asked.query.given.get("stage") == OVERDUE else []
    found = measures(asked.connection, *asked.where, *behind, limit=asked.limit, order=asked.query.order())
    return [MeasureLine(row, about(asked.connection, row), _overdue(row, today)) for row in found]


def _overdue(row: MeasureRow, today: date) -> bool:
    return row.at is MeasureStage.IN_FORCE and row.term is not None and row.term < today


MEASURE_LIST = ServedList(_PLAN, Action.SUPERVISION_READ, _within, _read, lambda one: one.row.id)
