"""Whose password it is, with longer and longer waits after wrong ones; and the change of one's own password."""

from collections.abc import Iterator

from facts.counting import counted
from facts.errors import TooManyError
from facts.refusals import Refusal, RefusalsError, refuse
from facts.text import Text
from runtime.accounts import passwords
from runtime.accounts.attempt_source import AttemptSource, counts, source_of_caller
from runtime.accounts.caller import Caller
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, attempts, sessions
from storage.database.connection import reading, writing
from storage.evidence_log.leaf import LeafKind

_WRONG_PRESENT = Refusal(
    "body.present",
    Text("现在的密码不正确", "the present password is not right"),
    "another password",
    "the present one",
)


def account_by_password(
    service: Service, name: str, password: str, origin: AttemptSource
) -> accounts.AccountRow | None:
    """The account whose name and password these are; counted, and perhaps told to wait, before anything is looked at."""
    at = service.clock()
    with writing(service.engine, "counting a sign-in") as connection:
        found = accounts.account_named(connection, name)
        together, *wider = counts(name, found[0] if found else None, origin)
        if until := attempts.admit(connection, [together, *wider], at):
            raise TooManyError(until - at)  # nothing of this attempt is counted
    right = passwords.matches(found[1] if found else "", password)
    if not found or not right or found[0].disabled_at is not None:
        return None
    with writing(service.engine, "noting a sign-in") as connection:
        attempts.forgive(connection, together)
        attempts.take_back(connection, wider, at)
    return found[0]


def change_password(service: Service, caller: Caller, present: str, wanted: str, again: str) -> None:
    """Another password for whoever knows the present one; every other session ends."""
    with reading(service.engine, "changing a password") as connection:
        own = accounts.account(connection, caller.account_id or 0)
    if own is None:
        raise RefusalsError([_WRONG_PRESENT])
    # 1. The new one before the present one, so that a slip of the fingers is no failed attempt.
    refuse(list(_refusals(wanted, again, own.name)))
    # 2. The present one.
    if account_by_password(service, own.name, present, source_of_caller(caller)) is None:
        raise RefusalsError([_WRONG_PRESENT])
    # 3. Kept, and every other browser signed out.
    hashed = passwords.hashed(wanted)
    with writing(service.engine, "changing a password") as connection:
        accounts.set_password(connection, own.id, hashed)
        sessions.end_all(connection, own.id, but=caller.session_id)
        log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{own.id} password", {})


def _refusals(wanted: str, again: str, name: str) -> Iterator[Refusal]:
    if wanted != again:
        text = Text("两次输入的新密码不同", "the two new passwords differ")
        yield Refusal("body.again", text, "another password", "the same one twice")
    if fault := passwords.password_fault(wanted, name):
        yield Refusal("body.wanted", fault, counted(len(wanted), "character"), fault.en)
