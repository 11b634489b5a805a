"""Holds on a class's evidence, placed and released by an inspector."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from facts.errors import InputError, MissingKeyError, NotFoundError
from facts.refusals import Refusal, RefusalsError, refuse
from facts.retention import Hold, Scope
from facts.text import Text
from pipeline.retention import orders
from pipeline.retention.orders import OrderResult
from pipeline.retention.refusals import day_of, hold_refusals, release_refusals
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.retention.access import holds_reached, reaches_class, service_ports
from runtime.retention.hold_record import new_hold
from runtime.spot_checks.holds import DRAWN_BY
from storage.database.connection import reading
from storage.database.tables.retention import HOLDS
from storage.evidence_log.errors import LogSetupError

Done = TypeVar("Done")
_MOST_BY = 200


def requested_hold(service: Service, caller: Caller, target: str, reason: str, case: str, day: str) -> Hold:
    """The hold that somebody asks for, or every fault of it."""
    with reading(service.engine, "looking for a class") as connection:
        in_reach = reaches_class(connection, caller, target)
    refuse([*hold_refusals(target, reason, day, in_reach=in_reach)])
    try:
        return new_hold(Scope(target, day_of(day)), reason.strip(), case.strip(), caller.shown, service.clock)
    except InputError as error:
        text = Text("理由与案号应为可显示的文字", "reason and case must be printable")
        raise RefusalsError([Refusal("reason", text, reason, "printable characters")]) from error


def place_hold(service: Service, hold: Hold) -> tuple[Hold, Sequence[OrderResult]]:
    """Places it; the very same again is no second hold."""
    return _with_key(lambda: orders.hold(service_ports(service), hold))


def releasable_hold(service: Service, caller: Caller, name: str, reason: str) -> Hold:
    """The hold that somebody wants to release, if it is theirs to release, and they say why."""
    own = HOLDS.c.id == name, HOLDS.c.released_at.is_(None)
    with reading(service.engine, "looking for a hold") as connection:
        found = next((one for one, _ in holds_reached(connection, caller, *own)), None)
    if found is None:
        raise NotFoundError("冻结", "hold")
    refuse([*release_refusals(found, reason, of_spot_check=found.placed_by == DRAWN_BY)])
    return found


def release_hold(service: Service, caller: Caller, name: str, reason: str) -> Sequence[OrderResult]:
    """Ends it; others stay in force."""
    by = f"{caller.shown}：{reason.strip()}"[:_MOST_BY]
    return _with_key(lambda: orders.release(service_ports(service), name, by))


def _with_key(act: Callable[[], Done]) -> Done:
    try:
        return act()
    except LogSetupError as error:
        raise MissingKeyError from error
