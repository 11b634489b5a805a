"""Where a sign-in comes from, and what it is counted with: a stranger's failures must not become somebody else's wait.

A browser in which the account has signed in before carries a signed proof of it and is counted by itself (OWASP's
device cookie), so whoever guesses elsewhere, even at the same address, never keeps it waiting.
"""

import hmac
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.accounts.rights import ADMINISTRATORS
from runtime.accounts.caller import Caller
from runtime.platform.networks import neighbourhood
from runtime.platform.service import Service
from storage.database.accounts.accounts import AccountRow
from storage.database.accounts.attempts import AttemptCount

_FREE, _FREE_AT_ADDRESS, _FREE_UNDER_NAME = 5, 100, 50


@dataclass(frozen=True, slots=True)
class AttemptSource:
    """The place that counts, and whether it is known to be the account's own."""

    place: str
    own: bool


def source_of_browser(service: Service, name: str, proof: str, address: str) -> AttemptSource:
    """The browser itself where it proves that this name has signed in there, else the address that it comes from."""
    token, _, tag = proof.partition(".")
    if token and hmac.compare_digest(tag.encode(), _tag(service, name, token).encode()):
        return AttemptSource(f"browser {token}", own=True)
    return AttemptSource(f"address {neighbourhood(address)}", own=False)


def source_of_caller(caller: Caller) -> AttemptSource:
    """The session of somebody who has signed in."""
    return AttemptSource(f"session {caller.session_id}", own=True)


def browser_proof(service: Service, name: str) -> str:
    """What a browser keeps once the name has signed in there."""
    token = secrets.token_urlsafe(32)
    return f"{token}.{_tag(service, name, token)}"


def counts(name: str, owner: AccountRow | None, origin: AttemptSource) -> list[AttemptCount]:
    """By name and place first; strangers also by place alone and by name alone.

    Nobody's failures elsewhere keep an administrator waiting: the three could not be let in again by anybody but each
    other.
    """
    return list(_counts(name, owner, origin))


def _counts(name: str, owner: AccountRow | None, origin: AttemptSource) -> Iterator[AttemptCount]:
    yield AttemptCount(_FREE, name, origin.place)
    if origin.own or (owner and owner.role in ADMINISTRATORS):
        return
    yield AttemptCount(_FREE_AT_ADDRESS, "", origin.place)
    yield AttemptCount(_FREE_UNDER_NAME, name)


def _tag(service: Service, name: str, token: str) -> str:
    return service.keyed("browser", f"{name}\n{token}")
