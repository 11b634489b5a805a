"""How far an audit is and what it has found, kept in a file so that it survives being killed."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facts.codec import dumps, loads
from facts.digest import Digest
from facts.errors import InputError, SetupError
from storage.evidence.audit import AuditEntry, Condition

SAVE_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Saved:
    """Everything up to and with one digest is examined; these were the counts and the faults until there."""

    url: str
    after: Digest | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[AuditEntry, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts and faults; what was seen of a digest that is not finished is kept apart, because it will be seen again."""

    url: str
    after: Digest | None = None
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[AuditEntry] = field(default_factory=list)
    pending: list[AuditEntry] = field(default_factory=list)

    def add(self, item: AuditEntry) -> None:
        """One more object; everything up to its ``done`` is final."""
        self.after = item.done
        self.pending.append(item)
        self._settle(lambda one: item.done is not None and one.ref.digest <= item.done)

    def close(self) -> None:
        """The audit has ended: everything is final."""
        self._settle(lambda _: True)

    def count(self, condition: Condition) -> int:
        """How many were found so."""
        return self.counts.get(condition.value, 0)

    def saved(self) -> Saved:
        """What an interrupted audit goes on from."""
        return Saved(self.url, self.after, dict(self.counts), tuple(self.faults))

    def _settle(self, final: Callable[[AuditEntry], bool]) -> None:
        for one in [one for one in self.pending if final(one)]:
            self.pending.remove(one)
            self.counts[one.condition.value] = self.count(one.condition) + 1
            self.faults += [one] if one.condition is not Condition.SOUND else []


def resumed(state: Path | None, url: str) -> Tally:
    """The audit of this store that was interrupted, or a new one."""
    if state is None or not state.exists():
        return Tally(url)
    try:
        found = loads(Saved, state.read_text("utf-8"))
    except (OSError, ValueError, InputError) as error:
        raise InputError(f"{state}: got no state of an audit ({error}); remove it to begin anew") from error
    if found.url != url:
        raise InputError(
            f"{state}: got the state of an audit of {found.url}, expected one of {url}; remove it to begin anew"
        )
    return Tally(url, found.after, dict(found.counts), list(found.faults))


def followed(
    found: Iterator[AuditEntry], tally: Tally, state: Path | None, timer: Callable[[], float] = time.monotonic
) -> Iterator[AuditEntry]:
    """The same items, counted, and noted in the file now and then; the note goes when the audit has ended."""
    saved_s: float | None = None
    for item in found:
        tally.add(item)
        yield item
        if state and (saved_s is None or timer() - saved_s >= SAVE_EVERY_S or item.condition is not Condition.SOUND):
            _save(state, tally.saved())
            saved_s = timer()
    tally.close()
    if state:
        state.unlink(missing_ok=True)


def _save(state: Path, saved: Saved) -> None:
    """Whole or not at all: a file cut short by a kill would have to be thrown away by hand."""
    fresh = state.with_name(f"{state.name}.new")
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(dumps(saved) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(state)
    except OSError as error:
        raise SetupError(f"{state}: cannot be written ({error.strerror}); choose another file") from error


def report(tally: Tally, enforcement: str, expected: int, at: str) -> dict[str, Any]:
    """What ``--report`` writes: figures and faults for machines, and the same in lines for people."""
    counts = {condition.value: tally.count(condition) for condition in Condition}
    said = "  ".join(f"{condition.text.zh} {condition.text.en} {tally.count(condition)}" for condition in Condition)
    lines = [f"{at}  {tally.url}  {enforcement}", said, f"应有 expected {expected}"]
    lines += [
        f"{one.condition.text.zh} {one.condition.text.en}: {one.ref.digest.sha256} {one.note}" for one in tally.faults
    ]
    head = {"schema": "xueshi.audit/1", "at": at, "url": tally.url, "enforcement": enforcement, "expected": expected}
    return {**head, "counts": counts, "faults": tally.faults, "lines": lines}
