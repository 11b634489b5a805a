"""A folder as a store. Every step leaves either nothing or the whole: staged, hashed, linked, recorded, acknowledged.

objects/ab/<sha256>   the bytes, 0444, linked there from staging/ only when they are complete and durable
records/ab/<sha256>   retention, holds, name; an object without one counts as locked
deleting/<sha256>     a deletion that was allowed and is under way; finished by whoever opens the store next
staging/              unfinished puts; one whose writer is dead is removed
last-seen             the newest time the store believes in
"""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG

from facts.digest import Digest
from storage.evidence import refusals
from storage.evidence.errors import AlteredError, StoreSetupError
from storage.evidence.folders import disk_faults, folder, open_file, read_small, remove_durably, write_durably
from storage.evidence.port import (
    ByteRange,
    Clock,
    Enforcement,
    Ref,
    Source,
    StoredObject,
    checked_label,
    checked_reason,
    future_date,
)
from storage.evidence.records import HEX, Record, clock_may_advance, read_moment, read_record, refuse_doubtful
from storage.evidence.streams import opened_source, source_pieces, stored_pieces, verified_pieces
from storage.evidence.temporary_file import StagedFile, new_staged_file, remove_orphans

MARK, MARK_TEXT = "xueshi-store", b"xueshi.store/1\n"
_FOLDERS = ("objects", "records", "deleting", "staging")


