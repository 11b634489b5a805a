"""API keys of other systems: shown once, kept as digests, within one institution or one area."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.accounts.schemas import KeyShape, MadeKey, NewKey, key_shape
from api.http.auth import needs
from api.http.fields import Done, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts.api_keys import add_key, end_key
from runtime.accounts.caller import Caller
from runtime.accounts.key_list import KEY_LIST
from storage.database.accounts import tokens
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.accounts import API_KEYS

router = APIRouter(prefix="/api/v1/keys", tags=["keys"])


@router.get("")
def listed(
    service: Served,
    caller: Annotated[Caller, needs(Action.KEY_READ)],
    institution_id: IdFilter = None,
    name: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(KEY_LIST.plan, paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[KeyShape]:
    """The keys, in the order in which they were made."""
    where = matching((API_KEYS.c.institution_id, institution_id), (API_KEYS.c.name, name))
    with reading(service.engine, "listing keys") as connection:
        within = KEY_LIST.within(caller, query)
        asked, order = asked_rows(connection, query, API_KEYS, cursor, *within)
        found = tokens.keys(connection, *within, *asked, *where, limit=limit + 1, order=order)
    return page(found, limit, key_shape, lambda one: one.id)


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
        made, secret = add_key(service, connection, caller, sent.wanted)
        return MadeKey(**key_shape(made).model_dump(), secret=secret)

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
