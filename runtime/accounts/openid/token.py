"""The ID token, checked as OpenID Connect Core 3.1.3.7 asks; the numbers below are that section's."""

import hashlib
import hmac
import json
import math
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from facts.counting import counted
from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.keys import ALGORITHMS, Key

LEEWAY_S = 60
MOST_TOKEN_CHARS = 16_384
_MOST_SUBJECT_CHARS = 255
SOUND_SUBJECT = f"1 to {_MOST_SUBJECT_CHARS} printable characters"
_MOST_HEADER_CHARS = 8_192  # some providers put their certificate there; it is not looked at
KeyFor = Callable[[str, str | None], Key]


@dataclass(frozen=True, slots=True)
class TokenExpectation:
    """What the token must agree with."""

    issuer: str
    client_id: str
    nonce: str
    begun_s: int
    access_token: str | None


def subject_of(token: str, key_for: KeyFor, expected: TokenExpectation, at: datetime) -> str:
    """The subject that the token vouches for, and no other claim: what else it says is not looked at or kept."""
    claims, algorithm = _verified(token, key_for)
    _check_parties(claims, expected)
    _check_times(claims, expected, at)
    _check_binding(claims, algorithm, expected)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not sound_subject(subject):
        raise _bad(f"sub: got {_kind(subject)}, expected {SOUND_SUBJECT}")
    return subject


def sound_subject(subject: str) -> bool:
    """Whether a provider can mean somebody by it."""
    return 0 < len(subject) <= _MOST_SUBJECT_CHARS and subject.isprintable() and not subject.isspace()


def _verified(token: str, key_for: KeyFor) -> tuple[Mapping[str, Any], str]:
    """6 to 8: signed by the provider's own key, by an algorithm of our choice and not of the token's."""
    registry = jws.JWSRegistry(algorithms=list(ALGORITHMS), strict_check_header=False)
    registry.max_header_length = _MOST_HEADER_CHARS
    if len(token) > MOST_TOKEN_CHARS or not token.isascii():
        raise _bad(f"got {counted(len(token), 'character')}, expected at most {MOST_TOKEN_CHARS} of ASCII")
    try:
        header = jws.extract_compact(token.encode(), registry=registry).headers()
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise _bad("got no signed token (three parts, a JSON header)") from error
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _bad(f"alg: got {str(algorithm)[:20]!r}, expected one of {', '.join(ALGORITHMS)}")
    key = key_for(algorithm, kid if isinstance(kid, str) else None)
    try:
        payload = jws.deserialize_compact(token.encode(), key, algorithms=[algorithm], registry=registry).payload
        claims = json.loads(payload or b"")
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise _bad(f"signature: {type(error).__name__}") from error
    if not isinstance(claims, dict):
        raise _bad("got claims that are no JSON object")
    return claims, algorithm


def _check_parties(claims: Mapping[str, Any], expected: TokenExpectation) -> None:
    """2 to 5: from this provider, for this service."""
    if claims.get("iss") != expected.issuer:
        raise _bad(f"iss: got {str(claims.get('iss'))[:200]!r}, expected {expected.issuer!r}")
    told = claims.get("aud")
    audience = told if isinstance(told, list) else [told]
    if expected.client_id not in audience:
        raise _bad("aud: got another service, expected this one's client id")
    if (len(audience) > 1 or "azp" in claims) and claims.get("azp") != expected.client_id:
        raise _bad("azp: got another service or none, expected this one's client id")


def _check_times(claims: Mapping[str, Any], expected: TokenExpectation, at: datetime) -> None:
    """9 and 10: not expired, not from the future, and not made before this sign-in began."""
    present_s = at.timestamp()
    expires_s, issued_s = _number(claims, "exp"), _number(claims, "iat")
    if expires_s + LEEWAY_S <= present_s:
        raise OpenIdError(OpenIdFault.CLOCKS, f"exp: {present_s - expires_s:.0f} s ago by this machine's clock")
    earliest_s = max(issued_s, _number(claims, "nbf")) if "nbf" in claims else issued_s
    if earliest_s - LEEWAY_S > present_s:
        raise OpenIdError(
            OpenIdFault.CLOCKS, f"iat or nbf: {earliest_s - present_s:.0f} s ahead of this machine's clock"
        )
    if issued_s + LEEWAY_S < expected.begun_s:
        raise OpenIdError(OpenIdFault.CLOCKS, f"iat: {expected.begun_s - issued_s:.0f} s before the sign-in began")


def _check_binding(claims: Mapping[str, Any], algorithm: str, expected: TokenExpectation) -> None:
    """11, and 3.1.3.8: the answer to our own question, and the access token that came with it."""
    if not _same(claims.get("nonce"), expected.nonce):
        raise _bad("nonce: got another one, expected that of this sign-in")
    if "at_hash" not in claims:
        return
    digest = hashlib.new(f"sha{algorithm[2:]}", (expected.access_token or "").encode()).digest()
    half = urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
    if expected.access_token is None or not _same(claims["at_hash"], half):
        raise _bad("at_hash: got that of another access token")


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad(f"{name}: got {_kind(value)}, expected seconds")
    return float(value)


def _same(got: object, wanted: str) -> bool:
    return isinstance(got, str) and hmac.compare_digest(got.encode("utf-8", "replace"), wanted.encode())


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a value of type {type(value).__name__}"


def _bad(detail: str) -> OpenIdError:
    return OpenIdError(OpenIdFault.BAD_TOKEN, detail)
