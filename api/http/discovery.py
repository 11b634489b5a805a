"""Finds the pages and routes of every subject, so that a new module is served without being added to any list.

A module ``api/<subject>/pages.py`` or ``routes.py``, or one inside a folder of that name, is imported, and what it
names is used: ``router`` holds its addresses, ``NAV`` its entry in the console's menu, and ``tasks`` says what there
is to do on the first page.
"""

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

_OF_NO_SUBJECT = frozenset({"api.http.health", "api.http.home_page", "api.http.metrics", "api.http.style_sheet"})


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the console's menu, shown to whoever holds the right; low numbers of ``order`` come first."""

    order: int
    text: Text
    path: str
    action: Action


@dataclass(frozen=True, slots=True)
class TodoItem:
    """One thing to do, listed on the first page: what, why, and where to do it; low numbers of ``order`` come first."""

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
    """The functions ``tasks`` of all modules, which say what the first page lists for a person."""
    return tuple(module.tasks for module in page_modules() if hasattr(module, "tasks"))


def page_modules() -> Iterator[ModuleType]:
    """Every module of pages and routes, each imported once; routes of the JSON API come first."""
    names = [one.name for one in walk_packages(api.__path__, "api.") if _holds_routes(one.name)]
    for name in sorted(names, key=lambda one: (".routes" not in one, one)):
        yield import_module(name)


def _holds_routes(name: str) -> bool:
    """Whether the module holds pages or routes: of a subject, or one of the few that belong to none."""
    return bool(re.fullmatch(r"api\.\w+\.(pages|routes)(\.\w+)?", name)) or name in _OF_NO_SUBJECT
