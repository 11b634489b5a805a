"""A file of secrets, one a line, the newest last; made once, readable by its owner alone."""

import hashlib
import os
import secrets
import stat
from pathlib import Path

from facts.errors import SetupError

SECRET_BYTES = 32
_OTHERS = 0o077


def secret_name(secret: bytes) -> str:
    """By what a record says which secret it lies under; it gives nothing of the secret away."""
    return hashlib.sha256(b"xueshi secret name\n" + secret).hexdigest()[:16]


def read_secrets(place: Path, *, make: bool = False) -> tuple[bytes, ...]:
    """Every secret of the file; where there is none and one is wanted, a first one is made."""
    if make and not place.exists():
        _write_first(place)
    try:
        mode, lines = place.stat().st_mode, place.read_text("ascii").split()
        found = tuple(map(bytes.fromhex, lines))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no hexadecimal"
        raise SetupError(
            f"{place}: got no keys ({why}), expected those that sealed the database; bring the file back from its copy"
        ) from error
    if stat.S_IMODE(mode) & _OTHERS:
        raise SetupError(f"{place}: got keys that others may read, expected mode 600; run chmod 600 {place.name}")
    if not found or any(len(secret) != SECRET_BYTES for secret in found):
        raise SetupError(f"{place}: got no keys of {SECRET_BYTES} bytes each; bring the file back from its copy")
    return found


def write_secrets(place: Path, wanted: tuple[bytes, ...]) -> None:
    """The file with these secrets and no others, whole or not at all."""
    part = place.with_name(f"{place.name}.part")
    part.unlink(missing_ok=True)
    try:
        _write(part, wanted)
        part.replace(place)
        _sync_folder(place.parent)
    except OSError as error:
        raise SetupError(f"{place}: cannot be written ({error.strerror}); see that the disk has space") from error


def _write_first(place: Path) -> None:
    """Two processes may come at once: the first to link its secret into place gives it to both."""
    part = place.with_name(f"{place.name}.{secrets.token_hex(8)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(part, (secrets.token_bytes(SECRET_BYTES),))
        try:
            os.link(part, place)
        except FileExistsError:
            pass
        finally:
            part.unlink()
        _sync_folder(place.parent)
    except OSError as error:
        raise SetupError(f"{place}: cannot be made ({error.strerror}); check the folder and its rights") from error


def _write(place: Path, wanted: tuple[bytes, ...]) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(b"".join(secret.hex().encode() + b"\n" for secret in wanted))
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
