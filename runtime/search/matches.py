"""What a few words find of everything that the caller may see, in groups, each with the list that has the rest."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, or_

from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.account_list import ACCOUNT_LIST
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.claims.claim_list import CLAIM_LIST
from runtime.classes.addresses import class_path
from runtime.classes.class_list import CLASS_LIST
from runtime.platform.lists import ServedList
from runtime.platform.service import Service
from runtime.spot_checks.draw_list import DRAW_LIST
from storage.database.accounts.accounts import institutions
from storage.database.lists import ListQuery
from storage.database.sealing import package_lines
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.sealing import PACKAGES

MOST_SHOWN = 8
_Asked = tuple[Service, Connection, Caller, str]
_DIGEST = re.compile(r"[0-9a-f]{8,64}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that was found, and where it is shown."""

    path: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class MatchGroup:
    """What was found of one kind; ``rest`` is the list that has the rest of it."""

    kind: str
    text: Text
    found: Sequence[Match]
    rest: str = ""


def matches(service: Service, connection: Connection, caller: Caller, words: str) -> tuple[MatchGroup, ...]:
    """The groups in which anything was found; nothing that lies outside the caller's reach or rights."""
    if not words:
        return ()
    return tuple(one for one in _groups(service, connection, caller, words) if one.found)


def _groups(service: Service, connection: Connection, caller: Caller, words: str) -> Iterator[MatchGroup]:
    asked = (service, connection, caller, words)
    if caller.may(Action.CLASS_READ):
        yield _of_list(
            asked,
            CLASS_LIST,
            lambda one: Match(class_path(one.id), one.name or one.code, _said(one.institution, one.code)),
        )
    if caller.may(Action.INSTITUTION_READ):
        yield _institutions(connection, caller, words)
    if caller.may(Action.CLAIM_READ):
        yield _of_list(
            asked, CLAIM_LIST, lambda one: Match(f"/claims/{one.id}", one.code, _said(one.institution, one.class_name))
        )
    if caller.may(Action.PACKAGE_CHECK) and _DIGEST.fullmatch(words):
        yield _packages(connection, caller, words.lower())
    if caller.may(Action.SPOT_CHECK_READ):
        yield _of_list(asked, DRAW_LIST, lambda one: Match(f"/checks/{one.commitment}", one.title, one.commitment[:16]))
    if caller.may(Action.ACCOUNT_READ):
        yield _of_list(
            asked,
            ACCOUNT_LIST,
            lambda one: Match(f"/accounts/{one.row.id}", one.row.shown, _said(one.row.name, one.reach)),
        )


def _of_list(asked: _Asked, served: ServedList[Any], match: Callable[[Any], Match]) -> MatchGroup:
    service, connection, caller, words = asked
    given = {"q": words}
    part = served.part(service, connection, caller, ListQuery(served.plan, given), MOST_SHOWN)
    rest = f"{served.plan.path}?{urlencode(given)}" if len(part.rows) == MOST_SHOWN else ""
    return MatchGroup(served.plan.name, served.plan.text, [match(row) for row in part.rows], rest)


def _institutions(connection: Connection, caller: Caller, words: str) -> MatchGroup:
    own = INSTITUTIONS.c
    fits = or_(own.name.icontains(words, autoescape=True), own.uscc == words.upper())
    # whoever makes institutions has no place of their own and sees them all
    within = () if caller.may(Action.INSTITUTION_WRITE) else (institutions_reached(caller),)
    found = institutions(connection, fits, *within, limit=MOST_SHOWN)
    shown = [Match(_of_institution(caller, one.name), one.name, _said(one.locality, one.uscc)) for one in found]
    return MatchGroup("institutions", Text("培训机构", "Institutions"), shown)


def _of_institution(caller: Caller, name: str) -> str:
    listed = f"/classes?{urlencode({'q': name})}"
    return "/institutions" if caller.may(Action.INSTITUTION_WRITE) else listed


def _packages(connection: Connection, caller: Caller, digest: str) -> MatchGroup:
    own = PACKAGES.c
    begins = (
        own.sha256 >= digest,
        own.sha256 < f"{digest}g",
    )  # along the index, whatever the database's order of letters
    found = package_lines(connection, reached(caller), *begins, limit=MOST_SHOWN, order=[own.sha256])
    shown = [
        Match(f"/packages?class_id={one.class_id}#p{one.id}", one.sha256, _said(one.class_name or one.code, one.day))
        for one in found
    ]
    return MatchGroup("packages", Text("证据包", "Packages"), shown)


def _said(*parts: str) -> str:
    return " · ".join(filter(None, parts))
