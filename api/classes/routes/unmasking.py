"""Asking to see faces or whole ID numbers of one class, with the reason."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.fields import Filter, Id, Reason
from api.http.idempotency import IdempotencyKey, run_once
from api.http.pagination import Cursor, Limit, Page, after_cursor, matching, page
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import FACE, IDENTITY, ask_unmasking
from runtime.platform.service import Service
from storage.database.classes.unmasking import ViewGrant, view_grants
from storage.database.connection import reading
from storage.database.tables.accounts import VIEW_GRANTS

router = APIRouter(prefix="/api/v1", tags=["looks"])


class Why(BaseModel, extra="forbid"):
    """Why somebody has to see it; kept, and its digest logged."""

    reason: Reason


class LookShape(BaseModel):
    """One look: who, at what, why, and until when."""

    id: int
    caller: str
    kind: str
    subject: str
    reason: str
    at: datetime
    ends_at: datetime


@router.post("/classes/{number}/looks/face", status_code=201, response_model=LookShape)
def faces(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.FACE_VIEW)],
    number: Id,
    sent: Why,
    key: IdempotencyKey = None,
) -> Response:
    """Half an hour in which recordings and pictures of the class may be seen as they are."""
    return _asked((request, service, caller), FACE, number, sent, key)


@router.post("/classes/{number}/looks/identity", status_code=201, response_model=LookShape)
def identities(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.IDENTITY_VIEW)],
    number: Id,
    sent: Why,
    key: IdempotencyKey = None,
) -> Response:
    """Half an hour in which the roster's numbers may be seen whole."""
    return _asked((request, service, caller), IDENTITY, number, sent, key)


@router.get("/looks")
def listed(
    service: Served,
    _: Annotated[Caller, needs(Action.AUDIT_READ)],
    who: Filter = None,
    kind: Filter = None,
    subject: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LookShape]:
    """Every look that was asked for, for the auditor."""
    own = VIEW_GRANTS.c
    where = matching((own.caller, who), (own.kind, kind), (own.subject, subject))
    with reading(service.engine, "listing looks") as connection:
        found = view_grants(connection, *after_cursor(VIEW_GRANTS, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


def shape(found: ViewGrant) -> LookShape:
    """The look as the API shows it."""
    return LookShape(
        id=found.id,
        caller=found.caller,
        kind=found.kind,
        subject=found.subject,
        reason=found.reason,
        at=found.at,
        ends_at=found.ends_at,
    )


def _asked(asking: tuple[Request, Service, Caller], kind: str, number: int, sent: Why, key: IdempotencyKey) -> Response:
    request, service, caller = asking

    def work(connection: Connection) -> LookShape:
        class_for(connection, caller, number)
        return shape(ask_unmasking(service, connection, caller, kind, number, sent.reason))

    return run_once(request, service, caller, key, sent, work)
