import hashlib
import os
import secrets
from collections.abc import Iterable
from contextlib import suppress

from facts.digest import Digest
from storage.evidence.errors import AlteredError
from storage.evidence.folders import create_file, open_file, write_all
from storage.file_lock import lock

_KEPT_MODE = 0o444


class StagedFile:
    """The file of a put that is under way: its writer's lock tells it from a file that a dead process left."""

    def __init__(self, parent: int, name: str, descriptor: int) -> None:
        self._parent, self._name, self._descriptor = parent, name, descriptor
        self.digest = Digest.of(b"")
        self.size_bytes = 0

    def fill(self, pieces: Iterable[bytes]) -> None:
        """Write, hash and make durable."""
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
            write_all(self._descriptor, piece)
            self.size_bytes += len(piece)
        self.digest = Digest(digest.hexdigest())
        os.fchmod(self._descriptor, _KEPT_MODE)
        os.fsync(self._descriptor)

    def link_to(self, folder: int, name: str) -> None:
        """Give the file its final name; fails where the name is taken."""
        os.link(self._name, name, src_dir_fd=self._parent, dst_dir_fd=folder, follow_symlinks=False)
        if not os.path.samestat(os.fstat(self._descriptor), os.stat(name, dir_fd=folder, follow_symlinks=False)):
            raise AlteredError(
                f"put {name}: somebody exchanged the staged file while it was linked; nothing is believed"
            )

    def close(self) -> None:
        """Remove the staging name; the linked object stays."""
        with suppress(OSError):
            os.unlink(self._name, dir_fd=self._parent)
            os.fsync(self._parent)
        os.close(self._descriptor)


def new_staged_file(parent: int) -> StagedFile:
    """A new staging file, locked for as long as its writer lives; call it under the store's lock."""
    name = secrets.token_hex(16)
    descriptor = create_file(parent, name)
    lock(descriptor)
    return StagedFile(parent, name, descriptor)


def remove_orphans(parent: int) -> None:
    """Remove the files of writers that died; call it under the store's lock."""
    for name in os.listdir(parent):
        with suppress(OSError):
            descriptor = open_file(parent, name)
            try:
                lock(descriptor, wait=False)
                os.unlink(name, dir_fd=parent)
            finally:
                os.close(descriptor)
