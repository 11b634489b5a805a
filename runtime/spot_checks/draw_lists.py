"""The lists that a draw is made from: the classes of the caller's area, and the inspectors who may be sent there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from facts.spot_check import DrawClass, Inspector
from pipeline.accounts.rights import Role
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.spot_checks.holds import TWIN
from storage.database.accounts.accounts import AccountRow, accounts, institutions
from storage.database.classes.classes import ClassRow, classes
from storage.database.tables.accounts import ACCOUNTS

_MOST = 20_000


def inspector_id(account_id: int) -> str:
    """An account's id in the lists of inspectors; it says nothing to a stranger."""
    return f"A{account_id}"


def inspector_id_of(caller: Caller) -> str:
    """The caller's id in the lists of inspectors."""
    return inspector_id(caller.account_id or 0)


def inspector(one: AccountRow, avoided: Mapping[str, Sequence[str]]) -> Inspector:
    """An account as the lists have it, with what was declared for it."""
    return Inspector(inspector_id(one.id), one.shown, one.area or "", tuple(avoided.get(one.name, ())))


def inspectors_of(connection: Connection, caller: Caller) -> tuple[AccountRow, ...]:
    """Everybody who may be sent into the caller's area: inspectors of it, of a part of it, or of all around it."""
    area = caller.scope.area or ""
    found = accounts(connection, ACCOUNTS.c.role == Role.INSPECTOR.value, ACCOUNTS.c.disabled_at.is_(None))
    return tuple(one for one in found if one.area and (one.area.startswith(area) or area.startswith(one.area)))


def listed_classes(connection: Connection, caller: Caller) -> list[tuple[ClassRow, DrawClass]]:
    """The classes of the caller's area, as a draw lists them; the stratum is chosen later."""
    names = {one.id: one.name for one in institutions(connection, limit=_MOST)}
    return [
        (one, DrawClass(drawn_id, names.get(one.institution_id, "?"), one.locality, one.programme))
        for drawn_id, one in _with_ids(connection, caller)
    ]


def classes_by_drawn_id(connection: Connection, caller: Caller) -> dict[str, ClassRow]:
    """The classes of the caller's area, by what a draw calls them."""
    return dict(_with_ids(connection, caller))


def _with_ids(connection: Connection, caller: Caller) -> Iterator[tuple[str, ClassRow]]:
    """Each with its code; where two institutions use the same, its number is added."""
    rows = classes(connection, reached(caller), limit=_MOST)
    count = Counter(one.code for one in rows)
    for one in rows:
        yield one.code if count[one.code] == 1 else f"{one.code}{TWIN}{one.id}", one
