"""账号: people and what they may do; the system administrator makes them, the security administrator grants."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import needs
from api.http.discovery import MenuEntry, TodoItem
from api.http.fields import NO_CONTROLS, Digits, Id
from api.http.lists import list_query, list_view, serve_exports
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action, Role
from runtime.accounts import administration, identity_links
from runtime.accounts.account_list import ACCOUNT_LIST
from runtime.accounts.administration import RoleGrant, existing_account
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.accounts import accounts, attempts, sessions
from storage.database.connection import reading, writing
from storage.database.lists import ListQuery
from storage.database.tables.accounts import ACCOUNTS

router = APIRouter(include_in_schema=False, prefix="/accounts")
NAV = MenuEntry(80, Text("账号", "Accounts"), "/accounts", Action.ACCOUNT_READ)
Reading = Annotated[Caller, needs(Action.ACCOUNT_READ)]
Writing = Annotated[Caller, needs(Action.ACCOUNT_WRITE)]
Granting = Annotated[Caller, needs(Action.ROLE_GRANT)]
Unlocking = Annotated[Caller, needs(Action.ACCOUNT_UNLOCK)]
Field = Annotated[str, Form(max_length=200, pattern=NO_CONTROLS)]
ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
_ON_PAGE = 50
_ALL = ListQuery(ACCOUNT_LIST.plan, {})
_TOLD = 6


@router.get("")
def listed(
    request: Request,
    service: Served,
    caller: Reading,
    query: Annotated[ListQuery, Depends(list_query(ACCOUNT_LIST.plan))],
) -> Response:
    """Who may sign in, as what, and for whom."""
    return _list(request, service, caller, query)


serve_exports(router, ACCOUNT_LIST)


@router.post("")
def make(request: Request, service: Served, caller: Writing, name: Field, shown: Field = "") -> Response:
    """A person without a role; the link by which they choose a password is on this page and nowhere else."""
    try:
        with writing(service.engine, "making an account") as connection:
            made, address = administration.add_person(service, connection, caller, name, shown)
    except RefusalsError as refused:
        given = {"name": name, "shown": shown}
        return _list(request, service, caller, status=422, faults=refused.texts, given=given)
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
    given = {"role": role, "institution_id": institution_id, "area": area}
    place, institution = area.strip() or None, int(institution_id) if institution_id else None
    if fault := _form_fault(role, institution, place):
        return _one(request, service, caller, number, status=422, faults=[fault], given=given)
    wanted = RoleGrant(Role(role) if role else None, institution, place)
    try:
        with writing(service.engine, "granting a role") as connection:
            administration.grant_role(service, connection, caller, number, wanted)
    except RefusalsError as refused:
        return _one(request, service, caller, number, status=422, faults=refused.texts, given=given)
    return redirect(f"/accounts/{number}")


@router.post("/{number}/unlock")
def unlock(service: Served, caller: Unlocking, number: Id) -> Response:
    """Forgets the failed attempts under the account's name."""
    with writing(service.engine, f"unlocking an account for {caller.key}") as connection:
        administration.unlock_account(connection, number)
    return redirect(f"/accounts/{number}")


@router.post("/{number}/sign-out")
def sign_out(service: Served, caller: Unlocking, number: Id) -> Response:
    """Ends every session of somebody."""
    with writing(service.engine, f"signing out somebody for {caller.key}") as connection:
        administration.end_sessions(connection, number)
    return redirect(f"/accounts/{number}")


def _form_fault(role: str, institution: int | None, area: str | None) -> Text | None:
    """What only the form can get wrong."""
    if role and role not in ROLES:
        return Text("请选择一个角色", "choose a role")
    if not role and (institution or area):
        return Text("未授角色时不设范围", "without a role there is no scope")
    return None


def _list(
    request: Request,
    service: Service,
    caller: Caller,
    query: ListQuery = _ALL,
    *,
    status: int = 200,
    faults: list[Text] | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    with reading(service.engine, "listing accounts") as connection:
        part = ACCOUNT_LIST.part(service, connection, caller, query, _ON_PAGE)
    return render(
        request,
        "accounts/accounts.html.j2",
        caller,
        status,
        found=part.rows,
        view=list_view(service, caller, query, part),
        Role=Role,
        faults=faults or [],
        given=given or {},
        may_write=caller.may(Action.ACCOUNT_WRITE),
        vouched=identity_links.linked_among(service, [one.row for one in part.rows]),
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


def tasks(_: Service, caller: Caller, connection: Connection) -> Sequence[TodoItem]:
    """Accounts that wait for a role, the oldest first: their people can sign in and do nothing."""
    if not caller.may(Action.ROLE_GRANT):
        return ()
    waiting = accounts.accounts(connection, ACCOUNTS.c.role.is_(None), ACCOUNTS.c.disabled_at.is_(None), limit=_TOLD)
    return [
        TodoItem(
            10,
            Text(
                f"○ 账号等待授权 · {one.shown}（{one.name}）",
                f"○ An account waits for a role · {one.shown} ({one.name})",
            ),
            f"/accounts/{one.id}",
            Text(f"{one.made_at:%Y-%m-%d} 建立", f"made on {one.made_at:%Y-%m-%d}"),
        )
        for one in waiting
    ]
