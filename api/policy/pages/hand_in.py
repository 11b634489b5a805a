"""提交规则文件: an authority's own rulebook, linted before it is kept, in effect once another person has signed it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from api.http.auth import needs
from api.http.discovery import TodoItem
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import Fault, FaultsError, InputError
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from policy.diff import differences
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.register import RulebookDraftText, hand_in, handed, handed_lines, sign, unsigned_for
from runtime.policy.shelf import handed_book, read_handed, shelf_of
from storage.database.connection import reading

router = APIRouter(include_in_schema=False)
Writing = Annotated[Caller, needs(Action.POLICY_WRITE)]
_MOST_NAME_CHARS = 100


@router.get("/policy-hand-in")
def blank(request: Request, service: Served, caller: Writing) -> Response:
    """An empty form."""
    return _form(request, service, caller)


@router.post("/policy-hand-in")
async def take_in(request: Request, service: Served, caller: Writing) -> Response:
    """Kept and shown, or every fault in a table."""
    async with request.form(max_files=1, max_fields=4) as sent:
        file, effective = sent.get("file"), str(sent.get("effective") or "")
        named = file.filename if isinstance(file, UploadFile) else ""
        data = await file.read() if isinstance(file, UploadFile) else b""
    return await run_in_threadpool(_take_in, request, service, caller, named or "", data, effective)


@router.get("/policy-handed/{number}")
def one(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.POLICY_READ)], number: Id
) -> Response:
    """One version: who handed it in and signed it, what it changes, and all its rules."""
    with reading(service.engine, "reading a rulebook") as connection:
        row = handed(connection, number)
        signs = caller.may(Action.POLICY_WRITE) and row in unsigned_for(service, connection, caller)
    line = next(one for one in handed_lines(service) if one.row.id == number)
    book, known = read_handed(row), shelf_of(service)
    if book is None:
        raise InputError(
            f"{row.book_id} {row.version}: got a rulebook that cannot be read, expected one; hand it in anew"
        )
    before = next((one for one in known.books if one.id == book.id and one.sha256 != book.sha256), None)
    changed = differences(before, book) if before else ()
    today = local_day(service.clock())
    more: dict[str, Any] = {"line": line, "book": book, "before": before, "changed": changed, "signs": signs}
    return render(request, "policy/handed.html.j2", caller, today=today, **more)


@router.post("/policy-handed/{number}/sign")
def signed(service: Served, caller: Writing, number: Id) -> Response:
    """The second signature."""
    sign(service, caller, number)
    return redirect(f"/policy-handed/{number}")


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Versions that wait for this person's signature."""
    if not caller.may(Action.POLICY_WRITE):
        return ()
    return [
        TodoItem(
            9,
            Text(
                f"○ 规则文件待复签 · {row.book_id} 第 {row.version} 版",
                f"○ Rulebook to sign · {row.book_id} {row.version}",
            ),
            f"/policy-handed/{row.id}",
            handed_book(row).title,
        )
        for row in unsigned_for(service, connection, caller)
    ]


def _take_in(request: Request, service: Service, caller: Caller, named: str, data: bytes, effective: str) -> Response:
    name = (
        "".join(sign for sign in named.rpartition("/")[2] if sign.isprintable())[-_MOST_NAME_CHARS:] or "rulebook.toml"
    )
    try:
        draft = RulebookDraftText(name, _text(name, data), _day(effective))
        row = hand_in(service, caller, draft)
    except FaultsError as error:
        return _form(request, service, caller, error.faults, effective)
    return redirect(f"/policy-handed/{row.id}")


def _form(
    request: Request, service: Service, caller: Caller, faults: Sequence[Fault] = (), effective: str = ""
) -> Response:
    today = local_day(service.clock()).isoformat()
    status = 422 if faults else 200
    return render(
        request, "policy/hand_in.html.j2", caller, status, faults=faults, today=today, effective=effective or today
    )


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FaultsError([Fault(name, "bytes that are no UTF-8", "a TOML file in UTF-8")]) from error


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise FaultsError([Fault("effective", text[:20] or "nothing", "a day such as 2027-01-01")]) from error
