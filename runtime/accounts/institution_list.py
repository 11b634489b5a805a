"""培训机构 as a list: those within reach, and for administrators all of them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, true

from facts.text import Text
from pipeline.accounts.rights import ADMINISTRATORS, Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached
from runtime.platform.lists import ListRead, ServedList
from storage.database.accounts.accounts import InstitutionRow, institutions
from storage.database.lists import ColumnKind, ListColumn, ListPlan
from storage.database.tables.accounts import INSTITUTIONS

_OWN = INSTITUTIONS.c
_PLAN = ListPlan(
    "institutions",
    Text("培训机构", "Institutions"),
    "/institutions",
    (
        ListColumn("q", Text("名称或信用代码", "Name or credit code"), narrows=(_OWN.name, _OWN.uscc)),
        ListColumn("name", Text("机构", "Institution"), orders=_OWN.name, cell=lambda row: row.name),
        ListColumn("locality", Text("所在地", "Place"), narrows=(_OWN.locality,), cell=lambda row: row.locality),
        ListColumn("uscc", Text("信用代码", "Credit code"), cell=lambda row: row.uscc),
        ListColumn("made", Text("建立", "Made"), ColumnKind.MOMENT, narrows=(_OWN.made_at,), orders=_OWN.id),
    ),
    number=_OWN.id,
    rows=INSTITUTIONS,
    newest_first=False,
)


def institutions_seen(caller: Caller) -> ColumnElement[bool]:
    """The institutions within the caller's reach; administrators see them all, and nothing of theirs but this."""
    return true() if caller.role in ADMINISTRATORS else institutions_reached(caller)


def _read(asked: ListRead) -> Sequence[InstitutionRow]:
    return institutions(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())


INSTITUTION_LIST = ServedList(
    _PLAN, Action.INSTITUTION_WRITE, lambda caller, _: [institutions_seen(caller)], _read, lambda row: row.id
)
