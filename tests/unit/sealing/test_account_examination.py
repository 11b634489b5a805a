"""The verifier's sum of a ledger is the recorder's own, and it knows a ledger and a sidecar that differ."""

import random
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from facts.recorder import EntryKind, GapReason, RecorderEntry
from facts.span import SHANGHAI, total
from pipeline.recordings.gap_account import camera_account
from storage.sealing.account_examination import SecondsAccount, seconds_of, sidecar_account_faults

START = datetime(2026, 4, 7, 8, 30, tzinfo=SHANGHAI)
ALWAYS = {"plans": {"1": "always"}}
_NEAR = timedelta(milliseconds=1)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def file_name(start: datetime) -> str:
    return f"1/2026-04-07/1_{start:%Y%m%d_%H%M%S}.{start.microsecond // 1000:03d}.mp4"


@dataclass
class RandomLedger:
    """A recorder's life by chance: files that follow each other, gaps, pauses, kills, stops and starts."""

    rng: random.Random
    entries: list[RecorderEntry] = field(default_factory=list)
    second: float = 0.0

    def live(self, turns: int) -> list[RecorderEntry]:
        self.tell(EntryKind.BEGIN, told=ALWAYS)
        for _ in range(turns):
            self.rng.choice((self.record, self.record, self.gap, self.killed, self.stopped))()
        return self.entries

    def tell(self, kind: EntryKind, **fields: Any) -> None:  # noqa: ANN401 - the entry's own fields
        named = "" if kind in {EntryKind.BEGIN, EntryKind.END, EntryKind.KILLED} else "1"
        self.entries.append(replace(RecorderEntry(kind, at(self.second), named), **fields))

    def wait(self) -> float:
        self.second += round(self.rng.uniform(0.1, 90), 3)
        return self.second

    def open(self, *, follows: bool = False) -> tuple[datetime, str]:
        start = at(self.second)
        self.tell(EntryKind.SEGMENT, start=start, file=file_name(start), follows=follows)
        return start, file_name(start)

    def record(self) -> None:
        """One to three files that follow each other, then a gap."""
        self.wait()
        for number in range(self.rng.randint(1, 3)):
            start, file = self.open(follows=number > 0)
            if self.rng.random() < 0.3:
                begun = at(self.wait())
                self.tell(EntryKind.GAP, start=begun, end=at(self.wait()), reason=GapReason.STALLED)
            end = at(self.wait())
            shift = timedelta(seconds=self.rng.choice((0.0, 0.0, 0.04, -0.6)))
            self.tell(EntryKind.CLOSED, start=start + shift, end=end, file=file)
        self.tell(EntryKind.GAP, start=at(self.second), reason=self.rng.choice(list(GapReason)))

    def gap(self) -> None:
        self.tell(EntryKind.GAP, start=at(self.wait()), reason=self.rng.choice(list(GapReason)))

    def killed(self) -> None:
        start, file = self.open()
        end = at(self.wait())
        died = end + timedelta(seconds=self.rng.uniform(-0.5, 2))
        self.wait()
        self.tell(EntryKind.CLOSED, start=start, end=end, file=file)
        self.tell(EntryKind.KILLED, start=died)
        if self.rng.choice((True, False)):  # killed again before it began
            self.wait()
            self.tell(EntryKind.KILLED, start=self.entries[-1].at)
        self.tell(EntryKind.BEGIN, told=ALWAYS)

    def stopped(self) -> None:
        self.tell(EntryKind.END)
        self.wait()
        self.tell(EntryKind.BEGIN, told=ALWAYS)


def plain(entry: RecorderEntry) -> dict[str, Any]:
    """The line as the ledger has it."""
    said: dict[str, Any] = {"kind": entry.kind.value, "at": entry.at.isoformat(), "told": dict(entry.told)}
    said |= {name: value for name in ("file", "reason") if (value := getattr(entry, name))}
    said |= {name: moment.isoformat() for name in ("start", "end") if (moment := getattr(entry, name))}
    return said | ({"follows": True} if entry.follows else {})


def account_of(entries: list[RecorderEntry]) -> SecondsAccount:
    account = SecondsAccount()
    for entry in entries:
        account.read(plain(entry))
    account.end()
    return account


