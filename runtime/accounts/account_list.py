"""账号 as a list: what one may narrow and order it by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action, Role
from runtime.accounts.caller import Caller
from runtime.platform.lists import ListRead, ServedList
from storage.database.accounts.accounts import AccountRow, accounts, institutions
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.accounts import ACCOUNTS, INSTITUTIONS

_OWN = ACCOUNTS.c
_NONE, _SHUT, _OPEN = "none", "shut", "open"
_ROLES = {role.value: role.text for role in Role if role is not Role.SYSTEM}
_STATES = {_OPEN: Text("可用", "open"), _SHUT: Text("已停用", "shut")}


@dataclass(frozen=True, slots=True)
class AccountLine:
    """An account in a list, with the name of its institution."""

    row: AccountRow
    institution: str

    @property
    def reach(self) -> str:
        """Whose data it sees."""
        return self.institution or self.row.area or ""


_PLAN = ListPlan(
    "accounts",
    Text("账号", "Accounts"),
    "/accounts",
    (
        ListColumn("q", Text("姓名或登录名", "Name"), narrows=(_OWN.name, _OWN.shown)),
        ListColumn("shown", Text("姓名", "Name"), cell=lambda one: one.row.shown),
        ListColumn("name", Text("登录名", "Sign-in name"), orders=_OWN.name, cell=lambda one: one.row.name),
        ListColumn(
            "role",
            Text("角色", "Role"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_ROLES | {_NONE: Text("尚未授权", "no role yet")},
            cell=lambda one: _ROLES[one.row.role].zh if one.row.role else "尚未授权",
        ),
        ListColumn("reach", Text("范围", "Reach"), cell=lambda one: one.reach),
        ListColumn(
            "state",
            Text("状态", "State"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_STATES,
            cell=lambda one: _STATES[_SHUT if one.row.disabled_at else _OPEN].zh,
        ),
        ListColumn(
            "made",
            Text("建立", "Made"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda one: f"{local(one.row.made_at):%Y-%m-%d}",
        ),
    ),
    number=_OWN.id,
    rows=ACCOUNTS,
    newest_first=False,
)


def _within(_: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    role, state = query.given.get("role"), query.given.get("state")
    where = [_OWN.role.is_(None) if role == _NONE else _OWN.role == role] if role else []
    if state:
        where.append(_OWN.disabled_at.is_not(None) if state == _SHUT else _OWN.disabled_at.is_(None))
    return where


def _read(asked: ListRead) -> Sequence[AccountLine]:
    found = accounts(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())
    wanted = {one.institution_id for one in found if one.institution_id}
    names = {one.id: one.name for one in institutions(asked.connection, INSTITUTIONS.c.id.in_(wanted))}
    return [AccountLine(one, names.get(one.institution_id or 0, "")) for one in found]


ACCOUNT_LIST = ServedList(_PLAN, Action.ACCOUNT_READ, _within, _read, lambda one: one.row.id, people=True)
