"""政策库: each document with its rules, the clause's own words beside them, and where two documents differ."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import NO_CONTROLS
from api.http.render import render
from api.http.service import Served
from facts.errors import InputError, NotFoundError
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from policy.diff import differences
from policy.rulebook import Rulebook
from policy.shelf import packaged
from runtime.accounts.caller import Caller
from runtime.platform.service import Service

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(70, Text("政策库", "Policies"), "/policy", Action.POLICY_READ)
Reading = Annotated[Caller, needs(Action.POLICY_READ)]
BookId = Annotated[str, Query(max_length=100, pattern=NO_CONTROLS)]
_SOON = timedelta(days=60)


@router.get("/policy")
def shelf(request: Request, service: Served, caller: Reading) -> Response:
    """Every document, those that lapse today named first."""
    today = local_day(service.clock())
    books = packaged().books
    lapsing = [book for book in books if book.valid.last == today]
    return render(request, "policy/rulebooks.html.j2", caller, books=books, today=today, lapsing=lapsing)


@router.get("/policy/diff")
def diff(request: Request, caller: Reading, left: BookId, right: BookId) -> Response:
    """Where two documents answer differently."""
    books = (_book(left), _book(right))
    found = differences(*books)
    return render(request, "policy/difference.html.j2", caller, left=books[0], right=books[1], found=found)


@router.get("/policy/{book_id}")
def one(request: Request, service: Served, caller: Reading, book_id: str) -> Response:
    """One document: its rules beside the words that they come from, its papers, its assumptions."""
    book = _book(book_id)
    others = [other for other in packaged().books if other.id != book.id]
    today = local_day(service.clock())
    return render(request, "policy/rulebook.html.j2", caller, book=book, others=others, today=today)


def tasks(service: Service, caller: Caller, _: Connection) -> Sequence[TodoItem]:
    """Documents that lapse today or soon: claims under them hurry."""
    today = local_day(service.clock())
    if not caller.may(Action.CLAIM_READ):
        return ()
    soon = [book for book in packaged().books if book.valid.last and today <= book.valid.last <= today + _SOON]
    return [
        TodoItem(5 if book.valid.last == today else 60, book.valid.banner(today), f"/policy/{book.id}", _named(book))
        for book in soon
    ]


def _named(book: Rulebook) -> Text:
    return Text(f"{book.number} {book.title.zh}".strip(), book.title.en)


def _book(book_id: str) -> Rulebook:
    try:
        return packaged().book(book_id)
    except InputError as error:
        raise NotFoundError("政策文件", "policy document") from error
