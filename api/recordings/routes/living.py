"""A camera's living picture as fragmented MP4, for a browser's Media Source; it ends soon after the right to it ends."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from api.http.auth import known_caller, needs
from api.http.fields import Id
from api.http.openapi import problems
from api.http.service import Served
from facts.errors import TooManyError, XueshiError
from ingest.cameras.living_stream import LivingStream
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.recordings.living_cameras import LONGEST_BACK_S, keep_preview, living_stream, refuse_unasked_camera
from runtime.recordings.player_clips import epoch_ms

router = APIRouter(prefix="/api/v1/cameras", tags=["cameras"])
_POLL_S, _ASKED_S, _LONGEST_S, _PATIENCE_S = 0.2, 2.5, 3600.0, 60.0
_LIVING, _OF_ONE, _OF_ALL = "living", 16, 150
_COME_AGAIN = timedelta(seconds=15)
_TOLD = "Fragments as they come; X-Begin says when media time 0 was, in milliseconds since 1970."
_ANSWERS: dict[int | str, Any] = {200: {"content": {"video/mp4": {}}, "description": _TOLD}, **problems(403, 404, 429)}


@dataclass(frozen=True, slots=True)
class _Viewer:
    """Who looks at which camera, through which request."""

    request: Request
    service: Service
    caller: Caller
    number: int
    low: bool

    async def still_may(self) -> bool:
        """Whether they are who they were, and the reason that they gave holds for a camera within their reach."""
        del self.request.state.caller
        if await known_caller(self.request) != self.caller:
            return False
        try:
            await run_in_threadpool(refuse_unasked_camera, self.service, self.caller, self.number)
        except XueshiError:
            return False
        return True


class LivingResponse(StreamingResponse):
    """Whoever takes nothing for a minute holds a place that others wait for, and loses it."""

    def __init__(self, viewer: _Viewer, stream: LivingStream) -> None:
        headers = {"x-begin": str(epoch_ms(stream.begin)), "x-accel-buffering": "no"}
        super().__init__(_held(viewer, stream), media_type=stream.codec.media_type, headers=headers)
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; the file is given back however that ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._stream.close()

    async def stream_response(self, send: Send) -> None:
        """As the library has it, each piece within the patience."""

        async def soon(message: Message) -> None:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await send(message)
            except TimeoutError as error:
                raise OSError("nobody takes the stream") from error

        await super().stream_response(soon)


@router.get("/{number}/living", response_class=Response, responses=_ANSWERS)
async def living(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    back_s: Annotated[int, Query(ge=0, le=LONGEST_BACK_S, description="begin so many seconds ago")] = 0,
    low: Annotated[bool, Query(description="small and in H.264, for browsers that cannot play the original")] = False,
) -> Response:
    """What the camera sends now, as the recorder writes it; needs a reason that still holds (看清画面)."""
    limits = service.limiter
    if limits.held(_LIVING, caller.key) >= _OF_ONE or limits.held(_LIVING) >= _OF_ALL:
        raise TooManyError(_COME_AGAIN)
    stream = await run_in_threadpool(living_stream, service, caller, number, back_s, low=low)
    return LivingResponse(_Viewer(request, service, caller, number, low), stream)


async def _held(viewer: _Viewer, stream: LivingStream) -> AsyncIterator[bytes]:
    """One of the places for as long as the stream lasts."""
    with suppress(TooManyError), viewer.service.limiter.hold(_LIVING, viewer.caller.key, _OF_ONE, _OF_ALL):
        async for piece in _pieces(viewer, stream):
            yield piece


async def _pieces(viewer: _Viewer, stream: LivingStream) -> AsyncIterator[bytes]:
    begun = asked = time.monotonic()
    while not (stream.is_over or viewer.service.stopping.is_set() or await viewer.request.is_disconnected()):
        at = time.monotonic()
        if at - begun > _LONGEST_S:
            return
        if at - asked > _ASKED_S:
            asked = at
            if not await viewer.still_may():
                return
            if viewer.low:
                await run_in_threadpool(keep_preview, viewer.service, viewer.number)
        data = await run_in_threadpool(stream.take)
        if data:
            yield data
        else:
            await asyncio.sleep(_POLL_S)
