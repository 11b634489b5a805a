"""The commands by name. A room's module is imported when its command is called, so that none pays for the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from cli.terminal import examples


@dataclass(frozen=True, slots=True)
class Room:
    """Where a command lives: ``module:name`` of its function, or of the groups that together hold its own commands."""

    place: str
    calls: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


ROOMS: Mapping[str, Room] = {
    "doctor": Room("cli.doctor:doctor", ("xueshi doctor ./2025-04家政1班",)),
    "verify": Room(
        "cli.verification:verify", ("xueshi verify ./2025-04家政1班", "xueshi verify 班 --json - --fail-on fail")
    ),
    "seal": Room(
        "cli.sealing:seal_folder",
        (
            "xueshi seal ./2025-04家政1班",
            "xueshi seal 班/核验报告/report.json",
            "xueshi seal 班 --store ./evidence --identified",
        ),
    ),
    "check": Room(
        "cli.package_check:check_package", ("xueshi check 证据包", "xueshi check 证据包 --heads 树头.json --recompute")
    ),
    "claim": Room("cli.claims:app"),
    "history": Room("cli.history:app", beside=("cli.history_doubts:app",)),
    "draw": Room("cli.spot_checks:app"),
    "retention": Room("cli.retention:app"),
    "store": Room("cli.store:app"),
    "log": Room("cli.log:app"),
    "keys": Room("cli.keys:app"),
    "db": Room("cli.database:app", beside=("cli.backup:app",)),
    "policy": Room("cli.policy:app", beside=("cli.money:app",)),
    "explain": Room("cli.explanation:explain", ("xueshi explain YQ-V1", "xueshi explain YQ-M1 --lang en")),
    "models": Room("cli.models:app"),
    "serve": Room("cli.service:serve", ("xueshi serve", "xueshi serve --host 0.0.0.0 --port 8443 --db postgresql://…")),
    "worker": Room("cli.worker:worker", ("xueshi worker", "xueshi worker --db postgresql://… --once")),
    "demo": Room("cli.demo:demo", ("xueshi demo", "xueshi demo ./示范班 --lang en")),
}


class Rooms(TyperGroup):
    """The top of the command line."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - Typer keeps click's own types to itself
        """In the order in which people need them."""
        del ctx
        return list(ROOMS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - as above
        """The command, its module imported now."""
        del ctx
        return _opened(cmd_name) if cmd_name in ROOMS else None


@cache
def _opened(name: str) -> Any:  # noqa: ANN401 - as above
    room = ROOMS[name]
    found = _found(room.place)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        alone.command(name, epilog=examples(*room.calls))(found)
        found = alone
    for place in room.beside:
        found.registered_commands.extend(_found(place).registered_commands)
    command = typer.main.get_command(found)
    command.name = name
    return command


def _found(place: str) -> Any:  # noqa: ANN401 - a function or a group, as the table says
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)
