"""Holds on a class's evidence, placed and released by an inspector; one rule for pages and programs."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeVar

from facts.errors import InputError, MissingKeyError, NotFoundError
from facts.refusals import Refusal, RefusalsError, refuse, stands
from facts.retention import Hold, Scope
from facts.text import Text
from pipeline.retention import orders
from pipeline.retention.orders import OrderResult
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
_OF_CHECK = Text(
    "抽查的冻结在抽查页由两人签字后解除", "a spot check's hold ends at the spot check, after two signatures"
)


def wanted(service: Service, caller: Caller, target: str, reason: str, case: str, day: str) -> Hold:
    """The hold that somebody asks for, or every fault of it."""
    faults, on = [], None
    with reading(service.engine, "looking for a class") as connection:
        known = reaches_class(connection, caller, target)
    if not known:
        text = Text("请选择您范围内的班期", "choose a class within your reach")
        faults.append(Refusal("class_id", text, target, "the code of a class within your reach"))
    if not reason.strip():
        faults.append(Refusal("reason", Text("请写明冻结的理由", "say why it is held"), "blanks", "the reason"))
    try:
        on = date.fromisoformat(day) if day else None
    except ValueError:
        text = Text("日期应写成 2025-04-08", "a day is written 2025-04-08")
        faults.append(Refusal("day", text, day, "a day such as 2025-04-08"))
    refuse(faults)
    try:
        return new_hold(Scope(target, on), reason.strip(), case.strip(), caller.shown, service.clock)
    except InputError as error:
        text = Text("理由与案号应为可显示的文字", "reason and case must be printable")
        raise RefusalsError([Refusal("reason", text, reason, "printable characters")]) from error


def place(service: Service, hold: Hold) -> tuple[Hold, Sequence[OrderResult]]:
    """It stands from now on; the very same again is no second one."""
    return _signed(lambda: orders.hold(service_ports(service), hold))


def standing(service: Service, caller: Caller, name: str, reason: str) -> Hold:
    """The hold that somebody wants to release, if it is theirs to release, and they say why."""
    own = HOLDS.c.id == name, HOLDS.c.released_at.is_(None)
    with reading(service.engine, "looking for a hold") as connection:
        found = next((one for one, _ in holds_reached(connection, caller, *own)), None)
    if found is None:
        raise NotFoundError("冻结", "hold")
    faults = []
    if found.placed_by == DRAWN_BY:
        faults.append(stands("hold", _OF_CHECK, f"the hold of the spot check {found.case}", "a hold of its own"))
    if not reason.strip():
        faults.append(Refusal("reason", Text("请写明解除的理由", "say why it is released"), "blanks", "the reason"))
    refuse(faults)
    return found


def let_go(service: Service, caller: Caller, name: str, reason: str) -> Sequence[OrderResult]:
    """It no longer stands; the others do."""
    by = f"{caller.shown}：{reason.strip()}"[:_MOST_BY]
    return _signed(lambda: orders.release(service_ports(service), name, by))


def _signed(act: Callable[[], Done]) -> Done:
    try:
        return act()
    except LogSetupError as error:
        raise MissingKeyError from error
