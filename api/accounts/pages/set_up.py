"""The one-time set-up of the three administrators, and the one-time links by which people choose their password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response

from api.http.auth import OpenGuard
from api.http.render import redirect, render
from api.http.service import Served
from facts.refusals import RefusalsError
from runtime.accounts import password_links
from runtime.accounts.administrators import AdministratorRequest, set_up_administrators
from runtime.accounts.password_links import refuse_spent
from storage.database.accounts.tokens import Purpose

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
    wanted = AdministratorRequest(name.strip(), security.strip(), auditor.strip(), password, again)
    try:
        handed = set_up_administrators(service, token, wanted)
    except RefusalsError as refused:
        given = {"name": name, "security": security, "auditor": auditor}
        return render(request, "accounts/set_up.html.j2", status=422, token=token, faults=refused.texts, given=given)
    return render(request, "accounts/set_up_done.html.j2", handed=handed)


@router.get("/password")
def password_form(request: Request, service: Served, token: str = "") -> Response:
    """Where somebody chooses their own password, so that no administrator ever knows it."""
    refuse_spent(service, token, Purpose.PASSWORD)
    return render(request, "accounts/password.html.j2", token=token, faults=())


@router.post("/password")
def choose_password(request: Request, service: Served, token: _Token, password: _Secret, again: _Secret) -> Response:
    """The chosen password; every session of the account ends."""
    try:
        password_links.choose_password(service, token, password, again)
    except RefusalsError as refused:
        return render(request, "accounts/password.html.j2", status=422, token=token, faults=refused.texts)
    return redirect("/sign-in")