@pytest.mark.parametrize("seed", range(60))
def test_the_verifier_s_sum_is_the_recorder_s_own(seed: int) -> None:
    made = RandomLedger(random.Random(seed))
    entries = made.live(12)
    if seed % 2:  # a line that is missing leaves seconds that neither of them can explain
        gaps = [one for one in entries if one.kind is EntryKind.GAP and not one.end]
        entries = [one for one in entries if one is not random.Random(seed).choice(gaps)] if gaps else entries
    until = at(made.second)
    own = camera_account(entries, "1", until)
    account = account_of(entries)
    footage, missing, rest = account.parts([(START, min(until, account.last))])
    assert abs(footage - total(own.recorded)) <= _NEAR
    assert abs(seconds_of(rest) - total(own.unexplained)) <= _NEAR
    reasons: Counter[str] = Counter()
    for gap in own.gaps:
        reasons[gap.reason.value] += gap.span.length_s  # type: ignore[assignment] # seconds
    assert {name: length.total_seconds() for name, length in missing.items()} == pytest.approx(
        {name: length for name, length in reasons.items() if length}, abs=0.001
    )
    assert account.faults == []


def test_a_recorder_that_is_killed_again_before_it_began_leaves_no_second_unexplained() -> None:
    begun = RecorderEntry(EntryKind.BEGIN, at(0), told=ALWAYS)
    film = [RecorderEntry(EntryKind.SEGMENT, at(1), "1", at(1), file=file_name(at(1)))]
    film += [RecorderEntry(EntryKind.CLOSED, at(40), "1", at(1), at(30), file_name(at(1)))]
    killed = [
        RecorderEntry(EntryKind.KILLED, at(40), start=at(29)),
        RecorderEntry(EntryKind.KILLED, at(70), start=at(40)),
    ]
    entries = [begun, *film, *killed, RecorderEntry(EntryKind.BEGIN, at(80), told=ALWAYS)]
    own = camera_account(entries, "1", at(90))
    assert (own.unexplained, own.gaps[1].reason, own.gaps[1].span.length_s) == ((), GapReason.NOT_RUNNING, 50.0)
    assert account_of(entries).parts([(at(0), at(90))])[2] == []


def lines(pause_s: float = 4.0, shift_s: float = 0.0) -> list[RecorderEntry]:
    """One recording with a pause, whose beginning was known better at its end."""
    pause = RecorderEntry(EntryKind.GAP, at(9), "1", at(5 + shift_s), at(5 + shift_s + pause_s), reason="stalled")
    closed = RecorderEntry(EntryKind.CLOSED, at(60), "1", at(0), at(60), file_name(at(shift_s)))
    return [RecorderEntry(EntryKind.SEGMENT, at(0), "1", at(shift_s), file=file_name(at(shift_s))), pause, closed]


@pytest.mark.parametrize(
    ("changed", "entries", "fault"),
    [
        ({}, lines(), []),
        ({}, lines(shift_s=3), []),
        ({}, lines(pause_s=30), ["its sidecar has other pauses than the ledger"]),
        ({"gaps": []}, lines(), ["its sidecar has other pauses than the ledger"]),
        ({"gaps": [], "recovered": True}, lines(), []),
        ({"start": at(2).isoformat()}, lines(), ["its sidecar begins at another time than the ledger says"]),
    ],
)
def test_sidecar_and_ledger_have_the_same_beginning_and_pauses(
    changed: dict[str, Any], entries: list[RecorderEntry], fault: list[str]
) -> None:
    gaps = [[at(5).isoformat(), at(9).isoformat()]]
    sidecar = {"opened": entries[0].file, "start": at(0).isoformat(), "gaps": gaps} | changed
    assert [en for _, en in sidecar_account_faults(account_of(entries), sidecar)] == fault


def test_what_the_lines_do_not_reach_is_known_not_to_be_known() -> None:
    account = account_of(lines())
    hour = (at(-600), at(3600))
    assert account.known([hour]) == [(at(0), at(60))]
    lost = RecorderEntry(EntryKind.GAP, at(61), "1", at(60), reason="lost")
    assert account_of([*lines(), lost]).known([hour]) == [(at(0), at(3600))], "a gap goes on"
