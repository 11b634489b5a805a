"""Recordings that are read where they lie: by which address, and how much of them was read."""

from dataclasses import dataclass

from facts.digest import Digest


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """A recording of a class by its name there and its address in the evidence store; ``size_bytes`` where it is on record."""

    file: str
    digest: Digest
    version_id: str = ""
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class StoredReads:
    """What a verification asked of the evidence store: of so many recordings, so many bytes in so many ranges."""

    recordings: int
    size_bytes: int
    bytes_read: int
    ranges: int
