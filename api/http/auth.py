"""Who is asking: a person by session cookie, another system by key; unsafe requests by cookie must prove their page."""

import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.problem import ProblemError
from api.http.service import service_of
from facts.text import Text
from pipeline.accounts.rights import RIGHTS, Action, DataScope, Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.accounts import sessions, tokens
from storage.database.connection import reading, writing

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER, CSRF_FIELD = "x-csrf-token", "csrf"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Needs:
    """A route's right: the one place where a request is let in or refused."""

    action: Action

    async def __call__(self, request: Request) -> Caller:
        """The caller, who holds the right."""
        caller = await known(request)
        if caller is None:
            raise unknown()
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
class Open:
    """A route that needs no right, and why; its forms are protected all the same."""

    why: str

    async def __call__(self, request: Request) -> None:
        """Anybody, but from our own page."""
        if request.method not in SAFE:
            await refuse_forged(request, cookie(request, service_of(request), "visit"))


@dataclass(frozen=True, slots=True)
class Signed:
    """A route for programs that prove themselves by a signature or a secret of their own, which the route checks."""

    why: str

    def __call__(self) -> None:
        """Nothing is checked here."""


def needs(action: Action) -> Any:  # noqa: ANN401 - FastAPI's Depends is of any type
    """The right that a route names, as the caller's annotation."""
    return Depends(Needs(action))


async def known(request: Request) -> Caller | None:
    """The caller, if there is one; looked up once for each request."""
    if not hasattr(request.state, "caller"):
        request.state.caller = await run_in_threadpool(_identify, request, service_of(request))
    found: Caller | None = request.state.caller
    return found


Anybody = Annotated[Caller | None, Depends(known)]


def unknown() -> ProblemError:
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


def drop_cookie(response: Response, service: Service, kind: str) -> None:
    """The browser forgets the token."""
    secure = service.settings.secure
    response.delete_cookie(cookie_name(service, kind), httponly=True, samesite="lax", secure=secure, path="/")


def csrf_of(service: Service, token: str) -> str:
    """What a page of ours knows and a page of a stranger's cannot."""
    return service.keyed("csrf", token)


async def refuse_forged(request: Request, token: str) -> None:
    """Unless the request comes from a page that we drew for the holder of the cookie."""
    elsewhere = request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    sent = "" if elsewhere or not token else await _sent_proof(request)
    wanted = csrf_of(service_of(request), token)
    if not hmac.compare_digest(sent.encode(), wanted.encode()):
        await request.close()  # a form that was read for its proof lies in files of its own
        title = Text("页面已过期，请刷新后重试", "the page has expired; reload it and try again")
        raise ProblemError(403, "FORGED", title, expected=f"{CSRF_HEADER} or the field {CSRF_FIELD} of our own page")


async def _sent_proof(request: Request) -> str:
    """From the header, or from the form, which is read only for whoever may be in earnest: it can be gigabytes."""
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
    return _by_session(service, token) if token else None


def caller_by_key(service: Service, secret: str) -> Caller | None:
    """The other system that the API key was made for."""
    with reading(service.engine, "looking up a key") as connection:
        key = tokens.key_of(connection, secret)
    if key is None:
        return None
    return Caller(f"key:{key.id}", key.name, Role.SYSTEM, DataScope(key.institution_id, key.area))


def _by_session(service: Service, token: str) -> Caller | None:
    at = service.clock()
    with reading(service.engine, "looking up a session") as connection:
        found = sessions.session_of(connection, token, at)
    if found is None:
        return None
    session, account = found
    if sessions.stale(session, at):
        with writing(service.engine, "noting a session") as connection:
            sessions.touch(connection, session, at)
    role = Role(account.role) if account.role else None
    scope = DataScope(account.institution_id, account.area)
    return Caller(f"account:{account.id}", account.shown, role, scope, account.id, session.id)
