"""The sweep that deletes what is due: certified, logged, and finished whenever it was killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from facts.digest import Digest
from facts.retention import DeletionState, RetentionEntry
from pipeline.retention.deadlines import RetentionStage, due, due_list
from pipeline.retention.ports import RetentionPorts


class SweepOutcome(StrEnum):
    """How one deletion ended."""

    DELETED = "deleted"
    REFUSED = "refused"
    MISSING = "missing"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class SweepResult:
    """One object after the sweep has dealt with it."""

    kept: RetentionEntry
    outcome: SweepOutcome
    reason: str = ""
    certificate: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is left to be looked at by a person."""
        return self.outcome in {SweepOutcome.DELETED, SweepOutcome.PROTECTED}


def sweep(ports: RetentionPorts) -> Iterator[SweepResult]:
    """Finish what was begun, then delete what is due, one object at a time; killed anywhere, the next sweep goes on."""
    for kept in ports.register.unfinished():
        with ports.register.alone():
            yield _resumed(ports, kept.number)
    now = ports.clock()
    for row in due_list(ports.register.live(now), ports.register.holds(), now, grace=ports.grace, within=timedelta()):
        if row.stage is RetentionStage.DELETABLE:
            with ports.register.alone():
                yield _one(ports, row.kept.number)
    ports.journal.sign()


def _one(ports: RetentionPorts, number: int) -> SweepResult:
    """Judged again, because a hold may have been placed since the list was made."""
    kept = ports.register.one(number)
    why = _protected(ports, kept)
    if why or (kept.deletion and kept.deletion.state is DeletionState.DELETED):
        return SweepResult(kept, SweepOutcome.PROTECTED, why)
    if ports.vault.found(kept) is None:
        return _missing(ports, kept)
    ports.register.begin(number, ports.clock())
    return _deleted(ports, kept, resumed=False)


def _resumed(ports: RetentionPorts, number: int) -> SweepResult:
    """The store is asked first: what is still there is judged anew, what is gone is certified."""
    kept = ports.register.one(number)
    begun = kept.deletion
    if begun is None or begun.state is not DeletionState.DELETING:
        return SweepResult(kept, SweepOutcome.PROTECTED)
    if begun.certificate:
        return _logged(ports, kept, begun.certificate)
    found = ports.vault.found(kept)
    if found and begun.precedes(found.stored_at):
        return _certified(ports, kept, resumed=True)
    if found and (why := _protected(ports, kept)):
        ports.register.fail(number, ports.clock(), why)
        return SweepResult(kept, SweepOutcome.PROTECTED, why)
    return _deleted(ports, kept, resumed=True)


def _protected(ports: RetentionPorts, kept: RetentionEntry) -> str:
    row = due(kept, ports.register.holds(), ports.clock(), grace=ports.grace, within=timedelta())
    if row.stage is RetentionStage.DELETABLE:
        return ""
    names = ", ".join(hold.label for hold in row.holds)
    return f"{row.stage.value}: {names}" if names else f"{row.stage.value} until {row.deletable_from.isoformat()}"


def _missing(ports: RetentionPorts, kept: RetentionEntry) -> SweepResult:
    why = "not in its store, and this program did not delete it; run `xueshi store audit --db` and ask who had access"
    ports.register.fail(kept.number, ports.clock(), why)
    return SweepResult(kept, SweepOutcome.MISSING, why)


def _deleted(ports: RetentionPorts, kept: RetentionEntry, *, resumed: bool) -> SweepResult:
    why = ports.vault.delete(kept)
    if why:
        ports.register.fail(kept.number, ports.clock(), why)
        return SweepResult(kept, SweepOutcome.REFUSED, why)
    return _certified(ports, kept, resumed=resumed)


def _certified(ports: RetentionPorts, kept: RetentionEntry, *, resumed: bool) -> SweepResult:
    certificate = ports.certify(ports.register.one(kept.number), ports.clock(), resumed)
    return _logged(ports, kept, ports.register.certify(kept.number, certificate))


def _logged(ports: RetentionPorts, kept: RetentionEntry, certificate: str) -> SweepResult:
    subject = f"{' '.join(kept.class_ids)} {kept.digest.sha256}"
    place = ports.journal.deleted(Digest.of(certificate.encode()), subject)
    ports.register.finish(kept.number, ports.clock(), place)
    return SweepResult(kept, SweepOutcome.DELETED, certificate=certificate)
