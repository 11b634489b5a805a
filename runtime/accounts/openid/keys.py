"""The provider's public keys; what cannot check a signature that we accept is left out."""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from runtime.accounts.openid.errors import OpenIdError, OpenIdFault

ALGORITHMS = {  # no "none" and no HMAC: a public key must never serve as a shared secret
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
}
LEAST_RSA_BITS = 2048
_MOST_KEYS = 64
_PUBLIC = ("kty", "kid", "alg", "n", "e", "crv", "x", "y")
Key = RSAKey | ECKey


def keys_of(document: Mapping[str, Any], where: str) -> tuple[Key, ...]:
    """The keys of a JWK set (RFC 7517)."""
    listed = document.get("keys")
    found = [key for one in listed[:_MOST_KEYS] if (key := _key(one))] if isinstance(listed, list) else []
    if not found:
        raise OpenIdError(
            OpenIdFault.BAD_ANSWER, f"{where}: got no usable key, expected RSA of 2048 bits or more, or EC"
        )
    return tuple(found)


def key_for(keys: tuple[Key, ...], algorithm: str, kid: str | None) -> Key | None:
    """The key that the token names; a token may be silent where only one fits."""
    fitting = [key for key in keys if key.key_type == ALGORITHMS[algorithm] and key.get("alg", algorithm) == algorithm]
    if kid is None:
        return fitting[0] if len(fitting) == 1 else None
    return next((key for key in fitting if key.get("kid") == kid), None)


def _key(raw: object) -> Key | None:
    if not isinstance(raw, dict) or raw.get("use", "sig") != "sig":
        return None
    public = {name: raw[name] for name in _PUBLIC if isinstance(raw.get(name), str)}
    try:
        if public.get("kty") == "EC":
            return ECKey.import_key(public)
        strong = public.get("kty") == "RSA" and _bits(public["n"]) >= LEAST_RSA_BITS
        return RSAKey.import_key(public) if strong else None
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _bits(number: str) -> int:
    """How large it is, whatever noughts stand before it."""
    return int.from_bytes(urlsafe_b64decode(number + "=" * (-len(number) % 4))).bit_length()
