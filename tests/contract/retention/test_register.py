"""What the register of kept evidence promises on both databases."""

import io
import threading
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from facts.digest import Digest
from facts.retention import Category, DeletionState, RetentionEntry, Scope
from pipeline.retention import orders
from pipeline.retention.duty import paid_on
from pipeline.retention.sweep import SweepOutcome
from storage.evidence.port import StoredObject
from storage.retention.register import EvidenceRegister
from tests.fixtures.evidence_stores import LONG, ManualClock
from tests.fixtures.log_keeper import covered, events
from tests.fixtures.memory_store import MemoryStore
from tests.fixtures.retention_case import Office, a_hold, use

CLOCK = ManualClock()


@pytest.fixture
def register(database: Engine) -> EvidenceRegister:
    """An empty one."""
    return EvidenceRegister(database)


def stored(data: bytes = b"a class hour") -> StoredObject:
    clock = ManualClock()
    return MemoryStore(clock).put(io.BytesIO(data), retain_until=clock() + LONG)


def entered(register: EvidenceRegister, data: bytes = b"a class hour") -> RetentionEntry:
    return register.record("memory:", stored(data), use())


def test_what_is_entered_is_read_back_as_it_was(register: EvidenceRegister) -> None:
    wanted = replace(use(day=date(2024, 2, 7)), source=Digest.of(b"source"))
    kept = register.record("memory:", stored(), wanted)
    assert kept.uses == (wanted,)
    assert register.live() == (kept,)
    assert (kept.digest, kept.retain_until) == (stored().ref.digest, stored().retain_until)
    assert register.one(kept.number) == kept


def test_two_classes_that_need_the_same_bytes_keep_one_object_for_the_longer_duty(register: EvidenceRegister) -> None:
    later = use("JZ-2025-01", class_end=date(2025, 1, 31), category=Category.PAPERS)
    one = entered(register)
    both = register.record("memory:", stored(), later)
    assert both.number == one.number
    assert both.class_ids == ("JZ-2024-02", "JZ-2025-01")
    assert both.keep_until == later.keep_until
    assert register.live(later.keep_until - timedelta(seconds=1)) == ()
    assert register.live(later.keep_until) == (both,)


def test_entering_again_never_shortens_and_forgets_no_payout(register: EvidenceRegister) -> None:
    paid = date(2024, 9, 1)
    kept = entered(register)
    register.lengthen(kept.number, [paid_on(kept.uses[0], paid)])
    again = entered(register)
    assert again.uses[0].paid == paid == register.payout("JZ-2024-02")
    assert again.keep_until > kept.keep_until
    assert register.payout("another class") is None
    register.lengthen(kept.number, [use()])
    assert register.one(kept.number).keep_until == again.keep_until


def test_a_deletion_goes_through_its_states_and_has_one_certificate(register: EvidenceRegister) -> None:
    kept, other = entered(register), entered(register, b"another")
    register.begin(kept.number, CLOCK())
    assert [one.number for one in register.unfinished()] == [kept.number]
    assert register.certify(kept.number, "first") == "first"
    assert register.certify(kept.number, "second") == "first"
    register.finish(kept.number, CLOCK(), 7)
    done = register.one(kept.number).deletion
    assert done is not None
    assert (done.state, done.certificate, done.place) == (DeletionState.DELETED, "first", 7)
    assert [one.number for one in register.live()] == [other.number]
    assert [one.number for one in register.deleted()] == [kept.number]
    assert register.unfinished() == ()


def test_the_same_bytes_stored_anew_after_their_deletion_are_a_new_object(register: EvidenceRegister) -> None:
    kept = entered(register)
    register.begin(kept.number, CLOCK())
    register.certify(kept.number, "gone")
    register.finish(kept.number, CLOCK(), 0)
    again = entered(register)
    assert again.number != kept.number
    assert again.deletion is None
    assert register.live() == (again,)


def test_an_object_that_is_needed_again_while_its_deletion_has_only_begun_stays(register: EvidenceRegister) -> None:
    kept = entered(register)
    register.begin(kept.number, CLOCK())
    again = entered(register)
    assert again.number == kept.number
    assert again.deletion is not None
    assert again.deletion.state is DeletionState.FAILED
    assert register.unfinished() == ()


def test_a_hold_stands_until_it_is_released_and_is_remembered_afterwards(register: EvidenceRegister) -> None:
    hold = a_hold(Scope("JZ-2024-02", date(2024, 2, 7)), CLOCK)
    register.place(hold)
    assert register.holds() == (hold,)
    register.settle(hold.id)
    assert register.holds() == (replace(hold, settled=True),)
    register.release(hold.id, "李科长", CLOCK())
    assert register.holds() == ()
    assert register.holds(released=True) == (replace(hold, settled=True, released_by="李科长", released_at=CLOCK()),)


def test_sweeps_and_orders_take_turns(register: EvidenceRegister) -> None:
    inside, seen = threading.Event(), []

    def other() -> None:
        inside.wait()
        with EvidenceRegister(register.engine).alone():
            seen.append("second")

    thread = threading.Thread(target=other)
    thread.start()
    with register.alone():
        inside.set()
        thread.join(0.3)
        seen.append("first")
    thread.join()
    assert seen == ["first", "second"]


def test_a_whole_sweep_from_hold_to_certificate(database: Engine, tmp_path: Path) -> None:
    clock = ManualClock()
    office = Office(tmp_path, database, MemoryStore(clock), clock)
    due, held = (office.keep(name, use(name.decode(), class_end=date(2020, 1, 31))) for name in (b"due", b"held"))
    placed, _ = orders.hold(office.ports, a_hold(Scope("held"), clock))
    office.pass_time(timedelta(days=1))
    assert [(one.kept.number, one.outcome) for one in office.sweep()] == [(due.number, SweepOutcome.DELETED)]
    orders.release(office.ports, placed.id, "李科长")
    assert [(one.kept.number, one.outcome) for one in office.sweep()] == [(held.number, SweepOutcome.DELETED)]
    assert len(events(office.log)) == 4
    assert covered(office.log)
    assert office.log.audit().faults == ()
