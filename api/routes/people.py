"""Accounts: the system administrator makes them, the security administrator grants what they may do."""

import secrets
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.caller import Caller, needs
from api.lists import Cursor, Limit, Page, after, matching, page
from api.names import name_fault
from api.noted import note
from api.once import IdempotencyKey, once
from api.problem import conflict, invalid, not_found
from api.service import Served, Service
from api.shapes import NO_CONTROLS, Filter, Id, IdFilter, Line
from facts.errors import Fault
from pipeline.rights import OF_AREA, OF_INSTITUTION, Action, Role, Scope, scope_fault
from storage.database import accounts, attempts, sessions, tokens
from storage.database.opening import reading
from storage.database.tables.accounts import ACCOUNTS
from storage.database.tokens import Purpose
from storage.log.leaf import LeafKind

router = APIRouter(prefix="/api/v1/accounts", tags=["accounts"])
AREA_ENDS = ("省", "市", "县", "区", "州", "盟", "旗")  # so that one place's name never begins another's


class AccountShape(BaseModel):
    """One person who may sign in."""

    id: int
    name: str
    shown: str
    role: Role | None
    institution_id: int | None
    area: str | None
    made_at: datetime
    disabled_at: datetime | None
    has_password: bool


class NewAccount(BaseModel, extra="forbid"):
    """A person to be."""

    name: str = Field(max_length=64)
    shown: str = Field("", max_length=64, pattern=NO_CONTROLS)


class MadeAccount(AccountShape):
    """The account and the link, shown this once, by which its owner chooses a password."""

    password_link: str


class Grant(BaseModel, extra="forbid"):
    """A role, and whose data it reaches: one institution, or one area by the beginning of its name."""

    role: Role | None
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None


class Shut(BaseModel, extra="forbid"):
    """Whether the account is shut."""

    disabled: bool


class Done(BaseModel):
    """It was done."""

    done: bool = True


@router.get("")
def listed(
    service: Served,
    _: Annotated[Caller, needs(Action.ACCOUNT_READ)],
    role: Role | None = None,
    institution_id: IdFilter = None,
    name: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AccountShape]:
    """The accounts, in the order in which they were made."""
    own = ACCOUNTS.c
    where = matching((own.role, role), (own.institution_id, institution_id), (own.name, name))
    with reading(service.engine, "listing accounts") as connection:
        found = accounts.accounts(connection, *after(ACCOUNTS, cursor), *where, limit=limit + 1)
    return page(found, limit, shape, lambda one: one.id)


@router.post("", status_code=201, response_model=MadeAccount)
def make(
    request: Request,
    service: Served,
    caller: Annotated[Caller, needs(Action.ACCOUNT_WRITE)],
    sent: NewAccount,
    key: IdempotencyKey = None,
) -> Response:
    """A person without a role; the link to choose a password is shown this once."""
    if fault := name_fault(sent.name):
        raise invalid(Fault("body.name", repr(sent.name[:40]), fault.en))

    def work(connection: Connection) -> MadeAccount:
        made, address = add_person(service, connection, caller, sent.name, sent.shown)
        return MadeAccount(**shape(made).model_dump(), password_link=address)

    return once(request, service, caller, key, sent, work, hide="password_link")


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
        return MadeAccount(**shape(found).model_dump(), password_link=address)

    return once(request, service, caller, key, None, work, hide="password_link")


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
        return shape(shut_account(service, connection, caller, number, shut=sent.disabled))

    return once(request, service, caller, key, sent, work, 200)


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
        return shape(grant_role(service, connection, caller, number, sent))

    return once(request, service, caller, key, sent, work, 200)


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
        attempts.forgive(connection, there(connection, number).name)
        return Done()

    return once(request, service, caller, key, None, work, 200)


