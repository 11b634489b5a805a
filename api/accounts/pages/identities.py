"""Who is vouched for: the administrators' part of it on an account's page, the holder's part on 我的账号."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from api.accounts.openid_cookie import KIND, proven_subject, provider_of
from api.http.auth import drop_cookie, needs
from api.http.fields import NO_CONTROLS, Id
from api.http.render import redirect, render
from api.http.service import Served
from pipeline.accounts.rights import Action
from runtime.accounts import identity_links
from runtime.accounts.administration import existing_account
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdError
from storage.database.connection import writing

router = APIRouter(include_in_schema=False)
Mine = Annotated[Caller, needs(Action.OWN_ACCOUNT)]
Writing = Annotated[Caller, needs(Action.ACCOUNT_WRITE)]
_MOST, _EACH = 10, timedelta(minutes=10)


@router.post("/accounts/{number}/identity")
def link(
    service: Served,
    caller: Writing,
    number: Id,
    subject: Annotated[str, Form(max_length=300, pattern=NO_CONTROLS)] = "",
) -> Response:
    """Linked by the administrator, before there is a role."""
    provider_of(service)
    with writing(service.engine, "linking an identity") as connection:
        identity_links.link_directly(service, connection, caller, number, subject.strip())
    return redirect(f"/accounts/{number}#identity")


@router.post("/accounts/{number}/identity/code")
def code(request: Request, service: Served, caller: Writing, number: Id) -> Response:
    """A code for the holder, on this page and nowhere else."""
    provider_of(service)
    with writing(service.engine, "offering a link code") as connection:
        one = existing_account(connection, number)
        made = identity_links.offer_code(service, connection, caller, number)
    return render(request, "accounts/identity_code.html.j2", caller, one=one, code=made)


@router.post("/accounts/{number}/identity/{identity}/end")
def unlink(service: Served, caller: Writing, number: Id, identity: Id) -> Response:
    """The link ends, and every session of the account."""
    provider_of(service)
    with writing(service.engine, "ending an identity") as connection:
        identity_links.unlink(service, connection, caller, number, identity)
    return redirect(f"/accounts/{number}#identity")


@router.post("/me/identity")
def redeem(request: Request, service: Served, caller: Mine, code: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Linked by the holder, whom the provider has just vouched for."""
    provider_of(service)
    service.limiter.take("link code", caller.key, service.clock(), _MOST, _EACH)
    subject = proven_subject(request, service)
    if not subject:
        return redirect("/me?fault=not_begun#identity")
    try:
        with writing(service.engine, "linking an identity") as connection:
            identity_links.redeem(service, connection, caller, code, subject)
    except OpenIdError as error:
        return redirect(f"/me?fault={error.kind.value}#identity")
    response = redirect("/me#identity")
    drop_cookie(response, service, KIND)
    return response


@router.post("/me/identity/{identity}/end")
def unlink_own(service: Served, caller: Mine, identity: Id) -> Response:
    """The holder ends the link, who has a password."""
    provider_of(service)
    with writing(service.engine, "ending an identity") as connection:
        identity_links.unlink_own(service, connection, caller, identity)
    return redirect("/me#identity")
