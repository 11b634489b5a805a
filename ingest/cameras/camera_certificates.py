"""Certificates that cameras made for themselves: kept when first met, and held against whoever answers there later."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError


class CertificatePins:
    """One small file of addresses and digests, which commands and recorders of one home share."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def first_met(self, where: str, certificate: bytes) -> str:
        """The digest of the certificate that this address had first, which is this one where it is met for the first time."""
        with self._held() as known:
            return known.setdefault(where, Digest.of(certificate).sha256)

    def forget(self, where: str) -> None:
        """Whoever looks after the camera says that it has another one now."""
        with self._held() as known:
            known.pop(where, None)

    @contextmanager
    def _held(self) -> Iterator[dict[str, str]]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_suffix(".lock").open("a")
        except OSError as error:
            raise self._unusable(error.strerror or "no file") from error
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self._read()
            before = dict(known)
            yield known
            if known != before:
                self._write(known)

    def _read(self) -> dict[str, str]:
        try:
            known = json.loads(self.path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise self._unusable(str(error)) from error
        if not isinstance(known, dict) or not all(isinstance(one, str) for one in known.values()):
            raise self._unusable("another content")
        return known

    def _write(self, known: dict[str, str]) -> None:
        new = self.path.with_suffix(".new")
        try:
            new.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", "utf-8")
            new.replace(self.path)
        except OSError as error:
            raise self._unusable(error.strerror or "no room") from error

    def _unusable(self, why: str) -> SetupError:
        return SetupError(
            f"{self.path}: got {why}, expected the certificates of cameras by address; "
            "repair it, or remove it and every camera is met anew"
        )
