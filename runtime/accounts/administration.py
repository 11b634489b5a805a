"""What is done to accounts, by the API and by the console alike; each deed is in the log."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection

from facts.codec import plain
from facts.errors import ConflictError, Fault, FaultsError, NotFoundError
from pipeline.accounts.rights import OF_AREA, OF_INSTITUTION, DataScope, Role, scope_fault
from runtime.accounts.caller import Caller
from runtime.accounts.names import area_fault
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, sessions, tokens
from storage.database.accounts.tokens import Purpose
from storage.evidence_log.leaf import LeafKind


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role, and whose data it reaches: one institution, or one area by the beginning of its name."""

    role: Role | None
    institution_id: int | None = None
    area: str | None = None


def add_person(
    service: Service, connection: Connection, caller: Caller, name: str, shown: str
) -> tuple[accounts.AccountRow, str]:
    """A person without a role, and the link that is shown once."""
    if accounts.account_named(connection, name):
        raise ConflictError(f"the name {name}", "a name that nobody has")
    made = accounts.add_account(connection, name, shown or name, service.clock())
    address = _offered(service, connection, made.id)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{made.id} made", {"name": made.name})
    return made, address


def new_link(service: Service, connection: Connection, caller: Caller, number: int) -> tuple[accounts.AccountRow, str]:
    """A link in place of those before."""
    found = there(connection, number)
    address = _offered(service, connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} link", {})
    return found, address


def _offered(service: Service, connection: Connection, number: int) -> str:
    token = secrets.token_urlsafe(32)
    tokens.offer(connection, token, Purpose.PASSWORD, service.clock(), number)
    return f"{service.settings.address}/password?token={token}"


def shut_account(
    service: Service, connection: Connection, caller: Caller, number: int, *, shut: bool
) -> accounts.AccountRow:
    """Shut, or open again; its sessions end either way."""
    there(connection, number)
    _not_own(caller, number)
    accounts.disable(connection, number, service.clock() if shut else None)
    sessions.end_all(connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} shut", {"shut": shut})
    return there(connection, number)


def grant_role(
    service: Service, connection: Connection, caller: Caller, number: int, sent: RoleGrant
) -> accounts.AccountRow:
    """The role and its reach, in place of those before."""
    there(connection, number)
    _not_own(caller, number)
    _refuse_unfit(connection, sent)
    accounts.grant(connection, number, sent.role, sent.institution_id, sent.area)
    sessions.end_all(connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} granted", plain(sent))
    return there(connection, number)


def _refuse_unfit(connection: Connection, sent: RoleGrant) -> None:
    scope = DataScope(sent.institution_id, sent.area)
    if sent.role is Role.SYSTEM:
        raise FaultsError([Fault("body.role", "system", "a role for people", "make an API key")])
    fault = (scope_fault(sent.role, scope) if sent.role else "") or area_fault(sent.area)
    if fault:
        got = f"institution {sent.institution_id}, area {sent.area}"
        hint = "institutions" if sent.role in OF_INSTITUTION else "areas" if sent.role in OF_AREA else "neither"
        raise FaultsError([Fault("body", got, fault, f"this role reaches {hint}")])
    if sent.institution_id and accounts.institution(connection, sent.institution_id) is None:
        raise FaultsError([Fault("body.institution_id", str(sent.institution_id), "an institution that is there")])


def _not_own(caller: Caller, number: int) -> None:
    if caller.account_id == number:
        raise ConflictError("the caller's own account", "somebody else's", "ask a second administrator")


def there(connection: Connection, number: int) -> accounts.AccountRow:
    """The account of that number."""
    found = accounts.account(connection, number)
    if found is None:
        raise NotFoundError("账号", "account")
    return found
