"""The one-time set-up of the three administrators, and the one-time links by which people choose their password."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from api.http.auth import OpenGuard
from api.http.problem import ProblemError
from api.http.render import redirect, render
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from runtime.accounts.names import name_fault
from runtime.platform.service import Service
from storage.database.accounts import accounts, sessions, tokens
from storage.database.accounts.tokens import Purpose
from storage.database.connection import reading, writing

router = APIRouter(include_in_schema=False, dependencies=[Depends(OpenGuard("a one-time token is asked for instead"))])
_Field = Annotated[str, Form(max_length=64)]
_Secret = Annotated[str, Form(max_length=1024)]
_Token = Annotated[str, Form(max_length=100)]


@router.get("/set-up")
def set_up_form(request: Request, service: Served, token: str = "") -> Response:
    """The set-up page, for whoever holds the link that ``xueshi serve`` printed."""
    refuse_spent(service, token, Purpose.SET_UP)
    return render(request, "accounts/set_up.html.j2", token=token, faults=(), given={})


@router.post("/set-up")
def set_up(
    request: Request,
    service: Served,
    token: _Token,
    name: _Field,
    password: _Secret,
    again: _Secret,
    security: _Field,
    auditor: _Field,
) -> Response:
    """Three people, three duties: the first chooses a password here, the others by links that are shown once."""
    refuse_spent(service, token, Purpose.SET_UP)
    names = (name.strip(), security.strip(), auditor.strip())
    faults = [*_name_faults(names), *_password_faults(password, again, names[0])]
    if faults:
        given = {"name": name, "security": security, "auditor": auditor}
        return render(request, "accounts/set_up.html.j2", status=422, token=token, faults=faults, given=given)
    links = [secrets.token_urlsafe(32) for _ in range(2)]
    with writing(service.engine, "setting up") as connection:
        if accounts.any_account(connection) or not tokens.use(connection, token, Purpose.SET_UP, service.clock())[0]:
            raise _spent()
        first = _found(connection, service, names[0], Role.SYSTEM_ADMIN)
        accounts.set_password(connection, first, passwords.hashed(password))
        for person, role, link in zip(names[1:], (Role.SECURITY_ADMIN, Role.AUDITOR), links, strict=True):
            number = _found(connection, service, person, role)
            tokens.offer(connection, link, Purpose.PASSWORD, service.clock(), number)
    address = service.settings.address
    handed = [(person, f"{address}/password?token={link}") for person, link in zip(names[1:], links, strict=True)]
    return render(request, "accounts/set_up_done.html.j2", handed=handed)


@router.get("/password")
def password_form(request: Request, service: Served, token: str = "") -> Response:
    """Where somebody chooses their own password, so that no administrator ever knows it."""
    refuse_spent(service, token, Purpose.PASSWORD)
    return render(request, "accounts/password.html.j2", token=token, faults=())


@router.post("/password")
def choose_password(request: Request, service: Served, token: _Token, password: _Secret, again: _Secret) -> Response:
    """The chosen password; every session of the account ends."""
    refuse_spent(service, token, Purpose.PASSWORD)
    if faults := _password_faults(password, again, ""):
        return render(request, "accounts/password.html.j2", status=422, token=token, faults=faults)
    hashed = passwords.hashed(password)
    with writing(service.engine, "keeping a password") as connection:
        good, number = tokens.use(connection, token, Purpose.PASSWORD, service.clock())
        if not good or number is None:
            raise _spent()
        accounts.set_password(connection, number, hashed)
        sessions.end_all(connection, number)
    return redirect("/sign-in")


def refuse_spent(service: Service, token: str, purpose: Purpose) -> None:
    """Unless the token still opens this page."""
    with reading(service.engine, "looking up a link") as connection:
        if not token or not tokens.is_usable(connection, token, purpose, service.clock()):
            raise _spent()


def _spent() -> ProblemError:
    title = Text(
        "此链接已用过、已过期或不完整，请索取新的", "this link was used, has lapsed or is cut short; ask for another"
    )
    return ProblemError(404, "SPENT_LINK", title, remedy="restart `xueshi serve`, or ask the system administrator")


def _found(connection: Connection, service: Service, name: str, role: Role) -> int:
    made = accounts.add_account(connection, name, name, service.clock())
    accounts.grant(connection, made.id, role.value)
    return made.id


def _name_faults(names: tuple[str, ...]) -> list[Text]:
    faults = [fault for one in names if (fault := name_fault(one))]
    if len({one.casefold() for one in names}) < len(names):
        faults.append(Text("三位管理员须是三个人", "the three administrators must be three people"))
    return faults


def _password_faults(password: str, again: str, name: str) -> list[Text]:
    fault = passwords.password_fault(password, name)
    differs = Text("两次输入的密码不同", "the two passwords differ")
    return ([fault] if fault else []) + ([differs] if password != again else [])
