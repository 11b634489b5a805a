"""What the sign-in by a provider carries through the browser, in one cookie of ours that no script reads."""

from fastapi import HTTPException, Request
from fastapi.responses import Response

from api.caller import cookie, cookie_name
from api.service import Service
from runtime.openid.provider import Provider
from runtime.openid.sealed import LIFE, opened, seal

KIND = "openid"
_PROVEN, _UNKNOWN = "openid proven", "openid unknown"
_GROUP, _GROUPS = 4, 3


def provider_of(service: Service) -> Provider:
    """The provider; where none is set, the address is as unknown as any other."""
    if service.openid is None:
        raise HTTPException(404)
    return service.openid


def fingerprint(service: Service, issuer: str, subject: str) -> str:
    """Twelve digits that two people can compare; keyed, because a subject may be a number that can be guessed."""
    whole = service.keyed("openid fingerprint", f"{issuer}\n{subject}").upper()
    return "-".join(whole[at : at + _GROUP] for at in range(0, _GROUP * _GROUPS, _GROUP))


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
    """Whom the provider vouched for, of use in this very session alone."""
    values = [issuer, subject, _session(request, service)]
    carry(response, service, seal(service.keyed, _PROVEN, service.clock(), values))


def proven(request: Request, service: Service) -> str:
    """The subject that the provider vouched for in this session; empty where there is none."""
    found = opened(service.keyed, _PROVEN, cookie(request, service, KIND), service.clock())
    issuer = service.openid.settings.issuer if service.openid else ""
    if not found or found[1] != [issuer, found[1][1], _session(request, service)]:
        return ""
    return found[1][1]


def _session(request: Request, service: Service) -> str:
    """What is this session's alone: its token, since a database may give a number twice."""
    return service.keyed("openid session", cookie(request, service, "session"))


def carry_unknown(response: Response, service: Service, shown: str) -> None:
    """The fingerprint for the page that says what to do; no link from elsewhere can put another there."""
    carry(response, service, seal(service.keyed, _UNKNOWN, service.clock(), [shown]))


def unknown_fingerprint(request: Request, service: Service) -> str:
    """The fingerprint; empty where nobody was turned away in this browser."""
    found = opened(service.keyed, _UNKNOWN, cookie(request, service, KIND), service.clock())
    return found[1][0] if found else ""
