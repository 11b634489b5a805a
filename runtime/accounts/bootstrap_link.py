"""The first start: a one-time link by which the three administrators come to be, never a default password."""

import secrets
from datetime import datetime

from sqlalchemy import Engine

from runtime.platform.settings import Settings
from storage.database.accounts.accounts import any_account
from storage.database.accounts.tokens import Purpose, offer
from storage.database.connection import writing


def set_up_link(engine: Engine, settings: Settings, at: datetime) -> str | None:
    """The link, while nobody has an account; every call voids the link before it."""
    with writing(engine, "offering the set-up") as connection:
        if any_account(connection):
            return None
        token = secrets.token_urlsafe(32)
        offer(connection, token, Purpose.SET_UP, at)
    return f"{settings.address}/set-up?token={token}"
