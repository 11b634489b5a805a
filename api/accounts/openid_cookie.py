"""What a sign-in by the provider must remember between two requests, in one signed cookie that no script reads."""

from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import Response

from api.http.auth import cookie, cookie_name
from runtime.accounts import identity_links
from runtime.accounts.caller import Caller
from runtime.accounts.openid.provider import Provider
from runtime.accounts.openid.text_signature import LIFE, seal, unseal
from runtime.platform.service import Service

KIND = "openid"
_PROVEN, _UNKNOWN = "openid proven", "openid unknown"


def provider_of(service: Service) -> Provider:
    """The provider; where none is set, the address is as unknown as any other."""
    if service.openid is None:
        raise HTTPException(404)
    return service.openid


def carry(response: Response, service: Service, sealed: str) -> None:
    """The browser keeps it for ten minutes; Lax, because it comes back by a link from the provider's site."""
    response.set_cookie(
        cookie_name(service, KIND),
        sealed,
        max_age=int(LIFE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=service.settings.secure,
        path="/",
    )


def carry_proven(request: Request, response: Response, service: Service, issuer: str, subject: str) -> None:
    """Remembers whom the provider vouched for; the cookie is worth nothing in another session."""
    values = [issuer, subject, _session(request, service)]
    carry(response, service, seal(service.keyed, _PROVEN, service.clock(), values))


def proven_subject(request: Request, service: Service) -> str:
    """The subject that the provider vouched for in this session; empty where there is none."""
    found = unseal(service.keyed, _PROVEN, cookie(request, service, KIND), service.clock())
    issuer = service.openid.settings.issuer if service.openid else ""
    if not found or found[1] != [issuer, found[1][1], _session(request, service)]:
        return ""
    return found[1][1]


def _session(request: Request, service: Service) -> str:
    """A digest of the session's token, since a database may give a number twice."""
    return service.keyed("openid session", cookie(request, service, "session"))


def carry_unknown(response: Response, service: Service, shown: str) -> None:
    """The fingerprint for the page that says what to do; no link from elsewhere can put another there."""
    carry(response, service, seal(service.keyed, _UNKNOWN, service.clock(), [shown]))


def unknown_fingerprint(request: Request, service: Service) -> str:
    """The fingerprint; empty where nobody was turned away in this browser."""
    found = unseal(service.keyed, _UNKNOWN, cookie(request, service, KIND), service.clock())
    return found[1][0] if found else ""


def own_identity(request: Request, service: Service, caller: Caller) -> dict[str, Any]:
    """What 我的账号 says: the link, or whom the provider has just vouched for."""
    subject = proven_subject(request, service)
    issuer = service.openid.settings.issuer if service.openid else ""
    ready = identity_links.fingerprint(service, issuer, subject) if subject else ""
    return {"ready": ready, **identity_links.identity_of_account(service, caller.account_id or 0)}
