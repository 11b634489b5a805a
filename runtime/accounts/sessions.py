"""Sessions of people who signed in: one begins under a new token, and its owner ends it or the others."""

from facts.errors import NotFoundError
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.accounts import sessions
from storage.database.connection import writing


def begin_session(service: Service, owner_id: int, token: str, *, replaced: str, address: str, agent: str) -> None:
    """A session under ``token``; the one under ``replaced``, the browser's token until now, ends."""
    at = service.clock()
    with writing(service.engine, "starting a session") as connection:
        old = sessions.session_of(connection, replaced, at) if replaced else None
        if old:
            sessions.end(connection, old[0].id, old[0].account_id)
        sessions.sweep(connection, at)
        sessions.start(connection, token, owner_id, at, address, agent)


def end_other_sessions(service: Service, caller: Caller) -> None:
    """Signs the caller out everywhere but here."""
    with writing(service.engine, "signing out everywhere") as connection:
        sessions.end_all(connection, caller.account_id or 0, but=caller.session_id)


def end_own_session(service: Service, caller: Caller, number: int) -> None:
    """Ends one of the caller's own sessions."""
    with writing(service.engine, "ending a session") as connection:
        if not sessions.end(connection, number, caller.account_id or 0):
            raise NotFoundError("登录", "session")
