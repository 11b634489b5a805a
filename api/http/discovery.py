"""Finds the pages and routes of every subject: whoever adds a module adds its routes, and edits nobody's list."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType

from fastapi import APIRouter
from sqlalchemy import Connection

import api
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service

_OF_NO_SUBJECT = frozenset({"api.http.health", "api.http.home_page", "api.http.style_sheet"})


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the console's menu, shown to whoever holds the right; ``NAV`` of a module of pages."""

    order: int
    text: Text
    path: str
    action: Action


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing to do, on the first page: what, why, and where to do it; whatever needs somebody first comes first."""

    order: int
    text: Text
    path: str
    detail: Text | None = None
    css: str = "unproven"


TodoSource = Callable[[Service, Caller, Connection], Sequence[TodoItem]]


def routers() -> tuple[APIRouter, ...]:
    """Every router of the JSON API and of the console."""
    return tuple(module.router for module in page_modules() if hasattr(module, "router"))


def menu() -> tuple[MenuEntry, ...]:
    """The console's menu, in its order."""
    found = [module.NAV for module in page_modules() if hasattr(module, "NAV")]
    return tuple(sorted(found, key=lambda nav: (nav.order, nav.path)))


def todo_sources() -> tuple[TodoSource, ...]:
    """Whoever has something for the first page: ``tasks`` of a module of pages."""
    return tuple(module.tasks for module in page_modules() if hasattr(module, "tasks"))


def page_modules() -> Iterator[ModuleType]:
    """Every module of pages and routes, each imported once; routes of the JSON API come first."""
    names = [one.name for one in walk_packages(api.__path__, "api.") if _answers(one.name)]
    for name in sorted(names, key=lambda one: (".routes" not in one, one)):
        yield import_module(name)


def _answers(name: str) -> bool:
    """``api.<subject>.pages`` and ``routes``, flat or in parts, and the few pages that belong to no subject."""
    return bool(re.fullmatch(r"api\.\w+\.(pages|routes)(\.\w+)?", name)) or name in _OF_NO_SUBJECT
