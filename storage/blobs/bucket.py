"""Blobs in a bucket of any S3 server; it needs no lock, and is another than the evidence's."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from minio.commonconfig import ENABLED, Filter
from minio.error import S3Error
from minio.lifecycleconfig import AbortIncompleteMultipartUpload, LifecycleConfig, Rule

from facts.digest import Digest
from facts.errors import InputError
from storage.blobs.folder import missing
from storage.blobs.port import KINDS, BlobEntry, checked_name
from storage.evidence.errors import AlteredError, StoreSetupError
from storage.evidence.port import ByteRange
from storage.evidence.range_reader import RangeReader
from storage.evidence.s3_client import s3_client
from storage.evidence.s3_faults import GONE_CODES, s3_faults
from storage.evidence.s3_range_reader import S3RangeReader
from storage.evidence.s3_settings import S3Settings

_PART_BYTES, _PIECE = 16 << 20, 1 << 20
_PREFIX, _DIGEST = "blobs/", "xueshi-sha256"
_WITHOUT_LIFECYCLES = frozenset({"NotImplemented", "MethodNotAllowed"})
# Nothing that was kept whole ever lapses by itself: until a class is sealed there may be no other copy.
_TIDY = LifecycleConfig(
    [
        Rule(
            ENABLED,
            rule_filter=Filter(prefix=_PREFIX),
            rule_id="half-sent",
            abort_incomplete_multipart_upload=AbortIncompleteMultipartUpload(days_after_initiation=7),
        )
    ]
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the bucket says of one blob: how long it is, and the digest that it was kept with."""

    size_bytes: int
    promised: str


class BucketBlobs:
    """Objects by their names; each carries the digest that its bytes had when they were kept."""

    def __init__(self, settings: S3Settings) -> None:
        self.settings, self.url, self._bucket = settings, settings.url, settings.bucket
        with s3_faults(self.url, "opening the bucket"):
            self._client = s3_client(settings)

    def check(self) -> None:
        """Refuse a bucket that is not there."""
        with s3_faults(self.url, "looking at the bucket"):
            if not self._client.bucket_exists(self._bucket):
                raise StoreSetupError(f"{self.url}: got no bucket, expected one; make it, without Object Lock")

    def create(self) -> bool:
        """Make the bucket where it is not there, and see to it that half-sent blobs do not pile up; whether it was made."""
        with s3_faults(self.url, "making the bucket"):
            made = not self._client.bucket_exists(self._bucket)
            if made:
                self._client.make_bucket(self._bucket)
            try:
                self._client.set_bucket_lifecycle(self._bucket, _TIDY)
            except S3Error as error:
                if error.code not in _WITHOUT_LIFECYCLES:
                    raise
        return made

    def put(self, name: str, source: Path) -> None:
        """See ``BlobStore``."""
        key = _key(name)
        with source.open("rb") as read:
            digest = Digest.of(iter(partial(read.read, _PIECE), b""))
            size = read.tell()
            read.seek(0)
            with s3_faults(self.url, "put"):
                self._client.put_object(
                    self._bucket, key, read, size, metadata={_DIGEST: digest.sha256}, part_size=_PART_BYTES
                )
        kept = self.entry(name)
        if kept is None or kept.size_bytes != size:
            raise AlteredError(
                f"{self.url}: got {kept}, expected {size} bytes of {name} after they were sent; send again"
            )

    def get(self, name: str) -> Iterator[bytes]:
        """See ``BlobStore``."""
        found = self._found(name)
        if found is None:
            raise missing(self.url, name)
        return self._whole(name, found.promised)

    def entry(self, name: str) -> BlobEntry | None:
        """See ``BlobStore``."""
        found = self._found(name)
        return BlobEntry(name, found.size_bytes) if found else None

    def digest(self, name: str) -> Digest:
        """See ``BlobStore``."""
        return Digest.of(self.get(name))

    def entries(self, under: str) -> Iterator[BlobEntry]:
        """See ``BlobStore``."""
        for kind in sorted(KINDS) if not under else (under,):
            with s3_faults(self.url, "list"):
                for item in self._client.list_objects(self._bucket, f"{_key(kind)}/", recursive=True):
                    yield BlobEntry((item.object_name or "").removeprefix(_PREFIX), item.size or 0)

    def delete(self, name: str) -> None:
        """See ``BlobStore``."""
        with s3_faults(self.url, "delete"):
            self._client.remove_object(self._bucket, _key(name))

    def reader(self, name: str) -> RangeReader:
        """See ``BlobStore``."""
        found = self._found(name)
        if found is None:
            raise missing(self.url, name)
        return S3RangeReader(self.settings, found.size_bytes, partial(self._signed, name), partial(self._part, name))

    def _found(self, name: str) -> _Kept | None:
        with s3_faults(self.url, "stat"):
            try:
                found = self._client.stat_object(self._bucket, _key(name))
            except S3Error as error:
                if error.code in GONE_CODES:
                    return None
                raise
        told = {key.lower(): value for key, value in (found.metadata or {}).items()}
        return _Kept(found.size or 0, str(told.get(f"x-amz-meta-{_DIGEST}", "")))

    def _signed(self, name: str, lifetime: timedelta) -> str:
        return self._client.presigned_get_object(self._bucket, _key(name), expires=lifetime)

    def _whole(self, name: str, promised: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in self._part(name, None):
            digest.update(piece)
            yield piece
        if digest.hexdigest() != promised:
            raise AlteredError(
                f"{self.url}: got bytes with SHA-256 {digest.hexdigest()[:12]} under {name}, expected"
                f" {promised[:12] or 'a digest'} as they were kept; fetch them from the backup"
            )

    def _part(self, name: str, part: ByteRange | None) -> Iterator[bytes]:
        start, length = (part.start, (part.end or 0) - part.start) if part else (0, 0)
        if length < 0:
            raise InputError(f"{name}: got the range [{start}, {start + length}), expected an end behind its start")
        with s3_faults(self.url, "get"):
            response = self._client.get_object(self._bucket, _key(name), start, length)
            try:
                yield from response.stream(_PIECE)
            finally:
                response.close()
                response.release_conn()


def _key(name: str) -> str:
    return f"{_PREFIX}{checked_name(name)}"
