import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from facts.errors import InputError

_SHAPE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """The SHA-256 of some bytes, in lower-case hex."""

    sha256: str

    def __post_init__(self) -> None:
        if not _SHAPE.fullmatch(self.sha256):
            raise InputError(f"digest: got {self.sha256[:80]!r}, expected 64 lower-case hex digits of SHA-256")

    @classmethod
    def of(cls, parts: bytes | Iterable[bytes]) -> "Digest":
        """The digest of bytes handed over whole or in parts."""
        digest = hashlib.sha256()
        for part in (parts,) if isinstance(parts, bytes) else parts:
            digest.update(part)
        return cls(digest.hexdigest())

    @property
    def short(self) -> str:
        """The first twelve digits: enough to recognise it on paper."""
        return self.sha256[:12]


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """Where a piece of evidence is to be found again: a file by its digest, and the moment in it."""

    path: str
    digest: Digest | None = None
    at_s: float | None = None
    note: str = ""
