"""Accounts: the system administrator makes them, the security administrator grants what they may do."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.accounts.schemas import AccountShape, Grant, account_shape
from api.http.auth import needs
from api.http.fields import NO_CONTROLS, Done, Filter, Id, IdFilter
from api.http.idempotency import IdempotencyKey, run_once
from api.http.lists import asked_rows, list_query
from api.http.pagination import Cursor, Limit, Page, matching, page
from api.http.service import Served
from pipeline.accounts.rights import Action, Role
from runtime.accounts.account_list import ACCOUNT_LIST
from runtime.accounts.administration import (
    add_person,
    end_sessions,
    grant_role,
    new_link,
    shut_account,
    unlock_account,
)
from runtime.accounts.caller import Caller
from storage.database.accounts import accounts
from storage.database.connection import reading
from storage.database.lists import ListQuery
from storage.database.tables.accounts import ACCOUNTS

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"])


class NewAccount(BaseModel, extra="forbid"):
    """A person to be."""

    name: str = Field(max_length=64)
    shown: str = Field("", max_length=64, pattern=NO_CONTROLS)


class MadeAccount(AccountShape):
    """The account and the link, shown this once, by which its owner chooses a password."""

    password_link: str


class Shut(BaseModel, extra="forbid"):
    """Whether the account is shut."""

    disabled: bool


@router.get("")
def listed(
    service: Served,
    _: Annotated[Caller, needs(Action.ACCOUNT_READ)],
    role: Role | None = None,
    institution_id: IdFilter = None,
    name: Filter = None,
    *,
    query: Annotated[ListQuery, Depends(list_query(ACCOUNT_LIST.plan, but=("role", "state"), paged=False))],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AccountShape]:
    """The accounts, in the order in which they were made."""
    own = ACCOUNTS.c
    where = matching((own.role, role), (own.institution_id, institution_id), (own.name, name))
    with reading(service.engine, "listing accounts") as connection:
        asked, order = asked_rows(connection, query, ACCOUNTS, cursor)
        found = accounts.accounts(connection, *asked, *where, limit=limit + 1, order=order)
    return page(found, limit, account_shape, lambda one: one.id)


@router.post("", status_code=201, response_model=MadeAccount)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ACCOUNT_WRITE)],
    sent: NewAccount,
    key: IdempotencyKey = None,
) -> Response:
    """A person without a role; the link to choose a password is shown this once."""

    def work(connection: Connection) -> MadeAccount:
        made, address = add_person(service, connection, caller, sent.name, sent.shown)
        return MadeAccount(**account_shape(made).model_dump(), password_link=address)

    return run_once(request, service, caller, key, sent, work, hide="password_link")


@router.post("/{number}/link", status_code=201, response_model=MadeAccount)
def link(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ACCOUNT_WRITE)],
    number: Id,
    key: IdempotencyKey = None,
) -> Response:
    """A new link for somebody who forgot the password; earlier links are void."""

    def work(connection: Connection) -> MadeAccount:
        found, address = new_link(service, connection, caller, number)
        return MadeAccount(**account_shape(found).model_dump(), password_link=address)

    return run_once(request, service, caller, key, None, work, hide="password_link")


@router.put("/{number}/disabled", response_model=AccountShape)
def shut(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ACCOUNT_WRITE)],
    number: Id,
    sent: Shut,
    key: IdempotencyKey = None,
) -> Response:
    """Shuts the account and ends its sessions, or opens it again; nobody shuts their own."""

    def work(connection: Connection) -> AccountShape:
        return account_shape(shut_account(service, connection, caller, number, shut=sent.disabled))

    return run_once(request, service, caller, key, sent, work, 200)


@router.put("/{number}/grant", response_model=AccountShape)
def grant(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ROLE_GRANT)],
    number: Id,
    sent: Grant,
    key: IdempotencyKey = None,
) -> Response:
    """The role and its reach, in place of those before; sessions end, so that nobody keeps an old right."""

    def work(connection: Connection) -> AccountShape:
        return account_shape(grant_role(service, connection, caller, number, sent.wanted))

    return run_once(request, service, caller, key, sent, work, 200)


@router.post("/{number}/unlock", response_model=Done)
def unlock(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ACCOUNT_UNLOCK)],
    number: Id,
    key: IdempotencyKey = None,
) -> Response:
    """Forgets the failed attempts of the account's name."""

    def work(connection: Connection) -> Done:
        unlock_account(connection, number)
        return Done()

    return run_once(request, service, caller, key, None, work, 200)


@router.delete("/{number}/sessions", response_model=Done)
def sign_out_everywhere(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.ACCOUNT_UNLOCK)], number: Id
) -> Response:
    """Ends every session of somebody."""

    def work(connection: Connection) -> Done:
        end_sessions(connection, number)
        return Done()

    return run_once(request, service, caller, None, None, work, 200)
