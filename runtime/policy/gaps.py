"""Where no document is in force: the classes that wait for one, and the places where none holds today."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from attendance.law_gaps import HEADLINES, reason_of
from facts.text import Text
from policy.gaps import Gap, NoRulebook
from policy.shelf import Shelf
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from storage.database.accounts.accounts import institution
from storage.database.verification.law_gaps import UngovernedClass, places_without_report, ungoverned_classes

_MOST = 200


@dataclass(frozen=True, slots=True)
class PlaceGap:
    """A place whose classes no document judges today, and why."""

    place: str
    headline: Text
    text: Text


@dataclass(frozen=True, slots=True)
class WaitingClasses:
    """The classes of one place that wait for the same reason."""

    place: str
    headline: Text
    classes: tuple[UngovernedClass, ...]


def waiting_classes(connection: Connection, caller: Caller) -> tuple[WaitingClasses, ...]:
    """The classes within reach whose newest report waits for a document, by place and reason."""
    found: dict[tuple[str, str], list[UngovernedClass]] = {}
    for one in ungoverned_classes(connection, reached(caller), _MOST):
        found.setdefault((one.locality, one.reason), []).append(one)
    return tuple(WaitingClasses(place, HEADLINES[why], tuple(some)) for (place, why), some in found.items())


def place_gaps(connection: Connection, caller: Caller, shelf: Shelf, today: date) -> Iterator[PlaceGap]:
    """The caller's own place and those of classes that nobody has verified yet, where nothing holds today."""
    places = {*places_without_report(connection, reached(caller))}
    own = institution(connection, caller.scope.institution_id) if caller.scope.institution_id else None
    home = own.locality if own else caller.scope.area or ""
    for place in sorted({*places, home} - {""}):
        choice = shelf.choose(place, today, today)
        if isinstance(choice, NoRulebook) and (place in places or choice.gap is Gap.LAPSED):
            yield PlaceGap(place, HEADLINES[reason_of(choice.gap, place)], choice.text)
