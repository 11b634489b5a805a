"""Rulebooks handed in to the service: read and linted, kept with a leaf, in effect once another person has signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import Fault, FaultsError, NotFoundError
from facts.refusals import forbidden, refuse, stands
from facts.span import local_day
from facts.text import Text
from policy.lint import lint
from policy.loader import parse
from policy.rulebook import Rulebook
from policy.shelf import Shelf
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.rulebook_faults import clashes, foreign_places
from runtime.policy.shelf import handed_book, read_handed, shelf_within
from storage.database.accounts.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.rulebooks import HandedRulebook, RulebookText, handed_rulebooks, keep_rulebook, sign_rulebook
from storage.database.tables.rulebooks import RULEBOOKS
from storage.evidence_log.leaf import Leaf, LeafKind

_FOREIGN = Text(
    "这份规则涉及的地区不在您的辖区内，请当地主管部门的人签字",
    "it concerns places outside your area; their authority signs",
)
_CLASHES = Text(
    "与已有的规则文件相抵触，不能签字；请改正后重新提交",
    "it clashes with a rulebook that is there; mend it and hand it in anew",
)


@dataclass(frozen=True, slots=True)
class RulebookDraftText:
    """What somebody hands in: the file's name, its text, and the first day on which it is to be judged by."""

    name: str
    text: str
    effective: date


def hand_in(service: Service, caller: Caller, draft: RulebookDraftText) -> HandedRulebook:
    """Keeps the version, or refuses it with every fault at once; nothing is judged by it before it is signed."""
    at = service.clock()
    with writing(service.engine, "keeping a rulebook") as connection:
        shelf = shelf_within(connection, service.settings, date.max)
        if faults := lint(draft.text, draft.name, None, shelf.books):
            raise FaultsError(faults)
        book = parse(draft.text, draft.name)
        found = [*_faults(connection, caller, book, draft, at), *_again(shelf, book)]
        found += foreign_places(connection, service.settings, book, caller)
        found += clashes(connection, service.settings, book, draft.effective)
        if found:
            raise FaultsError(found)
        leaf = _leaf(service, connection, book.sha256, f"{caller.key} rulebook:{book.id} version:{book.version}", at)
        new = RulebookText(book.id, book.version, book.sha256, draft.text, draft.effective)
        return keep_rulebook(connection, new, caller.key, at, leaf)


def sign(service: Service, caller: Caller, number: int) -> HandedRulebook:
    """The second signature, by another person of the same place; from its day on the service judges by it."""
    at = service.clock()
    with writing(service.engine, "signing a rulebook") as connection:
        row = handed(connection, number)
        if row.signed_by:
            refuse([stands("rulebook", Text("已经签过字", "it was signed already"), row.signed_by, "an unsigned one")])
        if row.handed_in_by == caller.key:
            said = Text("提交人不能自己签字，请另一人复签", "whoever handed it in cannot sign it; another person does")
            refuse([forbidden("rulebook", said, "the person who handed it in", "another person")])
        book, settings = handed_book(row), service.settings
        foreign = foreign_places(connection, settings, book, caller)
        refuse([forbidden(one.where, _FOREIGN, one.got, one.expected) for one in foreign])
        found = clashes(connection, settings, book, max(date.fromisoformat(row.effective), local_day(at)))
        refuse([stands(one.where, _CLASHES, one.got, one.expected) for one in found])
        leaf = _leaf(service, connection, row.sha256, f"{caller.key} rulebook:{row.book_id} signed", at)
        sign_rulebook(connection, number, caller.key, at, leaf)
        return handed(connection, number)


def handed(connection: Connection, number: int) -> HandedRulebook:
    """The version of that number."""
    found = handed_rulebooks(connection, RULEBOOKS.c.id == number)
    if not found:
        raise NotFoundError("提交的规则文件", "rulebook that was handed in")
    return found[0]


def all_handed(service: Service) -> tuple[HandedRulebook, ...]:
    """Everything that was handed in, the newest first."""
    with reading(service.engine, "listing rulebooks") as connection:
        return tuple(reversed(handed_rulebooks(connection)))


@dataclass(frozen=True, slots=True)
class HandedLine:
    """One version in the list, with the names of both people."""

    row: HandedRulebook
    title: Text
    state: Text
    css: str
    handed_in_by: str
    signed_by: str


def handed_lines(service: Service) -> tuple[HandedLine, ...]:
    """Everything that was handed in, with how far it is."""
    rows = all_handed(service)
    today = local_day(service.clock()).isoformat()
    with reading(service.engine, "reading names") as connection:
        names = {f"account:{one.id}": one.shown for one in accounts(connection)} if rows else {}
    return tuple(_line(row, names, today) for row in rows)


def _line(row: HandedRulebook, names: Mapping[str, str], today: str) -> HandedLine:
    state, css = _state(row, today)
    signed = names.get(row.signed_by or "", row.signed_by or "")
    by = names.get(row.handed_in_by, row.handed_in_by)
    book = read_handed(row)
    if book is None:
        state, css = Text("读不出，不能采用", "cannot be read, nor used"), "fail"
    title = book.title if book else Text(row.book_id, row.book_id)
    return HandedLine(row=row, title=title, state=state, css=css, handed_in_by=by, signed_by=signed)


def _state(row: HandedRulebook, today: str) -> tuple[Text, str]:
    if not row.signed_by:
        return Text("等待另一人复签", "waits for a second signature"), "unproven"
    if row.effective > today:
        return Text(f"{row.effective} 起采用", f"in effect from {row.effective}"), "exempt"
    return Text("已采用", "in effect"), "pass"


def unsigned_for(service: Service, connection: Connection, caller: Caller) -> tuple[HandedRulebook, ...]:
    """What waits for this person's signature."""
    waiting = handed_rulebooks(connection, RULEBOOKS.c.signed_by.is_(None), RULEBOOKS.c.handed_in_by != caller.key)
    read = [(row, book) for row in waiting if (book := read_handed(row)) is not None]
    return tuple(row for row, book in read if not foreign_places(connection, service.settings, book, caller))


def _faults(
    connection: Connection, caller: Caller, book: Rulebook, draft: RulebookDraftText, at: datetime
) -> Iterable[Fault]:
    where = f"{draft.name}: "
    if not book.places:
        yield Fault(f"{where}places", "no place", f"places in {caller.scope.area}")
    if draft.effective < local_day(at):
        wanted = "today or later: what was judged keeps the version that it was judged by"
        yield Fault("effective", draft.effective.isoformat(), wanted)
    known = handed_rulebooks(connection, RULEBOOKS.c.book_id == book.id)
    if any(one.version == book.version for one in known):
        yield Fault(f"{where}version", f"{book.version!r} again", "a version that was not handed in before")


def _again(shelf: Shelf, book: Rulebook) -> Iterable[Fault]:
    """A version of a document that is at hand already must say that it is another one."""
    for one in (*shelf.books, *shelf.earlier):
        if one.id == book.id and one.version == book.version:
            yield Fault(f"{book.id}: version", f"{book.version!r} again", 'another, such as version = "2" beside id')
            return


def _leaf(service: Service, connection: Connection, sha256: str, subject: str, at: datetime) -> int:
    leaf = Leaf(LeafKind.RULEBOOK, at, Digest(sha256), subject)
    return service.log.append_within(connection, [leaf])[0]
