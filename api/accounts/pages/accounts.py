"""账号: people and what they may do; the system administrator makes them, the security administrator grants."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import Connection, or_

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import NO_CONTROLS, Before, Digits, Id
from api.http.render import redirect, render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import OF_AREA, OF_INSTITUTION, Action, DataScope, Role, scope_fault
from runtime.accounts import administration, identity_links
from runtime.accounts.administration import RoleGrant, existing_account
from runtime.accounts.caller import Caller
from runtime.accounts.names import AREA_ENDS, area_fault, name_fault
from runtime.platform.service import Service
from storage.database.accounts import accounts, attempts, sessions
from storage.database.connection import reading, writing
from storage.database.tables.accounts import ACCOUNTS

router = APIRouter(include_in_schema=False, prefix="/accounts")
NAV = MenuEntry(80, Text("账号", "Accounts"), "/accounts", Action.ACCOUNT_READ)
Reading = Annotated[Caller, needs(Action.ACCOUNT_READ)]
Writing = Annotated[Caller, needs(Action.ACCOUNT_WRITE)]
Granting = Annotated[Caller, needs(Action.ROLE_GRANT)]
Unlocking = Annotated[Caller, needs(Action.ACCOUNT_UNLOCK)]
Words = Annotated[str, Query(max_length=64, pattern=NO_CONTROLS)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
_ON_PAGE = 50


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    q: Words = "",
    role: Words = "",
    after: Before = "",
) -> Response:
    """Who may sign in, as what, and for whom."""
    return _list(request, service, caller, q=q, role=role, after=after)


@router.post("")
def make(request: Request, service: Served, caller: Writing, name: Field, shown: Field = "") -> Response:
    """A person without a role; the link by which they choose a password is on this page and nowhere else."""
    fault = name_fault(name)
    with reading(service.engine, "looking up a name") as connection:
        if fault is None and accounts.account_named(connection, name):
            fault = Text(f"登录名“{name}”已有人使用", f"somebody has the name {name} already")
    if fault:
        return _list(request, service, caller, status=422, faults=[fault], given={"name": name, "shown": shown})
    with writing(service.engine, "making an account") as connection:
        made, address = administration.add_person(service, connection, caller, name, shown)
    return _one(request, service, caller, made.id, once=address)


@router.get("/{number}")
def one(request: Request, service: Served, caller: Reading, number: Id) -> Response:
    """One account, with what the reader may do about it."""
    return _one(request, service, caller, number)


@router.post("/{number}/link")
def link(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """A new link for a forgotten password, shown this once."""
    with writing(service.engine, "offering a link") as connection:
        _, address = administration.new_link(service, connection, caller, number)
    return _one(request, service, caller, number, once=address)


@router.post("/{number}/shut")
def shut(service: Served, caller: Writing, number: Id, shut: Annotated[bool, Form()] = True) -> Response:
    """Shut, or open again."""
    with writing(service.engine, "shutting an account") as connection:
        administration.shut_account(service, connection, caller, number, shut=shut)
    return redirect(f"/accounts/{number}")


@router.post("/{number}/grant")
def grant(
    request: Request,
    service: Served,
    caller: Granting,
    number: Id,
    role: Field = "",
    institution_id: Digits = "",
    area: Field = "",
) -> Response:
    """The role and whose data it reaches; sessions end, so that nobody keeps an old right."""
    fault = _grant_fault(role, institution_id, area.strip())
    if fault:
        given = {"role": role, "institution_id": institution_id, "area": area}
        return _one(request, service, caller, number, status=422, faults=[fault], given=given)
    wanted = RoleGrant(
        role=Role(role) if role else None,
        institution_id=int(institution_id) if institution_id else None,
        area=area.strip() or None,
    )
    with writing(service.engine, "granting a role") as connection:
        administration.grant_role(service, connection, caller, number, wanted)
    return redirect(f"/accounts/{number}")


@router.post("/{number}/unlock")
def unlock(service: Served, caller: Unlocking, number: Id) -> Response:
    """Forgets the failed attempts; ``caller`` is asked for by the right."""
    with writing(service.engine, f"unlocking an account for {caller.key}") as connection:
        attempts.forgive(connection, existing_account(connection, number).name)
    return redirect(f"/accounts/{number}")


@router.post("/{number}/sign-out")
def sign_out(service: Served, caller: Unlocking, number: Id) -> Response:
    """Ends every session of somebody."""
    with writing(service.engine, f"signing out somebody for {caller.key}") as connection:
        existing_account(connection, number)
        sessions.end_all(connection, number)
    return redirect(f"/accounts/{number}")


def _grant_fault(role: str, institution_id: str, area: str) -> Text | None:
    if role and role not in ROLES:
        return Text("请选择一个角色", "choose a role")
    scope = DataScope(int(institution_id) if institution_id else None, area or None)
    if role and scope_fault(Role(role), scope):
        return _lacks(Role(role))
    if not role and not scope.nothing:
        return Text("未授角色时不设范围", "without a role there is no scope")
    ends = "、".join(AREA_ENDS)
    return (
        Text(f"地区应写全名，以 {ends} 结尾", f"name a whole place that ends in {ends}") if area_fault(area) else None
    )


def _lacks(role: Role) -> Text:
    zh, en = role.text.zh, role.text.en
    if role in OF_INSTITUTION:
        return Text(f"{zh}须选定一所培训机构，不设地区", f"{en}: choose one institution and no area")
    if role in OF_AREA:
        return Text(f"{zh}须填写一个地区，不选机构", f"{en}: name one area and no institution")
    return Text(f"{zh}不设机构与地区", f"{en}: neither an institution nor an area")


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    q: str = "",
    role: str = "",
    after: str = "",
    status: int = 200,
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    own = ACCOUNTS.c
    where = [own.id > int(after)] if after else []
    where += [own.role == role] if role else []
    where += [or_(own.name.icontains(q, autoescape=True), own.shown.icontains(q, autoescape=True))] if q else []
    with reading(service.engine, "listing accounts") as connection:
        found = accounts.accounts(connection, *where, limit=_ON_PAGE + 1)
        names = _institutions(connection)
    return render(
        request,
        "accounts/accounts.html.j2",
        caller,
        status,
        found=found[:_ON_PAGE],
        following=found[_ON_PAGE - 1].id if len(found) > _ON_PAGE else 0,
        institutions=names,
        roles=ROLES,
        Role=Role,
        asked={"q": q, "role": role},
        faults=faults or [],
        given=given or {},
        may_write=caller.may(Action.ACCOUNT_WRITE),
        vouched=identity_links.linked_among(service, found),
    )


def _one(
    request: Request,
    service: Service,
    caller: Caller,
    number: int,
    *,
    status: int = 200,
    once: str = "",
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    at = service.clock()
    with reading(service.engine, "reading an account") as connection:
        found = existing_account(connection, number)
        names = _institutions(connection)
        locked = attempts.locked_until(connection, found.name, at)
        signed_in = sessions.sessions_of(connection, number, at)
    return render(
        request,
        "accounts/account.html.j2",
        caller,
        status,
        one=found,
        own=caller.account_id == number,
        institutions=names,
        locked=locked,
        signed_in=signed_in,
        roles=ROLES,
        Role=Role,
        once=once,
        faults=faults or [],
        given=given or {"role": found.role, "institution_id": found.institution_id, "area": found.area},
        may={action.name: caller.may(action) for action in Action},
        **identity_links.identity_of_account(service, number),
    )


def _institutions(connection: Connection) -> dict[int, str]:
    return {one.id: one.name for one in accounts.institutions(connection)}
