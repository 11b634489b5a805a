"""政策库: each document with its rules, the clause's own words beside them, and where two documents differ."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import NO_CONTROLS
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import render
from api.http.service import Served
from facts.errors import InputError, NotFoundError
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from policy.diff import differences
from policy.gaps import UnusableRulebook
from policy.rulebook import Rulebook
from runtime.accounts.caller import Caller
from runtime.classes.addresses import class_path
from runtime.platform.service import Service
from runtime.policy.gaps import PlaceGap, WaitingClasses, place_gaps, waiting_classes
from runtime.policy.register import handed_lines
from runtime.policy.rulebook_list import RULEBOOK_LIST
from runtime.policy.shelf import shelf_of, shelf_within
from storage.database.connection import reading
from storage.database.lists import ListQuery

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(70, Text("政策库", "Policies"), "/policy", Action.POLICY_READ)
Reading = Annotated[Caller, needs(Action.POLICY_READ)]
BookId = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
_NAMED, _MOST = 5, 1000


@router.get("/policy")
def shelf(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(RULEBOOK_LIST.plan))],
) -> Response:
    """Every document, those that lapse today named first."""
    today = local_day(service.clock())
    known = shelf_of(service)
    lapsing = [book for book in known.books if book.valid.days_left(today) is not None]
    waiting: Sequence[WaitingClasses] = ()
    gaps: Sequence[PlaceGap] = ()
    if caller.may(Action.CLAIM_READ):
        with reading(service.engine, "looking for classes without a document") as connection:
            waiting = waiting_classes(connection, caller)
            gaps = tuple(place_gaps(connection, caller, known, today))
    with reading(service.engine, "listing documents") as connection:
        part = RULEBOOK_LIST.part(service, connection, caller, query, _MOST)
    more: dict[str, Any] = {
        "found": part.rows,
        "view": list_view(service, caller, query, part),
        "unusable": known.unusable,
        "lapsing": lapsing,
        "waiting": waiting,
        "gaps": gaps,
        "handed": handed_lines(service),
    }
    return render(request, "policy/rulebooks.html.j2", caller, books=known.books, today=today, **more)


serve_exports(router, RULEBOOK_LIST)


@router.get("/policy/diff")
def diff(request: Request, service: Served, caller: Reading, left: BookId, right: BookId) -> Response:
    """Where two documents answer differently."""
    books = (_book(service, left), _book(service, right))
    found = differences(*books)
    return render(request, "policy/difference.html.j2", caller, left=books[0], right=books[1], found=found)


@router.get("/policy/{book_id}")
def one(request: Request, service: Served, caller: Reading, book_id: str) -> Response:
    """One document: its rules beside the words that they come from, its papers, its assumptions."""
    book = _book(service, book_id)
    others = [other for other in shelf_of(service).books if other.id != book.id]
    today = local_day(service.clock())
    return render(request, "policy/rulebook.html.j2", caller, book=book, others=others, today=today)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """What waits for a document comes first; then the places without one today, and documents that lapse soon."""
    today = local_day(service.clock())
    known = shelf_within(connection, service.settings, today)
    keeps = caller.may(Action.POLICY_WRITE) or caller.may(Action.ACCOUNT_WRITE)
    broken = [_unusable(one) for one in known.unusable] if keeps else []
    if not caller.may(Action.CLAIM_READ):
        return broken
    found = broken + [_waiting(one) for one in waiting_classes(connection, caller)]
    found += [_without(gap) for gap in place_gaps(connection, caller, known, today)]
    return [*found, *(_lapsing(book, today) for book in known.books if book.valid.days_left(today) is not None)]


def _waiting(waiting: WaitingClasses) -> TodoItem:
    """Blocking: no hour of these classes can be judged before somebody sees to the document."""
    some, why = waiting.classes, waiting.headline
    path = class_path(some[0].id) if len(some) == 1 else "/policy#missing"
    named = "、".join(one.name for one in some[:_NAMED]) + (" …" if len(some) > _NAMED else "")
    text = Text(
        f"✗ {why.zh}，{len(some)} 个班期不能判定 · {waiting.place or '（未写地点）'}",
        f"✗ {why.en}: classes that cannot be judged: {len(some)} · {waiting.place or '(no place)'}",
    )
    return TodoItem(3, text, path, Text(named, named), "fail")


def _unusable(one: UnusableRulebook) -> TodoItem:
    text = Text(f"✗ 规则文件不能采用 · {one.name}", f"✗ A rulebook cannot be used · {one.name}")
    return TodoItem(2, text, "/policy#unusable", one.text(), "fail")


def _without(gap: PlaceGap) -> TodoItem:
    text = Text(
        f"! 今天开课的班期不能判定：{gap.headline.zh} · {gap.place}",
        f"! Classes begun today cannot be judged: {gap.headline.en} · {gap.place}",
    )
    return TodoItem(8, text, "/policy#missing", gap.text)


def _lapsing(book: Rulebook, today: date) -> TodoItem:
    return TodoItem(5 if book.valid.last == today else 12, book.valid.banner(today), f"/policy/{book.id}", _named(book))


def _named(book: Rulebook) -> Text:
    return Text(f"{book.number} {book.title.zh}".strip(), book.title.en)


def _book(service: Service, book_id: str) -> Rulebook:
    try:
        return shelf_of(service).book(book_id)
    except InputError as error:
        raise NotFoundError("政策文件", "policy document") from error
