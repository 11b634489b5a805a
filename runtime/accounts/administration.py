"""What administrators do to people's accounts, by the API and by the console alike; each deed is in the log."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from facts.codec import plain
from facts.errors import ConflictError, NotFoundError
from facts.refusals import Refusal, refuse, stands
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, OF_INSTITUTION, DataScope, Role, scope_fault
from runtime.accounts.caller import Caller
from runtime.accounts.institutions import missing_institution
from runtime.accounts.names import AREA_TEXT, area_fault, name_fault
from runtime.accounts.password_links import password_link
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, attempts, sessions
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
    refuse(list(_name_refusals(connection, name)))
    made = accounts.add_account(connection, name, shown or name, service.clock())
    address = password_link(service, connection, made.id)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{made.id} made", {"name": made.name})
    return made, address


def new_link(service: Service, connection: Connection, caller: Caller, number: int) -> tuple[accounts.AccountRow, str]:
    """A link in place of those before."""
    found = existing_account(connection, number)
    address = password_link(service, connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} link", {})
    return found, address


def shut_account(
    service: Service, connection: Connection, caller: Caller, number: int, *, shut: bool
) -> accounts.AccountRow:
    """Shut, or open again; its sessions end either way."""
    existing_account(connection, number)
    _not_own(caller, number)
    accounts.disable(connection, number, service.clock() if shut else None)
    sessions.end_all(connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} shut", {"shut": shut})
    return existing_account(connection, number)


def grant_role(
    service: Service, connection: Connection, caller: Caller, number: int, sent: RoleGrant
) -> accounts.AccountRow:
    """The role and its reach, in place of those before."""
    existing_account(connection, number)
    _not_own(caller, number)
    refuse(list(_grant_refusals(connection, sent)))
    accounts.grant(connection, number, sent.role, sent.institution_id, sent.area)
    sessions.end_all(connection, number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} granted", plain(sent))
    return existing_account(connection, number)


def unlock_account(connection: Connection, number: int) -> None:
    """Forgets the failed attempts under the account's name, wherever they came from."""
    attempts.forgive_name(connection, existing_account(connection, number).name)


def end_sessions(connection: Connection, number: int) -> None:
    """Signs the account's owner out everywhere."""
    existing_account(connection, number)
    sessions.end_all(connection, number)


def _name_refusals(connection: Connection, name: str) -> Iterator[Refusal]:
    if fault := name_fault(name):
        yield Refusal("body.name", fault, repr(name[:40]), fault.en)
    elif accounts.account_named(connection, name):
        text = Text(f"登录名“{name}”已有人使用", f"somebody has the name {name} already")
        yield stands("body.name", text, f"the name {name}", "a name that nobody has")


def _grant_refusals(connection: Connection, sent: RoleGrant) -> Iterator[Refusal]:
    got = f"institution {sent.institution_id}, area {sent.area}"
    hint = "institutions" if sent.role in OF_INSTITUTION else "areas" if sent.role in OF_AREA else "neither"
    remedy = f"this role reaches {hint}"
    if sent.role is Role.SYSTEM:
        text = Text("请选择一个角色", "choose a role")
        yield Refusal("body.role", text, "system", "a role for people", remedy="make an API key")
    elif sent.role and (fault := scope_fault(sent.role, DataScope(sent.institution_id, sent.area))):
        yield Refusal("body", _scope_text(sent.role), got, fault, remedy=remedy)
    if fault := area_fault(sent.area):
        yield Refusal("body", AREA_TEXT, got, fault, remedy=remedy)
    yield from missing_institution(connection, sent.institution_id)


def _scope_text(role: Role) -> Text:
    zh, en = role.text.zh, role.text.en
    if role in OF_INSTITUTION:
        return Text(f"{zh}须选定一所培训机构，不设地区", f"{en}: choose one institution and no area")
    if role in OF_AREA:
        return Text(f"{zh}须填写一个地区，不选机构", f"{en}: name one area and no institution")
    return Text(f"{zh}不设机构与地区", f"{en}: neither an institution nor an area")


def _not_own(caller: Caller, number: int) -> None:
    if caller.account_id == number:
        raise ConflictError("the caller's own account", "somebody else's", "ask a second administrator")


def existing_account(connection: Connection, number: int) -> accounts.AccountRow:
    """The account of that number."""
    found = accounts.account(connection, number)
    if found is None:
        raise NotFoundError("账号", "account")
    return found
