import io
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

from facts.text import Text
from storage.evidence.doctor_s3 import examine_bucket
from storage.evidence.errors import ClockDoubtError, HeldError, ShortenError, StillKeptError, StoreError
from storage.evidence.folders import folder
from storage.evidence.local import LocalStore
from storage.evidence.port import Clock, EvidenceStore, StoredObject
from storage.evidence.s3 import S3Store
from storage.evidence.trials import (
    ALLOWED,
    BY_HAND,
    CLOCK,
    DELETE,
    EXPIRE,
    HOLD,
    LOCKS,
    SHORTEN,
    Trial,
    Wait,
    note_trial,
    promise_trial,
)

_LOCK = timedelta(seconds=3)


def examine(store: EvidenceStore, clock: Clock, wait: Wait) -> Iterator[Trial]:
    """Try on a throw-away object what the store promises to refuse; the object is gone again afterwards."""
    if isinstance(store, S3Store):
        yield from examine_bucket(store, clock, wait)
    else:
        yield from _examine_by_port(store, clock, wait)


def _examine_by_port(store: EvidenceStore, clock: Clock, wait: Wait) -> Iterator[Trial]:
    data = secrets.token_bytes(32)
    until = clock() + _LOCK
    stored = store.put(io.BytesIO(data), retain_until=until, name="xueshi-store-doctor")
    dated = stored.retain_until or until
    yield promise_trial(LOCKS, b"".join(store.get(stored.ref)) == data and dated >= until, dated.isoformat())
    yield _refused(DELETE, StillKeptError, lambda: store.delete(stored.ref))
    yield _refused(SHORTEN, ShortenError, lambda: store.extend(stored.ref, dated - timedelta(seconds=1)))
    store.hold(stored.ref, "store doctor")
    wait(dated)
    yield _refused(HOLD, HeldError, lambda: store.delete(stored.ref))
    store.release(stored.ref, "store doctor")
    if isinstance(store, LocalStore):
        yield _by_hand(store, stored)
    yield _expires(store, stored)


def _refused(name: Text, expected: type[StoreError], attempt: Callable[[], object]) -> Trial:
    try:
        attempt()
    except expected as error:
        return promise_trial(name, True, type(error).__name__)
    except StoreError as error:
        return promise_trial(name, False, str(error))
    return promise_trial(name, False, ALLOWED)


def _expires(store: EvidenceStore, stored: StoredObject) -> Trial:
    try:
        store.delete(stored.ref)
    except ClockDoubtError as error:
        return promise_trial(CLOCK, False, str(error))
    return promise_trial(EXPIRE, stored.ref not in {item.ref for item in store.list()})


def _by_hand(store: LocalStore, stored: StoredObject) -> Trial:
    """Whether this user could take the file away without asking: renamed and back, on the throw-away object only."""
    try:
        with folder(store.root, "objects", stored.key[:2]) as parent:
            os.rename(stored.key, f"{stored.key}.doctor", src_dir_fd=parent, dst_dir_fd=parent)
            os.rename(f"{stored.key}.doctor", stored.key, src_dir_fd=parent, dst_dir_fd=parent)
    except OSError as error:
        return note_trial(BY_HAND, Text(f"系统拒绝：{error.strerror}", f"the system refuses: {error.strerror}"))
    return note_trial(BY_HAND, Text("可以做到：本级别拦不住", "possible: this level does not stop it"))
