import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from facts.codec import dumps, loads
from facts.counting import counted
from facts.errors import InputError
from storage.evidence.errors import ClockDoubtError
from storage.evidence.port import Enforcement, Ref, StoredObject

HEX = re.compile(r"[0-9a-f]{64}")
SEEN_STEP = timedelta(hours=1)  # a finer step would cost every put two more fsyncs
MAX_LEAP = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Record:
    """What the local store knows of one object beside its bytes."""

    sha256: str
    size_bytes: int
    retain_until: datetime
    stored_at: datetime
    holds: tuple[str, ...] = ()
    media_type: str = "application/octet-stream"
    name: str = ""

    def stored(self, ref: Ref) -> StoredObject:
        """The record as the port shows it."""
        level = Enforcement.APPLICATION
        until = self.retain_until
        return StoredObject(ref, self.size_bytes, until, level, self.holds, self.media_type, self.name, self.stored_at)

    def to_bytes(self) -> bytes:
        """As it lies on the disk."""
        return dumps(self).encode() + b"\n"


def read_record(data: bytes | None, sha256: str) -> Record | None:
    """The record, or ``None`` for one that is missing, damaged or another object's: such an object counts as locked."""
    try:
        record = loads(Record, data.decode()) if data else None
    except (InputError, UnicodeDecodeError):
        return None
    return record if record and record.sha256 == sha256 else None


def read_moment(data: bytes | None) -> datetime | None:
    """The last moment that the store has seen."""
    try:
        moment = datetime.fromisoformat(data.decode().strip()) if data else None
    except (ValueError, UnicodeDecodeError):
        return None
    return moment.astimezone(UTC) if moment and moment.tzinfo else None


def clock_may_advance(seen: datetime | None, now: datetime) -> bool:
    """Whether the clock's time may become the newest that the store believes in; a leap of more than a year may not."""
    return seen is None or SEEN_STEP <= now - seen <= MAX_LEAP


def refuse_doubtful(seen: datetime | None, stored: StoredObject, now: datetime) -> None:
    """Raise where the clock contradicts what the store has seen: a date that seems past may not be."""
    newest = max(filter(None, (seen, stored.stored_at)), default=None)
    remedy = "set the clock right, or confirm it with `xueshi store clock URL --confirm`"
    # 1. A last-seen time at all.
    if seen is None or newest is None:
        raise ClockDoubtError(f"delete: the store's last-seen time is missing or damaged; {remedy}")
    # 2. No time before what the store has seen.
    if now < newest:
        raise ClockDoubtError(
            f"delete: the clock says {now.isoformat(timespec='seconds')}, but the store has already seen"
            f" {newest.isoformat(timespec='seconds')}; {remedy}"
        )
    # 3. No leap of more than a year since the store was last used.
    if now - seen > MAX_LEAP:
        raise ClockDoubtError(
            f"delete: the clock says {now.isoformat(timespec='seconds')}, {counted((now - seen).days, 'day')} after the store was"
            f" last used ({seen.date()}); {remedy}"
        )
