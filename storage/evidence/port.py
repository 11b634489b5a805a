from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

from facts.counting import counted
from facts.digest import Digest
from facts.errors import InputError
from facts.text import Text

Clock = Callable[[], datetime]
Source = Path | BinaryIO

UNNAMED_HOLD = "(hold without a recorded reason)"
MAX_REASON_CHARS = 60  # what an S3 object tag can carry once encoded
MAX_NAME_CHARS = 200  # what S3 metadata can carry once encoded


class Enforcement(StrEnum):
    """Who stops a deletion: printed wherever evidence is listed, because each level stops somebody else."""

    APPLICATION = "application"
    OS_IMMUTABLE = "os-immutable"
    S3_COMPLIANCE = "s3-compliance"

    @property
    def text(self) -> Text:
        """Whom the level stops and whom it does not."""
        return _ENFORCEMENT[self]


_ENFORCEMENT = {
    Enforcement.APPLICATION: Text(
        "应用层：只有本程序拒绝删除，能登录本机的人仍可删除文件",
        "only this program refuses; whoever has the machine can still delete the files",
    ),
    Enforcement.OS_IMMUTABLE: Text(
        "系统不可变：普通用户不能删除，本机管理员仍可解除",
        "users cannot delete; the machine's administrator can lift it",
    ),
    Enforcement.S3_COMPLIANCE: Text(
        "对象锁定（合规模式）：任何账号到期前都不能删除，只有存储服务的运营者能毁掉整个存储",
        "no account can delete before the date; only the operator of the service can destroy the store",
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """What finds one stored object again: its content address and, where the store has them, its version."""

    digest: Digest
    version_id: str = ""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a store vouches for about one object; without a retention date it is locked until one is recorded."""

    ref: Ref
    size_bytes: int
    retain_until: datetime | None
    enforcement: Enforcement
    holds: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    name: str = ""
    stored_at: datetime | None = None

    @property
    def key(self) -> str:
        """The content address."""
        return self.ref.digest.sha256

    @property
    def version_id(self) -> str:
        """The version that every read names; empty where the store has none."""
        return self.ref.version_id


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A half-open range of bytes ``[start, end)``; to the object's end where no end is given."""

    start: int
    end: int | None = None

    def within(self, size_bytes: int) -> tuple[int, int]:
        """The range clipped to an object of this size, as HTTP would."""
        end = size_bytes if self.end is None else min(self.end, size_bytes)
        if not 0 <= self.start < end:
            raise InputError(
                f"byte range: got [{self.start}, {self.end}), expected a start below the size of {size_bytes} bytes"
                " and an end after it"
            )
        return self.start, end


class EvidenceStore(Protocol):
    """Keeps bytes under their SHA-256 until a date and while a hold stands; every adapter passes one contract suite."""

    @property
    def url(self) -> str:
        """The store's address, without credentials."""

    @property
    def enforcement(self) -> Enforcement:
        """Who stops a deletion here."""

    def put(
        self,
        source: Source,
        *,
        retain_until: datetime,
        media_type: str = "application/octet-stream",
        name: str = "",
        digest: Digest | None = None,
    ) -> StoredObject:
        """Store the bytes; returns when they *and* their retention are durable.

        A digest that is already known is checked, and spares S3 one reading. Bytes that are there already are not
        stored twice; the later of the two retention dates holds.
        """

    def get(self, ref: Ref, part: ByteRange | None = None) -> Iterator[bytes]:
        """The bytes in pieces; a whole object is hashed on the way and ends in ``AlteredError`` if it is another."""

    def stat(self, ref: Ref) -> StoredObject:
        """What the store vouches for."""

    def extend(self, ref: Ref, retain_until: datetime) -> StoredObject:
        """Keep it longer."""

    def hold(self, ref: Ref, reason: str) -> StoredObject:
        """Keep it while this reason stands (a dispute, a spot check), whatever the date."""

    def release(self, ref: Ref, reason: str) -> StoredObject:
        """Lift one hold; the others stand."""

    def delete(self, ref: Ref) -> None:
        """Delete what is due; refused before the date, under a hold, or when the clock is in doubt."""

    def list(self, after: Digest | None = None) -> Iterator[StoredObject]:
        """Everything stored, in the order of its digests, after the given one."""

    def link(self, ref: Ref, lifetime: timedelta) -> str | None:
        """An address that a browser can play with byte ranges for a while; ``None`` where the store has no server."""


def whole_second(moment: datetime) -> datetime:
    """The retention date as every store keeps it: UTC, rounded up, so that nothing is kept shorter than asked."""
    if moment.tzinfo is None:
        raise InputError(f"retain_until: got {moment} without a time zone, expected an aware time")
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=0) + timedelta(seconds=bool(moment.microsecond))


def future_date(moment: datetime, now: datetime) -> datetime:
    """A retention date that still lies ahead; one that has passed would protect nothing, and S3 refuses it."""
    moment = whole_second(moment)
    if moment <= now:
        raise InputError(
            f"retain_until: got {moment.isoformat()}, expected a date after now ({now.isoformat(timespec='seconds')});"
            " check the date and this machine's clock"
        )
    return moment


def checked_reason(reason: str) -> str:
    """A reason that every store can carry."""
    if not reason.strip() or len(reason) > MAX_REASON_CHARS or not reason.isprintable():
        raise InputError(
            f"hold: got the reason {reason[:80]!r}, expected 1 to {MAX_REASON_CHARS} printable characters;"
            " name the case or the order"
        )
    return reason


def checked_label(name: str, media_type: str) -> None:
    """Refuse a name or a media type that not every store can carry."""
    if len(name) > MAX_NAME_CHARS or (name and not name.isprintable()):
        raise InputError(
            f"name: got {name[:40]!r}… ({counted(len(name), 'character')}), expected at most {MAX_NAME_CHARS} printable ones"
        )
    if not (
        media_type.isascii() and media_type.isprintable() and "/" in media_type and len(media_type) <= MAX_NAME_CHARS
    ):
        raise InputError(f"media type: got {media_type[:80]!r}, expected one such as video/mp4")
