"""我的账号: another password, and where somebody is signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.accounts.openid_cookie import own_identity
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Id, Word
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import TooManyError
from facts.refusals import RefusalsError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts import password_check
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdFault, fault_of
from runtime.accounts.sessions import end_other_sessions, end_own_session
from runtime.platform.service import Service
from storage.database.accounts import accounts, sessions
from storage.database.connection import reading

router = APIRouter(include_in_schema=False, prefix="/me")
NAV = MenuEntry(95, Text("我的账号", "My account"), "/me", Action.OWN_ACCOUNT)
Mine = Annotated[Caller, needs(Action.OWN_ACCOUNT)]
Secret = Annotated[str, Form(max_length=1024)]


@router.get("")
def me(request: Request, service: Served, caller: Mine, done: str = "", fault: Word = "") -> Response:
    """Who I am here, and where I am signed in."""
    return _page(request, service, caller, done=bool(done), wrong=fault_of(fault))


@router.post("/password")
def change(request: Request, service: Served, caller: Mine, present: Secret, wanted: Secret, again: Secret) -> Response:
    """For whoever knows the present one; every other session ends."""
    try:
        password_check.change_password(service, caller, present, wanted, again)
    except RefusalsError as refused:
        return _page(request, service, caller, status=422, faults=refused.texts)
    except TooManyError as locked:
        page = _page(request, service, caller, status=429, faults=[locked.title])
        page.headers["retry-after"] = str(locked.wait_s)
        return page
    return redirect("/me?done=1")


@router.post("/sessions/end")
def end_others(service: Served, caller: Mine) -> Response:
    """Signed out everywhere but here."""
    end_other_sessions(service, caller)
    return redirect("/me")


@router.post("/sessions/{number}/end")
def end_one(service: Served, caller: Mine, number: Id) -> Response:
    """One of my sessions ends."""
    end_own_session(service, caller, number)
    return redirect("/me")


def _page(
    request: Request,
    service: Service,
    caller: Caller,
    *,
    status: int = 200,
    done: bool = False,
    wrong: OpenIdFault | None = None,
    faults: list[Text] | None = None,
) -> Response:
    with reading(service.engine, "reading one's own account") as connection:
        own = accounts.account(connection, caller.account_id or 0)
        found = sessions.sessions_of(connection, caller.account_id or 0, service.clock())
        number = caller.scope.institution_id
        place = accounts.institution(connection, number) if number else None
    return render(
        request,
        "accounts/own_account.html.j2",
        caller,
        status,
        own=own,
        found=found,
        place=place,
        done=done,
        faults=faults or [],
        wrong=wrong and wrong.text,
        **own_identity(request, service, caller),
    )
