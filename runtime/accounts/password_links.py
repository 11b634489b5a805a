"""One-time links by which people set the service up or choose their password, so that no administrator knows it."""

import secrets

from sqlalchemy import Connection

from facts.counting import counted
from facts.errors import NotFoundError, RefusalError
from facts.refusals import Refusal, refuse
from facts.text import Text
from runtime.accounts import passwords
from runtime.platform.service import Service
from storage.database.accounts import accounts, sessions, tokens
from storage.database.accounts.tokens import Purpose
from storage.database.connection import reading, writing


class SpentLinkError(NotFoundError):
    """The link was used, has lapsed or is cut short."""

    def __init__(self) -> None:
        zh = "此链接已用过、已过期或不完整，请索取新的"
        title = Text(zh, "this link was used, has lapsed or is cut short; ask for another")
        remedy = "restart `xueshi serve`, or ask the system administrator"
        RefusalError.__init__(self, "SPENT_LINK", title, remedy=remedy)


def password_link(service: Service, connection: Connection, number: int) -> str:
    """The address under which the account's owner chooses a password; those handed out before are void."""
    token = secrets.token_urlsafe(32)
    tokens.offer(connection, token, Purpose.PASSWORD, service.clock(), number)
    return f"{service.settings.address}/password?token={token}"


def refuse_spent(service: Service, token: str, purpose: Purpose) -> None:
    """Raise unless the link's token may still be used for this purpose."""
    with reading(service.engine, "looking up a link") as connection:
        if not token or not tokens.is_usable(connection, token, purpose, service.clock()):
            raise SpentLinkError


def choose_password(service: Service, token: str, password: str, again: str) -> None:
    """Keeps the password that the link's owner typed twice; every session of the account ends."""
    refuse_spent(service, token, Purpose.PASSWORD)
    refuse(password_refusals(password, again, ""))
    hashed = passwords.hashed(password)
    with writing(service.engine, "keeping a password") as connection:
        good, number = tokens.use(connection, token, Purpose.PASSWORD, service.clock())
        if not good or number is None:
            raise SpentLinkError
        accounts.set_password(connection, number, hashed)
        sessions.end_all(connection, number)


def password_refusals(password: str, again: str, name: str) -> list[Refusal]:
    """Why a first password for this name will not do."""
    found = []
    if fault := passwords.password_fault(password, name):
        found.append(Refusal("password", fault, counted(len(password), "character"), fault.en))
    if password != again:
        text = Text("两次输入的密码不同", "the two passwords differ")
        found.append(Refusal("again", text, "another password", "the same one twice"))
    return found
