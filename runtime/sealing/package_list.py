"""证据包 as a list: what one may narrow and order it by."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.lists import ListRead, ServedList
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.sealing import PackageLine, package_lines
from storage.database.tables.classes import CLASSES
from storage.database.tables.sealing import PACKAGES
from storage.database.verification.worklist import of_matching_class

_OWN = PACKAGES.c
MASKED = "masked"
KINDS = {MASKED: Text("已遮蔽", "masked"), "identified": Text("含姓名与人脸", "with names and faces")}
_PLAN = ListPlan(
    "packages",
    Text("证据包", "Packages"),
    "/packages",
    (
        ListColumn("class_id", Text("班期", "Class"), ColumnKind.NUMBER, narrows=(_OWN.class_id,)),
        ListColumn(
            "q",
            Text("班期、编号或机构", "Class, code or institution"),
            match=lambda words: of_matching_class(_OWN.class_id, words),
        ),
        ListColumn("class", Text("班期", "Class"), cell=lambda row: row.class_name or row.code),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda row: row.institution),
        ListColumn(
            "day",
            Text("班日", "Class day"),
            ColumnKind.DAY,
            narrows=(_OWN.day,),
            orders=_OWN.day,
            cell=lambda row: row.day,
        ),
        ListColumn(
            "kind",
            Text("内容", "Content"),
            ColumnKind.CHOICE,
            asked=True,
            choices=KINDS,
            cell=lambda row: KINDS[MASKED if row.masked else "identified"].zh,
        ),
        ListColumn("checks", Text("自校通过", "Own check"), cell=lambda row: row.checks),
        ListColumn("faults", Text("自校问题", "Faults"), cell=lambda row: row.faults),
        ListColumn(
            "size", Text("大小（字节）", "Size (bytes)"), orders=_OWN.size_bytes, cell=lambda row: row.size_bytes
        ),
        ListColumn(
            "made",
            Text("封存于", "Sealed"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda row: f"{local(row.made_at):%Y-%m-%d %H:%M}",
        ),
        ListColumn("sha256", Text("SHA-256", "SHA-256"), cell=lambda row: row.sha256),
    ),
    number=_OWN.id,
    rows=PACKAGES.join(CLASSES, CLASSES.c.id == _OWN.class_id),
)


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    kind = query.given.get("kind")
    return [reached(caller), *([_OWN.masked.is_(kind == MASKED)] if kind in KINDS else [])]


def _read(asked: ListRead) -> Sequence[PackageLine]:
    return package_lines(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())


PACKAGE_LIST = ServedList(_PLAN, Action.PACKAGE_CHECK, _within, _read, lambda row: row.id)
