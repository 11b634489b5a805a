"""Retention from the duty to the certificate: what is due goes, what is held or needed stays, and every end is proven."""

import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from facts.errors import InputError, SetupError
from facts.retention import Category, DeletionState, RetentionEntry, Scope
from pipeline.retention import orders
from pipeline.retention.deadlines import GRACE, RetentionStage, due_list, scope_of
from pipeline.retention.sweep import SweepOutcome, sweep
from runtime.retention.certificates import check_certificate
from runtime.retention.hold_record import new_hold
from runtime.retention.vault import StoreVault
from storage.database.schema import open_database
from storage.evidence.local import LocalStore
from storage.evidence.port import Ref
from storage.retention.certificate import bundle, read_certificate
from tests.fixtures.databases import sqlite_database
from tests.fixtures.evidence_stores import FAKES, LONG, ManualClock
from tests.fixtures.retention_case import CLASS_END, Office, a_hold, leaves_about, use

DUE = datetime(
    2026, 3, 1, 16, tzinfo=UTC
)  # 29 February 2024 + 2 years = 1 March 2026, whose last moment in China this is


@pytest.fixture(params=FAKES)
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    """An institution on the day after its class ended."""
    kept = FAKES[request.param](tmp_path)
    assert isinstance(kept.clock, ManualClock)
    kept.clock.moment = datetime(2024, 3, 1, 1, tzinfo=UTC)
    engine = open_database(sqlite_database(tmp_path / "xueshi.db"))
    yield Office(tmp_path, engine, kept.store, kept.clock)
    engine.dispose()


def later(office: Office, moment: datetime = DUE + GRACE) -> None:
    """Let time pass in steps that the store's clock can believe."""
    assert isinstance(office.clock, ManualClock)
    while office.clock.moment < moment:
        office.clock.moment = min(moment, office.clock.moment + timedelta(days=300))
        work = io.BytesIO(f"work of {office.clock.moment}".encode())
        office.store.put(work, retain_until=office.clock.moment + timedelta(seconds=1))


def stage(office: Office, kept: RetentionEntry, within: timedelta = timedelta()) -> RetentionStage:
    rows = due_list(office.register.live(), office.register.holds(), office.clock(), grace=GRACE, within=within)
    return next(row.stage for row in rows if row.kept.number == kept.number)


