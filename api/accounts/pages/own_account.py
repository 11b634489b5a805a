"""我的账号: another password, and where somebody is signed in."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.accounts.openid_cookie import own_identity
from api.accounts.session_start import checked
from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Id, Word
from api.http.problem import ProblemError
from api.http.render import redirect, render
from api.http.service import Served
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts import passwords
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdFault, fault_of
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, sessions
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind

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
    with reading(service.engine, "changing a password") as connection:
        own = accounts.account(connection, caller.account_id or 0)
    faults = list(_faults(service, own, present, wanted, again))
    if own is None or faults:
        return _page(request, service, caller, status=422, faults=faults)
    hashed = passwords.hashed(wanted)
    with writing(service.engine, "changing a password") as connection:
        accounts.set_password(connection, own.id, hashed)
        sessions.end_all(connection, own.id, but=caller.session_id)
        log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{own.id} password", {})
    return redirect("/me?done=1")


@router.post("/sessions/end")
def end_others(service: Served, caller: Mine) -> Response:
    """Signed out everywhere but here."""
    with writing(service.engine, "signing out everywhere") as connection:
        sessions.end_all(connection, caller.account_id or 0, but=caller.session_id)
    return redirect("/me")


@router.post("/sessions/{number}/end")
def end_one(service: Served, caller: Mine, number: Id) -> Response:
    """One of my sessions ends."""
    with writing(service.engine, "ending a session") as connection:
        if not sessions.end(connection, number, caller.account_id or 0):
            raise NotFoundError("登录", "session")
    return redirect("/me")


def _faults(service: Service, own: accounts.AccountRow | None, present: str, wanted: str, again: str) -> list[Text]:
    """The new one is looked at before the present one, so that a slip is no failed attempt."""
    faults = [Text("两次输入的新密码不同", "the two new passwords differ")] if wanted != again else []
    if own and (fault := passwords.password_fault(wanted, own.name)):
        faults.append(fault)
    if own and not faults:
        try:
            right = checked(service, own.name, present)
        except ProblemError as locked:
            return [locked.title]
        faults += [] if right else [Text("现在的密码不正确", "the present password is not right")]
    return faults


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
