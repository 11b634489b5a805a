"""疑点 of one class: each with its history, and what the reader may do about one of them or several at once."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import TEXT, Digits, Id, Reason
from api.http.papers import paper_response, written
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from facts.doubt_case import MOST_WORDS, Deed, DoubtEvent
from facts.errors import ConflictError
from facts.refusals import Refusal, RefusalsError, refuse
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.addresses import class_path, doubt_path
from runtime.classes.class_report import class_with_report
from runtime.classes.unmasking import IDENTITY, ask_unmasking, granted, refuse_unasked
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.doubts.class_doubts import ClassDoubt, attached_file, doubts_found
from runtime.doubts.class_steps import MOST_AT_ONCE, class_explanation, record_together
from runtime.doubts.doubt_steps import decision
from runtime.platform.service import Service
from storage.database.accounts.accounts import accounts
from storage.database.connection import reading, writing
from storage.database.tables.verification import CLASS_DOUBTS

router = APIRouter(include_in_schema=False, prefix="/classes/{number}/doubts")
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
Chosen = Annotated[list[Digits] | None, Form(max_length=MOST_AT_ONCE)]
Deciding = Annotated[Caller, needs(Action.DOUBT_DECIDE)]
Looking = Annotated[Caller, needs(Action.IDENTITY_VIEW)]
At = tuple[Request, Service, Caller, int]
_MOST = 2000
NONE_CHOSEN = Refusal("doubts", Text("请先选中疑点", "choose the doubts first"), "none", "at least one doubt")


@router.get("")
def shown(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.VERDICT_READ)], number: Id
) -> Response:
    """The doubts with their clause, their innocent explanations, what became of them, and what it costs to settle them."""
    return _page((request, service, caller, number))


@router.post("/explain")
async def explain(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.DOUBT_EXPLAIN)],
    number: Id,
    doubts: Chosen = None,
    words: Words = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """One text and its files for one doubt, or for several of one kind."""
    sent = [one for one in files or [] if one.filename]
    return await run_in_threadpool(_explain, (request, service, caller, number), _numbers(doubts), words, sent)


@router.post("/accept")
def accept(
    request: Request, service: Served, caller: Deciding, number: Id, doubts: Chosen = None, words: Words = ""
) -> Response:
    """One doubt or several are settled; a second signer who accepts opens one to both again."""
    at = (request, service, caller, number)
    return _act(at, _numbers(doubts), words, lambda: decision(service, caller, Deed.ACCEPT, words))


@router.post("/uphold")
def uphold(
    request: Request, service: Served, caller: Deciding, number: Id, doubts: Chosen = None, words: Words = ""
) -> Response:
    """One doubt stands; where money rests on it another person signs too."""
    at = (request, service, caller, number)
    return _act(at, _numbers(doubts), words, lambda: decision(service, caller, Deed.UPHOLD, words))


@router.post("/look")
def look(service: Served, caller: Looking, number: Id, reason: Annotated[Reason, Form()]) -> Response:
    """Attached papers may show whole numbers: half an hour, for the reason that is logged."""
    with writing(service.engine, "asking for a look") as connection:
        ask_unmasking(service, connection, caller, IDENTITY, class_for(connection, caller, number).id, reason)
    return redirect(f"{class_path(number)}/doubts")


@router.get("/papers/{sha256}")
def paper(
    service: Served, caller: Looking, number: Id, sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
) -> Response:
    """One attached file, from the evidence store."""
    with reading(service.engine, "looking for a reason") as connection:
        class_for(connection, caller, number)
        found = attached_file(service.engine, connection, number, sha256)
        refuse_unasked(service, connection, caller, IDENTITY, number)
    return paper_response(service, found)


def _explain(at: At, numbers: list[int], words: str, files: list[UploadFile]) -> Response:
    _, service, caller, number = at

    def made() -> DoubtEvent:
        check_explanation(words, [attachment_name(one.filename) for one in files])
        with tempfile.TemporaryDirectory() as folder:
            return class_explanation(service, caller, number, numbers, words, written(FilePath(folder), files))

    return _act(at, numbers, words, made)


def _act(at: At, numbers: list[int], words: str, made: Callable[[], DoubtEvent]) -> Response:
    """The step is kept on all of them, or the page says why not and shows again what was given."""
    _, service, caller, number = at
    try:
        refuse([] if numbers else [NONE_CHOSEN])
        kept = record_together(service, caller, number, numbers, made())
    except RefusalsError as refused:
        return _page(at, status=status_of(refused), faults=refused.texts, chosen=numbers, words=words)
    except ConflictError as error:
        said = Text(f"现在不能这样办：{error.got}", error.got)
        return _page(at, status=409, faults=[said], chosen=numbers, words=words)
    return redirect(doubt_path(number, min(one.row.number for one in kept)))


def _numbers(doubts: Sequence[str] | None) -> list[int]:
    return sorted({int(one) for one in doubts or () if one})


def _page(
    at: At, *, status: int = 200, faults: Sequence[Text] = (), chosen: Sequence[int] = (), words: str = ""
) -> Response:
    request, service, caller, number = at
    opened = class_with_report(service, caller, number)
    with reading(service.engine, "reading doubts") as connection:
        found = doubts_found(service.engine, connection, CLASS_DOUBTS.c.class_id == number, limit=_MOST)
        people = {f"account:{one.id}": one.shown for one in accounts(connection)}
        looks = granted(service, connection, caller, IDENTITY, number)
    kinds: dict[str, list[ClassDoubt]] = {}
    for one in sorted((one for one in found if one.row.raised), key=lambda one: one.row.number):
        kinds.setdefault(one.row.kind, []).append(one)
    return render(
        request,
        "doubts/class_doubts.html.j2",
        caller,
        status,
        opened=opened,
        here="/doubts",
        groups=[(some, [one for one in some if one.open_to(caller)]) for some in kinds.values()],
        gone=[one for one in found if not one.row.raised],
        files=any(event.files for one in found for event in one.case.events),
        people=people,
        looks=looks,
        may_explain=caller.may(Action.DOUBT_EXPLAIN),
        may_look=caller.may(Action.IDENTITY_VIEW),
        faults=faults,
        chosen=chosen,
        words=words,
    )
