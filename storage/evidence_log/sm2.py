"""SM2 keys and signatures (GB/T 32918) by the machine's OpenSSL 3; nothing of the curve is computed here."""

import base64
import re
from dataclasses import dataclass
from pathlib import Path

from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.openssl import SM2, SM2_HEADER, SM2_WAY, openssl
from storage.evidence_log.signature import PublicKey

_OF_SM2 = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END PRIVATE KEY-----")
_HEADER_BYTES = 64


@dataclass(frozen=True, slots=True)
class OpenSslSm2Signer:
    """An SM2 key in a file that OpenSSL reads by itself, so that it is on no command line and not in our memory."""

    path: Path
    public: PublicKey

    def sign(self, message: bytes) -> bytes:
        """See ``DigitalSigner``."""
        code, signature, said = openssl(["pkeyutl", "-sign", "-inkey", str(self.path), *SM2_WAY], message)
        if code != 0 or not self.public.accepts(message, signature):
            raise LogSetupError(f"{self.path}: openssl did not sign with SM2 ({_said(said)}); use OpenSSL 3 or newer")
        return signature


def new_sm2_key() -> bytes:
    """A new private key in PEM."""
    code, pem, said = openssl(["genpkey", "-algorithm", "SM2"])
    if code != 0 or not is_sm2(pem):
        raise LogSetupError(f"openssl: cannot make an SM2 key ({_said(said)}); install OpenSSL 3, or use ed25519")
    return pem


def is_sm2(pem: bytes) -> bool:
    """Whether the PEM holds a private key on the curve of SM2."""
    found = _PEM.search(pem)
    return bool(found) and _OF_SM2 in base64.b64decode(found.group(1) if found else b"")[:_HEADER_BYTES]


def sm2_public(pem: bytes) -> PublicKey:
    """The public half of a private key in PEM."""
    code, shown, said = openssl(["pkey", "-pubout", "-outform", "DER"], pem)
    if code != 0 or not shown.startswith(SM2_HEADER):
        raise LogInputError(f"key: got no SM2 key that openssl can read ({_said(said)}), expected one in PEM")
    return PublicKey(SM2, shown[len(SM2_HEADER) :])


def public_pem(public: PublicKey) -> bytes:
    """The public key as other programs read it."""
    text = base64.encodebytes(SM2_HEADER + public.raw)
    return b"-----BEGIN PUBLIC KEY-----\n" + text + b"-----END PUBLIC KEY-----\n"


def _said(errors: bytes) -> str:
    lines = errors.decode("utf-8", "replace").split("\n")
    return next((line.strip()[:120] for line in lines if line.strip()), "no reason given")