def test_evidence_is_deleted_when_its_duty_and_the_grace_are_over_and_not_a_second_earlier(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    assert kept.keep_until == DUE
    later(office, DUE - timedelta(seconds=1))
    assert stage(office, kept, within=timedelta(days=30)) is RetentionStage.SOON
    assert office.sweep() == []
    later(office, DUE + GRACE - timedelta(seconds=1))
    assert stage(office, kept) is RetentionStage.GRACE
    assert office.sweep() == []
    later(office, DUE + GRACE)
    assert stage(office, kept) is RetentionStage.DELETABLE
    assert [one.outcome for one in office.sweep()] == [SweepOutcome.DELETED]
    assert not office.has(kept)
    assert office.sweep() == []


def test_a_hold_that_comes_while_a_sweep_is_under_way_still_protects_what_is_left(office: Office) -> None:
    for data in (b"the first", b"the second"):
        office.keep(data, use())
    later(office)
    going = sweep(office.ports)
    assert next(going).outcome is SweepOutcome.DELETED
    office.register.place(
        a_hold(Scope("JZ-2024-02"), office.clock)
    )  # not in the store yet, which would refuse by itself
    rest = list(going)
    assert [one.outcome for one in rest] == [SweepOutcome.PROTECTED]
    assert office.has(rest[0].kept)


def test_the_certificate_says_what_was_deleted_by_which_duty_and_is_proven_by_the_log(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    later(office)
    (swept,) = office.sweep()
    said, key, sound = read_certificate(swept.certificate)
    assert sound
    assert (said["sha256"], said["size_bytes"], said["rule"]) == (kept.digest.sha256, 12, "YQ-V3")
    assert said["classes"][0] == {
        "class_id": "JZ-2024-02",
        "institution": "阳泉示范培训学校",
        "category": "video",
        "rule": "YQ-V3",
        "label": "video",
        "base": "2024-02-29",
        "keep_until": "2026-03-01T16:00:00.000Z",
    }
    assert said["enforcement"] == office.store.enforcement.value
    (place,) = leaves_about(office.log, swept.certificate)
    head = office.log.heads()[-1]
    data = bundle(swept.certificate, *office.log.prove([place], head.size), head)
    assert check_certificate("x", data, [key.key_id]).faults == ()
    assert {fault.en.split(":")[1] for fault in check_certificate("x", data, ["0" * 16]).faults} == {
        f" signed by {key.key_id}, expected 0000000000000000"
    }
    assert office.log.audit(trusted=[key.key_id]).faults == ()


@pytest.mark.parametrize("change", ["certificate", "leaf", "path", "head"])
def test_a_certificate_that_somebody_changed_is_found_out(office: Office, change: str) -> None:
    office.keep(b"a class hour", use())
    office.keep(b"another", use("JZ-2024-03"))
    later(office)
    certificate = office.sweep()[-1].certificate
    (place,) = leaves_about(office.log, certificate)
    head = office.log.heads()[-1]
    body = json.loads(bundle(certificate, *office.log.prove([place], head.size), head))
    if change == "certificate":
        body["certificate"] = body["certificate"].replace('"size_bytes":7', '"size_bytes":8')
    elif change == "leaf":
        body["leaf"] = body["leaf"].replace("JZ-2024-03", "JZ-2024-04")
    elif change == "path":
        body["path"][0] = "00" * 32
    else:
        body["head"]["size"] += 1
    assert check_certificate("x", json.dumps(body).encode()).faults


def test_what_is_no_certificate_is_told_in_plain_words() -> None:
    (fault,) = check_certificate("x.json", b"[]").faults
    assert "不是删除证明" in fault.zh


@pytest.mark.parametrize(
    "scope", [Scope("JZ-2024-02"), Scope(day=date(2024, 2, 7)), Scope("JZ-2024-02", date(2024, 2, 7))]
)
def test_a_hold_keeps_what_it_covers_in_the_register_and_in_the_store_until_it_is_released(
    office: Office, scope: Scope
) -> None:
    kept = office.keep(b"a class hour", use(day=date(2024, 2, 7)))
    other = office.keep(b"another class", use("JZ-2024-03", day=date(2024, 2, 8)))
    placed, done = orders.hold(office.ports, a_hold(scope, office.clock))
    assert [one.kept.number for one in done] == [kept.number]
    assert office.store.stat(Ref(kept.digest)).holds == (placed.label,)
    later(office, DUE + GRACE)
    assert stage(office, kept) is RetentionStage.HELD
    assert [one.kept.number for one in office.sweep()] == [other.number]
    orders.release(office.ports, placed.id, "李科长")
    assert office.store.stat(Ref(kept.digest)).holds == ()
    assert [one.outcome for one in office.sweep()] == [SweepOutcome.DELETED]
    notes = [entry.leaf.note.split()[0] for entry in office.log.leaves() if entry.leaf.note]
    assert notes == ["hold", "release"]


def test_one_of_two_holds_still_holds_and_the_same_order_twice_is_one_hold(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    first, _ = orders.hold(office.ports, a_hold(Scope("JZ-2024-02"), office.clock))
    again, _ = orders.hold(office.ports, a_hold(Scope("JZ-2024-02"), office.clock))
    second, _ = orders.hold(office.ports, a_hold(Scope(sha256=kept.digest.sha256), office.clock, "抽查 7"))
    assert first.id == again.id
    orders.release(office.ports, first.id, "李科长")
    assert office.store.stat(Ref(kept.digest)).holds == (second.label,)
    later(office)
    assert stage(office, kept) is RetentionStage.HELD
    with pytest.raises(InputError, match=f"expected one of them \\({second.id}\\)"):
        orders.release(office.ports, first.id, "李科长")


def test_a_hold_that_somebody_set_in_the_store_itself_is_respected_and_told(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    office.store.hold(Ref(kept.digest), "法院保全")
    later(office)
    (swept,) = office.sweep()
    assert (swept.outcome, office.has(kept)) == (SweepOutcome.REFUSED, True)
    assert "法院保全" in swept.reason
    office.store.release(Ref(kept.digest), "法院保全")
    assert [one.outcome for one in office.sweep()] == [SweepOutcome.DELETED]


def test_a_store_that_locks_longer_than_the_duty_is_waited_for(office: Office) -> None:
    kept = office.keep(b"a class hour", use(), retain=LONG + timedelta(days=365))
    later(office)
    assert stage(office, kept) is RetentionStage.LOCKED
    assert office.sweep() == []
    office.store.extend(Ref(kept.digest), office.clock() + 2 * LONG)
    office.register.acknowledge(kept.number, office.clock())  # as if the register had not heard of it
    (swept,) = office.sweep()
    assert (swept.outcome, office.has(kept)) == (SweepOutcome.REFUSED, True)
    assert "kept until" in swept.reason


def test_the_payout_moves_the_base_and_locks_the_store_for_as_long(office: Office) -> None:
    kept = office.keep(b"a class hour", use(), retain=LONG)
    (done,) = orders.pay(office.ports, Scope("JZ-2024-02"), date(2024, 8, 20))
    assert done.refusal == ""
    assert done.kept.keep_until == datetime(2026, 8, 20, 16, tzinfo=UTC)
    assert done.kept.uses[0].base == date(2024, 8, 20)
    assert office.store.stat(Ref(kept.digest)).retain_until == done.kept.keep_until == done.kept.retain_until
    orders.pay(office.ports, Scope("JZ-2024-02"), date(2024, 3, 1))
    assert office.register.one(kept.number).keep_until == done.kept.keep_until
    later(office)
    assert office.sweep() == []


def test_an_order_to_keep_longer_binds_only_what_it_names(office: Office) -> None:
    kept, other = office.keep(b"one", use(), LONG), office.keep(b"two", use("JZ-2024-03"), LONG)
    until = datetime(2030, 12, 31, 16, tzinfo=UTC)
    orders.keep_longer(office.ports, Scope("JZ-2024-02"), until, "审计要求")
    assert office.register.one(kept.number).keep_until == until
    assert office.register.one(kept.number).binding.rule == "审计要求"
    assert office.register.one(other.number).keep_until == other.keep_until


def test_an_object_that_vanished_from_its_store_is_told_and_never_certified(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    later(office)
    office.store.delete(Ref(kept.digest))
    (swept,) = office.sweep()
    assert (swept.outcome, swept.certificate) == (SweepOutcome.MISSING, "")
    assert "did not delete it" in swept.reason
    assert office.register.deleted() == ()


def test_a_sweep_that_died_between_its_word_and_the_deed_asks_again_before_it_goes_on(office: Office) -> None:
    kept, other = office.keep(b"one", use()), office.keep(b"two", use("JZ-2024-03"))
    later(office)
    for one in (kept, other):
        office.register.begin(one.number, office.clock())
    orders.hold(office.ports, a_hold(Scope(sha256=kept.digest.sha256), office.clock))
    outcomes = {one.kept.number: one.outcome for one in office.sweep()}
    assert outcomes == {kept.number: SweepOutcome.PROTECTED, other.number: SweepOutcome.DELETED}
    assert (office.has(kept), office.has(other)) == (True, False)
    assert read_certificate(office.register.deleted()[0].deletion.certificate)[0]["resumed"]  # type: ignore[union-attr] # it was deleted


def test_bytes_that_were_stored_anew_after_the_deletion_are_another_object(office: Office) -> None:
    kept = office.keep(b"a class hour", use())
    later(office)
    office.register.begin(kept.number, office.clock())
    office.store.delete(Ref(kept.digest))  # and then the sweep was killed
    office.pass_time(timedelta(seconds=5))
    again = office.keep(b"a class hour", use("JZ-2026-02", class_end=date(2026, 2, 27)), LONG)
    assert again.number != kept.number
    assert [(one.kept.number, one.outcome) for one in office.sweep()] == [(kept.number, SweepOutcome.DELETED)]
    assert office.has(again)
    assert [one.number for one in office.register.live()] == [again.number]


def test_locks_and_holds_that_were_ordered_only_half_are_caught_up_with(office: Office) -> None:
    kept = office.keep(b"a class hour", use(), retain=timedelta(days=1))
    hold = a_hold(Scope("JZ-2024-02"), office.clock)
    office.register.place(hold)  # and then the program was killed
    assert [one.refusal for one in orders.catch_up(office.ports)] == [""]
    found = office.store.stat(Ref(kept.digest))
    assert (found.retain_until, found.holds) == (kept.keep_until, (hold.label,))
    assert office.register.holds()[0].settled
    assert list(orders.catch_up(office.ports)) == []


def test_a_disk_that_is_not_mounted_is_no_empty_store(tmp_path: Path) -> None:
    clock = ManualClock()
    LocalStore(tmp_path / "store", clock)
    (tmp_path / "store" / "xueshi-store").rename(tmp_path / "aside")
    with pytest.raises(SetupError, match="mount its disk"):
        StoreVault(os.environ, clock).store((tmp_path / "store").as_uri())


def test_a_clock_in_doubt_deletes_nothing_and_says_so(tmp_path: Path) -> None:
    clock = ManualClock(datetime(2024, 3, 1, 1, tzinfo=UTC))
    engine = open_database(sqlite_database(tmp_path / "xueshi.db"))
    office = Office(tmp_path, engine, LocalStore(tmp_path / "store", clock), clock)
    kept = office.keep(b"a class hour", use())
    clock.moment = DUE + GRACE
    (swept,) = office.sweep()
    assert (swept.outcome, office.has(kept)) == (SweepOutcome.REFUSED, True)
    assert "store clock URL --confirm" in swept.reason
    failed = office.register.one(kept.number).deletion
    assert failed is not None
    assert failed.state is DeletionState.FAILED
    engine.dispose()


def test_a_target_is_a_digest_a_day_or_a_class() -> None:
    assert scope_of("0" * 64) == Scope(sha256="0" * 64)
    assert scope_of("2024-02-07") == Scope(day=date(2024, 2, 7))
    assert scope_of("JZ-2024-02", date(2024, 2, 7)) == Scope("JZ-2024-02", date(2024, 2, 7))
    with pytest.raises(InputError, match="name what is meant"):
        Scope()


def test_papers_of_a_class_that_also_keeps_them_as_video_are_kept_for_both(office: Office) -> None:
    one = office.keep(b"the same bytes", use())
    both = office.keep(b"the same bytes", use(category=Category.PAPERS, class_end=CLASS_END + timedelta(days=30)))
    assert both.number == one.number
    assert {item.category for item in both.uses} == {Category.VIDEO, Category.PAPERS}
    assert both.keep_until > one.keep_until


def test_a_hold_without_a_printable_reason_is_refused_before_anything_is_written(office: Office) -> None:
    with pytest.raises(InputError, match="name the dispute or the order"):
        new_hold(Scope("JZ-2024-02"), " ", "", "王科员", office.clock)
    assert office.register.holds(released=True) == ()
