"""Whose password it is, and the session that begins with it; another proof of identity (OIDC) would end here too."""

from fastapi import Request
from fastapi.responses import Response

from api.http.auth import cookie, drop_cookie, give_cookie
from facts.errors import TooManyError
from runtime.accounts import passwords
from runtime.platform.service import Service
from storage.database.accounts import accounts, attempts, sessions
from storage.database.connection import reading, writing


def checked(service: Service, name: str, password: str) -> accounts.AccountRow | None:
    """The account whose password it is; a locked name is told to wait before anything is looked at."""
    at = service.clock()
    with reading(service.engine, "signing in") as connection:
        until = attempts.locked_until(connection, name, at)
        found = accounts.account_named(connection, name)
    if until:
        raise TooManyError(until - at)
    right = passwords.matches(found[1] if found else "", password)
    good = found[0] if found and right and found[0].disabled_at is None else None
    with writing(service.engine, "noting a sign-in") as connection:
        if good:
            attempts.forgive(connection, name)
        else:
            attempts.failed(connection, name, at)
    return good


def start_session(request: Request, service: Service, response: Response, owner: accounts.AccountRow) -> None:
    """A new token every time, so that nobody can fix it beforehand."""
    before = cookie(request, service, "session")
    token = give_cookie(response, service, "session")
    drop_cookie(response, service, "visit")
    address = request.client.host if request.client else ""
    at = service.clock()
    with writing(service.engine, "starting a session") as connection:
        old = sessions.session_of(connection, before, at) if before else None
        if old:
            sessions.end(connection, old[0].id, old[0].account_id)
        sessions.sweep(connection, at)
        sessions.start(connection, token, owner.id, at, address, request.headers.get("user-agent", ""))
