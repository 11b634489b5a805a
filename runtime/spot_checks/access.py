"""Spot checks as a caller may reach them: draws that touch the caller's area, or to which the lots sent the caller."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, or_

from facts.errors import NotFoundError
from facts.spot_check import Assignment, Draw, DrawClass, Inspector
from pipeline.accounts.rights import Role
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from runtime.spot_checks.draw_folder import secret_folder
from runtime.spot_checks.draw_lists import inspector_id
from runtime.spot_checks.holds import TWIN, SpotCheckHolds
from runtime.spot_checks.register import SpotChecks
from storage.database.accounts.accounts import AccountRow, accounts, institutions
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading
from storage.database.tables.accounts import ACCOUNTS
from storage.spot_checks import register

_MOST = 20_000
_PLACES: dict[str, frozenset[str]] = {}  # the localities of announced draws, by their commitments


@dataclass(frozen=True, slots=True)
class Opened:
    """One draw, what was published of it, and the classes of it that the caller may open."""

    draw: Draw
    sheet: Mapping[str, Any]
    names: Mapping[str, str]
    classes: Mapping[str, ClassRow]

    def assigned(self, place: int) -> Assignment:
        """The class that was drawn as number ``place``."""
        if not 1 <= place <= len(self.draw.assigned):
            raise NotFoundError("抽查班期", "drawn class")
        return self.draw.assigned[place - 1]

    def within(self, caller: Caller) -> Sequence[tuple[int, Assignment]]:
        """The drawn classes of the caller's area and those to which the lots sent the caller, with their numbers."""
        area, person = area_of(caller), person_of(caller)
        numbered = enumerate(self.draw.assigned, start=1)
        return [
            (place, one)
            for place, one in numbered
            if (area and one.drawn.locality.startswith(area)) or person in one.inspectors
        ]

    def own(self, person: str) -> Sequence[tuple[int, Assignment]]:
        """The classes to which the lots sent somebody, with their numbers."""
        return [(place, one) for place, one in enumerate(self.draw.assigned, start=1) if person in one.inspectors]


def person_of(caller: Caller) -> str:
    """The caller's id in the lists of inspectors; it says nothing to a stranger."""
    return inspector_id(caller.account_id or 0)


def checks_of(service: Service) -> SpotChecks:
    """The register with the log and the holds on evidence."""
    holds = SpotCheckHolds(service.engine, service.settings.home, service.clock)
    return SpotChecks(service.engine, service.log, service.clock, holds)


def folder_of(service: Service, name: str) -> Path:
    """Where a draw's secret lies until the reveal."""
    return secret_folder(service.settings.home, name)


def draws_for(service: Service, caller: Caller) -> tuple[Draw, ...]:
    """Every draw that is the caller's business, the newest first."""
    with reading(service.engine, "listing the draws") as connection:
        return _draws_for(connection, caller)


def draws_waiting(service: Service, caller: Caller) -> tuple[Draw, ...]:
    """Those that may want something of the caller: not revealed yet, or with classes to which the lots sent the caller."""
    with reading(service.engine, "listing the draws") as connection:
        mine = {name for name, _ in register.worklist(connection, person_of(caller))}
        return tuple(
            one
            for one in register.draws(connection)
            if one.commitment in mine or (one.revealed_at is None and _touches(connection, one.commitment, caller))
        )


def area_of(caller: Caller) -> str:
    """The caller's area as a draw spells it: without blanks."""
    return "".join((caller.scope.area or "").split())


def opened(service: Service, caller: Caller, name: str, within: Connection | None = None) -> Opened:
    """One draw, if it is the caller's business; as a transaction of the caller's sees it, where there is one."""
    view = reading(service.engine, "reading a draw") if within is None else nullcontext(within)
    with view as connection:
        if not _concerns(connection, name, caller):
            raise NotFoundError("抽查", "draw")
        draw, sheet = register.draw_of(connection, name), register.sheet_of(connection, name)
        people = accounts(connection, or_(ACCOUNTS.c.role == Role.INSPECTOR.value, ACCOUNTS.c.id == caller.account_id))
        own = {
            drawn_id(one, codes): one for codes, one in _with_codes(classes(connection, reached(caller), limit=_MOST))
        }
    names = {inspector_id(one.id): one.shown for one in people}
    return Opened(draw, sheet, names, own)


def listed_classes(connection: Connection, caller: Caller) -> list[tuple[ClassRow, DrawClass]]:
    """The classes of the caller's area, as a draw lists them; the stratum is chosen later."""
    names = {one.id: one.name for one in institutions(connection, limit=_MOST)}
    rows = classes(connection, reached(caller), limit=_MOST)
    return [
        (one, DrawClass(drawn_id(one, codes), names.get(one.institution_id, "?"), one.locality, one.programme))
        for codes, one in _with_codes(rows)
    ]


def inspectors_of(connection: Connection, caller: Caller) -> tuple[AccountRow, ...]:
    """Everybody who may be sent into the caller's area: inspectors of it, of a part of it, or of all around it."""
    area = caller.scope.area or ""
    living = (ACCOUNTS.c.role == Role.INSPECTOR.value, ACCOUNTS.c.disabled_at.is_(None))
    found = accounts(connection, *living)
    return tuple(one for one in found if one.area and (one.area.startswith(area) or area.startswith(one.area)))


def inspector(one: AccountRow, avoided: Mapping[str, Sequence[str]]) -> Inspector:
    """An account as the lists have it, with what was declared for it."""
    return Inspector(inspector_id(one.id), one.shown, one.area or "", tuple(avoided.get(one.name, ())))


def drawn_id(one: ClassRow, codes: Mapping[str, int]) -> str:
    """The class's code; where two institutions use the same, its number is added."""
    return one.code if codes[one.code] == 1 else f"{one.code}{TWIN}{one.id}"


def _draws_for(connection: Connection, caller: Caller) -> tuple[Draw, ...]:
    mine = {name for name, _ in register.worklist(connection, person_of(caller))}
    return tuple(
        one
        for one in register.draws(connection)
        if one.commitment in mine or _touches(connection, one.commitment, caller)
    )


def _concerns(connection: Connection, name: str, caller: Caller) -> bool:
    if name not in {one.commitment for one in register.draws(connection)}:
        return False
    sent = {draw for draw, _ in register.worklist(connection, person_of(caller))}
    return name in sent or _touches(connection, name, caller)


def _touches(connection: Connection, name: str, caller: Caller) -> bool:
    """Whether the draw lists a class of the caller's area; a list is read once, because its commitment binds it."""
    if name not in _PLACES:
        _PLACES[name] = frozenset(str(one["locality"]) for one in register.sheet_of(connection, name)["classes"])
    area = area_of(caller)
    return bool(area) and any(place.startswith(area) for place in _PLACES[name])


def _with_codes(rows: Sequence[ClassRow]) -> list[tuple[Mapping[str, int], ClassRow]]:
    codes: dict[str, int] = {}
    for one in rows:
        codes[one.code] = codes.get(one.code, 0) + 1
    return [(codes, one) for one in rows]