class LocalStore:
    """Evidence in a folder of this machine: nothing acknowledged is lost, nothing is half-visible, kill it when you like."""

    enforcement = Enforcement.APPLICATION

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root = root
        self.url = root.absolute().as_uri()
        self._clock = clock
        self._tidied = False
        with disk_faults(root, "opening the store"):
            self._found()

    def put(
        self,
        source: Source,
        *,
        retain_until: datetime,
        media_type: str = "application/octet-stream",
        name: str = "",
        digest: Digest | None = None,
    ) -> StoredObject:
        """Store the bytes; on return they and their retention survive a power cut."""
        until = future_date(retain_until, self._clock())
        checked_label(name, media_type)
        with opened_source(source) as stream, disk_faults(self.root, "put"), self._staging() as fresh:
            fresh.fill(source_pieces(stream))
            refusals.refuse_other(digest, fresh.digest)
            with self._locked():
                self._place(fresh)
                return self._acknowledge(fresh, until, media_type, name)

    def get(self, ref: Ref, part: ByteRange | None = None) -> Iterator[bytes]:
        """The bytes in pieces."""
        size_bytes = self.stat(ref).size_bytes
        start, end = part.within(size_bytes) if part else (0, None)
        return verified_pieces(self._read(ref, start, end), ref, part)

    def stat(self, ref: Ref) -> StoredObject:
        """What the store vouches for."""
        with disk_faults(self.root, "stat"):
            stored = self._describe(ref)
            if stored is None or self._size(ref) is None:
                raise refusals.not_stored(ref, self.url)
        return stored

    def extend(self, ref: Ref, retain_until: datetime) -> StoredObject:
        """Keep it longer."""
        until = future_date(retain_until, self._clock())
        with disk_faults(self.root, "extend"), self._locked():
            stored = self.stat(ref)
            refusals.refuse_shorter(stored, until)
            return self._record(replace(stored, retain_until=until))

    def hold(self, ref: Ref, reason: str) -> StoredObject:
        """Keep it while the reason stands."""
        with disk_faults(self.root, "hold"), self._locked():
            stored = self._dated(ref)
            return self._record(replace(stored, holds=refusals.with_hold(stored, checked_reason(reason))))

    def release(self, ref: Ref, reason: str) -> StoredObject:
        """Lift one hold."""
        with disk_faults(self.root, "release"), self._locked():
            stored = self._dated(ref)
            return self._record(replace(stored, holds=refusals.without_hold(stored, reason)))

    def delete(self, ref: Ref) -> None:
        """Delete what is due, if the clock can be believed."""
        with disk_faults(self.root, "delete"), self._locked():
            stored, now = self.stat(ref), self._clock()
            refuse_doubtful(self._last_seen(), stored, now)
            refusals.refuse_early(stored, now)
            with folder(self.root, "deleting") as deleting:
                write_durably(deleting, ref.digest.sha256, b"")
            self._finish_deletion(ref.digest.sha256)

    def list(self, after: Digest | None = None) -> Iterator[StoredObject]:
        """Everything stored or recorded, so that bytes that went missing are still asked for."""
        for shard in sorted(self._names("objects") | self._names("records")):
            for name in sorted(self._names("objects", shard) | self._names("records", shard)):
                if HEX.fullmatch(name) and name[:2] == shard and (after is None or name > after.sha256):
                    stored = self._describe(Ref(Digest(name)))
                    if stored:
                        yield stored

    def link(self, ref: Ref, lifetime: timedelta) -> str | None:
        """No server, no address."""
        del lifetime
        self.stat(ref)
        return None

    def confirm_clock(self) -> datetime:
        """A person vouches for the machine's clock after a long pause or a repair; the moment they vouched for."""
        with disk_faults(self.root, "confirming the clock"), self._locked(), folder(self.root) as root:
            now = self._clock()
            write_durably(root, "last-seen", now.isoformat().encode())
        return now

    def _found(self) -> None:
        """Open the store, or found one in an empty folder; never adopt a folder that holds something else."""
        if not self.root.exists():
            self.root.mkdir(parents=True)
        with folder(self.root) as root:
            mark = read_small(root, MARK)
            if mark is None:
                strangers = _entries(root) - {*_FOLDERS, "lock", f"{MARK}.new"}
                if strangers:
                    raise StoreSetupError(
                        f"{self.root}: got a folder with other things in it ({min(strangers)}), expected a store or an"
                        " empty folder; name another folder"
                    )
                for name in _FOLDERS:
                    with folder(self.root, name, create=True):
                        pass
                write_durably(root, MARK, MARK_TEXT)
            elif mark != MARK_TEXT:
                raise StoreSetupError(
                    f"{self.root}/{MARK}: got {mark[:40]!r}, expected {MARK_TEXT!r}; use the version that made the store"
                )

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One writer at a time; the system frees the lock of a process that dies."""
        with folder(self.root) as root:
            descriptor = os.open("lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600, dir_fd=root)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._tidy()
            yield
        finally:
            os.close(descriptor)

    def _tidy(self) -> None:
        if self._tidied:
            return
        with folder(self.root, "staging") as staging:
            remove_orphans(staging)
        for name in self._names("deleting"):
            if HEX.fullmatch(name):
                self._finish_deletion(name)
            else:  # a mark that was never finished, so the deletion never began
                with folder(self.root, "deleting") as deleting:
                    remove_durably(deleting, name)
        self._tidied = True

    @contextmanager
    def _staging(self) -> Iterator[StagedFile]:
        with folder(self.root, "staging") as parent:
            with self._locked():
                fresh = new_staged_file(parent)
            try:
                yield fresh
            finally:
                fresh.close()

    def _place(self, fresh: StagedFile) -> None:
        """Give the finished bytes their address; bytes that are there already must be the same ones."""
        sha256 = fresh.digest.sha256
        with folder(self.root, "deleting") as deleting:
            if read_small(deleting, sha256) is not None:
                self._finish_deletion(sha256)
        with folder(self.root, "objects", sha256[:2], create=True) as objects:
            try:
                fresh.link_to(objects, sha256)
            except FileExistsError:
                for _ in verified_pieces(self._read(Ref(fresh.digest), 0, None), Ref(fresh.digest), None):
                    pass
            os.fsync(objects)

    def _acknowledge(self, fresh: StagedFile, until: datetime, media_type: str, name: str) -> StoredObject:
        ref, now = Ref(fresh.digest), self._clock()
        known = self._read_record(ref)
        if known:
            stored = known.stored(ref)
            return stored if until <= known.retain_until else self._record(replace(stored, retain_until=until))
        self._see(now)
        return self._record(StoredObject(ref, fresh.size_bytes, until, self.enforcement, (), media_type, name, now))

    def _dated(self, ref: Ref) -> StoredObject:
        stored = self.stat(ref)
        if stored.retain_until is None:
            raise StoreSetupError(
                f"{ref.digest.short}: got an object without a retention record, which counts as locked;"
                " record its date with extend first"
            )
        return stored

    def _record(self, stored: StoredObject) -> StoredObject:
        sha256, now = stored.key, self._clock()
        until, since = stored.retain_until or now, stored.stored_at or now
        record = Record(sha256, stored.size_bytes, until, since, stored.holds, stored.media_type, stored.name)
        with folder(self.root, "records", sha256[:2], create=True) as records:
            write_durably(records, sha256, record.to_bytes())
        return record.stored(stored.ref)

    def _describe(self, ref: Ref) -> StoredObject | None:
        if ref.version_id or self._is_going(ref):
            return None
        record = self._read_record(ref)
        if record:
            return record.stored(ref)
        try:
            size_bytes = self._size(ref)
        except AlteredError:  # listed all the same, so that an audit comes upon it and goes on
            size_bytes = 0
        return None if size_bytes is None else StoredObject(ref, size_bytes, None, self.enforcement)

    def _is_going(self, ref: Ref) -> bool:
        with folder(self.root, "deleting") as deleting:
            return read_small(deleting, ref.digest.sha256) is not None

    def _read_record(self, ref: Ref) -> Record | None:
        with suppress(FileNotFoundError), folder(self.root, "records", ref.digest.sha256[:2]) as records:
            return read_record(read_small(records, ref.digest.sha256), ref.digest.sha256)
        return None

    def _size(self, ref: Ref) -> int | None:
        with suppress(FileNotFoundError), folder(self.root, "objects", ref.digest.sha256[:2]) as objects:
            found = os.stat(ref.digest.sha256, dir_fd=objects, follow_symlinks=False)
            if not S_ISREG(found.st_mode):
                raise refusals.altered(ref, "something that is no regular file in its place")
            return found.st_size
        return None

    def _read(self, ref: Ref, start: int, end: int | None) -> Iterator[bytes]:
        with disk_faults(self.root, "get"):
            with folder(self.root, "objects", ref.digest.sha256[:2]) as objects:
                file = os.fdopen(open_file(objects, ref.digest.sha256), "rb", buffering=0)
            with file, _faults_of_bytes(ref):
                file.seek(start)
                yield from stored_pieces(file, None if end is None else end - start)

    def _finish_deletion(self, sha256: str) -> None:
        for kind in ("objects", "records"):
            with suppress(FileNotFoundError), folder(self.root, kind, sha256[:2]) as parent:
                remove_durably(parent, sha256)
        with folder(self.root, "deleting") as deleting:
            remove_durably(deleting, sha256)

    def _names(self, *place: str) -> set[str]:
        with disk_faults(self.root, "list"), suppress(FileNotFoundError), folder(self.root, *place) as parent:
            return _entries(parent)
        return set()

    def _last_seen(self) -> datetime | None:
        with folder(self.root) as root:
            return read_moment(read_small(root, "last-seen"))

    def _see(self, now: datetime) -> None:
        if clock_may_advance(self._last_seen(), now):
            with folder(self.root) as root:
                write_durably(root, "last-seen", now.isoformat().encode())


@contextmanager
def _faults_of_bytes(ref: Ref) -> Iterator[None]:
    """A dead sector is one object's misfortune, not the store's: an audit names it and goes on."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.EIO:
            raise refusals.altered(ref, f"bytes that the disk cannot read ({error.strerror})") from error
        raise


def _entries(descriptor: int) -> set[str]:
    return set(os.listdir(descriptor))
