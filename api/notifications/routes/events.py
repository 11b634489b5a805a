"""What happened, live: server-sent events that resume where the listener left off, or the same as a list."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import BaseModel

from api.http.auth import known_caller, needs
from api.http.fields import IdFilter
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from facts.errors import TooManyError
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.notifications.events import Event, EventKind, events
from storage.database.tables.notifications import EVENTS

router = APIRouter(prefix="/api/v1/events", tags=["events"])
STREAM = "text/event-stream"
_POLL_S, _BEAT_S, _LONGEST_S = 0.7, 15.0, 3600.0
_ASKED_EVERY = 4  # looks: a listener who signed out hears nothing more after some three seconds
_AT_ONCE = 100
_STREAMS, _OF_ONE, _OF_ALL = "stream", 10, 300  # each asks the database every moment


class EventShape(BaseModel):
    """One thing that happened to a class, to a claim for it, or to a camera (then of no class); ``data`` is what a webhook is sent."""

    id: int
    kind: EventKind
    class_id: int | None
    at: datetime
    data: dict[str, Any]


@router.get(
    "",
    response_model=Page[EventShape],
    responses={200: {"content": {STREAM: {"schema": {"type": "string"}}}, "description": "A page, or a stream."}},
)
async def happened(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.EVENT_READ)],
    kind: EventKind | None = None,
    class_id: IdFilter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,15}$")] = None,
    from_now: Annotated[bool, Query(description="a stream only of what happens from now on")] = False,
) -> Response:
    """A page as JSON; with ``Accept: text/event-stream`` a stream that resumes after ``Last-Event-ID``."""
    where = matching((EVENTS.c.kind, kind), (EVENTS.c.class_id, class_id))
    if STREAM not in request.headers.get("accept", ""):
        found = await run_in_threadpool(_read, service, caller, [*after_cursor(EVENTS, cursor), *where], limit + 1)
        return JSONResponse(page(found, limit, shape, lambda one: one.id).model_dump(mode="json"))
    limits = service.limiter
    if limits.held(_STREAMS, caller.key) >= _OF_ONE or limits.held(_STREAMS) >= _OF_ALL:
        raise TooManyError(timedelta(seconds=_BEAT_S))
    begin = last_event_id or cursor or ("" if from_now else "0")
    stream = _stream(request, service, caller, where, begin)
    return StreamingResponse(stream, media_type=STREAM, headers={"x-accel-buffering": "no"})


def shape(found: Event) -> EventShape:
    """The event as the API shows it."""
    return EventShape.model_validate(
        {
            "id": found.id,
            "kind": found.kind,
            "class_id": found.class_id,
            "at": found.at,
            "data": json.loads(found.body),
        }
    )


def _read(service: Service, caller: Caller, where: list[Any], limit: int) -> tuple[Event, ...]:
    with reading(service.engine, "listing events") as connection:
        return events(connection, reached(caller, EVENTS), *where, limit=limit)


async def _stream(
    request: Request, service: Service, caller: Caller, where: list[Any], begin: str
) -> AsyncIterator[str]:
    """Events as they come; a listener whose session, account, key or right ended hears nothing more, busy or not."""
    with suppress(TooManyError), service.limiter.hold(_STREAMS, caller.key, _OF_ONE, _OF_ALL):
        async for piece in _pieces(request, service, caller, where, begin):
            yield piece


async def _pieces(
    request: Request, service: Service, caller: Caller, where: list[Any], begin: str
) -> AsyncIterator[str]:
    last = int(begin) if begin else await run_in_threadpool(_newest, service)
    quiet_s, looks = 0.0, 0
    yield f"retry: 3000\nid: {last}\n\n"
    while looks * _POLL_S < _LONGEST_S and not service.stopping.is_set() and not await request.is_disconnected():
        looks += 1
        if looks % _ASKED_EVERY == 0 and not await _still(request, caller):
            return
        found = await run_in_threadpool(_read, service, caller, [EVENTS.c.id > last, *where], _AT_ONCE)
        for one in found:
            last = one.id
            yield f"id: {one.id}\nevent: {one.kind}\ndata: {shape(one).model_dump_json()}\n\n"
        if len(found) == _AT_ONCE:
            continue
        await asyncio.sleep(_POLL_S)
        quiet_s = 0.0 if found else quiet_s + _POLL_S
        if quiet_s >= _BEAT_S:
            quiet_s = 0.0
            yield ": still here\n\n"


async def _still(request: Request, caller: Caller) -> bool:
    """Whether the listener is who they were, with the same right to the same data."""
    del request.state.caller
    return await known_caller(request) == caller


def _newest(service: Service) -> int:
    with reading(service.engine, "reading the newest event") as connection:
        newest = connection.execute(EVENTS.select().order_by(EVENTS.c.id.desc()).limit(1)).first()
    return int(newest.id) if newest else 0
