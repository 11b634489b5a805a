from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from facts.digest import Digest
from facts.errors import InternalError
from storage.evidence.range_reader import RangeReader

# The folders of a service's home that it needs again, wherever it works next; keys, database and evidence are none of them.
KINDS = ("classes", "packages", "pictures", "previews", "recordings")


@dataclass(frozen=True, slots=True, order=True)
class BlobEntry:
    """One thing that is kept: its name, such as ``pictures/12/sheet-0.jpg``, and how long it is."""

    name: str
    size_bytes: int


class BlobStore(Protocol):
    """Keeps bytes under names; unlike evidence they may be replaced and deleted. Every adapter passes one contract suite."""

    @property
    def url(self) -> str:
        """The address, without credentials."""

    def put(self, name: str, source: Path) -> None:
        """Keeps the file's bytes under the name, whole or not at all; what had the name before is replaced."""

    def get(self, name: str) -> Iterator[bytes]:
        """The bytes in pieces; ``NotStoredError`` where there are none, ``AlteredError`` at the end of others than were kept."""

    def entry(self, name: str) -> BlobEntry | None:
        """What is kept under the name, if anything is."""

    def digest(self, name: str) -> Digest:
        """The digest of the bytes as they are kept, all of them read."""

    def entries(self, under: str) -> Iterator[BlobEntry]:
        """Everything whose name begins with this folder, in order of names."""

    def delete(self, name: str) -> None:
        """Forgets it; what is not there is no fault."""

    def reader(self, name: str) -> RangeReader:
        """Reads parts of it again and again."""


def checked_name(name: str) -> str:
    """A name that leads nowhere else."""
    parts = name.split("/")
    if parts[0] not in KINDS or any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise InternalError(f"{name[:80]!r}: got no name of a blob, expected one under {', '.join(KINDS)}")
    return name
