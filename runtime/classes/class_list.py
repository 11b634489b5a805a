"""班期 as a list: what one may narrow and order it by."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from facts.span import local
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.classes.addresses import NO_REPORT
from runtime.platform.lists import ListRead, ServedList
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.classes import CLASSES
from storage.database.verification.worklist import ClassLine, class_lines, matching_words

_OWN = CLASSES.c
STATUSES = {one.value: Text(one.zh, one.en) for one in Status} | {NO_REPORT: Text("尚无报告", "no report yet")}
_PLAN = ListPlan(
    "classes",
    Text("班期", "Classes"),
    "/classes",
    (
        ListColumn("q", Text("班期、编号或机构", "Class, code or institution"), match=matching_words),
        ListColumn("name", Text("班期", "Class"), orders=_OWN.name, cell=lambda row: row.name),
        ListColumn("code", Text("编号", "Code"), orders=_OWN.code, cell=lambda row: row.code),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda row: row.institution),
        ListColumn(
            "status",
            Text("结论", "Verdict"),
            ColumnKind.CHOICE,
            asked=True,
            choices=STATUSES,
            cell=lambda row: STATUSES[row.status or NO_REPORT].zh,
        ),
        ListColumn(
            "programme",
            Text("项目", "Programme"),
            narrows=(_OWN.programme,),
            orders=_OWN.programme,
            cell=lambda row: row.programme,
        ),
        ListColumn(
            "occupation",
            Text("工种", "Occupation"),
            narrows=(_OWN.occupation,),
            orders=_OWN.occupation,
            cell=lambda row: row.occupation,
        ),
        ListColumn("level", Text("等级", "Level"), cell=lambda row: row.level),
        ListColumn(
            "made",
            Text("建立", "Made"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda row: f"{local(row.made_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=CLASSES,
)


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    status = query.given.get("status")
    by_status = [_OWN.status.is_(None) if status == NO_REPORT else _OWN.status == status] if status else []
    return [reached(caller), *by_status]


def _read(asked: ListRead) -> Sequence[ClassLine]:
    return class_lines(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())


CLASS_LIST = ServedList(_PLAN, Action.CLASS_READ, _within, _read, lambda row: row.id)
