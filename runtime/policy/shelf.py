"""The service's shelf: the program's rulebooks, the operator's folder, and those handed in and signed by two people."""

from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, Engine

from facts.span import local_day
from policy.loader import parse
from policy.rulebook import Rulebook
from policy.shelf import Shelf
from runtime.platform.service import Service
from runtime.platform.settings import Settings
from runtime.policy.folder import folder_shelf
from storage.database.connection import reading
from storage.database.rulebooks import HandedRulebook, signed_rulebooks

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
    found = folder_shelf(settings.rulebooks)
    for row in signed_rulebooks(connection, today):
        found = found.with_version(handed_book(row), row.body)
    return found


def handed_book(row: HandedRulebook) -> Rulebook:
    """The rulebook that was handed in."""
    return _book(row.body, f"{row.book_id}.toml")


@lru_cache(maxsize=_REMEMBERED)
def _book(body: str, name: str) -> Rulebook:
    return parse(body, name)
