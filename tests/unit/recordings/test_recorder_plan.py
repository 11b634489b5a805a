"""Plans that change while a camera is recorded, and ledgers that are kept short in memory."""

from datetime import UTC, datetime, timedelta

from facts.recorder import EntryKind, GapReason, RecorderEntry
from facts.span import Span
from pipeline.recordings.gap_account import camera_account, recent_entries
from runtime.platform.local_clock import HostClock, host_clock, told_clock

START = datetime(2026, 3, 2, 1, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def plan(kind: EntryKind, minutes: float, *spans: tuple[float, float]) -> RecorderEntry:
    told = [[at(one).isoformat(), at(two).isoformat()] for one, two in spans]
    return RecorderEntry(kind, at(minutes), told={"plans": {"7": told}})


def file(name: str, start: float, end: float) -> list[RecorderEntry]:
    return [
        RecorderEntry(EntryKind.SEGMENT, at(start), "7", at(start), file=name, follows=True),
        RecorderEntry(EntryKind.CLOSED, at(end), "7", at(start), at(end), name),
    ]


def test_a_plan_that_changes_ends_nothing_that_is_recorded() -> None:
    entries = [
        plan(EntryKind.BEGIN, 0, (0, 10)),
        *file("a", 0, 10),
        plan(EntryKind.PLAN, 5, (0, 20)),
        *file("b", 10, 18),
        RecorderEntry(EntryKind.GAP, at(18), "7", at(18), reason=GapReason.LOST),
    ]
    account = camera_account(entries, "7", at(30))
    assert account.planned == (Span(at(0), at(20)),)
    assert [(one.span, one.reason) for one in account.gaps] == [(Span(at(18), at(20)), "lost")]
    assert account.unexplained_s == 0.0


def test_a_camera_that_is_switched_off_misses_nothing_afterwards() -> None:
    entries = [
        plan(EntryKind.BEGIN, 0, (0, 60)),
        *file("a", 0, 5),
        plan(EntryKind.PLAN, 5),
        RecorderEntry(EntryKind.END, at(5)),
    ]
    account = camera_account(entries, "7", at(60))
    assert (account.planned_s, account.gaps, account.unexplained_s) == (300.0, (), 0.0)


def test_fewer_lines_have_the_same_account_of_late() -> None:
    entries = [
        plan(EntryKind.BEGIN, 0, (0, 600)),
        *(line for n in range(20) for line in file(f"{n}", 5 * n, 5 * n + 5)),
    ]
    entries += [RecorderEntry(EntryKind.GAP, at(100), "7", at(100), reason=GapReason.STALLED), *file("z", 103, 110)]
    fewer = recent_entries(entries, at(80))
    assert len(fewer) < len(entries) / 2
    whole, short = (camera_account(one, "7", at(110)) for one in (entries, fewer))
    assert whole.gaps == short.gaps
    assert [one.span for one in short.gaps] == [Span(at(100), at(103))]
    assert short.unexplained_s == whole.unexplained_s == 0.0
    assert recent_entries(entries, at(200)) == entries, "nothing began since then: all of it is needed"


def test_the_ledger_says_what_the_kernel_knows_of_the_hosts_clock() -> None:
    assert told_clock(HostClock(synchronised=False, most_error_ms=16000.04)) == {
        "synchronised": False,
        "most_error_ms": 16000.0,
    }
    assert told_clock(None) == {"synchronised": None}
    found = host_clock()
    assert found is None or found.most_error_ms >= 0
