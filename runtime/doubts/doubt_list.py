"""疑点 of all classes as a list: what one may narrow and order it by."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, false, not_

from facts.doubt_case import Stage
from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from report.times import read
from report.words import DOUBTS
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.doubts.class_doubts import ClassDoubt, doubts_found, turn_of
from runtime.platform.lists import ListRead, ServedList
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import RAISED
from storage.database.verification.worklist import of_matching_class

_OWN = CLASS_DOUBTS.c
MINE, GONE = "mine", "gone"
STAGES = {one.value: one.text for one in Stage} | {
    MINE: Text("等我办理", "waiting for me"),
    GONE: Text("不再出现", "no longer raised"),
}


def _moment(one: ClassDoubt) -> str:
    return f"{read(one.entry['at'][0]):%Y-%m-%d %H:%M}" if one.entry["at"] else ""


_PLAN = ListPlan(
    "doubts",
    Text("疑点", "Doubts"),
    "/doubts",
    (
        ListColumn(
            "q",
            Text("班期、编号或机构", "Class, code or institution"),
            match=lambda words: of_matching_class(_OWN.class_id, words),
        ),
        ListColumn(
            "kind",
            Text("类别", "Kind"),
            ColumnKind.CHOICE,
            narrows=(_OWN.kind,),
            choices={key: Text(*words) for key, words in DOUBTS.items()},
            cell=lambda one: one.entry["word"]["zh"],
        ),
        ListColumn(
            "stage",
            Text("进展", "Stage"),
            ColumnKind.CHOICE,
            asked=True,
            choices=STAGES,
            whole=Text("仍在提出的全部", "all still raised"),
            cell=lambda one: one.stage.text.zh,
        ),
        ListColumn("class", Text("班期", "Class"), cell=lambda one: one.row.class_name or one.row.class_code),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda one: one.row.institution),
        ListColumn("text", Text("内容", "What"), cell=lambda one: one.entry["text"]["zh"]),
        ListColumn("at", Text("时刻", "Moment"), cell=_moment),
        ListColumn("rule", Text("规则", "Rule"), cell=lambda one: one.entry["rule"]),
        ListColumn(
            "raised",
            Text("提出", "Raised"),
            ColumnKind.MOMENT,
            narrows=(_OWN.raised_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.raised_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=CLASS_DOUBTS.join(CLASSES, CLASSES.c.id == _OWN.class_id),
)


def doubts_asked(query: ListQuery) -> ListQuery:
    """What waits for the reader is read from the oldest on, unless another order is asked for."""
    return replace(query, sort="raised") if query.given.get("stage") == MINE and not query.sort else query


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    return [reached(caller), *_standing(caller, query.given.get("stage", ""))]


def _standing(caller: Caller, stage: str) -> Sequence[ColumnElement[bool]]:
    if stage == GONE:
        return [not_(RAISED)]
    if stage == MINE:
        waiting = turn_of(caller)
        return [false() if waiting is None else waiting]
    return [RAISED, _OWN.stage == stage] if stage else [RAISED]


def _read(asked: ListRead) -> Sequence[ClassDoubt]:
    order = asked.query.order()
    return doubts_found(asked.service.engine, asked.connection, *asked.where, limit=asked.limit, order=order)


DOUBT_LIST = ServedList(_PLAN, Action.VERDICT_READ, _within, _read, lambda one: one.row.id, people=True)
