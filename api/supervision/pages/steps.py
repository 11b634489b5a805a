"""Each further step of a record in the console: the second name, the institution's answer, its end, who complained."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, TEXT, Id
from api.http.problem import status_of
from api.http.render import redirect
from api.http.service import Served
from api.supervision.pages.measures import measure_page
from facts.refusals import RefusalsError
from facts.supervision import MOST_WORDS, MeasureDeed
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.supervision.measures import step_of, stepped
from runtime.supervision.unmasking import shown_reporter
from storage.database.connection import writing

router = APIRouter(include_in_schema=False, prefix="/supervision/{number}")
Writing = Annotated[Caller, needs(Action.SUPERVISION_WRITE)]
Words = Annotated[str, Form(max_length=MOST_WORDS, pattern=TEXT)]
At = tuple[Request, Service, Caller, int]
_LEAST_REASON = 4


@router.post("/sign")
def sign(request: Request, service: Served, caller: Writing, number: Id, words: Words = "") -> Response:
    """The second name under what somebody else proposed."""
    return _step((request, service, caller, number), MeasureDeed.SIGN, words)


@router.post("/object")
def disagree(request: Request, service: Served, caller: Writing, number: Id, words: Words = "") -> Response:
    """The second person differs."""
    return _step((request, service, caller, number), MeasureDeed.OBJECT, words)


@router.post("/answer")
def answer(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.SUPERVISION_ANSWER)],
    number: Id,
    words: Words = "",
) -> Response:
    """What the institution answers."""
    return _step((request, service, caller, number), MeasureDeed.ANSWER, words)


@router.post("/close")
def close(
    request: Request,
    service: Served,
    caller: Writing,
    number: Id,
    words: Words = "",
    day: Annotated[str, Form(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")] = "",
) -> Response:
    """It ends with that day."""
    at = (request, service, caller, number)
    try:
        ends = date.fromisoformat(day) if day else None
    except ValueError:
        return measure_page(*at, status=422, faults=[Text("办结日不是日期", "the last day is no date")], given=words)
    return _step(at, MeasureDeed.CLOSE, words, ends)


@router.post("/lift")
def lift(request: Request, service: Served, caller: Writing, number: Id, words: Words = "") -> Response:
    """It is taken back."""
    return _step((request, service, caller, number), MeasureDeed.LIFT, words)


@router.post("/reporter")
def reporter(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.REPORTER_VIEW)],
    number: Id,
    reason: Annotated[str, Form(max_length=300, pattern=NO_CONTROLS)] = "",
) -> Response:
    """Who complained, shown once, for a reason that the log keeps."""
    if len(reason.strip()) < _LEAST_REASON:
        fault = Text("查看举报人须写明理由（至少四个字）", "say why you must know who complained")
        return measure_page(request, service, caller, number, status=422, faults=[fault])
    with writing(service.engine, "showing who complained") as connection:
        found = shown_reporter(service, connection, caller, number, reason.strip())
    return measure_page(request, service, caller, number, reporter=found)


def _step(at: At, deed: MeasureDeed, words: str, day: date | None = None) -> Response:
    request, service, caller, number = at
    try:
        with writing(service.engine, "a step of supervision") as connection:
            stepped(service, connection, caller, number, step_of(service, caller, deed, words, day))
    except RefusalsError as refused:
        return measure_page(
            request, service, caller, number, status=status_of(refused), faults=refused.texts, given=words
        )
    return redirect(f"/supervision/{number}")
