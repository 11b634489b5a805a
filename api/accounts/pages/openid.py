"""Signing in by the provider: there and back, bound to the browser that asked; nobody's account is made by it."""

import logging
from datetime import timedelta
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response

from api.accounts.openid_cookie import (
    KIND,
    carry,
    carry_proven,
    carry_unknown,
    provider_of,
    unknown_fingerprint,
)
from api.accounts.session_start import start_session
from api.http.auth import Anybody, OpenGuard, cookie, drop_cookie
from api.http.render import redirect, render, safe_path
from api.http.service import Served
from runtime.accounts import identity_links
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.provider import Provider, plain_word
from runtime.accounts.openid.round_trip import Visit, begin, resume
from runtime.platform.service import Service
from storage.database.accounts import accounts, identities, tokens
from storage.database.accounts.tokens import Purpose
from storage.database.connection import reading, writing

router = APIRouter(
    include_in_schema=False,
    prefix="/sign-in/openid",
    dependencies=[Depends(OpenGuard("how else would anybody sign in by the provider"))],
)
_LOG = logging.getLogger("xueshi.openid")
_MOST, _EACH = 60, timedelta(minutes=1)  # there and back are two
_MOST_NEXT_CHARS = 1000  # a cookie holds 4,096
_OPERATORS = {
    OpenIdFault.NO_ANSWER,
    OpenIdFault.BAD_ANSWER,
    OpenIdFault.BUSY,
    OpenIdFault.REFUSED,
    OpenIdFault.BAD_TOKEN,
    OpenIdFault.CLOCKS,
}


@router.get("")
def there(request: Request, service: Served, caller: Anybody, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """On to the provider, by an address that only this browser's cookie fits."""
    provider = provider_of(service)
    _limit(request, service)
    path = safe_path(next) if len(next) <= _MOST_NEXT_CHARS else "/"
    visit, sealed = begin(service.keyed, service.clock(), path)
    try:
        address = provider.way_in(visit)
    except OpenIdError as error:
        return _failed(caller, error, path)
    response = RedirectResponse(address, 303)
    carry(response, service, sealed)
    return response


@router.get("/back")
def back(request: Request, service: Served, caller: Anybody) -> Response:
    """The provider's answer; every way on leaves this address, so that no code stays in the browser's line."""
    provider = provider_of(service)
    _limit(request, service)
    visit = resume(service.keyed, cookie(request, service, KIND), service.clock())
    path = visit.next if visit else "/"
    try:
        subject = _vouched(request, service, provider, visit)
        owner = _account(service, provider.settings.issuer, subject, caller)
    except OpenIdError as error:
        return _failed(caller, error, path)
    if owner is None:
        return _unlinked(request, service, caller, provider.settings.issuer, subject)
    response = redirect(path)
    drop_cookie(response, service, KIND)
    if caller is None:
        start_session(request, service, response, owner)
    return response


@router.get("/unknown")
def unknown(request: Request, service: Served) -> Response:
    """What somebody does whom the provider knows and we do not."""
    provider_of(service)
    if told := unknown_fingerprint(request, service):
        return render(request, "accounts/openid_unknown.html.j2", status=403, fingerprint=told)
    return redirect("/sign-in")


def _vouched(request: Request, service: Service, provider: Provider, visit: Visit | None) -> str:
    """The subject, after: this browser's own visit; not answered before; from our provider; agreed to; a sound token."""
    given = request.query_params
    refusal = given.get("error")
    if visit and refusal and "state" not in given:  # some providers forget it then; a refusal signs nobody in
        raise _refused(refusal)
    if visit is None or not visit.answers(given.get("state", "")):
        raise OpenIdError(OpenIdFault.NOT_BEGUN, "state: got another, expected that of this browser's cookie")
    with writing(service.engine, "noting a provider's answer") as connection:
        if not tokens.spend(connection, visit.state, Purpose.OPENID, service.clock()):
            raise OpenIdError(OpenIdFault.USED, "state: got one that was answered before")
    provider.check_sender(given.get("iss"))
    if refusal:
        raise _refused(refusal)
    return provider.subject(given.get("code", ""), visit)


def _refused(word: str) -> OpenIdError:
    kind = OpenIdFault.CANCELLED if word == "access_denied" else OpenIdFault.REFUSED
    return OpenIdError(kind, f"authorization endpoint: {plain_word(word)}")


def _account(service: Service, issuer: str, subject: str, caller: Caller | None) -> accounts.AccountRow | None:
    """Whose identity it is; nobody's, perhaps."""
    with reading(service.engine, "looking up an identity") as connection:
        identity = identities.identity_of(connection, issuer, subject)
        owner = accounts.account(connection, identity.account_id) if identity else None
    if owner and caller and owner.id != caller.account_id:
        raise OpenIdError(OpenIdFault.OTHERS, f"account:{owner.id} is linked, {caller.key} is signed in")
    if owner and owner.disabled_at:
        raise OpenIdError(OpenIdFault.SHUT, f"account:{owner.id} is shut")
    return owner


def _unlinked(request: Request, service: Service, caller: Caller | None, issuer: str, subject: str) -> Response:
    """Somebody who is signed in may link it with a code; anybody else is told what to do."""
    if caller:
        response = redirect("/me#identity")
        carry_proven(request, response, service, issuer, subject)
    else:
        response = redirect("/sign-in/openid/unknown")
        carry_unknown(response, service, identity_links.fingerprint(service, issuer, subject))
    return response


def _failed(caller: Caller | None, error: OpenIdError, path: str) -> Response:
    """Back to where it began, with one sentence; the cookie stays, so that a stranger's answer ends nobody's visit."""
    _LOG.log(logging.WARNING if error.kind in _OPERATORS else logging.INFO, "%s", error)
    kind = error.kind.value
    return redirect(f"/me?fault={kind}#identity" if caller else f"/sign-in?fault={kind}&next={quote(path, safe='')}")


def _limit(request: Request, service: Service) -> None:
    address = request.client.host if request.client else ""
    service.limiter.take("openid", address, service.clock(), _MOST, _EACH)
