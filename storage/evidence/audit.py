import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.digest import Digest
from facts.text import Text
from storage.evidence.errors import AlteredError, NotStoredError
from storage.evidence.port import EvidenceStore, Ref, StoredObject


class Condition(StrEnum):
    """What an audit finds of one object."""

    SOUND = "sound"
    MISSING = "missing"
    ALTERED = "altered"
    UNLOCKED = "unlocked"

    @property
    def text(self) -> Text:
        """For people."""
        return _CONDITIONS[self]


_CONDITIONS = {
    Condition.SOUND: Text("完好", "sound"),
    Condition.MISSING: Text("缺失", "missing"),
    Condition.ALTERED: Text("内容已变", "altered"),
    Condition.UNLOCKED: Text("未锁定", "unlocked"),
}


@dataclass(frozen=True, slots=True)
class Audited:
    """One object as it was found; ``done`` is the digest after which an interrupted audit goes on."""

    ref: Ref
    condition: Condition
    size_bytes: int = 0
    note: str = ""
    done: Digest | None = None


@dataclass(frozen=True, slots=True)
class Throttle:
    """Keeps an audit from taking the disk or the line away from the work of the day."""

    bytes_per_s: float | None = None
    timer: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def paced(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, no faster than the rate."""
        start, passed_bytes = self.timer(), 0
        for piece in pieces:
            yield piece
            passed_bytes += len(piece)
            if self.bytes_per_s:
                wait_s = passed_bytes / self.bytes_per_s - (self.timer() - start)
                if wait_s > 0:
                    self.sleep(wait_s)


def audit(
    store: EvidenceStore,
    *,
    expected: Iterable[Ref] = (),
    locked: Mapping[Ref, datetime] | None = None,
    after: Digest | None = None,
    throttle: Throttle | None = None,
) -> Iterator[Audited]:
    """Read and hash everything again, in the order of digests, missing ones in their place among the others.

    A store cannot know what was removed from under it together with its records: only what a package, a log or the
    register ``expected`` can tell; ``locked`` says until when each must be locked at least.
    """
    pace, duties, place = throttle or Throttle(), locked or {}, _Place(after, after)
    absent = {ref for ref in (*expected, *duties) if after is None or ref.digest > after}
    wanted = deque(sorted(absent))
    for stored in store.list(after):
        while wanted and wanted[0].digest < stored.ref.digest:
            yield from place.missing(wanted.popleft(), absent)
        absent.discard(stored.ref)
        place.move(stored.ref)
        condition, note = _examine(store, stored, pace)
        if condition is Condition.SOUND:
            condition, note = _duty_kept(stored, duties.get(stored.ref))
        yield Audited(stored.ref, condition, stored.size_bytes, note, place.done)
    for ref in wanted:
        yield from place.missing(ref, absent)


@dataclass(slots=True)
class _Place:
    """The digest under examination, all of whose versions must be seen anew after an interruption, and the one before."""

    current: Digest | None
    done: Digest | None

    def move(self, ref: Ref) -> None:
        if ref.digest != self.current:
            self.done, self.current = self.current, ref.digest

    def missing(self, ref: Ref, absent: set[Ref]) -> Iterator[Audited]:
        if ref in absent:
            done = self.done if ref.digest == self.current else self.current
            yield Audited(ref, Condition.MISSING, note="expected, but not in the store", done=done)


def _duty_kept(stored: StoredObject, until: datetime | None) -> tuple[Condition, str]:
    if until and stored.retain_until and stored.retain_until < until:
        return Condition.UNLOCKED, f"locked until {stored.retain_until.isoformat()}, expected {until.isoformat()}"
    return Condition.SOUND, ""


def _examine(store: EvidenceStore, stored: StoredObject, pace: Throttle) -> tuple[Condition, str]:
    """Bytes first: altered bytes are worse news than a missing lock."""
    size_bytes = 0
    try:
        for piece in pace.paced(store.get(stored.ref)):
            size_bytes += len(piece)
    except NotStoredError as error:
        return Condition.MISSING, str(error)
    except AlteredError as error:
        return Condition.ALTERED, str(error)
    if size_bytes != stored.size_bytes:
        return Condition.ALTERED, f"got {size_bytes} bytes, expected {stored.size_bytes}"
    if stored.retain_until is None:
        return Condition.UNLOCKED, "no retention is recorded"
    if stored.enforcement is not store.enforcement:
        return Condition.UNLOCKED, f"got {stored.enforcement.value}, expected {store.enforcement.value}"
    return Condition.SOUND, ""
