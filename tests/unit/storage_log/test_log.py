"""The log against its killer, a torn tail, and a keeper who has the key and time on his hands."""

import os
import shutil
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from facts.digest import Digest
from storage.log.check import Breach, check_log
from storage.log.errors import LogAlteredError, LogInputError, LogSetupError
from storage.log.file import ACKNOWLEDGED, LEAVES, NAME, EvidenceLog
from storage.log.head import HeadFile, TreeHead, head_of
from storage.log.keyring import KeyRing
from storage.log.leaf import Leaf, LeafKind
from storage.log.proofs import canonical

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = {"open", "os.rename", "os.remove", "os.mkdir", "os.truncate", "fcntl.flock"}


def leaf(number: int, kind: LeafKind = LeafKind.RECORDING, at: datetime | None = None) -> Leaf:
    return Leaf(kind, at or START + timedelta(minutes=number), Digest.of(f"{number}".encode()), f"class {number}")


def leaves(count: int, first: int = 0) -> list[Leaf]:
    return [leaf(number) for number in range(first, first + count)]


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """Keys that were just made."""
    keys = KeyRing(tmp_path / "keys")
    keys.init(START)
    return keys


def handed_out(log: EvidenceLog, ring: KeyRing) -> TreeHead:
    """A head as the regulator has it: through a file, and nothing of the log."""
    head = log.sign(ring.signer(), log.leaves[-1].at)
    return HeadFile.from_bytes(HeadFile((head,)).to_bytes()).heads[0]


def rewritten(log: EvidenceLog, place: Path, kept: Sequence[Leaf]) -> EvidenceLog:
    """Another log under the same name, as only its keeper can make it."""
    place.mkdir()
    shutil.copyfile(log.root / NAME, place / NAME)
    EvidenceLog(place / "anew").append(list(kept))
    for name in (LEAVES, ACKNOWLEDGED):
        shutil.copyfile(place / "anew" / name, place / name)
    shutil.rmtree(place / "anew")
    return EvidenceLog(place)


def breaches(log: EvidenceLog, ring: KeyRing, *heads: TreeHead) -> set[Breach]:
    trusted = [entry.public.key_id for entry in ring.entries()]
    return {fault.breach for fault in check_log(log.log_id, log.leaves, log.tree, heads, trusted)}


def test_what_was_appended_is_there_for_whoever_opens_it_next(tmp_path: Path) -> None:
    log = EvidenceLog(tmp_path / "log")
    assert log.append(leaves(3)) == (0, 1, 2)
    assert log.append(leaves(2, 3)) == (3, 4)
    again = EvidenceLog(tmp_path / "log")
    assert again.leaves == leaves(5)
    assert again.tree.root() == log.tree.root()
    assert again.places(Digest.of(b"4")) == (4,)


def test_two_writers_take_turns(tmp_path: Path) -> None:
    one, two = EvidenceLog(tmp_path / "log"), EvidenceLog(tmp_path / "log")
    one.append(leaves(2))
    assert two.append(leaves(1, 2)) == (2,)
    assert one.append(leaves(1, 3)) == (3,)
    assert EvidenceLog(tmp_path / "log").leaves == leaves(4)


def test_an_honest_log_agrees_with_every_head_it_ever_signed(tmp_path: Path, ring: KeyRing) -> None:
    log = EvidenceLog(tmp_path / "log")
    heads = []
    for first in range(0, 12, 3):
        log.append(leaves(3, first))
        heads.append(handed_out(log, ring))
    assert breaches(log, ring, *heads) == set()
    assert log.heads() == tuple(heads)


def test_a_keeper_who_deletes_a_leaf_and_signs_anew_is_caught(tmp_path: Path, ring: KeyRing) -> None:
    log = EvidenceLog(tmp_path / "log")
    log.append(leaves(10))
    head = handed_out(log, ring)
    forged = rewritten(log, tmp_path / "forged", [*leaves(4), *leaves(5, 5)])
    assert breaches(forged, ring, head) == {Breach.CUT}
    refilled = rewritten(log, tmp_path / "refilled", [*leaves(4), *leaves(8, 5)])
    assert breaches(refilled, ring, head) == {Breach.REWRITTEN}


def test_a_keeper_who_puts_two_leaves_in_another_order_is_caught(tmp_path: Path, ring: KeyRing) -> None:
    log = EvidenceLog(tmp_path / "log")
    same_time = [leaf(number, at=START) for number in range(6)]
    log.append(same_time)
    head = handed_out(log, ring)
    forged = rewritten(log, tmp_path / "forged", [same_time[1], same_time[0], *same_time[2:]])
    assert breaches(forged, ring, head) == {Breach.REWRITTEN}


def test_a_keeper_who_dates_a_late_leaf_back_is_caught(tmp_path: Path, ring: KeyRing) -> None:
    log = EvidenceLog(tmp_path / "log")
    log.append(leaves(10))
    head = handed_out(log, ring)
    late = leaf(99, LeafKind.CHECK_INS, START + timedelta(minutes=4))
    appended = rewritten(log, tmp_path / "appended", [*leaves(5), late, *leaves(5, 5)])
    assert Breach.REWRITTEN in breaches(appended, ring, head)
    forged = rewritten(log, tmp_path / "forged", leaves(10))
    forged.leaves.append(late)  # what append() refuses, a keeper can write by hand
    assert breaches(forged, ring, head) == {Breach.BACK_DATED, Breach.DISORDER}
    with pytest.raises(LogSetupError, match="clock"):
        log.append([late])


