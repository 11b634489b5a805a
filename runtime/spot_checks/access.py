"""Spot checks as a caller may reach them: draws that touch the caller's area, or to which the lots sent the caller."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, or_

from facts.errors import NotFoundError
from facts.spot_check import Draw, DrawnClass
from pipeline.accounts.rights import Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.spot_checks.draw_lists import classes_by_drawn_id, inspector_id, inspector_id_of
from runtime.spot_checks.holds import SpotCheckHolds
from runtime.spot_checks.localities import LOCALITIES
from runtime.spot_checks.register import SpotChecks
from storage.database.accounts.accounts import accounts
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.tables.accounts import ACCOUNTS
from storage.spot_checks import register


@dataclass(frozen=True, slots=True)
class DrawView:
    """One draw, what was published of it, and the classes of it that the caller may open."""

    draw: Draw
    sheet: Mapping[str, Any]
    names: Mapping[str, str]
    classes: Mapping[str, ClassRow]

    def drawn_class(self, place: int) -> DrawnClass:
        """The class that was drawn as number ``place``."""
        if not 1 <= place <= len(self.draw.assigned):
            raise NotFoundError("抽查班期", "drawn class")
        return self.draw.assigned[place - 1]

    def within(self, caller: Caller) -> Sequence[tuple[int, DrawnClass]]:
        """The drawn classes of the caller's area and those to which the lots sent the caller, with their numbers."""
        area, own_id = area_of(caller), inspector_id_of(caller)
        numbered = enumerate(self.draw.assigned, start=1)
        return [
            (place, one)
            for place, one in numbered
            if (area and one.drawn.locality.startswith(area)) or own_id in one.inspectors
        ]

    def sent_to(self, own_id: str) -> Sequence[tuple[int, DrawnClass]]:
        """The classes to which the lots sent this inspector, with their numbers."""
        return [(place, one) for place, one in enumerate(self.draw.assigned, start=1) if own_id in one.inspectors]


def spot_checks_of(service: Service) -> SpotChecks:
    """The register with the log and the holds on evidence."""
    holds = SpotCheckHolds(service.engine, service.settings.home, service.clock)
    return SpotChecks(service.engine, service.log, service.clock, holds)


def hold_ender(caller: Caller) -> str:
    """Who ends a hold, as the register names them."""
    return f"{inspector_id_of(caller)} {caller.shown}"


def draws_for(service: Service, caller: Caller) -> tuple[Draw, ...]:
    """Every draw that is the caller's business, the newest first."""
    with reading(service.engine, "listing the draws") as connection:
        sent = _sent_to(connection, caller)
        return tuple(
            one
            for one in register.draws(connection)
            if one.commitment in sent or _touches(connection, one.commitment, caller)
        )


def draws_waiting(service: Service, caller: Caller) -> tuple[Draw, ...]:
    """Those that may want something of the caller: not revealed yet, or with classes to which the lots sent the caller."""
    with reading(service.engine, "listing the draws") as connection:
        sent = _sent_to(connection, caller)
        return tuple(
            one
            for one in register.draws(connection)
            if one.commitment in sent or (one.revealed_at is None and _touches(connection, one.commitment, caller))
        )


def area_of(caller: Caller) -> str:
    """The caller's area as a draw spells it: without blanks."""
    return "".join((caller.scope.area or "").split())


def draw_view(service: Service, caller: Caller, commitment: str, within: Connection | None = None) -> DrawView:
    """One draw, if it is the caller's business; as a transaction of the caller's sees it, where there is one."""
    view = reading(service.engine, "reading a draw") if within is None else nullcontext(within)
    with view as connection:
        if not _concerns(connection, commitment, caller):
            raise NotFoundError("抽查", "draw")
        draw, sheet = register.draw_of(connection, commitment), register.sheet_of(connection, commitment)
        people = accounts(connection, or_(ACCOUNTS.c.role == Role.INSPECTOR.value, ACCOUNTS.c.id == caller.account_id))
        own = classes_by_drawn_id(connection, caller)
    return DrawView(draw, sheet, {inspector_id(one.id): one.shown for one in people}, own)


def _concerns(connection: Connection, commitment: str, caller: Caller) -> bool:
    if commitment not in {one.commitment for one in register.draws(connection)}:
        return False
    return commitment in _sent_to(connection, caller) or _touches(connection, commitment, caller)


def _sent_to(connection: Connection, caller: Caller) -> set[str]:
    """The draws by which the lots sent the caller somewhere."""
    return {commitment for commitment, _ in register.worklist(connection, inspector_id_of(caller))}


def _touches(connection: Connection, commitment: str, caller: Caller) -> bool:
    """Whether the draw lists a class of the caller's area."""
    area = area_of(caller)
    return bool(area) and any(one.startswith(area) for one in LOCALITIES.of(connection, commitment))
