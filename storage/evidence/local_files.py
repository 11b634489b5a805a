"""The single files of a local store; ``local.py`` says what lies where and in which order it is written."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from storage.evidence import refusals
from storage.evidence.folders import disk_faults, folder, open_file, read_small, remove_durably, write_durably
from storage.evidence.port import Ref
from storage.evidence.records import Record, clock_may_advance, read_moment, read_record
from storage.evidence.streams import stored_pieces


class StoreFiles:
    """Objects, records, deletions under way, and the newest time that the store believes in."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def names(self, *place: str) -> set[str]:
        """The names in a folder of the store; none where there is no such folder."""
        with disk_faults(self.root, "list"), suppress(FileNotFoundError), folder(self.root, *place) as parent:
            return entries(parent)
        return set()

    def size_bytes(self, ref: Ref) -> int | None:
        """How long the object is; nothing where it is not there."""
        with suppress(FileNotFoundError), folder(self.root, "objects", ref.digest.sha256[:2]) as objects:
            found = os.stat(ref.digest.sha256, dir_fd=objects, follow_symlinks=False)
            if not S_ISREG(found.st_mode):
                raise refusals.altered(ref, "something that is no regular file in its place")
            return found.st_size
        return None

    def pieces(self, ref: Ref, start: int, end: int | None) -> Iterator[bytes]:
        """The bytes of the object from ``start`` on, up to ``end`` where one is given."""
        with disk_faults(self.root, "get"):
            with folder(self.root, "objects", ref.digest.sha256[:2]) as objects:
                file = os.fdopen(open_file(objects, ref.digest.sha256), "rb", buffering=0)
            with file, _faults_of_bytes(ref):
                file.seek(start)
                yield from stored_pieces(file, None if end is None else end - start)

    def record(self, ref: Ref) -> Record | None:
        """What was recorded about the object; nothing where the record is missing or damaged."""
        with suppress(FileNotFoundError), folder(self.root, "records", ref.digest.sha256[:2]) as records:
            return read_record(read_small(records, ref.digest.sha256), ref.digest.sha256)
        return None

    def is_being_deleted(self, ref: Ref) -> bool:
        """Whether a deletion of the object was allowed and is not finished."""
        with folder(self.root, "deleting") as deleting:
            return read_small(deleting, ref.digest.sha256) is not None

    def finish_deletion(self, sha256: str) -> None:
        """Remove bytes and record, and last of all the mark that the deletion was allowed."""
        for kind in ("objects", "records"):
            with suppress(FileNotFoundError), folder(self.root, kind, sha256[:2]) as parent:
                remove_durably(parent, sha256)
        with folder(self.root, "deleting") as deleting:
            remove_durably(deleting, sha256)

    def last_seen(self) -> datetime | None:
        """The newest time that the store believes in; nothing where it is missing or damaged."""
        with folder(self.root) as root:
            return read_moment(read_small(root, "last-seen"))

    def advance_last_seen(self, now: datetime) -> None:
        """Move the newest time on, unless the clock leaps by years."""
        if clock_may_advance(self.last_seen(), now):
            with folder(self.root) as root:
                write_durably(root, "last-seen", now.isoformat().encode())


@contextmanager
def _faults_of_bytes(ref: Ref) -> Iterator[None]:
    """A sector that cannot be read spoils one object and not the store: an audit names it and goes on."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EIO:
            raise refusals.altered(ref, f"bytes that the disk cannot read ({error.strerror})") from error
        raise


def entries(descriptor: int) -> set[str]:
    """The names in an open folder."""
    return set(os.listdir(descriptor))
