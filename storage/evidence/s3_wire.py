"""What goes over the wire and comes back: keys, headers, tags, and a reader that hashes on the way."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import BinaryIO
from urllib.parse import quote, unquote

from minio.commonconfig import COMPLIANCE, Tags
from minio.datatypes import Object

from facts.digest import Digest
from storage.evidence.errors import SourceError
from storage.evidence.port import UNNAMED_HOLD, Enforcement, Ref, StoredObject
from storage.evidence.refusals import refuse_other

PREFIX = "sha256/"
MAX_TAGS = 10  # S3's limit for one object
_NAME, _STORED_AT = "x-amz-meta-name", "x-amz-meta-stored-at"
_HOLD = "hold-"
Metadata = dict[str, str | list[str] | tuple[str]]
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d+))?(?:Z|\+00:?00)")


def key_of(digest: Digest) -> str:
    """The object's name in the bucket."""
    return PREFIX + digest.sha256


def user_metadata(name: str, now: datetime) -> Metadata:
    """Metadata must be ASCII, so a Chinese name travels percent-encoded; a server's own time moves with every hold."""
    kept: Metadata = {_STORED_AT: now.isoformat(timespec="seconds")}
    return kept | {_NAME: quote(name, safe=" ()+,;=@._-")} if name else kept


def lock_date(text: str | None) -> datetime | None:
    """A retention date as servers write it, with or without a fraction; Ceph writes nanoseconds.

    The fraction is cut off, which can only make the date earlier: nothing is believed to be locked longer than it is.
    """
    match = _DATE.fullmatch((text or "").strip())
    return datetime.fromisoformat(f"{match[1]}T{match[2]}+00:00").astimezone(UTC) if match else None


def stored_from(found: Object, ref: Ref, tags: Mapping[str, str]) -> StoredObject:
    """What the headers of one version say; any mode but COMPLIANCE is only the application's word."""
    headers = {key.lower(): value for key, value in (found.metadata or {}).items()}
    locked = headers.get("x-amz-object-lock-mode", "").upper() == COMPLIANCE
    return StoredObject(
        ref=ref,
        size_bytes=found.size or 0,
        retain_until=lock_date(headers.get("x-amz-object-lock-retain-until-date")),
        enforcement=Enforcement.S3_COMPLIANCE if locked else Enforcement.APPLICATION,
        holds=holds_in(tags) or ((UNNAMED_HOLD,) if is_held(found) else ()),
        media_type=found.content_type or "application/octet-stream",
        name=unquote(headers.get(_NAME, "")),
        stored_at=lock_date(headers.get(_STORED_AT)) or found.last_modified,
    )


def is_held(found: Object) -> bool:
    """Whether a legal hold stands."""
    headers = {key.lower(): value for key, value in (found.metadata or {}).items()}
    return headers.get("x-amz-object-lock-legal-hold", "").upper() == "ON"


def holds_in(tags: Mapping[str, str]) -> tuple[str, ...]:
    """The reasons of the holds, out of the tags that carry them."""
    return tuple(sorted(_decoded(value) for key, value in tags.items() if key.startswith(_HOLD)))


def foreign_tags(tags: Mapping[str, str]) -> int:
    """How many tags others have put there."""
    return sum(not key.startswith(_HOLD) for key in tags)


def tags_with(tags: Mapping[str, str], holds: tuple[str, ...]) -> Tags:
    """The tags with these holds, others left as they are; base64, since tags take few characters."""
    new = Tags.new_object_tags()
    new.update({key: value for key, value in tags.items() if not key.startswith(_HOLD)})
    for number, hold in enumerate(hold for hold in holds if hold != UNNAMED_HOLD):
        new[f"{_HOLD}{number}"] = base64.b64encode(hold.encode()).decode()
    return new


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return UNNAMED_HOLD


class HashingReader:
    """The source as the uploader reads it; its last piece is handed over only if all bytes match the digest."""

    def __init__(self, stream: BinaryIO, digest: Digest, size_bytes: int) -> None:
        self._stream, self._promised, self._left = stream, digest, size_bytes
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        """The next bytes; whatever is wrong with the source ends the upload before it is completed."""
        try:
            data = self._stream.read(min(size, self._left))
        except OSError as error:
            raise SourceError(f"put: the source cannot be read further ({error}); nothing was stored") from error
        if not data and self._left:
            raise SourceError(f"put: the source ended {self._left} bytes early; it changed; nothing was stored")
        self._hash.update(data)
        self._left -= len(data)
        if not self._left:
            self.check()
        return data

    def check(self) -> None:
        """Raise unless the bytes handed over are the announced ones."""
        refuse_other(self._promised, Digest(self._hash.hexdigest()))
