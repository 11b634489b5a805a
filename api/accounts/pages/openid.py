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
from runtime.accounts.openid.answer_check import linked_account, vouched_subject
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.round_trip import begin, resume
from runtime.platform.service import Service

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
        subject = vouched_subject(service, provider, visit, request.query_params)
        owner = linked_account(service, provider.settings.issuer, subject, caller)
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
    """Says what to do to somebody whom the provider knows but whose identity is linked with no account here."""
    provider_of(service)
    if told := unknown_fingerprint(request, service):
        return render(request, "accounts/openid_unknown.html.j2", status=403, fingerprint=told)
    return redirect("/sign-in")


def _unlinked(request: Request, service: Service, caller: Caller | None, issuer: str, subject: str) -> Response:
    """Whoever is signed in may link the identity with a code; everybody else is told what to do."""
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
