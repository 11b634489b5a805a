"""Sign-ins on both databases: kept once, with their leaf, whatever is sent how often and by how many at once."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from facts.check_in import Place
from runtime.platform.group_commit import GroupCommit
from storage.database.roll_call.check_ins import CheckInRegister
from storage.database.schema import open_database
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from tests.fixtures.class_rows import a_class
from tests.fixtures.log_keeper import events
from tests.fixtures.paths import ROOT
from tests.fixtures.sign_ins import AT, HOUR, sign_in


@pytest.fixture
def roll(database: Engine) -> CheckInRegister:
    assert a_class(database) == 1
    return CheckInRegister(database, EvidenceLog(database))


def test_a_sign_in_comes_back_as_it_was_given_and_its_leaf_is_in_the_log(roll: CheckInRegister) -> None:
    [kept] = roll.record([sign_in(1)])
    assert roll.of_hour(1, HOUR) == (kept,)
    assert replace(kept, leaf=-1) == sign_in(1)
    leaf = roll.log.leaf(kept.leaf)
    assert (leaf.kind, leaf.sha256) == (LeafKind.CHECK_INS, kept.hashed)


def test_sending_again_changes_nothing_and_is_answered_as_the_first_time(roll: CheckInRegister) -> None:
    [first] = roll.record([sign_in(1)])
    again = roll.record([sign_in(1, at=AT + timedelta(hours=1), trainee="another"), sign_in(2), sign_in(2)])
    assert again[0] == first
    assert again[1] == again[2]
    assert len(events(roll.log)) == 2
    assert roll.present(1, HOUR) == 2


def test_the_count_is_of_people_not_of_presses(roll: CheckInRegister) -> None:
    roll.record([sign_in(1), sign_in(2, trainee="t0001"), sign_in(3, hour_id="other")])
    assert roll.present(1, HOUR) == 1
    assert roll.present(2, HOUR) == 0


def test_a_place_or_a_name_that_was_changed_afterwards_no_longer_fits_its_leaf(roll: CheckInRegister) -> None:
    [kept] = roll.record([sign_in(1)])
    for forged in (replace(kept, trainee="t0002"), replace(kept, place=Place()), replace(kept, at=AT - timedelta(1))):
        assert forged.hashed != roll.log.leaf(kept.leaf).sha256


def test_many_at_once_from_several_servers_are_all_kept_once(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(2)]
    a_class(engines[0])
    writers = [GroupCommit(CheckInRegister(engine, EvidenceLog(engine)).record, "writer") for engine in engines]
    with ThreadPoolExecutor(8) as threads:
        futures = [threads.submit(writers[n % 2].submit, sign_in(n // 2)) for n in range(200)]
        wait([future.result() for future in futures])
    for writer in writers:
        writer.close()
    kept = CheckInRegister(engines[0], EvidenceLog(engines[0]))
    assert len(kept.of_hour(1, HOUR)) == 100
    assert len(events(kept.log)) == 100
    kept.log.verify()
    for engine in engines:
        engine.dispose()


_SENDER = """
import sys
from tests.fixtures.sign_ins import sign_in
from runtime.platform.group_commit import GroupCommit
from storage.database.roll_call.check_ins import CheckInRegister
from storage.database.schema import open_database
from storage.evidence_log.ledger import EvidenceLog
engine = open_database(sys.argv[1])
writer = GroupCommit(CheckInRegister(engine, EvidenceLog(engine)).record, "writer")
for number in range(int(sys.argv[2]), 100_000):
    print(writer.submit(sign_in(number)).result().nonce, flush=True)
"""


def test_killed_in_the_middle_and_sent_again_nothing_is_lost_or_doubled(database_url: str) -> None:
    engine = open_database(database_url)
    a_class(engine)
    acknowledged: set[str] = set()
    for _ in range(3):
        line = [sys.executable, "-c", _SENDER, database_url, str(max(0, len(acknowledged) - 3))]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT) as sender:  # noqa: S603 - our own words
            assert sender.stdout is not None
            for _ in range(15):
                acknowledged.add(sender.stdout.readline().strip())
            os.kill(sender.pid, signal.SIGKILL)
            acknowledged |= {word for word in sender.stdout.read().split() if len(word) == 32}
    roll = CheckInRegister(engine, EvidenceLog(engine))
    kept = [one.nonce for one in roll.of_class(1)]
    assert acknowledged <= set(kept)
    assert len(kept) == len(set(kept)) == len(events(roll.log))
    roll.log.verify()
    engine.dispose()


def test_who_waits_on_a_failed_write_is_told() -> None:
    def broken(_: object) -> list[int]:
        raise OSError("disk full")

    writer = GroupCommit(broken, "writer")
    with pytest.raises(OSError, match="disk full"):
        writer.submit(1).result(timeout=60)
    writer.close()


def test_those_who_wait_together_are_written_together() -> None:
    gate, sizes = threading.Event(), []

    def write(batch: object) -> object:
        gate.wait()
        sizes.append(len(batch))  # type: ignore[arg-type]
        return batch

    writer = GroupCommit(write, "writer")  # type: ignore[arg-type]
    futures = [writer.submit(number) for number in range(50)]
    gate.set()
    wait(futures)
    writer.close()
    assert sum(sizes) == 50
    assert len(sizes) < 10
