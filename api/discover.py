"""Finds the rooms of the service: whoever adds a module adds its routes, and edits nobody's list."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from fastapi import APIRouter
from sqlalchemy import Connection

import api.console
import api.routes
from api.caller import Caller
from api.service import Service
from facts.text import Text
from pipeline.rights import Action


@dataclass(frozen=True, slots=True)
class Nav:
    """One entry of the console's menu, shown to whoever holds the right; ``NAV`` of a console module."""

    order: int
    text: Text
    path: str
    action: Action


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, on the first page: what, why, and where to do it; whatever needs somebody first comes first."""

    order: int
    text: Text
    path: str
    detail: Text | None = None
    css: str = "unproven"


Tasks = Callable[[Service, Caller, Connection], Sequence[Task]]


def routers() -> tuple[APIRouter, ...]:
    """Every router of the JSON API and of the console."""
    return tuple(module.router for module in modules() if hasattr(module, "router"))


def navigation() -> tuple[Nav, ...]:
    """The console's menu, in its order."""
    found = [module.NAV for module in modules() if hasattr(module, "NAV")]
    return tuple(sorted(found, key=lambda nav: (nav.order, nav.path)))


def task_sources() -> tuple[Tasks, ...]:
    """Whoever has something for the first page: ``tasks`` of a console module."""
    return tuple(module.tasks for module in modules() if hasattr(module, "tasks"))


def modules() -> Iterator[ModuleType]:
    """The modules of ``api.routes`` and ``api.console``, each imported once."""
    for package in (api.routes, api.console):
        for found in sorted(iter_modules(package.__path__), key=lambda one: one.name):
            yield import_module(f"{package.__name__}.{found.name}")
