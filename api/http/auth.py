"""Who is asking: a person by session cookie, another system by key; unsafe requests by cookie must prove their page."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.problem import ProblemError
from api.http.service import service_of
from facts.text import Text
from pipeline.accounts.rights import RIGHTS, Action
from runtime.accounts.caller import Caller
from runtime.accounts.caller_lookup import caller_by_key, caller_by_session
from runtime.platform.service import Service

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class RightGuard:
    """Lets in whoever holds the right that a route names, and refuses everybody else."""

    action: Action

    async def __call__(self, request: Request) -> Caller:
        """The caller; raises where nobody is signed in, the right is missing, or a form comes from elsewhere."""
        caller = await known_caller(request)
        if caller is None:
            raise unknown_caller()
        if not caller.may(self.action):
            raise ProblemError(
                403,
                "NO_RIGHT",
                Text("没有这项权限", "you have no right to do this"),
                got=caller.role.value if caller.role else "no role yet",
                expected=f"{self.action.value}: {', '.join(sorted(RIGHTS[self.action]))}",
                remedy="ask the security administrator",
            )
        if caller.session_id is not None and request.method not in SAFE:
            await refuse_forged(request, cookie(request, service_of(request), "session"))
        return caller


@dataclass(frozen=True, slots=True)
class OpenGuard:
    """Guards a route that needs no right, and says why it needs none; forms must come from our own pages all the same."""

    why: str

    async def __call__(self, request: Request) -> None:
        """Let everybody read; refuse forms that come from elsewhere."""
        if request.method not in SAFE:
            await refuse_forged(request, cookie(request, service_of(request), "visit"))


@dataclass(frozen=True, slots=True)
class SignatureGuard:
    """Marks a route for programs that send a signature or a secret of their own, which the route itself checks."""

    why: str

    def __call__(self) -> None:
        """Checks nothing: the route does."""


def needs(action: Action) -> Any:  # noqa: ANN401 - FastAPI's Depends is of any type
    """The right that a route names, as the caller's annotation."""
    return Depends(RightGuard(action))


async def known_caller(request: Request) -> Caller | None:
    """The person or system that sends the request, if it is known; looked up once for each request."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await run_in_threadpool(_identify, request, service_of(request))
    found: Caller | None = request.state.caller
    return found


Anybody = Annotated[Caller | None, Depends(known_caller)]


def unknown_caller() -> ProblemError:
    """No session and no key: the caller is asked to sign in."""
    title = Text("请先登录", "sign in first")
    expected = "a session cookie, or Authorization: Bearer with an API key"
    headers = {"www-authenticate": "Bearer"}
    return ProblemError(401, "UNKNOWN_CALLER", title, got="neither", expected=expected, headers=headers)


def cookie_name(service: Service, kind: str) -> str:
    """``__Host-`` binds the cookie to this very host wherever browsers come by https."""
    return f"__Host-xueshi-{kind}" if service.settings.secure else f"xueshi-{kind}"


def cookie(request: Request, service: Service, kind: str) -> str:
    """The token of the session, or of a visitor who is about to sign in."""
    return request.cookies.get(cookie_name(service, kind), "")


def give_cookie(response: Response, service: Service, kind: str) -> str:
    """A new token in a cookie that no script reads."""
    token = secrets.token_urlsafe(32)
    secure = service.settings.secure
    response.set_cookie(cookie_name(service, kind), token, httponly=True, samesite="lax", secure=secure, path="/")
    return token


def keep_cookie(response: Response, service: Service, kind: str, value: str, life: timedelta) -> None:
    """A cookie that outlives the browser's window and that no script reads."""
    secure, age = service.settings.secure, int(life.total_seconds())
    name = cookie_name(service, kind)
    response.set_cookie(name, value, max_age=age, httponly=True, samesite="lax", secure=secure, path="/")


def drop_cookie(response: Response, service: Service, kind: str) -> None:
    """Deletes the cookie in the browser."""
    secure = service.settings.secure
    response.delete_cookie(cookie_name(service, kind), httponly=True, samesite="lax", secure=secure, path="/")


def csrf_of(service: Service, token: str) -> str:
    """The text that our own forms send along and that no foreign page can know."""
    return service.keyed("csrf", token)


async def refuse_forged(request: Request, token: str) -> None:
    """Raise unless the request comes from a page that we drew for the holder of the cookie."""
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    sent = "" if elsewhere or not token else await _sent_proof(request)
    wanted = csrf_of(service_of(request), token)
    if not hmac.compare_digest(sent.encode(), wanted.encode()):
        await request.close()  # a form that was read for its proof lies in files of its own
        title = Text("页面已过期，请刷新后重试", "the page has expired; reload it and try again")
        raise ProblemError(403, "FORGED", title, expected=f"{CSRF_HEADER} or the field {CSRF_FIELD} of our own page")


async def _sent_proof(request: Request) -> str:
    """From the header or a form's field; a form can be gigabytes, so it is read only where it may be one of ours."""
    sent = request.headers.get(CSRF_HEADER, "")
    if not sent and request.headers.get("content-type", "").startswith(_FORMS):
        field = (await request.form()).get(CSRF_FIELD)
        sent = field if isinstance(field, str) else ""
    return sent


def _identify(request: Request, service: Service) -> Caller | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "bearer":
        return caller_by_key(service, secret.strip())
    token = cookie(request, service, "session")
    return caller_by_session(service, token) if token else None
