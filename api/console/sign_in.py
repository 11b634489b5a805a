"""Signing in and out; an unknown name, a wrong password and a shut account are one answer that takes one time."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.caller import Anybody, Caller, Open, cookie, drop_cookie, give_cookie, needs
from api.limits import too_many
from api.pages import draw, go, safe_path
from api.service import Served, Service
from facts.text import Text
from pipeline.rights import Action
from runtime import passwords
from storage.database import accounts, attempts, sessions
from storage.database.opening import reading, writing

router = APIRouter(include_in_schema=False)
_MOST, _EACH = 30, timedelta(minutes=1)
_WRONG = Text("登录名或密码不正确", "the name or the password is not right")


@router.get("/sign-in", dependencies=[Depends(Open("how else would anybody sign in"))])
def form(request: Request, caller: Anybody, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The sign-in page."""
    if caller:
        return go(safe_path(next))
    return draw(request, "sign_in.html.j2", next=safe_path(next), name="", fault=None)


@router.post("/sign-in", dependencies=[Depends(Open("how else would anybody sign in"))])
def sign_in(
    request: Request,
    service: Served,
    name: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=1024)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the name of the field
) -> Response:
    """A new session under a new token; whatever token the browser brought is worth nothing afterwards."""
    address = request.client.host if request.client else ""
    service.limiter.take("sign-in", address, service.clock(), _MOST, _EACH)
    owner = checked(service, name.strip(), password)
    if owner is None:
        return draw(request, "sign_in.html.j2", status=401, next=safe_path(next), name=name, fault=_WRONG)
    response = go(safe_path(next))
    start_session(request, service, response, owner)
    return response


@router.post("/sign-out")
def sign_out(service: Served, caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)]) -> Response:
    """This session ends, here and in the database."""
    with writing(service.engine, "signing out") as connection:
        sessions.end(connection, caller.session_id or 0, caller.account_id or 0)
    response = go("/sign-in")
    drop_cookie(response, service, "session")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response


def checked(service: Service, name: str, password: str) -> accounts.Account | None:
    """The account whose password it is; a locked name is told to wait before anything is looked at."""
    at = service.clock()
    with reading(service.engine, "signing in") as connection:
        until = attempts.locked_until(connection, name, at)
        found = accounts.account_named(connection, name)
    if until:
        raise too_many(until - at)
    right = passwords.matches(found[1] if found else "", password)
    good = found[0] if found and right and found[0].disabled_at is None else None
    with writing(service.engine, "noting a sign-in") as connection:
        if good:
            attempts.forgive(connection, name)
        else:
            attempts.failed(connection, name, at)
    return good


def start_session(request: Request, service: Service, response: Response, owner: accounts.Account) -> None:
    """A new token every time, so that nobody can fix it beforehand."""
    before = cookie(request, service, "session")
    token = give_cookie(response, service, "session")
    drop_cookie(response, service, "visit")
    address = request.client.host if request.client else ""
    at = service.clock()
    with writing(service.engine, "starting a session") as connection:
        old = sessions.session_of(connection, before, at) if before else None
        if old:
            sessions.end(connection, old[0].id, old[0].account_id)
        sessions.sweep(connection, at)
        sessions.start(connection, token, owner.id, at, address, request.headers.get("user-agent", ""))
