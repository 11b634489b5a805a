"""What stands against a rulebook beside those that the service has: whose it is, and what it would bring about."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection

from facts.errors import Fault
from policy.places import beneath
from policy.rulebook import Rulebook
from runtime.accounts.caller import Caller
from runtime.platform.settings import Settings
from runtime.policy.shelf import shelf_within
from storage.database.rulebooks import signed_rulebooks


def clashes(connection: Connection, settings: Settings, book: Rulebook, effective: date) -> tuple[Fault, ...]:
    """Faults with the rulebooks of its first day, and of each later day on which another version takes effect."""
    days = _days(connection, book, effective)
    found = [one for day in days for one in shelf_within(connection, settings, day).clashes(book)]
    return tuple(dict.fromkeys(found))


def foreign_places(connection: Connection, settings: Settings, book: Rulebook, caller: Caller) -> tuple[Fault, ...]:
    """Places for which the caller does not speak: the book's own, and those of documents that would no longer govern."""
    shelf = shelf_within(connection, settings, date.max)
    area = caller.scope.area or "an area"
    faults = [
        Fault(f"{book.id}: places", path, f"a place in {area}, for which you speak")
        for path in places_outside(book, caller)
    ]
    for other in (*shelf.versions(book.id), *shelf.put_aside(book)):
        wanted = f"a document of {area}, for which you speak"
        faults += [
            Fault(f"{book.id}: in the place of {other.id}", path, wanted, "let the authority of that place hand it in")
            for path in places_outside(other, caller)
        ]
    return tuple(dict.fromkeys(faults))


def places_outside(book: Rulebook, caller: Caller) -> tuple[str, ...]:
    """The places of the document for which the caller does not speak."""
    return tuple(path for path in book.places if not beneath(path, caller.scope.area or ""))


def _days(connection: Connection, book: Rulebook, effective: date) -> Iterator[date]:
    """Until a later version of the same document takes its place."""
    yield effective
    for row in signed_rulebooks(connection, date.max):
        day = date.fromisoformat(row.effective)
        if day > effective:
            if row.book_id == book.id:
                return
            yield day
