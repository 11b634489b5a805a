"""API keys of other systems: shown once, kept as digests, within one institution or one area."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Done, Filter, Id, IdFilter, Line
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.problem import invalid
from api.http.service import Served
from facts.errors import Fault, NotFoundError
from pipeline.accounts.rights import Action, DataScope, Role, scope_fault
from runtime.accounts.caller import Caller
from runtime.accounts.names import area_fault
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, tokens
from storage.database.connection import reading
from storage.database.tables.accounts import API_KEYS
from storage.evidence_log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/keys", tags=["keys"])
MARK = "xsk_"


class KeyShape(BaseModel):
    """A key, without its secret."""

    id: int
    name: str
    institution_id: int | None
    area: str | None
    made_at: datetime
    ended_at: datetime | None


class NewKey(BaseModel, extra="forbid"):
    """Which system, and whose data it reaches."""

    name: str = Field(min_length=2, max_length=64, pattern=NO_CONTROLS)
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None


class MadeKey(KeyShape):
    """The key with its secret, which is shown this once."""

    secret: str


@router.get("")
def listed(
    service: Served,
    _: Annotated[Caller, needs(Action.KEY_READ)],
    institution_id: IdFilter = None,
    name: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[KeyShape]:
    """The keys, in the order in which they were made."""
    where = matching((API_KEYS.c.institution_id, institution_id), (API_KEYS.c.name, name))
    with reading(service.engine, "listing keys") as connection:
        found = tokens.keys(connection, *after_cursor(API_KEYS, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.post("", status_code=201, response_model=MadeKey)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.KEY_WRITE)],
    sent: NewKey,
    key: IdempotencyKey = None,
) -> Response:
    """A new key; its secret is in this answer and nowhere else."""

    def work(connection: Connection) -> MadeKey:
        made, secret = add_key(service, connection, caller, sent)
        return MadeKey(**shape(made).model_dump(), secret=secret)

    return run_once(request, service, caller, key, sent, work, hide="secret")


@router.delete("/{number}", response_model=Done)
def end(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.KEY_WRITE)],
    number: Id,
) -> Response:
    """The key opens nothing any more."""

    def work(connection: Connection) -> Done:
        end_key(service, connection, caller, number)
        return Done()

    return run_once(request, service, caller, None, None, work, 200)


def add_key(service: Service, connection: Connection, caller: Caller, sent: NewKey) -> tuple[tokens.ApiKey, str]:
    """The key and its secret, which is kept nowhere."""
    scope = DataScope(sent.institution_id, sent.area)
    if fault := scope_fault(Role.SYSTEM, scope) or area_fault(sent.area):
        raise invalid(Fault("body", f"institution {sent.institution_id}, area {sent.area}", fault))
    if sent.institution_id and accounts.institution(connection, sent.institution_id) is None:
        raise invalid(Fault("body.institution_id", str(sent.institution_id), "an institution that is there"))
    secret, reach = MARK + secrets.token_urlsafe(32), (sent.institution_id, sent.area)
    made = tokens.add_key(connection, sent.name, secret, reach, caller.account_id or 0, service.clock())
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"key:{made.id} made", sent.model_dump())
    return made, secret


def end_key(service: Service, connection: Connection, caller: Caller, number: int) -> None:
    """It opens nothing any more."""
    if not tokens.end_key(connection, number, service.clock()):
        raise NotFoundError("密钥", "key")
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"key:{number} ended", {})


def shape(one: tokens.ApiKey) -> KeyShape:
    """The key as the API shows it."""
    return KeyShape(
        id=one.id,
        name=one.name,
        institution_id=one.institution_id,
        area=one.area,
        made_at=one.made_at,
        ended_at=one.ended_at,
    )
