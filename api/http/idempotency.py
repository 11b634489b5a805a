"""Writes that happen once, however often they are sent: the Idempotency-Key and the answer are kept with the write."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Annotated

from fastapi import Header, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.problem import ProblemError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database import idempotency
from storage.database.connection import reading, writing

KEPT = timedelta(days=2)
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,128}$",
        description="send the same key again after a lost answer: the write happens once",
    ),
]
Work = Callable[[Connection], BaseModel]


def once(
    request: Request,
    service: Service,
    caller: Caller,
    key: str | None,
    sent: BaseModel | None,
    work: Work,
    status: int = 201,
    hide: str = "",
) -> Response:
    """Does the work and keeps its answer under the key, in one transaction; a repetition gets the answer that was kept.

    ``hide`` names a field that is shown once and kept nowhere: a repetition finds it empty.
    """
    asked = _asked(request, sent)
    at = service.clock()
    try:
        with writing(service.engine, f"{request.method} {request.url.path}") as connection:
            if key:
                idempotency.sweep(connection, at - KEPT)
                idempotency.reserve(connection, caller.key, key, asked, at)
            made = work(connection)
            if key:
                kept = made.model_copy(update={hide: ""}) if hide else made
                idempotency.keep_answer(connection, caller.key, key, status, kept.model_dump_json())
    except idempotency.UsedKeyError as taken:
        return _again(taken.kept, asked)
    return Response(made.model_dump_json(), status, media_type="application/json")


def answered(
    request: Request, service: Service, caller: Caller, key: str | None, sent: BaseModel | None
) -> Response | None:
    """The answer that is kept already, asked for before a step that cannot be part of one transaction."""
    if not key:
        return None
    with reading(service.engine, "looking for an answer") as connection:
        kept = idempotency.recorded_answer(connection, caller.key, key)
    return _again(kept, _asked(request, sent)) if kept else None


def _asked(request: Request, sent: BaseModel | None) -> str:
    body = sent.model_dump_json() if sent else ""
    return sha256(f"{request.method} {request.url.path}\n{body}".encode()).hexdigest()


def _again(kept: idempotency.RecordedAnswer, asked: str) -> Response:
    if kept.request_sha256 != asked:
        raise ProblemError(
            409,
            "KEY_REUSED",
            Text("此 Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request"),
            expected="a new key for a new request",
        )
    headers = {"idempotency-replayed": "true"}
    return Response(kept.body, kept.status, headers, media_type=JSONResponse.media_type)
