"""What the ``openssl`` program of this machine checks for us: SM2 (GB/T 32918) with SM3, under the usual identity.

A copy of this file travels in every package, inside its ``verify.py``; it imports nothing else of this program.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

SM2 = "sm2"
SM2_HEADER = bytes.fromhex(
    "3059301306072a8648ce3d020106082a811ccf5501822d034200"
)  # SubjectPublicKeyInfo up to the point
SM2_WAY = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
_SM2_POINT_BYTES = 65
_UNCOMPRESSED = 4
_LIMIT_S = 30


def openssl_program() -> str:
    """Where the program lies on the machine's own path, never in the folder that is being looked at; empty if nowhere."""
    names = ("openssl", "openssl.exe")
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        for name in names:
            place = Path(folder, name)
            if place.is_absolute() and place.parent != Path.cwd() and os.access(place, os.X_OK) and place.is_file():
                return str(place)
    return ""


def openssl(words: Sequence[str], given: bytes = b"") -> tuple[int, bytes, bytes]:
    """Exit code, output and errors of the program; secrets go in by ``given`` or by file, never by a word."""
    program = openssl_program()
    if not program:
        return 127, b"", b"openssl is not on this machine"
    try:
        done = subprocess.run([program, *words], input=given, capture_output=True, check=False, timeout=_LIMIT_S)  # noqa: S603 - our own words
    except (OSError, subprocess.TimeoutExpired) as error:
        return 126, b"", str(error).encode()
    return done.returncode, done.stdout, done.stderr


def sm2_accepts(public: bytes, message: bytes, signature: bytes) -> bool | None:
    """Whether the signature is the SM2 key's; ``None`` where this machine cannot say."""
    if len(public) != _SM2_POINT_BYTES or public[0] != _UNCOMPRESSED or not signature:
        return False
    with tempfile.TemporaryDirectory() as aside:
        key, sealed = Path(aside, "key.der"), Path(aside, "signature")
        key.write_bytes(SM2_HEADER + public)
        sealed.write_bytes(signature)
        words = ["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", str(key), "-sigfile", str(sealed)]
        code, said, _ = openssl([*words, *SM2_WAY], message)
    if code == 0 and b"Verified Successfully" in said:
        return True
    return False if b"Verification Failure" in said else None
