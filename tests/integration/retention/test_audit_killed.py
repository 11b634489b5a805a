"""An audit killed -9 again and again finds in the end what one that nobody disturbed would find, each fault once."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from facts.digest import Digest
from storage.evidence.audit import Condition, Throttle, audit
from storage.evidence.audit_progress import Tally, counted_and_saved, resumed_tally
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref
from tests.fixtures.child_processes import forked
from tests.fixtures.evidence_stores import ClockedStore, local
from tests.fixtures.killed_work import NOW

OBJECTS, PIECE_BYTES = 40, 20_000


def spoilt(kept: ClockedStore) -> tuple[set[Ref], set[str], set[str]]:
    """A store with altered objects, and others that are gone with their records; what must be there, and both faults."""
    refs = sorted(kept.put(bytes([number]) * PIECE_BYTES).ref for number in range(OBJECTS))
    assert isinstance(kept.store, LocalStore)
    for number, ref in enumerate(refs):
        sha256 = ref.digest.sha256
        place = kept.store.root / "objects" / sha256[:2] / sha256
        if number % 10 == 3:
            place.chmod(0o644)
            place.write_bytes(bytes(PIECE_BYTES))
        if number % 10 == 7:
            place.unlink()
            (kept.store.root / "records" / sha256[:2] / sha256).unlink()
    altered = {ref.digest.sha256 for ref in refs[3::10]}
    return set(refs), altered, {ref.digest.sha256 for ref in refs[7::10]}


def one_audit(root: Path, wanted: set[Ref], state: Path, rate: float | None, out: Path) -> None:
    """As the command does it, its result in a file."""
    store = LocalStore(root, lambda: NOW)
    tally = resumed_tally(state, store.url)
    ticks = iter(range(10**9))
    items = audit(store, expected=wanted, after=tally.after, throttle=Throttle(rate))
    for _ in counted_and_saved(items, tally, state, lambda: float(next(ticks))):
        pass
    out.write_text("\n".join(f"{one.condition} {one.ref.digest.sha256}" for one in tally.faults) + f"\n{total(tally)}")


def total(tally: Tally) -> int:
    return sum(tally.counts.values())


@pytest.mark.parametrize("seed", range(3))
def test_an_audit_that_is_killed_again_and_again_loses_nothing_and_tells_nothing_twice(
    seed: int, tmp_path: Path
) -> None:
    kept, rng = local(tmp_path), random.Random(seed)
    wanted, altered, missing = spoilt(kept)
    assert isinstance(kept.store, LocalStore)
    root, state, out = kept.store.root, tmp_path / "state.json", tmp_path / "out.txt"
    rate = OBJECTS * PIECE_BYTES / 0.5
    kills = 0
    while forked(rng.uniform(0.05, 0.3) if kills < 8 else None, one_audit, root, wanted, state, rate, out):
        kills += 1
    *faults, count = out.read_text().split("\n")
    assert sorted(faults) == sorted([f"altered {one}" for one in altered] + [f"missing {one}" for one in missing])
    assert int(count) == OBJECTS
    assert kills > 0
    assert not state.exists()


def test_missing_objects_are_told_in_their_place_so_that_an_interrupted_audit_does_not_forget_them(
    tmp_path: Path,
) -> None:
    kept = local(tmp_path)
    wanted, altered, missing = spoilt(kept)
    begun = audit(kept.store, expected=wanted)
    seen = [next(begun) for _ in range(20)]
    assert [one.ref.digest for one in seen] == sorted(one.ref.digest for one in seen)
    rest = list(audit(kept.store, expected=wanted, after=seen[-1].done))
    found = {one.ref.digest.sha256: one.condition for one in [*seen, *rest]}
    assert {name for name, state in found.items() if state is Condition.MISSING} == missing
    assert {name for name, state in found.items() if state is Condition.ALTERED} == altered
    assert len(found) == OBJECTS


def test_an_object_locked_for_less_than_its_duty_is_told(tmp_path: Path) -> None:
    kept = local(tmp_path)
    stored = kept.put(b"a class hour")
    assert stored.retain_until is not None
    locked = {stored.ref: stored.retain_until + timedelta(days=1), Ref(Digest.of(b"gone")): stored.retain_until}
    found = {one.ref: (one.condition, one.note) for one in audit(kept.store, locked=locked)}
    assert found[stored.ref][0] is Condition.UNLOCKED
    assert "expected 2028-03-03" in found[stored.ref][1]
    assert found[Ref(Digest.of(b"gone"))][0] is Condition.MISSING
