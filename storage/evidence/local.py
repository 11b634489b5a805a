"""A folder as a store. Every step leaves either nothing or the whole: staged, hashed, linked, recorded, acknowledged.

objects/ab/<sha256>   the bytes, 0444, linked there from staging/ only when they are complete and durable
records/ab/<sha256>   retention, holds, name; an object without one counts as locked
deleting/<sha256>     a deletion that was allowed and is under way; finished by whoever opens the store next
staging/              unfinished puts; one whose writer is dead is removed
last-seen             the newest time the store believes in
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from facts.digest import Digest
from storage.evidence import refusals
from storage.evidence.errors import AlteredError, StoreSetupError
from storage.evidence.folders import disk_faults, folder, read_small, remove_durably, write_durably
from storage.evidence.local_files import StoreFiles, entries
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
from storage.evidence.records import HEX, Record, refuse_doubtful
from storage.evidence.streams import opened_source, source_pieces, verified_pieces
from storage.evidence.temporary_file import StagedFile, new_staged_file, remove_orphans
from storage.file_lock import lock

MARK, MARK_TEXT = "xueshi-store", b"xueshi.store/1\n"
_FOLDERS = ("objects", "records", "deleting", "staging")


class LocalStore:
    """Evidence in a folder of this machine: nothing acknowledged is lost, nothing is half-visible, whenever it is killed."""

    enforcement = Enforcement.APPLICATION

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root = root
        self.url = root.absolute().as_uri()
        self._files = StoreFiles(root)
        self._clock = clock
        self._tidied = False
        with disk_faults(root, "opening the store"):
            self._open_or_found()

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
        return verified_pieces(self._files.pieces(ref, start, end), ref, part)

    def stat(self, ref: Ref) -> StoredObject:
        """What the store vouches for."""
        with disk_faults(self.root, "stat"):
            stored = self._describe(ref)
            if stored is None or self._files.size_bytes(ref) is None:
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
            refuse_doubtful(self._files.last_seen(), stored, now)
            refusals.refuse_early(stored, now)
            with folder(self.root, "deleting") as deleting:
                write_durably(deleting, ref.digest.sha256, b"")
            self._files.finish_deletion(ref.digest.sha256)

    def list(self, after: Digest | None = None) -> Iterator[StoredObject]:
        """Everything stored or recorded, so that bytes that went missing are still asked for."""
        for shard in sorted(self._files.names("objects") | self._files.names("records")):
            for name in sorted(self._files.names("objects", shard) | self._files.names("records", shard)):
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

    def _open_or_found(self) -> None:
        """Open the store, or found one in an empty folder; never adopt a folder that holds something else."""
        if not self.root.exists():
            self.root.mkdir(parents=True)
        with folder(self.root) as root:
            mark = read_small(root, MARK)
            if mark is None:
                strangers = entries(root) - {*_FOLDERS, "lock", f"{MARK}.new"}
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
            lock(descriptor)
            self._tidy()
            yield
        finally:
            os.close(descriptor)

    def _tidy(self) -> None:
        if self._tidied:
            return
        with folder(self.root, "staging") as staging:
            remove_orphans(staging)
        for name in self._files.names("deleting"):
            if HEX.fullmatch(name):
                self._files.finish_deletion(name)
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
                self._files.finish_deletion(sha256)
        with folder(self.root, "objects", sha256[:2], create=True) as objects:
            try:
                fresh.link_to(objects, sha256)
            except FileExistsError:
                for _ in verified_pieces(self._files.pieces(Ref(fresh.digest), 0, None), Ref(fresh.digest), None):
                    pass
            os.fsync(objects)

    def _acknowledge(self, fresh: StagedFile, until: datetime, media_type: str, name: str) -> StoredObject:
        ref, now = Ref(fresh.digest), self._clock()
        known = self._files.record(ref)
        if known:
            stored = known.stored(ref)
            return stored if until <= known.retain_until else self._record(replace(stored, retain_until=until))
        self._files.advance_last_seen(now)
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
        if ref.version_id or self._files.is_being_deleted(ref):
            return None
        record = self._files.record(ref)
        if record:
            return record.stored(ref)
        try:
            size_bytes = self._files.size_bytes(ref)
        except AlteredError:  # listed all the same, so that an audit comes upon it and goes on
            size_bytes = 0
        return None if size_bytes is None else StoredObject(ref, size_bytes, None, self.enforcement)
