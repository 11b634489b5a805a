"""The provider: where it is, which keys it signs with, and the subject that an authorization code stands for."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote, urlencode

from facts.counting import counted
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.fetch import Answer, FetchLimits, ask
from runtime.accounts.openid.keys import Key, key_for, keys_of
from runtime.accounts.openid.metadata_cache import MetadataCache
from runtime.accounts.openid.round_trip import Visit
from runtime.accounts.openid.settings import OpenIdSettings, address_fault
from runtime.accounts.openid.token import TokenExpectation, subject_of

BACK = "/sign-in/openid/back"
_OK = 200
_AT_ONCE, _WAIT_S = 8, 2
_MOST_CHARS = 4096


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is needed of the discovery document."""

    authorization: str
    token: str
    keys: str
    posts_secret: bool
    names_issuer: bool


class Provider:
    """One provider as this process knows it."""

    def __init__(
        self, settings: OpenIdSettings, address: str, clock: Callable[[], datetime], patience: FetchLimits | None = None
    ) -> None:
        self.settings, self._back, self._clock = settings, address + BACK, clock
        self._patience = patience or FetchLimits()
        self._metadata = MetadataCache(self._discovered, clock)
        self._keys = MetadataCache(self._fetched_keys, clock)
        self._asking = BoundedSemaphore(_AT_ONCE)

    def way_in(self, visit: Visit) -> str:
        """Where the person goes to prove who they are."""
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self._back,
            "scope": " ".join(self.settings.scopes),
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": visit.challenge,
            "code_challenge_method": "S256",
        }
        start = self._metadata.get().authorization
        return f"{start}{'&' if '?' in start else '?'}{urlencode(asked)}"

    def check_sender(self, issuer: str | None) -> None:
        """RFC 9207: an answer that names its sender must name this provider; one that should and does not is refused."""
        if issuer is None and not self._metadata.get().names_issuer:
            return
        if issuer != self.settings.issuer:
            raise OpenIdError(
                OpenIdFault.BAD_TOKEN, f"iss of the answer: got another, expected {self.settings.issuer!r}"
            )

    def subject(self, code: str, visit: Visit) -> str:
        """The person's identifier that the code is exchanged for, after every check."""
        if not 0 < len(code) <= _MOST_CHARS:
            raise OpenIdError(
                OpenIdFault.REFUSED, f"code: got {counted(len(code), 'character')}, expected 1 to {_MOST_CHARS}"
            )
        told = self._exchanged(code, visit).document
        token, access = told.get("id_token"), told.get("access_token")
        if not isinstance(token, str):
            raise OpenIdError(OpenIdFault.BAD_ANSWER, "token endpoint: got no id_token; is openid among the scopes?")
        expected = TokenExpectation(
            self.settings.issuer,
            self.settings.client_id,
            visit.nonce,
            visit.begun_s,
            access if isinstance(access, str) else None,
        )
        return subject_of(token, self._key, expected, self._clock())

    def _key(self, algorithm: str, kid: str | None) -> Key:
        """The key of that name; where it is unknown the provider may have changed its keys."""
        found = key_for(self._keys.get(), algorithm, kid) or key_for(self._keys.newer(), algorithm, kid)
        if found is None:
            raise OpenIdError(
                OpenIdFault.BAD_TOKEN, f"kid: got one that the provider's keys do not fit, for {algorithm}"
            )
        return found

    def _exchanged(self, code: str, visit: Visit) -> Answer:
        metadata = self._metadata.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self.settings.client_id,
            "code_verifier": visit.verifier,
        }
        headers = {}
        if self.settings.client_secret and metadata.posts_secret:
            form["client_secret"] = self.settings.client_secret
        elif self.settings.client_secret:
            headers["authorization"] = _basic(self.settings)
        if not self._asking.acquire(timeout=_WAIT_S):
            raise OpenIdError(OpenIdFault.BUSY, f"{_AT_ONCE} sign-ins wait for the provider already")
        try:
            answer = ask(metadata.token, self._patience, form, headers)
        finally:
            self._asking.release()
        if answer.status != _OK:
            raise OpenIdError(_refusal(answer), f"token endpoint: got status {answer.status}, {error_word(answer)}")
        return answer

    def _discovered(self) -> Metadata:
        where = f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"
        found = _ok(where, ask(where, self._patience))
        if found.get("issuer") != self.settings.issuer:
            got = str(found.get("issuer"))[:200]
            raise OpenIdError(OpenIdFault.BAD_ANSWER, f"{where}: got issuer {got!r}, expected {self.settings.issuer!r}")
        methods = found.get("token_endpoint_auth_methods_supported")
        return Metadata(
            authorization=endpoint(found, "authorization_endpoint", self.settings.issuer),
            token=endpoint(found, "token_endpoint", self.settings.issuer),
            keys=endpoint(found, "jwks_uri", self.settings.issuer),
            posts_secret=isinstance(methods, list)
            and "client_secret_post" in methods
            and "client_secret_basic" not in methods,
            names_issuer=found.get("authorization_response_iss_parameter_supported") is True,
        )

    def _fetched_keys(self) -> tuple[Key, ...]:
        where = self._metadata.get().keys
        return keys_of(_ok(where, ask(where, self._patience)), where.partition("?")[0])


def endpoint(document: Mapping[str, Any], name: str, issuer: str) -> str:
    """An address of the discovery document; only a provider on loopback may name one without TLS."""
    value = document.get(name)
    fault = address_fault(value, near=issuer.startswith("http://")) if isinstance(value, str) else "got none"
    if fault or not isinstance(value, str):
        raise OpenIdError(OpenIdFault.BAD_ANSWER, f"discovery document, {name}: {fault}, expected https://…")
    return value


def error_word(answer: Answer) -> str:
    """The provider's word for its refusal, as far as it is one of RFC 6749's form; its sentences are not repeated."""
    return plain_word(answer.document.get("error"))


def plain_word(word: object) -> str:
    """The word, or what stands for anything that is none."""
    known = isinstance(word, str) and len(word) <= 40 and word.isascii() and word.replace("_", "").isalnum()  # noqa: PLR2004 - RFC 6749's longest has 25
    return str(word) if known else "no known word"


def _refusal(answer: Answer) -> OpenIdFault:
    """A spent or foreign code is the person's to begin again; another refusal is the operator's."""
    return OpenIdFault.USED if error_word(answer) == "invalid_grant" else OpenIdFault.BAD_ANSWER


def _ok(where: str, answer: Answer) -> Mapping[str, Any]:
    if answer.status != _OK:
        raise OpenIdError(
            OpenIdFault.BAD_ANSWER, f"{where.partition('?')[0]}: got status {answer.status}, expected 200"
        )
    return answer.document


def _basic(settings: OpenIdSettings) -> str:
    """RFC 6749, 2.3.1: both parts encoded as in a form before they are joined."""
    pair = f"{quote(settings.client_id, safe='')}:{quote(settings.client_secret, safe='')}"
    return f"Basic {b64encode(pair.encode()).decode()}"