def test_a_head_of_another_log_key_or_content_is_refused(tmp_path: Path, ring: KeyRing) -> None:
    log, other = EvidenceLog(tmp_path / "log"), EvidenceLog(tmp_path / "other_log")
    log.append(leaves(3))
    other.append(leaves(3))
    head = handed_out(log, ring)
    assert breaches(log, ring, handed_out(other, ring)) == {Breach.OTHER_LOG}
    strangers = KeyRing(tmp_path / "strangers")
    strangers.init(START)
    assert breaches(log, ring, handed_out(log, strangers)) == {Breach.OTHER_KEY}
    assert breaches(log, ring, replace(head, size=2)) == {Breach.FORGED_HEAD}
    unknown = head_of({**head.plain(), "algorithm": "sm2"})
    assert breaches(log, ring, unknown) == {Breach.FORGED_HEAD}


def test_bytes_that_were_never_acknowledged_are_cut_off_by_the_next_writer(tmp_path: Path) -> None:
    log = EvidenceLog(tmp_path / "log")
    log.append(leaves(3))
    path = tmp_path / "log" / LEAVES
    whole = path.read_bytes()
    path.write_bytes(whole + leaf(3).to_bytes()[:17])
    again = EvidenceLog(tmp_path / "log")
    assert again.leaves == leaves(3)
    assert again.append(leaves(1, 3)) == (3,)
    assert EvidenceLog(tmp_path / "log").leaves == leaves(4)


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "unacknowledged", "renamed"])
def test_acknowledged_leaves_that_are_gone_are_an_alarm_and_never_repaired(tmp_path: Path, damage: str) -> None:
    root = tmp_path / "log"
    EvidenceLog(root).append(leaves(3))
    path = root / LEAVES
    whole = path.read_bytes()
    if damage == "unacknowledged":
        (root / ACKNOWLEDGED).unlink()
    elif damage == "renamed":
        path.write_bytes(whole.replace(b"class 1", b"class 9"))
    else:
        path.write_bytes({"cut": whole[:-1], "changed": whole[:-2] + b"  ", "empty": b""}[damage])
    left = path.read_bytes()
    with pytest.raises(LogAlteredError, match="ask who had access"):
        EvidenceLog(root)
    assert path.read_bytes() == left


def test_a_log_is_never_founded_upon_something_else(tmp_path: Path) -> None:
    (tmp_path / "花名册.xlsx").write_bytes(b"x")
    with pytest.raises(LogSetupError, match="name another folder"):
        EvidenceLog(tmp_path)
    log = EvidenceLog(tmp_path / "log")
    log.append(leaves(2))
    (tmp_path / "log" / NAME).unlink()
    with pytest.raises(LogSetupError, match="restore the log"):
        EvidenceLog(tmp_path / "log")


def test_a_leaf_without_a_zone_or_in_another_spelling_is_refused() -> None:
    with pytest.raises(LogInputError, match="without a zone"):
        leaf(1, at=datetime(2026, 3, 2))  # noqa: DTZ001 - the fault under test
    spelled = leaf(1).to_bytes()
    with pytest.raises(LogInputError, match="canonical"):
        Leaf.from_bytes(spelled.replace(b'","', b'", "'))
    with pytest.raises(LogInputError, match="'kind'"):
        Leaf.from_bytes(spelled.replace(b'"recording"', b"7"))
    with pytest.raises(LogInputError, match=r"xueshi\.leaf/1"):
        Leaf.from_bytes(canonical({"schema": "other"}))


def killed_at(step: int, root: Path) -> bool:
    """Append in a child that is killed -9 just before its so-manieth step on the disk; whether it was."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        assert code in {0, -signal.SIGKILL}
        return code != 0
    left = [step]

    def count(event: str, _: object) -> None:
        if event in STEPS:
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    status = 1
    try:
        sys.addaudithook(count)
        EvidenceLog(root).append(leaves(2, 3))
        status = 0
    finally:
        os._exit(status)  # the child must not go on as a second pytest


def test_an_append_killed_at_any_step_has_happened_wholly_or_not_at_all(tmp_path: Path) -> None:
    for step in range(100):
        root = tmp_path / str(step)
        EvidenceLog(root).append(leaves(3))
        killed = killed_at(step, root)
        log = EvidenceLog(root)
        assert log.leaves in (leaves(3), leaves(5))
        log.append(leaves(1, 9))
        assert EvidenceLog(root).leaves[-1] == leaf(9)
        if not killed:
            assert len(log.leaves) == 6
            return
    pytest.fail("an append takes a hundred steps")


def test_a_log_killed_while_it_is_founded_can_be_founded_again(tmp_path: Path) -> None:
    for step in range(100):
        killed = killed_at(step, tmp_path / str(step))
        EvidenceLog(tmp_path / str(step)).append(leaves(1, 9))
        if not killed:
            return
    pytest.fail("founding takes a hundred steps")
