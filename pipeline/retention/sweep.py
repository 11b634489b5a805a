"""The sweep that deletes what is due: certified, logged, and finished whenever it was killed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from facts.digest import Digest
from facts.retention import DeletionState, RetentionEntry
from pipeline.retention.deadlines import RetentionStage, due, due_list
from pipeline.retention.ports import RetentionPorts


class Outcome(StrEnum):
    """How one deletion ended."""

    DELETED = "deleted"
    REFUSED = "refused"
    MISSING = "missing"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class Swept:
    """One object after the sweep has dealt with it."""

    kept: RetentionEntry
    outcome: Outcome
    reason: str = ""
    certificate: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is left to be looked at by a person."""
        return self.outcome in {Outcome.DELETED, Outcome.PROTECTED}


def sweep(desk: RetentionPorts, *, originals: bool = True) -> Iterator[Swept]:
    """Finish what was begun, then delete what is due, one object at a time; killed anywhere, the next sweep goes on.

    Without ``originals`` only what was derived from them goes: that much a service may do by itself.
    """
    for kept in [one for one in desk.register.unfinished() if originals or one.derived]:
        with desk.register.alone():
            yield _resumed(desk, kept.number)
    now = desk.clock()
    for row in due_list(desk.register.live(now), desk.register.holds(), now, grace=desk.grace, within=timedelta()):
        if row.stage is RetentionStage.DELETABLE and (originals or row.kept.derived):
            with desk.register.alone():
                yield _one(desk, row.kept.number)
    desk.journal.sign()


def _one(desk: RetentionPorts, number: int) -> Swept:
    """Looked at again, because a hold may have come since the list was made."""
    kept = desk.register.one(number)
    why = _protected(desk, kept)
    if why or (kept.deletion and kept.deletion.state is DeletionState.DELETED):
        return Swept(kept, Outcome.PROTECTED, why)
    if desk.vault.found(kept) is None:
        return _missing(desk, kept)
    desk.register.begin(number, desk.clock())
    return _deleted(desk, kept, resumed=False)


def _resumed(desk: RetentionPorts, number: int) -> Swept:
    """The store is asked first: what is still there is judged anew, what is gone is certified."""
    kept = desk.register.one(number)
    begun = kept.deletion
    if begun is None or begun.state is not DeletionState.DELETING:
        return Swept(kept, Outcome.PROTECTED)
    if begun.certificate:
        return _logged(desk, kept, begun.certificate)
    found = desk.vault.found(kept)
    if found and begun.precedes(found.stored_at):
        return _certified(desk, kept, resumed=True)
    if found and (why := _protected(desk, kept)):
        desk.register.fail(number, desk.clock(), why)
        return Swept(kept, Outcome.PROTECTED, why)
    return _deleted(desk, kept, resumed=True)


def _protected(desk: RetentionPorts, kept: RetentionEntry) -> str:
    row = due(kept, desk.register.holds(), desk.clock(), grace=desk.grace, within=timedelta())
    if row.stage is RetentionStage.DELETABLE:
        return ""
    names = ", ".join(hold.label for hold in row.holds)
    return f"{row.stage.value}: {names}" if names else f"{row.stage.value} until {row.deletable_from.isoformat()}"


def _missing(desk: RetentionPorts, kept: RetentionEntry) -> Swept:
    why = "not in its store, and this program did not delete it; run `xueshi store audit --db` and ask who had access"
    desk.register.fail(kept.number, desk.clock(), why)
    return Swept(kept, Outcome.MISSING, why)


def _deleted(desk: RetentionPorts, kept: RetentionEntry, *, resumed: bool) -> Swept:
    why = desk.vault.delete(kept)
    if why:
        desk.register.fail(kept.number, desk.clock(), why)
        return Swept(kept, Outcome.REFUSED, why)
    return _certified(desk, kept, resumed=resumed)


def _certified(desk: RetentionPorts, kept: RetentionEntry, *, resumed: bool) -> Swept:
    certificate = desk.certify(desk.register.one(kept.number), desk.clock(), resumed)
    return _logged(desk, kept, desk.register.certify(kept.number, certificate))


def _logged(desk: RetentionPorts, kept: RetentionEntry, certificate: str) -> Swept:
    subject = f"{' '.join(kept.class_ids)} {kept.digest.sha256}"
    place = desk.journal.deleted(Digest.of(certificate.encode()), subject)
    desk.register.finish(kept.number, desk.clock(), place)
    return Swept(kept, Outcome.DELETED, certificate=certificate)
