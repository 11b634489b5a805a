"""The provider's word, checked: what a token says, and how it is signed."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import ECKey

from runtime.accounts.openid.errors import OpenIdError, OpenIdFault
from runtime.accounts.openid.token import TokenExpectation, subject_of
from tests.fixtures.openid import CLIENT, OddProvider, rsa
from tests.fixtures.openid_sign_in import b64, clock, refused, vouched


def relative(claims: dict[str, Any]) -> dict[str, Any]:
    """Times are told as seconds from now."""
    now = int(time.time())
    return {
        name: now + value if name in {"exp", "iat", "nbf"} and isinstance(value, int | float) else value
        for name, value in claims.items()
    }


WRONG: dict[str, tuple[dict[str, Any], OpenIdFault]] = {
    "of another provider": ({"iss": "https://evil.example"}, OpenIdFault.BAD_TOKEN),
    "of no provider": ({"iss": None}, OpenIdFault.BAD_TOKEN),
    "for another service": ({"aud": "another"}, OpenIdFault.BAD_TOKEN),
    "for a service whose name holds ours": ({"aud": f"{CLIENT}-2"}, OpenIdFault.BAD_TOKEN),
    "for nobody": ({"aud": None}, OpenIdFault.BAD_TOKEN),
    "for two services and made for neither": ({"aud": [CLIENT, "another"]}, OpenIdFault.BAD_TOKEN),
    "for two services and made for the other": ({"aud": [CLIENT, "another"], "azp": "another"}, OpenIdFault.BAD_TOKEN),
    "made for another service": ({"azp": "another"}, OpenIdFault.BAD_TOKEN),
    "expired": ({"exp": -61}, OpenIdFault.CLOCKS),
    "without an end": ({"exp": None}, OpenIdFault.BAD_TOKEN),
    "with an end that is no number": ({"exp": "tomorrow"}, OpenIdFault.BAD_TOKEN),
    "with an end that is infinite": ({"exp": float("inf")}, OpenIdFault.BAD_TOKEN),
    "from the future": ({"iat": 90, "exp": 300}, OpenIdFault.CLOCKS),
    "not yet good": ({"nbf": 90}, OpenIdFault.CLOCKS),
    "from before the sign-in began": ({"iat": -90}, OpenIdFault.CLOCKS),
    "without a time": ({"iat": None}, OpenIdFault.BAD_TOKEN),
    "for another sign-in": ({"nonce": "of another"}, OpenIdFault.BAD_TOKEN),
    "for no sign-in": ({"nonce": None}, OpenIdFault.BAD_TOKEN),
    "with another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, OpenIdFault.BAD_TOKEN),
    "about nobody": ({"sub": None}, OpenIdFault.BAD_TOKEN),
    "about an empty name": ({"sub": ""}, OpenIdFault.BAD_TOKEN),
    "about a number": ({"sub": 1001}, OpenIdFault.BAD_TOKEN),
    "about a name with a break in it": ({"sub": "u-1001\n"}, OpenIdFault.BAD_TOKEN),
    "about a name without end": ({"sub": "u" * 256}, OpenIdFault.BAD_TOKEN),
}
SOUND: dict[str, dict[str, Any]] = {
    "for several services and made for this one": {"aud": [CLIENT, "another"], "azp": CLIENT},
    "for this one in a list": {"aud": [CLIENT]},
    "a little old": {"exp": -20},
    "a little ahead": {"iat": 30, "nbf": 30},
    "a little behind": {"iat": -30},
    "with the hash of its access token": {  # OpenID Connect Core 3.1.3.6
        "at_hash": urlsafe_b64encode(sha256(b"an-access-token").digest()[:16]).decode().rstrip("=")
    },
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_is_refused_that_is(odd_provider: OddProvider, name: str) -> None:
    claims, kind = WRONG[name]
    odd_provider.claims = relative(claims)
    assert refused(odd_provider, kind)


@pytest.mark.parametrize("name", SOUND)
def test_a_token_is_good_that_is(odd_provider: OddProvider, name: str) -> None:
    odd_provider.claims = relative(SOUND[name])
    assert vouched(odd_provider) == odd_provider.subject


def by_hand(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"") -> str:
    """A token that no honest library would make."""
    text = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{text}.{b64(hmac.digest(key, text.encode(), 'sha256')) if key else ''}"


def by_the_public_key(own: OddProvider, claims: dict[str, Any]) -> str:
    """The old trick: what everybody knows, taken for a shared secret."""
    return by_hand({"alg": "HS256", "kid": own.key.kid}, claims, own.key.as_pem(private=False))


def by_another(own: OddProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": own.key.kid}, claims, rsa("another"), algorithms=["RS256"])


def with_its_own_key(_: OddProvider, claims: dict[str, Any]) -> str:
    mine = rsa("another")
    header = {"alg": "RS256", "kid": "another", "jwk": mine.as_dict(private=False)}
    return jwt.encode(header, claims, mine, algorithms=["RS256"])


def changed(own: OddProvider, claims: dict[str, Any]) -> str:
    head, _, signature = own.signed(claims).split(".")
    _, body, _ = own.signed(claims | {"sub": "somebody-else"}).split(".")
    return f"{head}.{body}.{signature}"


def not_understood(own: OddProvider, claims: dict[str, Any]) -> str:
    return by_hand({"alg": "RS256", "kid": own.key.kid, "crit": ["x"], "x": 1}, claims, b"k")


FORGED: dict[str, Callable[[OddProvider, dict[str, Any]], str]] = {
    "unsigned": lambda _, claims: by_hand({"alg": "none"}, claims),
    "unsigned in capitals": lambda _, claims: by_hand({"alg": "NONE"}, claims),
    "signed by the public key": by_the_public_key,
    "signed by another key of that name": by_another,
    "signed by a key that it brings": with_its_own_key,
    "changed after signing": changed,
    "asking for what we do not understand": not_understood,
    "with a list for an algorithm": lambda _, claims: by_hand({"alg": ["RS256"]}, claims, b"k"),
    "with a number for a key's name": lambda _, claims: by_hand({"alg": "RS256", "kid": 7}, claims, b"k"),
    "no token": lambda *_: "not a token",
    "nothing but dots": lambda *_: "..",
    "with a header that is a list": lambda *_: "W10.W10.W10",
    "with a header that is deep": lambda *_: f"{b64(b'[' * 5000)}.e30.AA",
    "larger than any token": lambda *_: "a" * 20_000,
    "not in ASCII": lambda *_: "凭.证.书",
    "with claims that are a list": lambda own, _: _signed_text(own, b"[1]"),
    "with claims that are no JSON": lambda own, _: _signed_text(own, b"sub=u-1001"),
}


def _signed_text(own: OddProvider, payload: bytes) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": own.key.kid}, payload, own.key, algorithms=["RS256"])


@pytest.mark.parametrize("name", FORGED)
def test_a_token_is_refused_that_is_forged(odd_provider: OddProvider, name: str) -> None:
    odd_provider.mint = FORGED[name]
    assert refused(odd_provider, OpenIdFault.BAD_TOKEN)


@settings(max_examples=80, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.text(max_size=300), st.binary(max_size=200).map(b64), st.lists(st.binary(max_size=60), max_size=4)))
def test_whatever_comes_for_a_token_is_refused_and_never_a_defect(raw: str | list[bytes]) -> None:
    token = raw if isinstance(raw, str) else ".".join(b64(part) for part in raw)
    expected = TokenExpectation("https://id.example", CLIENT, "nonce", 0, None)
    with pytest.raises(OpenIdError):
        subject_of(token, lambda *_: rsa("first"), expected, clock())


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "ES256"])
def test_other_sound_algorithms_are_understood(odd_provider: OddProvider, algorithm: str) -> None:
    odd_provider.algorithm = algorithm
    if algorithm.startswith("ES"):
        odd_provider.key = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
    assert vouched(odd_provider) == odd_provider.subject


def test_a_token_without_a_key_name_is_good_where_one_key_fits_and_refused_where_two_do(
    odd_provider: OddProvider,
) -> None:
    odd_provider.header = {"kid": None}
    assert vouched(odd_provider) == odd_provider.subject
    odd_provider.published = [one.as_dict(private=False) for one in (odd_provider.key, rsa("another"))]
    odd_provider.forget()
    assert "kid" in refused(odd_provider, OpenIdFault.BAD_TOKEN)
