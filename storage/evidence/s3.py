"""Any S3 server with Object Lock.

Overwriting is allowed there and a plain read returns the newest, so every read, extension, hold and deletion names its
version; the server's checksums are never trusted.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import BinaryIO, cast

from minio.commonconfig import COMPLIANCE, ENABLED
from minio.error import S3Error
from minio.retention import Retention

from facts.digest import Digest
from facts.errors import InputError
from storage.evidence import refusals
from storage.evidence.errors import AlteredError, StoreSetupError
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
from storage.evidence.records import HEX
from storage.evidence.s3_client import s3_client
from storage.evidence.s3_faults import GONE_CODES, no_lock, s3_faults, server_refused
from storage.evidence.s3_settings import S3Settings
from storage.evidence.s3_wire import (
    MAX_TAGS,
    PREFIX,
    HashingReader,
    Metadata,
    foreign_tags,
    is_held,
    key_of,
    stored_from,
    tags_with,
    user_metadata,
)
from storage.evidence.streams import CHUNK_BYTES, measured_source, opened_source, verified_pieces
from storage.evidence.upload_rate import RatedReader

PART_BYTES = 16 << 20
_RATED_PART_BYTES = 5 << 20  # the least that servers take: each goes out in one burst
_MOST_PARTS, _AT_ONCE = 10_000, 3
_LOCK_PAUSES_S = (0.1, 0.3, 1.0)


class S3Store:
    """Evidence in a bucket whose lock not even the account that wrote it can lift before the date."""

    enforcement = Enforcement.S3_COMPLIANCE

    def __init__(self, settings: S3Settings, clock: Clock) -> None:
        self.settings, self.url = settings, settings.url
        self._clock = clock
        self._bucket = settings.bucket
        with s3_faults(self.url, "opening the store"):
            self.client = s3_client(settings)

    def check(self) -> None:
        """Refuse a bucket that could not keep evidence: absent, without lock, or with versioning suspended."""
        with s3_faults(self.url, "looking at the bucket"):
            self.client.get_object_lock_config(self._bucket)
            status = self.client.get_bucket_versioning(self._bucket).status
        if status != ENABLED:
            raise no_lock(self.url, f"whose versioning is {status}")

    def create(self) -> bool:
        """Make the bucket with Object Lock, which no server adds later; whether it was not there before."""
        with s3_faults(self.url, "making the bucket"):
            if self.client.bucket_exists(self._bucket):
                return False
            self.client.make_bucket(self._bucket, object_lock=True)
            return True

    def put(
        self,
        source: Source,
        *,
        retain_until: datetime,
        media_type: str = "application/octet-stream",
        name: str = "",
        digest: Digest | None = None,
    ) -> StoredObject:
        """Store the bytes under COMPLIANCE; acknowledged when the server itself says that the lock stands."""
        until = future_date(retain_until, self._clock())
        checked_label(name, media_type)
        with opened_source(source) as stream, measured_source(stream, digest) as (body, found, size_bytes):
            same = self._same(found, size_bytes)
            if same:
                return self.extend(same.ref, max(until, same.retain_until or until))
            reader = HashingReader(body, found, size_bytes)
            if not size_bytes:
                reader.check()
            ref = self._upload(reader, found, size_bytes, until, media_type, user_metadata(name, self._clock()))
        return self._locked(ref, until, size_bytes)

    def get(self, ref: Ref, part: ByteRange | None = None) -> Iterator[bytes]:
        """The bytes of this version in pieces."""
        size_bytes = self.stat(ref).size_bytes
        start, end = part.within(size_bytes) if part else (0, size_bytes)
        return verified_pieces(self._read(ref, start, end), ref, part)

    def stat(self, ref: Ref) -> StoredObject:
        """What the server vouches for about this version."""
        if not ref.version_id:
            raise InputError(
                f"{ref.digest.short}: got no version id, expected the one that put returned; without it a read would"
                " return whatever was written last"
            )
        with s3_faults(self.url, "stat"):
            try:
                found = self.client.stat_object(self._bucket, key_of(ref.digest), version_id=ref.version_id)
                tags = self._tags(ref) if is_held(found) else {}
            except S3Error as error:
                # Ceph answers 400 to a version id that is none of its own, and a HEAD has no body to say so.
                if error.code in GONE_CODES or error.response.status == 400:  # noqa: PLR2004 - HTTP's bad request
                    raise refusals.not_stored(ref, self.url) from error
                raise
        return stored_from(found, ref, tags)

    def extend(self, ref: Ref, retain_until: datetime) -> StoredObject:
        """Keep it longer."""
        until = future_date(retain_until, self._clock())
        stored = self.stat(ref)
        refusals.refuse_shorter(stored, until)
        if (stored.retain_until, stored.enforcement) == (until, self.enforcement):
            return stored
        self._lock(ref, until)
        return self._locked(ref, until, stored.size_bytes)

    def hold(self, ref: Ref, reason: str) -> StoredObject:
        """Lock first, then write down why: a crash between the two leaves a lock without a reason, not the reverse."""
        holds = refusals.with_hold(self.stat(ref), checked_reason(reason))
        with s3_faults(self.url, "hold"):
            tags = self._tags(ref)
            room = MAX_TAGS - foreign_tags(tags)
            if len(holds) > room:
                raise InputError(f"hold {ref.digest.short}: got {len(holds)} holds, expected at most {room}; join some")
            self.client.enable_object_legal_hold(self._bucket, key_of(ref.digest), ref.version_id)
            self._write_tags(ref, tags, holds)
        return self.stat(ref)

    def release(self, ref: Ref, reason: str) -> StoredObject:
        """Strike the reason; the lock falls with the last one.

        S3 cannot compare and set: whoever changes holds of one object from two places at once takes turns first.
        """
        holds = refusals.without_hold(self.stat(ref), reason)
        with s3_faults(self.url, "release"):
            tags = self._tags(ref)
            self._write_tags(ref, tags, holds)
            if not holds:
                self.client.disable_object_legal_hold(self._bucket, key_of(ref.digest), ref.version_id)
        return self.stat(ref)

    def delete(self, ref: Ref) -> None:
        """Delete this version when it is due; the server has the last word on what the time is."""
        refusals.refuse_early(self.stat(ref), self._clock())
        with s3_faults(self.url, "delete"):
            try:
                self.client.remove_object(self._bucket, key_of(ref.digest), ref.version_id)
            except S3Error as error:
                if error.code in {"AccessDenied", "InvalidRequest"}:
                    raise server_refused(f"delete {ref.digest.short}", error) from error
                raise

    def list(self, after: Digest | None = None) -> Iterator[StoredObject]:
        """Every version in the bucket, foreign ones under our keys included."""
        with s3_faults(self.url, "list"):
            for ref in self._refs(PREFIX, key_of(after) if after else None):
                if after is None or ref.digest > after:  # some servers begin with the marker, others after it
                    yield self.stat(ref)

    def link(self, ref: Ref, lifetime: timedelta) -> str | None:
        """An address signed for this version only; a player may ask it for byte ranges."""
        kind = {"response-content-type": self.stat(ref).media_type}
        with s3_faults(self.url, "link"):
            key, version = key_of(ref.digest), ref.version_id
            return self.client.presigned_get_object(
                self._bucket, key, expires=lifetime, version_id=version, response_headers={**kind}
            )

    def _same(self, digest: Digest, size_bytes: int) -> StoredObject | None:
        """A version that is there already and still holds exactly these bytes; an altered one is left for the audit."""
        with s3_faults(self.url, "put"):
            versions = list(self._refs(key_of(digest), None))
        for ref in versions:
            if self.stat(ref).size_bytes == size_bytes and self._is_whole(ref):
                return self.stat(ref)
        return None

    def _is_whole(self, ref: Ref) -> bool:
        try:
            for _ in self.get(ref):
                pass
        except AlteredError:
            return False
        return True

    def _upload(
        self,
        reader: HashingReader,
        digest: Digest,
        size_bytes: int,
        until: datetime,
        media_type: str,
        metadata: Metadata,
    ) -> Ref:
        rate = self.settings.bits_per_s
        with s3_faults(self.url, "put"):
            done = self.client.put_object(
                self._bucket,
                key_of(digest),
                cast("BinaryIO", RatedReader(reader, rate) if rate else reader),  # all that is asked of it is read()
                size_bytes,
                content_type=media_type,
                metadata=metadata,
                part_size=max(_RATED_PART_BYTES if rate else PART_BYTES, -(-size_bytes // _MOST_PARTS)),
                num_parallel_uploads=1 if rate else _AT_ONCE,
                retention=Retention(COMPLIANCE, until),
            )
        if not done.version_id:
            raise no_lock(self.url, "that gives no version id, so its versioning is off")
        return Ref(digest, done.version_id)

    def _locked(self, ref: Ref, until: datetime, size_bytes: int) -> StoredObject:
        """What the server now says, if it says what was asked; nothing else is acknowledged.

        Ceph drops the lock that an upload in parts asks for at its beginning, so it is asked for once more.
        """
        stored = self.stat(ref)
        if stored.enforcement is not self.enforcement:
            stored = self._lock(ref, until)
        if stored.enforcement is not self.enforcement or stored.retain_until is None or stored.retain_until < until:
            raise StoreSetupError(
                f"{self.url}: got {ref.digest.short} kept until {stored.retain_until} ({stored.enforcement.value}),"
                f" expected {until} ({self.enforcement.value}); the server does not keep the lock it was asked for:"
                " run `xueshi store doctor`"
            )
        if stored.size_bytes != size_bytes:
            raise refusals.altered(ref, f"{stored.size_bytes} bytes in place of {size_bytes}")
        return stored

    def _lock(self, ref: Ref, until: datetime) -> StoredObject:
        with s3_faults(self.url, "lock"):
            self._ask_for_lock(ref, Retention(COMPLIANCE, until))
        return self.stat(ref)

    def _ask_for_lock(self, ref: Ref, lock: Retention) -> None:
        """Ceph answers 500 to whoever locks an object in the same moment as another; asked again, it does it."""
        for pause_s in _LOCK_PAUSES_S:
            try:
                self.client.set_object_retention(self._bucket, key_of(ref.digest), lock, ref.version_id)
            except S3Error as error:
                if error.response.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise
                time.sleep(pause_s)
            else:
                return
        self.client.set_object_retention(self._bucket, key_of(ref.digest), lock, ref.version_id)

    def _refs(self, prefix: str, after: str | None) -> Iterator[Ref]:
        found = self.client.list_objects(
            self._bucket, prefix=prefix, recursive=True, include_version=True, start_after=after
        )
        for item in found:
            name = (item.object_name or "").removeprefix(PREFIX)
            if HEX.fullmatch(name) and item.version_id and not item.is_delete_marker:
                yield Ref(Digest(name), item.version_id)

    def _read(self, ref: Ref, start: int, end: int) -> Iterator[bytes]:
        if end == start:
            return
        with s3_faults(self.url, "get"):
            key, version = key_of(ref.digest), ref.version_id
            response = self.client.get_object(self._bucket, key, start, end - start, version_id=version)
            try:
                yield from response.stream(CHUNK_BYTES)
            finally:
                response.close()
                response.release_conn()

    def _tags(self, ref: Ref) -> dict[str, str]:
        return dict(self.client.get_object_tags(self._bucket, key_of(ref.digest), ref.version_id) or {})

    def _write_tags(self, ref: Ref, tags: dict[str, str], holds: tuple[str, ...]) -> None:
        key, new = key_of(ref.digest), tags_with(tags, holds)
        if new:
            self.client.set_object_tags(self._bucket, key, new, ref.version_id)
        else:
            self.client.delete_object_tags(self._bucket, key, ref.version_id)
