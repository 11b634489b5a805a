"""The service's shelf: the program's rulebooks, the operator's folder, and those handed in and signed by two people.

What cannot be used is left out and named: one bad text must not stop the service, nor another document stand in for it.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, Engine

from facts.errors import Fault, FaultsError
from facts.span import local_day
from policy.gaps import UnusableRulebook, unusable_text
from policy.loader import parse
from policy.replacement import version_faults
from policy.rulebook import Rulebook
from policy.shelf import Shelf
from runtime.platform.service import Service
from runtime.platform.settings import Settings
from runtime.policy.folder import usable_folder_shelf
from storage.database.connection import reading
from storage.database.rulebooks import HandedRulebook, signed_rulebooks

_LOG = logging.getLogger("xueshi.policy")
_REMEMBERED = 256


def shelf_of(service: Service) -> Shelf:
    """What the service judges by today."""
    return service_shelf(service.engine, service.settings, local_day(service.clock()))


def service_shelf(engine: Engine, settings: Settings, today: date) -> Shelf:
    """The same for a worker."""
    with reading(engine, "reading the rulebooks") as connection:
        return shelf_within(connection, settings, today)


def shelf_within(connection: Connection, settings: Settings, today: date) -> Shelf:
    """The same within a transaction: a version that is in effect takes the place of the one before, which is kept."""
    found = with_handed(usable_folder_shelf(settings.rulebooks), signed_rulebooks(connection, today))
    _tell(found.unusable)
    return found


def with_handed(shelf: Shelf, rows: Iterable[HandedRulebook]) -> Shelf:
    """The shelf with what was handed in, in the order in which it took effect."""
    for row in rows:
        shelf = _with_row(shelf, row)
    return shelf


def _with_row(shelf: Shelf, row: HandedRulebook) -> Shelf:
    try:
        book = handed_book(row)
    except FaultsError as error:
        return shelf.without(unusable_row(row, error.faults, takes=row.book_id))
    if faults := shelf.clashes(book, missing=False):
        own = not any(version_faults(shelf.versions(book.id), book))  # nobody else's document ends by it
        return shelf.without(unusable_row(row, faults, takes=row.book_id if own else ""))
    return shelf.with_version(book, row.body)


def unusable_row(row: HandedRulebook, faults: Sequence[Fault], *, takes: str = "") -> UnusableRulebook:
    """The version that was handed in, by its id."""
    return unusable_text(row.body, f"{row.book_id} v{row.version}", faults, takes=takes)


def handed_book(row: HandedRulebook) -> Rulebook:
    """The rulebook that was handed in."""
    return _book(row.body, f"{row.book_id}.toml")


def read_handed(row: HandedRulebook) -> Rulebook | None:
    """The same, or nothing where this version of the program cannot read it."""
    try:
        return handed_book(row)
    except FaultsError:
        return None


@lru_cache(maxsize=_REMEMBERED)
def _book(body: str, name: str) -> Rulebook:
    return parse(body, name)


@lru_cache(maxsize=_REMEMBERED)
def _tell(broken: tuple[UnusableRulebook, ...]) -> None:
    """Once for each process and state: every page asks for the shelf."""
    for one in broken:
        _LOG.warning("%s", one.text().en)
