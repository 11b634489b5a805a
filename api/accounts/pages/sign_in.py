"""Signing in and out; an unknown name, a wrong password and a shut account are one answer that takes one time."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from api.accounts.session_start import start_session
from api.http.auth import Anybody, OpenGuard, cookie, drop_cookie, keep_cookie, needs
from api.http.fields import NO_CONTROLS, Word
from api.http.render import redirect, render, safe_path
from api.http.service import Served
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.attempt_source import browser_proof, source_of_browser
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import fault_of
from runtime.accounts.password_check import account_by_password
from runtime.accounts.sign_in_link import account_by_link
from storage.database.accounts import sessions
from storage.database.connection import writing

router = APIRouter(include_in_schema=False)
_MOST, _EACH = 30, timedelta(minutes=1)
_REMEMBERED = timedelta(days=180)
_WRONG = Text("登录名或密码不正确", "the name or the password is not right")


@router.get("/sign-in", dependencies=[Depends(OpenGuard("how else would anybody sign in"))])
def form(request: Request, caller: Anybody, next: str = "/", fault: Word = "") -> Response:  # noqa: A002 - the name in the address
    """The sign-in page; ``fault`` names what went wrong at the provider."""
    if caller:
        return redirect(safe_path(next))
    wrong = fault_of(fault)
    status = (503 if wrong.of_provider else 401) if wrong else 200
    return render(
        request, "accounts/sign_in.html.j2", status=status, next=safe_path(next), name="", fault=wrong and wrong.text
    )


@router.get("/sign-in/link", dependencies=[Depends(OpenGuard("a one-time token is asked for instead"))])
def by_link(
    request: Request,
    service: Served,
    caller: Anybody,
    token: Annotated[str, Query(max_length=100)] = "",
    next: str = "/",  # noqa: A002 - the name in the address
) -> Response:
    """A session for whoever holds the link that ``xueshi review`` printed; a link works once."""
    response = redirect(safe_path(next))
    if caller:
        return response
    address = request.client.host if request.client else ""
    service.limiter.take("sign-in", address, service.clock(), _MOST, _EACH)
    owner = account_by_link(service, token)
    if owner is None:
        said = Text(
            "这个链接已用过或已过期，请再运行一次 xueshi review",
            "this link is used or too old: run xueshi review again",
        )
        return render(request, "accounts/sign_in.html.j2", status=401, next=safe_path(next), name="", fault=said)
    start_session(request, service, response, owner)
    return response


@router.post("/sign-in", dependencies=[Depends(OpenGuard("how else would anybody sign in"))])
def sign_in(
    request: Request,
    service: Served,
    name: Annotated[str, Form(max_length=64, pattern=NO_CONTROLS)],
    password: Annotated[str, Form(max_length=1024)],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the name of the field
) -> Response:
    """A new session under a new token; whatever token the browser brought is worth nothing afterwards."""
    address = request.client.host if request.client else ""
    origin = source_of_browser(service, name.strip(), cookie(request, service, "browser"), address)
    service.limiter.take("sign-in", origin.place, service.clock(), _MOST, _EACH)
    owner = account_by_password(service, name.strip(), password, origin)
    if owner is None:
        return render(request, "accounts/sign_in.html.j2", status=401, next=safe_path(next), name=name, fault=_WRONG)
    response = redirect(safe_path(next))
    start_session(request, service, response, owner)
    if not origin.own:
        keep_cookie(response, service, "browser", browser_proof(service, owner.name), _REMEMBERED)
    return response


@router.post("/sign-out")
def sign_out(service: Served, caller: Annotated[Caller, needs(Action.OWN_ACCOUNT)]) -> Response:
    """This session ends, here and in the database."""
    with writing(service.engine, "signing out") as connection:
        sessions.end(connection, caller.session_id or 0, caller.account_id or 0)
    response = redirect("/sign-in")
    drop_cookie(response, service, "session")
    response.headers["clear-site-data"] = '"cache", "storage"'
    return response
