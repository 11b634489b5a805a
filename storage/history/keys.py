"""One secret under which people are joined and sealed; without it nobody in the history can be found or read."""

import hashlib
import hmac
import os
import secrets
import stat
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from facts.errors import SetupError
from facts.id_number import masked_id

KEY_FILE = "history.key"
_BYTES, _NONCE_BYTES = 32, 12
_OTHERS = 0o077


class HistoryKeys:
    """A digest to join by (HMAC-SHA-256) and a cipher to keep by (AES-256-GCM), both drawn from one secret."""

    def __init__(self, secret: bytes) -> None:
        self._join = _derived(secret, b"xueshi history join")
        self._cipher = AESGCM(_derived(secret, b"xueshi history seal"))

    @classmethod
    def for_once(cls) -> "HistoryKeys":
        """Keys for one run alone, for a history that is deleted when the run ends."""
        return cls(secrets.token_bytes(_BYTES))

    def digest(self, kind: str, text: str) -> bytes:
        """Equal texts of one kind have equal digests, and only the secret's holder can try which text it was."""
        return hmac.digest(self._join, f"{kind}\n{text}".encode(), "sha256")

    def seal(self, text: str, digest: bytes) -> bytes:
        """The text under the cipher, bound to the digest beside which it lies."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), digest)

    def unseal(self, sealed: bytes, digest: bytes) -> str:
        """The text again; another secret, or another row's text, is refused."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], digest).decode()
        except InvalidTag as error:
            raise SetupError(
                "history: got a record that this key does not open, expected the key that sealed it; name the key's folder"
                " with --keys"
            ) from error


def number_of(digest: bytes) -> int:
    """The first 63 bits, as the key of a row."""
    return int.from_bytes(digest[:8], "big") >> 1


@lru_cache(maxsize=65_536)
def party_key(key: str) -> int:
    """The key of an institution, evaluator or employer, which is no secret."""
    return number_of(hashlib.sha256(f"party\n{key}".encode()).digest())


@lru_cache(maxsize=65_536)
def class_key(institution: str, number: str) -> int:
    """The key of a class, by whose it is and how it is numbered there."""
    return number_of(hashlib.sha256(f"class\n{institution}\n{number}".encode()).digest())


def masked_secret(text: str) -> str:
    """An account's or certificate's last four signs."""
    return masked_id(text)


def keys_in(folder: Path, *, make: bool = False) -> HistoryKeys:
    """The secret in a folder of keys; made once, readable by its owner alone."""
    place = folder / KEY_FILE
    if make and not place.exists():
        _make(place)
    try:
        mode = place.stat().st_mode
        text = place.read_text("ascii").strip()
    except OSError as error:
        raise SetupError(
            f"{place}: got no key ({error.strerror}), expected the one that sealed the history; bring it back from its"
            " copy, or import into a new database"
        ) from error
    if stat.S_IMODE(mode) & _OTHERS:
        raise SetupError(f"{place}: got a key that others may read, expected mode 600; run chmod 600 {KEY_FILE}")
    return HistoryKeys(_secret(text, place))


def _secret(text: str, place: Path) -> bytes:
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) != _BYTES:
        raise SetupError(
            f"{place}: got no key of {_BYTES} bytes in hexadecimal, expected one; restore it from its copy"
        )
    return secret


def _make(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise SetupError(f"{place}: cannot be made ({error.strerror}); choose another folder with --keys") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(_BYTES).hex().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _BYTES, None, purpose).derive(secret)
