"""接口密钥 as a list: which system, whose data it reaches, whether it still opens anything."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from storage.database.accounts.accounts import institutions
from storage.database.accounts.tokens import ApiKey, keys
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.accounts import API_KEYS, INSTITUTIONS

_OWN = API_KEYS.c
_OPEN, _ENDED = "open", "ended"
_STATES = {_OPEN: Text("有效", "living"), _ENDED: Text("已停用", "ended")}


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key in the list, with whose data it reaches."""

    row: ApiKey
    institution: str

    @property
    def reach(self) -> str:
        """Whose data it reaches."""
        return self.institution or self.row.area or ""


_PLAN = ListPlan(
    "keys",
    Text("接口密钥", "API keys"),
    "/keys",
    (
        ListColumn("q", Text("系统", "System"), narrows=(_OWN.name,)),
        ListColumn("name", Text("系统", "System"), orders=_OWN.name, cell=lambda one: one.row.name),
        ListColumn("reach", Text("范围", "Reach"), cell=lambda one: one.reach),
        ListColumn(
            "state",
            Text("状态", "State"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_STATES,
            cell=lambda one: _STATES[_ENDED if one.row.ended_at else _OPEN].zh,
        ),
        ListColumn(
            "made",
            Text("建立", "Made"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.made_at):%Y-%m-%d %H:%M}",
        ),
        ListColumn(
            "used",
            Text("最近使用", "Last used"),
            ColumnKind.MOMENT,
            narrows=(_OWN.used_at,),
            cell=lambda one: f"{local(one.row.used_at):%Y-%m-%d %H:%M}" if one.row.used_at else "",
        ),
    ),
    number=_OWN.id,
    rows=API_KEYS,
)


def _within(_: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    state = query.given.get("state")
    return [_OWN.ended_at.is_not(None) if state == _ENDED else _OWN.ended_at.is_(None)] if state else []


def _read(asked: ListRead) -> Sequence[KeyLine]:
    found = keys(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())
    wanted = {one.institution_id for one in found if one.institution_id}
    names = {one.id: one.name for one in institutions(asked.connection, INSTITUTIONS.c.id.in_(wanted))}
    return [KeyLine(one, names.get(one.institution_id or 0, "")) for one in found]


KEY_LIST = ServedList(_PLAN, Action.KEY_READ, _within, _read, lambda one: one.row.id)
