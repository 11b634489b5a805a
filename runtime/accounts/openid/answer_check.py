"""What a provider's answer is worth: whom it vouches for, and which account that identity opens."""

from collections.abc import Mapping

from runtime.accounts.caller import Caller
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.provider import Provider, plain_word
from runtime.accounts.openid.round_trip import Visit
from runtime.platform.service import Service
from storage.database.accounts import accounts, identities, tokens
from storage.database.accounts.tokens import Purpose
from storage.database.connection import reading, writing


def vouched_subject(service: Service, provider: Provider, visit: Visit | None, answer: Mapping[str, str]) -> str:
    """The subject that the provider vouches for; ``answer`` are the fields that the browser brought back."""
    refusal = answer.get("error")
    # 1. This browser's own visit; some providers forget the state when they refuse, and a refusal signs nobody in.
    if visit and refusal and "state" not in answer:
        raise _refused(refusal)
    if visit is None or not visit.answers(answer.get("state", "")):
        raise OpenIdError(OpenIdFault.NOT_BEGUN, "state: got another, expected that of this browser's cookie")
    # 2. Not answered before.
    with writing(service.engine, "noting a provider's answer") as connection:
        if not tokens.spend(connection, visit.state, Purpose.OPENID, service.clock()):
            raise OpenIdError(OpenIdFault.USED, "state: got one that was answered before")
    # 3. From our provider.
    provider.check_sender(answer.get("iss"))
    # 4. Agreed to.
    if refusal:
        raise _refused(refusal)
    # 5. A sound token.
    return provider.subject(answer.get("code", ""), visit)


def linked_account(service: Service, issuer: str, subject: str, caller: Caller | None) -> accounts.AccountRow | None:
    """The account that the identity is linked with, if there is one that this caller may sign in to."""
    with reading(service.engine, "looking up an identity") as connection:
        identity = identities.identity_of(connection, issuer, subject)
        owner = accounts.account(connection, identity.account_id) if identity else None
    if owner and caller and owner.id != caller.account_id:
        raise OpenIdError(OpenIdFault.OTHERS, f"account:{owner.id} is linked, {caller.key} is signed in")
    if owner and owner.disabled_at:
        raise OpenIdError(OpenIdFault.SHUT, f"account:{owner.id} is shut")
    return owner


def _refused(word: str) -> OpenIdError:
    kind = OpenIdFault.CANCELLED if word == "access_denied" else OpenIdFault.REFUSED
    return OpenIdError(kind, f"authorization endpoint: {plain_word(word)}")
