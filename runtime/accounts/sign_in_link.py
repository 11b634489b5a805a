"""A one-time link that signs in the one person of a service that runs on her own machine."""

import secrets
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import Connection

from runtime.platform.service import Service
from runtime.platform.settings import Settings
from storage.database.accounts.accounts import AccountRow, accounts
from storage.database.accounts.tokens import Purpose, offer, use
from storage.database.connection import writing
from storage.database.tables.accounts import ACCOUNTS


def sign_in_link(connection: Connection, settings: Settings, account_id: int, following: str, at: datetime) -> str:
    """The link, good once and for half an hour; links before it are void."""
    token = secrets.token_urlsafe(32)
    offer(connection, token, Purpose.SIGN_IN, at, account_id)
    return f"{settings.address}/sign-in/link?{urlencode({'token': token, 'next': following})}"


def account_by_link(service: Service, token: str) -> AccountRow | None:
    """Whose link it is, used up by this call; nobody where it is spent, too old, or the account is shut."""
    with writing(service.engine, "signing in by a link") as connection:
        good, number = use(connection, token, Purpose.SIGN_IN, service.clock())
        own = (ACCOUNTS.c.id == number, ACCOUNTS.c.disabled_at.is_(None))
        found = accounts(connection, *own) if good and number is not None else ()
    return found[0] if found else None
