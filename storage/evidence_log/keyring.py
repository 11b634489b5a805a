"""A folder of keys: one signs now, earlier ones are kept because what they signed must stay checkable."""

import json
import os
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from facts.counting import counted
from storage.evidence.folders import disk_faults, folder, read_small, write_all, write_durably
from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.openssl import SM2
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import ED25519, DigitalSigner, Ed25519Signer, PublicKey, refuse_unknown
from storage.evidence_log.sm2 import OpenSslSm2Signer, is_sm2, new_sm2_key, public_pem, sm2_public
from storage.evidence_log.wire import bytes_of, fields_of, moment_of, written
from storage.sealing.seal_examination import MOST_KEYS

RING, MASK = "keys.json", "mask.key"
_SCHEMA, _ENTRY = "xueshi.keys/1", "xueshi.key/1"
_MASK_BYTES = 32
_PRIVATE = 0o600
_OTHERS = 0o077
_MOST_PEM_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One public key, since when it signs, and its predecessor's word that it may."""

    public: PublicKey
    since: datetime
    before: str = ""
    voucher: bytes = b""

    @property
    def vouched_bytes(self) -> bytes:
        """What the predecessor signs."""
        body = {"before": self.before, "public_key": self.public.raw.hex(), "since": written(self.since)}
        return _ENTRY.encode() + b"\n" + canonical({**body, "algorithm": self.public.algorithm})

    def plain(self) -> dict[str, object]:
        """The entry as JSON types."""
        body: dict[str, object] = {"schema": _ENTRY, **json.loads(self.vouched_bytes.partition(b"\n")[2])}
        return {**body, "voucher": self.voucher.hex()}


def entry_of(value: object) -> KeyEntry:
    """The entry that the JSON value spells."""
    names = ("algorithm", "public_key", "since", "before", "voucher")
    body = fields_of(canonical(value), "key", _ENTRY, dict.fromkeys(names, str))
    public = PublicKey(body["algorithm"], bytes_of(body["public_key"], "key: public_key"))
    voucher = bytes_of(body["voucher"], "key: voucher") if body["voucher"] else b""
    return KeyEntry(public, moment_of(body["since"], "key"), body["before"], voucher)


class KeyRing:
    """Keys in a folder of their own; nothing in it is ever overwritten."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def entries(self) -> tuple[KeyEntry, ...]:
        """Every key in order of time; none where nothing was made yet."""
        if not self.root.is_dir():
            return ()
        with disk_faults(self.root, "reading the keys"), folder(self.root) as root:
            data = read_small(root, RING, _MOST_PEM_BYTES)
        if data is None:
            return ()
        body = fields_of(data, str(self.root / RING), _SCHEMA, {"keys": list})
        return tuple(map(entry_of, body["keys"]))

    def init(self, at: datetime, algorithm: str = ED25519) -> KeyEntry:
        """The first key and the key that masks names; refused where there are keys already."""
        refuse_unknown(algorithm)
        if self.entries():
            raise LogSetupError(f"{self.root}: got keys already, expected none; use `xueshi keys rotate` for a new one")
        self._ready()
        mask = self.root / MASK
        if not mask.exists():
            self._private(MASK, secrets.token_bytes(_MASK_BYTES).hex().encode() + b"\n")
        return self._add((), KeyEntry(self._made(algorithm), at))

    def rotate(self, at: datetime, algorithm: str = "") -> KeyEntry:
        """A new key that the present one vouches for, of the same algorithm unless another is named."""
        entries = self.entries()
        signer = self.signer()
        refuse_unknown(algorithm or signer.public.algorithm)
        if len(entries) >= MOST_KEYS:
            raise LogSetupError(
                f"{self.root}: got {counted(len(entries), 'key')} already, expected fewer than {MOST_KEYS}, which is what a package's"
                " verifier follows; begin a new folder of keys and publish its fingerprint"
            )
        bare = KeyEntry(self._made(algorithm or signer.public.algorithm), at, signer.public.key_id)
        return self._add(entries, replace(bare, voucher=signer.sign(bare.vouched_bytes)))

    def signer(self) -> DigitalSigner:
        """The key that signs now."""
        entries = self.entries()
        if not entries:
            raise LogSetupError(f"{self.root}: got no key, expected one; make it once with `xueshi keys init`")
        return load_signer(self.root / f"{entries[-1].public.key_id}.pem")

    def mask_key(self) -> bytes:
        """The secret that turns names into pseudonyms; whoever holds it can match them again."""
        path = self.root / MASK
        _refuse_open(path)
        return bytes_of(path.read_text("ascii").strip(), str(path), _MASK_BYTES)

    def _made(self, algorithm: str) -> PublicKey:
        pem, public, shown = _new_sm2() if algorithm == SM2 else _new_ed25519()
        self._private(f"{public.key_id}.pem", pem)
        with disk_faults(self.root, "writing a key"), folder(self.root) as root:
            write_durably(root, f"{public.key_id}.pub.pem", shown)
        return public

    def _add(self, entries: tuple[KeyEntry, ...], entry: KeyEntry) -> KeyEntry:
        body = {"schema": _SCHEMA, "keys": [one.plain() for one in (*entries, entry)]}
        with disk_faults(self.root, "writing the keys"), folder(self.root) as root:
            write_durably(root, RING, canonical(body) + b"\n")
        return entry

    def _ready(self) -> None:
        with disk_faults(self.root, "making the keys"):
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)

    def _private(self, name: str, data: bytes) -> None:
        with disk_faults(self.root, "writing a key"), folder(self.root) as root:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(name, flags, _PRIVATE, dir_fd=root)
            try:
                write_all(descriptor, data)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            os.fsync(root)


def _new_ed25519() -> tuple[bytes, PublicKey, bytes]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    shown = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, Ed25519Signer(key).public, shown


def _new_sm2() -> tuple[bytes, PublicKey, bytes]:
    private = new_sm2_key()
    public = sm2_public(private)
    return private, public, public_pem(public)


def load_signer(path: Path) -> DigitalSigner:
    """The signer in a PEM file that nobody else may read."""
    _refuse_open(path)
    pem = _pem(path)
    try:
        if is_sm2(pem):
            return OpenSslSm2Signer(path, sm2_public(pem))
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise LogInputError(f"{path}: got no private key in PEM without a password ({error})") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise LogInputError(
            f"{path}: got a key of another algorithm, expected {ED25519} or {SM2}; use `xueshi keys init`"
        )
    return Ed25519Signer(key)


def _pem(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_PEM_BYTES)
    except OSError as error:
        raise LogSetupError(
            f"{path}: got a key that cannot be read ({error.strerror}), expected a file of this user with mode 600"
        ) from error


def _refuse_open(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise LogSetupError(f"{path}: got no key ({error.strerror}), expected one; see `xueshi keys list`") from error
    if mode & _OTHERS:
        raise LogSetupError(
            f"{path}: got a key that others may read (mode {mode & 0o777:o}), expected 600; run chmod 600 {path.name}"
        )