@router.delete("/{number}/sessions", response_model=Done)
def sign_out_everywhere(
    request: Request, service: Served, caller: Annotated[Caller, needs(Action.ACCOUNT_UNLOCK)], number: Id
) -> Response:
    """Ends every session of somebody."""

    def work(connection: Connection) -> Done:
        there(connection, number)
        sessions.end_all(connection, number)
        return Done()

    return once(request, service, caller, None, None, work, 200)


def add_person(
    service: Service, connection: Connection, caller: Caller, name: str, shown: str
) -> tuple[accounts.Account, str]:
    """A person without a role, and the link that is shown once."""
    if accounts.account_named(connection, name):
        raise conflict(f"the name {name}", "a name that nobody has")
    made = accounts.add_account(connection, name, shown or name, service.clock())
    address = _offered(service, connection, made.id)
    note(service, connection, LeafKind.ACCOUNT, caller, f"account:{made.id} made", {"name": made.name})
    return made, address


def new_link(service: Service, connection: Connection, caller: Caller, number: int) -> tuple[accounts.Account, str]:
    """A link in place of those before."""
    found = there(connection, number)
    address = _offered(service, connection, number)
    note(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} link", {})
    return found, address


def _offered(service: Service, connection: Connection, number: int) -> str:
    token = secrets.token_urlsafe(32)
    tokens.offer(connection, token, Purpose.PASSWORD, service.clock(), number)
    return f"{service.settings.address}/password?token={token}"


def shut_account(
    service: Service, connection: Connection, caller: Caller, number: int, *, shut: bool
) -> accounts.Account:
    """Shut, or open again; its sessions end either way."""
    there(connection, number)
    _not_own(caller, number)
    accounts.disable(connection, number, service.clock() if shut else None)
    sessions.end_all(connection, number)
    note(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} shut", {"shut": shut})
    return there(connection, number)


def grant_role(service: Service, connection: Connection, caller: Caller, number: int, sent: Grant) -> accounts.Account:
    """The role and its reach, in place of those before."""
    there(connection, number)
    _not_own(caller, number)
    _refuse_unfit(connection, sent)
    accounts.grant(connection, number, sent.role, sent.institution_id, sent.area)
    sessions.end_all(connection, number)
    note(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} granted", sent.model_dump(mode="json"))
    return there(connection, number)


def shape(one: accounts.Account) -> AccountShape:
    """The account as the API shows it."""
    return AccountShape(
        id=one.id,
        name=one.name,
        shown=one.shown,
        role=Role(one.role) if one.role else None,
        institution_id=one.institution_id,
        area=one.area,
        made_at=one.made_at,
        disabled_at=one.disabled_at,
        has_password=one.has_password,
    )


def area_fault(area: str | None) -> str:
    """What is wrong with an area; empty where nothing is."""
    return "" if not area or area.endswith(AREA_ENDS) else f"a whole place that ends in {'、'.join(AREA_ENDS)}"


def _refuse_unfit(connection: Connection, sent: Grant) -> None:
    scope = Scope(sent.institution_id, sent.area)
    if sent.role is Role.SYSTEM:
        raise invalid(Fault("body.role", "system", "a role for people", "make an API key"))
    fault = (scope_fault(sent.role, scope) if sent.role else "") or area_fault(sent.area)
    if fault:
        got = f"institution {sent.institution_id}, area {sent.area}"
        hint = "institutions" if sent.role in OF_INSTITUTION else "areas" if sent.role in OF_AREA else "neither"
        raise invalid(Fault("body", got, fault, f"this role reaches {hint}"))
    if sent.institution_id and accounts.institution(connection, sent.institution_id) is None:
        raise invalid(Fault("body.institution_id", str(sent.institution_id), "an institution that is there"))


def _not_own(caller: Caller, number: int) -> None:
    if caller.account_id == number:
        raise conflict("the caller's own account", "somebody else's", "ask a second administrator")


def there(connection: Connection, number: int) -> accounts.Account:
    """The account of that number."""
    found = accounts.account(connection, number)
    if found is None:
        raise not_found("账号", "account")
    return found
