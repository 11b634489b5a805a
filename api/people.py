"""What is done to accounts, by the API and by the console alike; each deed is in the log."""

import secrets
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import Connection

from api.caller import Caller
from api.names import area_fault
from api.noted import note
from api.problem import conflict, invalid, not_found
from api.service import Service
from api.shapes import Line
from facts.errors import Fault
from pipeline.rights import OF_AREA, OF_INSTITUTION, Role, Scope, scope_fault
from storage.database import accounts, sessions, tokens
from storage.database.tokens import Purpose
from storage.log.leaf import LeafKind


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


class Grant(BaseModel, extra="forbid"):
    """A role, and whose data it reaches: one institution, or one area by the beginning of its name."""

    role: Role | None
    institution_id: int | None = Field(None, ge=1, lt=2**53)
    area: Line | None = None


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
