"""复核: the page on which a person marks who is there, and the tasks that wait for her."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Connection

from api.http.auth import needs
from api.http.discovery import TodoItem
from api.http.fields import TEXT, Id, Reason
from api.http.papers import paper_response, written
from api.http.problem import status_of
from api.http.render import redirect, render
from api.http.service import Served
from api.reviews.schemas import sheet_shape
from facts.errors import NotFoundError
from facts.refusals import RefusalsError
from facts.review_reply import MOST_REPLY_CHARS
from facts.span import local_day
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, Action, Role
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for, reached
from runtime.classes.addresses import review_path
from runtime.classes.unmasking import FACE, IDENTITY, ask_unmasking, refuse_unasked
from runtime.doubts.attachments import attachment_name, check_explanation
from runtime.platform.service import Service
from runtime.reviews.register import pending_of, waiting_for
from runtime.reviews.replies import answer_paper, answered, reply_refusals
from runtime.reviews.review_steps import opened
from runtime.reviews.sheet_frames import frames_shown
from runtime.reviews.worklist import HourPlace, hour_places
from storage.database.accounts.accounts import accounts
from storage.database.classes.unmasking import granted
from storage.database.connection import reading, writing
from storage.database.verification.review_replies import reviews_to_decide_again, unanswered_failures
from storage.database.verification.reviews import ReviewRow, unanswered_marks

router = APIRouter(include_in_schema=False)
_TOLD = 6


_HOUR = "/classes/{number}/hours/{index}/review"
Place = Annotated[int, Path(ge=0, lt=10_000)]
Looking = Annotated[Caller, needs(Action.IDENTITY_VIEW)]
At = tuple[Request, Service, Caller, int, int]


@router.get(_HOUR)
def review(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.HOUR_REVIEW)], number: Id, index: Place
) -> Response:
    """One class hour: the frames, the machine's boxes, and what has been said of it so far."""
    return _page((request, service, caller, number, index))


@router.post(f"{_HOUR}/reply")
async def reply(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.DOUBT_EXPLAIN)],
    number: Id,
    index: Place,
    words: Annotated[str, Form(max_length=MOST_REPLY_CHARS, pattern=TEXT)] = "",
    files: Annotated[list[UploadFile] | None, File()] = None,
) -> Response:
    """The institution answers a failure by review, in words and with papers."""
    sent = [one for one in files or [] if one.filename]
    return await run_in_threadpool(_reply, (request, service, caller, number, index), words, sent)


@router.post(f"{_HOUR}/look")
def look(service: Served, caller: Looking, number: Id, index: Place, reason: Annotated[Reason, Form()]) -> Response:
    """The answer's papers may show whole numbers: half an hour, for the reason that is logged."""
    with writing(service.engine, "asking for a look") as connection:
        ask_unmasking(service, connection, caller, IDENTITY, class_for(connection, caller, number).id, reason)
    return redirect(review_path(number, index))


@router.get(f"{_HOUR}/papers/{{sha256}}")
def paper(
    service: Served,
    caller: Looking,
    number: Id,
    index: Place,
    sha256: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")],
) -> Response:
    """One paper of the institution's answer, from the evidence store."""
    found = answer_paper(service, caller, number, index, sha256)
    if found is None:
        raise NotFoundError("附件", "attached file")
    with reading(service.engine, "looking for a reason") as connection:
        refuse_unasked(service, connection, caller, IDENTITY, number)
    return paper_response(service, found)


def _reply(at: At, words: str, files: list[UploadFile]) -> Response:
    _, service, caller, number, index = at
    try:
        check_explanation(words, [attachment_name(one.filename) for one in files])
        with tempfile.TemporaryDirectory() as folder:
            answered(service, caller, number, index, words, written(FilePath(folder), files))
    except RefusalsError as refused:
        return _page(at, status_of(refused), refused.texts, words)
    return redirect(review_path(number, index))


def _page(at: At, status: int = 200, faults: Sequence[Text] = (), words: str = "") -> Response:
    request, service, caller, number, index = at
    desk = opened(service, caller, number, index)
    with reading(service.engine, "reading names") as connection:
        grant = granted(connection, caller.key, FACE, f"class:{number}", service.clock())
        papers = granted(connection, caller.key, IDENTITY, f"class:{number}", service.clock())
        names = {f"account:{one.id}": one.shown for one in accounts(connection)}
    shape = sheet_shape(desk, frames_shown(desk), caller)
    mine = pending_of(desk.waiting, caller) if desk.waiting else None
    more: dict[str, Any] = {
        "desk": desk,
        "shape": shape,
        "names": names,
        "until": grant.ends_at if grant else None,
        "base": f"/api/v1/classes/{number}/hours/{index}/review",
        "here": review_path(number, index),
        "pending": mine,
        "mine": [len(frame.heads) for frame in mine.frames] if mine else [],
        "data": json.loads(shape.model_dump_json()),
        "may_reply": not reply_refusals(desk.failure, desk.case, caller, service.clock()),
        "over": desk.failure is not None and desk.failure.answer is None and service.clock() > desk.failure.until,
        "papers": papers is not None,
        "faults": faults,
        "words": words,
    }
    return render(request, "reviews/review.html.j2", caller, status, **more)


def tasks(service: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """The reviews whose turn is this person's, and hours that an institution marked and nobody has looked at since."""
    within = reached(caller)
    if caller.role is Role.CLERK:
        return _failures(connection, within, service)
    if caller.role not in OF_AREA:
        return ()
    mine, marked = waiting_for(connection, caller), unanswered_marks(connection, within, _TOLD)
    answered_ones = reviews_to_decide_again(connection, caller.key, _TOLD)
    places = hour_places(connection, within, (*mine, *marked, *answered_ones))
    return [
        *_items(mine, places, 8, Text("○ 等您作第二人复核", "○ Your second look is awaited")),
        *_items(
            answered_ones, places, 9, Text("○ 机构已答复，请您重新复核", "○ The institution answered: review it again")
        ),
        *_items(marked, places, 35, Text("○ 机构已自标，待复核", "○ Marked by the institution, to be reviewed")),
    ]


def _failures(connection: Connection, within: ColumnElement[bool], service: Service) -> Sequence[TodoItem]:
    """Failures by review that the institution may still answer, the nearest end of a term first."""
    found = unanswered_failures(connection, within, service.clock(), _TOLD)
    places = hour_places(connection, within, found)
    items = []
    for row in found:
        if (place := places.get(row.id)) and row.answer_until:
            last = local_day(row.answer_until)
            text = Text(
                f"✗ 复核认定不达标，{last} 前可以答复 · {place.label}",
                f"✗ Failed by review; answer by {last} · {place.label}",
            )
            items.append(TodoItem(7, text, f"{place.path}#reply", Text(place.institution, place.institution)))
    return items


def _items(rows: Iterable[ReviewRow], places: Mapping[int, HourPlace], order: int, what: Text) -> Iterator[TodoItem]:
    for row in rows:
        if place := places.get(row.id):
            text = Text(f"{what.zh} · {place.label}", f"{what.en} · {place.label}")
            yield TodoItem(order, text, place.path, Text(place.institution, place.institution))
