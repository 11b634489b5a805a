"""Links an account with the identity that a provider vouches for; each change is a leaf of the log.

No administrator can slip into somebody else's rights by it. An account that has a role is linked by its own holder
alone, who is signed in, was vouched for by the provider in that very session, and has a code from the system
administrator. The administrator links directly only what has no role yet: the security administrator, who grants one,
sees the fingerprint first.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from facts.counting import counted
from facts.errors import ConflictError, Fault, FaultsError, NotFoundError
from runtime.accounts.administration import existing_account
from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.token import SOUND_SUBJECT, sound_subject
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from storage.database.accounts import accounts, identities, sessions, tokens
from storage.database.accounts.identities import Identity, IdentityTakenError
from storage.database.accounts.tokens import Purpose
from storage.database.connection import reading
from storage.evidence_log.leaf import LeafKind

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that looks like another
_GROUP, _GROUPS = 4, 4
_PRINT_GROUPS = 3


def link_directly(service: Service, connection: Connection, caller: Caller, number: int, subject: str) -> Identity:
    """The administrator's own link, while the account has no role."""
    account = _others(connection, caller, number)
    if account.role is not None:
        raise ConflictError(
            "an account that has a role",
            "one that the security administrator has yet to grant a role",
            "hand its holder a link code",
        )
    if not sound_subject(subject):
        fault = Fault(
            "subject", counted(len(subject), "character"), SOUND_SUBJECT, "copy it from the provider's directory"
        )
        raise FaultsError([fault])
    return _link(service, connection, caller, number, subject)


def offer_code(service: Service, connection: Connection, caller: Caller, number: int) -> str:
    """A code in place of those before; it is of use to the account's own holder alone."""
    _others(connection, caller, number)
    plain = "".join(secrets.choice(_SIGNS) for _ in range(_GROUP * _GROUPS))
    tokens.offer(connection, plain, Purpose.IDENTITY, service.clock(), number)
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} identity code", {})
    return "-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP))


def redeem(service: Service, connection: Connection, caller: Caller, code: str, subject: str) -> Identity:
    """The holder's own link, by the code that the administrator handed over."""
    plain = "".join(code.upper().replace("-", "").split())
    good, number = tokens.use(connection, plain, Purpose.IDENTITY, service.clock())
    if not good or number is None or number != caller.account_id:
        raise OpenIdError(OpenIdFault.WRONG_CODE, f"{caller.key}: got another code than was issued")
    return _link(service, connection, caller, number, subject)


def unlink(service: Service, connection: Connection, caller: Caller, number: int, identity: int) -> None:
    """The identity opens nothing any more; what it opened is shut."""
    _others(connection, caller, number)
    _end(service, connection, caller, number, identity)
    sessions.end_all(connection, number)


def unlink_own(service: Service, connection: Connection, caller: Caller, identity: int) -> None:
    """For whoever has another way in."""
    own = existing_account(connection, caller.account_id or 0)
    if not own.has_password:
        raise ConflictError("an account without a password", "another way to sign in", "ask the system administrator")
    _end(service, connection, caller, own.id, identity)
    sessions.end_all(connection, own.id, but=caller.session_id)


def identity_of_account(service: Service, number: int) -> dict[str, Any]:
    """What a page says of an account's identity: the living link with this provider, its fingerprint, who made it."""
    if service.openid is None:
        return {"identity": None}
    issuer = service.openid.settings.issuer
    with reading(service.engine, "reading an identity") as connection:
        found = identities.identities_of(connection, number)
        living = next((one for one in found if one.issuer == issuer and one.ended_at is None), None)
        by = accounts.account(connection, living.linked_by) if living else None
    if living is None:
        return {"identity": None}
    told = fingerprint(service, living.issuer, living.subject)
    return {"identity": living, "fingerprint": told, "linked_by": by.shown if by else "–"}


def fingerprint(service: Service, issuer: str, subject: str) -> str:
    """Twelve digits that two people can compare; keyed, because a subject may be a number that can be guessed."""
    whole = service.keyed("openid fingerprint", f"{issuer}\n{subject}").upper()
    return "-".join(whole[at : at + _GROUP] for at in range(0, _GROUP * _PRINT_GROUPS, _GROUP))


def linked_among(service: Service, found: Sequence[accounts.AccountRow]) -> frozenset[int]:
    """Those of the accounts that may sign in by the provider."""
    if service.openid is None:
        return frozenset()
    with reading(service.engine, "looking up identities") as connection:
        return identities.linked(connection, service.openid.settings.issuer, tuple(one.id for one in found))


def _others(connection: Connection, caller: Caller, number: int) -> accounts.AccountRow:
    if caller.account_id == number:
        raise ConflictError("the caller's own account", "somebody else's", "ask a second administrator")
    return existing_account(connection, number)


def _link(service: Service, connection: Connection, caller: Caller, number: int, subject: str) -> Identity:
    if service.openid is None:
        raise NotFoundError("地址", "address")
    issuer = service.openid.settings.issuer
    try:
        made = identities.link(connection, issuer, subject, number, caller.account_id or 0, service.clock())
    except IdentityTakenError as error:
        raise ConflictError(
            "an identity or an account that is linked already", "neither to be", "end the link before"
        ) from error
    body = {"identity": made.id, "issuer": issuer, "subject": subject}
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} identity linked", body)
    return made


def _end(service: Service, connection: Connection, caller: Caller, number: int, identity: int) -> None:
    if not identities.end(connection, identity, number, service.clock()):
        raise NotFoundError("绑定", "link")
    log_event(service, connection, LeafKind.ACCOUNT, caller, f"account:{number} identity ended", {"identity": identity})
