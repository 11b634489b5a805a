"""The folder survives its killer: nothing is left, or whole and locked evidence."""

import io
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from facts.digest import Digest
from storage.evidence.audit import Condition
from storage.evidence.errors import ClockDoubtError, StillKeptError
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref
from tests.fixtures.child_processes import forked
from tests.fixtures.evidence_stores import LONG, ManualClock, conditions
from tests.fixtures.paths import ROOT

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


STEPS = {"open", "os.link", "os.rename", "os.remove", "os.mkdir", "os.chmod", "os.listdir", "fcntl.flock"}


LIVES = int(os.environ.get("XUESHI_KILLS", "25"))


Act = Callable[[LocalStore], None]


def killed_at(step: int, root: Path, now: datetime, act: Act) -> bool:
    """Do it in a child that is killed -9 just before its so-manieth step on the disk; whether it was."""
    return forked(None, counted, step, root, now, act)


def counted(step: int, root: Path, now: datetime, act: Act) -> None:
    left = [step]

    def count(event: str, _: object) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)
    act(LocalStore(root, lambda: now))


def put(data: bytes, store: LocalStore) -> None:
    store.put(io.BytesIO(data), retain_until=NOW + LONG)


def delete(ref: Ref, store: LocalStore) -> None:
    store.delete(ref)


def test_a_put_killed_at_any_step_leaves_nothing_or_whole_and_locked_evidence(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    ref = Ref(Digest.of(data))
    seen = set()
    for step in range(1000):
        root = tmp_path / str(step)
        died = killed_at(step, root, NOW, partial(put, data))
        store = LocalStore(root, lambda: NOW + 2 * LONG)
        found = conditions(store)
        assert set(found.values()) <= {Condition.SOUND, Condition.UNLOCKED}
        if found.get(ref.digest.sha256) is Condition.UNLOCKED:  # linked, not yet recorded: counts as locked
            with pytest.raises((StillKeptError, ClockDoubtError)):
                store.delete(ref)
        seen.add(found.get(ref.digest.sha256))
        LocalStore(root, lambda: NOW).put(io.BytesIO(data), retain_until=NOW + LONG)
        assert conditions(store) == {ref.digest.sha256: Condition.SOUND}
        assert not [*(root / "staging").iterdir()]
        if not died:
            break
    assert seen == {None, Condition.UNLOCKED, Condition.SOUND}
    assert not died


def test_a_deletion_killed_at_any_step_is_finished_or_has_not_begun(tmp_path: Path) -> None:
    later = NOW + timedelta(days=2)
    seen = set()
    for step in range(1000):
        root = tmp_path / str(step)
        first = LocalStore(root, lambda: NOW)
        stored = first.put(io.BytesIO(b"due"), retain_until=NOW + timedelta(days=1))
        other = first.put(io.BytesIO(b"not due"), retain_until=NOW + LONG)
        died = killed_at(step, root, later, partial(delete, stored.ref))
        store = LocalStore(root, lambda: later)
        found = conditions(store)
        assert found.pop(other.key) is Condition.SOUND
        assert found in ({}, {stored.key: Condition.SOUND})
        seen.add(bool(found))
        store.put(io.BytesIO(b"the next writer tidies up"), retain_until=later + LONG)
        assert (root / "objects" / stored.key[:2] / stored.key).exists() == bool(found)
        assert not [*(root / "deleting").iterdir()]
        if not died:
            break
    assert seen == {True, False}
    assert not died


WRITER = """
import io, random, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from storage.evidence.local import LocalStore
clock = lambda: datetime(2026, 3, 2, 9, tzinfo=UTC)
store, source = LocalStore(Path(sys.argv[1]), clock), random.Random(int(sys.argv[2]))
while True:
    data = source.randbytes(source.randrange(200_000))
    print(store.put(io.BytesIO(data), retain_until=clock() + timedelta(days=700)).key, flush=True)
"""


@pytest.mark.slow
def test_writers_killed_at_random_moments_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    acknowledged: set[str] = set()
    moments = random.Random(5)
    for life in range(LIVES):
        line = [sys.executable, "-c", WRITER, str(tmp_path / "store"), str(life)]
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env=environ) as writer:  # noqa: S603 - our own words
            assert writer.stdout
            acknowledged.add(writer.stdout.readline().strip())
            with pytest.raises(subprocess.TimeoutExpired):
                writer.wait(moments.random() * 0.2)
            writer.kill()
            acknowledged |= {text.strip() for text in writer.stdout if len(text) == 65}
    found = conditions(LocalStore(tmp_path / "store", ManualClock()))
    assert len(acknowledged) >= LIVES
    assert {found[key] for key in acknowledged} == {Condition.SOUND}
    assert set(found.values()) <= {Condition.SOUND, Condition.UNLOCKED}
