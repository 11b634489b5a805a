"""Who signs and how a signature is checked; the algorithm is named beside every signature so that others can follow."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.openssl import SM2, sm2_accepts

ED25519 = "ed25519"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What anybody needs to check a signature."""

    algorithm: str
    raw: bytes

    @property
    def key_id(self) -> str:
        """The fingerprint by which people compare keys on the telephone."""
        return sha256(self.algorithm.encode() + b":" + self.raw).hexdigest()[:16]

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's; an algorithm that is not built in proves nothing."""
        check = _CHECKS.get(self.algorithm)
        return check is not None and check(self.raw, message, signature)


class DigitalSigner(Protocol):
    """Signs for an institution; Ed25519 in a file, SM2 through OpenSSL, or a hardware module elsewhere."""

    @property
    def public(self) -> PublicKey:
        """The key that checks the signatures."""
        ...

    def sign(self, message: bytes) -> bytes:
        """The signature of the message."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Ed25519Signer:
    """An Ed25519 key held in memory."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        """See ``DigitalSigner``."""
        return PublicKey(ED25519, self.key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """See ``DigitalSigner``."""
        return self.key.sign(message)


def _ed25519(raw: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sm2(raw: bytes, message: bytes, signature: bytes) -> bool:
    said = sm2_accepts(raw, message, signature)
    if said is None:
        raise LogSetupError(
            "SM2: this machine cannot check the signature, expected OpenSSL 3 or newer; install openssl"
        )
    return said


_CHECKS: Mapping[str, Callable[[bytes, bytes, bytes], bool]] = {ED25519: _ed25519, SM2: _sm2}
ALGORITHMS = tuple(_CHECKS)


def refuse_unknown(algorithm: str) -> None:
    """An algorithm that this version cannot check is a fault, never a pass."""
    if algorithm not in _CHECKS:
        raise LogInputError(
            f"signature: got the algorithm {algorithm[:40]!r}, expected one of {', '.join(_CHECKS)}; use a newer version"
        )
