"""Finds the caller behind a session's token or an API key."""

from pipeline.accounts.rights import DataScope, Role
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from storage.database.accounts import sessions, tokens
from storage.database.connection import reading, writing


def caller_by_key(service: Service, secret: str) -> Caller | None:
    """The other system that the API key was made for."""
    with reading(service.engine, "looking up a key") as connection:
        key = tokens.key_of(connection, secret)
    if key is None:
        return None
    return Caller(f"key:{key.id}", key.name, Role.SYSTEM, DataScope(key.institution_id, key.area))


def caller_by_session(service: Service, token: str) -> Caller | None:
    """The person who signed in under this token; the session's last use is noted now and then."""
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
