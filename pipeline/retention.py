"""What is due, what is held, and the sweep that deletes what is due: certified, logged, and finished whenever it was killed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from facts.digest import Digest
from facts.keeping import Hold, Kept, Scope, State, Use
from facts.text import Text

GRACE = timedelta(days=30)
PREVIEW_LIFE = timedelta(days=30)
EMBEDDING_LIFE_AFTER_VERIFICATION = timedelta(days=7)


class Stage(StrEnum):
    """Where an object stands between its duty and its end."""

    KEPT = "kept"
    SOON = "soon"
    GRACE = "grace"
    LOCKED = "locked"
    HELD = "held"
    DELETABLE = "deletable"

    @property
    def text(self) -> Text:
        """For people."""
        return _STAGES[self]


_STAGES = {
    Stage.KEPT: Text("留存中", "kept"),
    Stage.SOON: Text("即将到期", "due soon"),
    Stage.GRACE: Text("已到期，宽限中", "due, in the grace period"),
    Stage.LOCKED: Text("已到期，证据库仍锁定", "due, still locked by the store"),
    Stage.HELD: Text("冻结", "held"),
    Stage.DELETABLE: Text("可删除", "may be deleted"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One object, where it stands, from when it may be deleted, and what holds it."""

    kept: Kept
    stage: Stage
    deletable_from: datetime
    holds: tuple[Hold, ...] = ()


def due(kept: Kept, holds: Iterable[Hold], as_of: datetime, *, grace: timedelta, within: timedelta) -> Due:
    """Where the object stands; derived data has no grace, because nobody asked for it to be kept."""
    standing = tuple(hold for hold in holds if hold.released_at is None and hold.scope.covers(kept))
    ends = kept.keep_until + (timedelta() if kept.derived else grace)
    deletable_from = max(ends, kept.retain_until or ends)
    return Due(kept, _stage(kept, ends, as_of, within, held=bool(standing)), deletable_from, standing)


def _stage(kept: Kept, ends: datetime, as_of: datetime, within: timedelta, *, held: bool) -> Stage:
    if held:
        return Stage.HELD
    if as_of < kept.keep_until:
        return Stage.SOON if as_of + within >= kept.keep_until else Stage.KEPT
    if as_of < ends:
        return Stage.GRACE
    locked = kept.retain_until is None or as_of < kept.retain_until
    return Stage.LOCKED if locked else Stage.DELETABLE


def due_list(
    register: Iterable[Kept], holds: Sequence[Hold], as_of: datetime, *, grace: timedelta, within: timedelta
) -> tuple[Due, ...]:
    """Everything in the order of its end; derived data before what it was made from."""
    rows = [due(kept, holds, as_of, grace=grace, within=within) for kept in register]
    return tuple(sorted(rows, key=lambda row: (not row.kept.derived, row.deletable_from, row.kept.number)))


class Outcome(StrEnum):
    """How one deletion ended."""

    DELETED = "deleted"
    REFUSED = "refused"
    MISSING = "missing"
    PROTECTED = "protected"


@dataclass(frozen=True, slots=True)
class Swept:
    """One object after the sweep has dealt with it."""

    kept: Kept
    outcome: Outcome
    reason: str = ""
    certificate: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing is left to be looked at by a person."""
        return self.outcome in {Outcome.DELETED, Outcome.PROTECTED}


@dataclass(frozen=True, slots=True)
class Found:
    """An object as the store has it."""

    stored_at: datetime | None
    retain_until: datetime | None


class Vault(Protocol):
    """The evidence stores, by the addresses that the register remembers; every refusal comes back in words."""

    def found(self, kept: Kept) -> Found | None:
        """The object, or nothing where the store has none."""
        ...

    def delete(self, kept: Kept) -> str:
        """Delete it; why the store refused, or nothing. What is gone already is no refusal."""
        ...

    def extend(self, kept: Kept, until: datetime) -> datetime | str:
        """Lock it longer; until when the store locks it now, or why it refused."""
        ...

    def hold(self, kept: Kept, label: str) -> str:
        """Hold it; why the store refused, or nothing. A hold that stands already is no refusal."""
        ...

    def release(self, kept: Kept, label: str) -> str:
        """Lift one hold; why the store refused, or nothing. A hold or an object that is gone is no refusal."""
        ...


class Register(Protocol):
    """What is kept and what was deleted, durable at the end of every call."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else sweeps, holds, releases or extends meanwhile, on this machine or another."""
        ...

    def live(self, due_before: datetime | None = None) -> Sequence[Kept]:
        """Everything that was not deleted; only what is due before a moment, where one is given."""
        ...

    def one(self, number: int) -> Kept:
        """The object of that number as it is now."""
        ...

    def unfinished(self) -> Sequence[Kept]:
        """Deletions that were begun and not ended."""
        ...

    def begin(self, number: int, at: datetime) -> None:
        """The deletion is allowed and begins."""
        ...

    def fail(self, number: int, at: datetime, reason: str) -> None:
        """It was refused; the object stays."""
        ...

    def certify(self, number: int, certificate: str) -> str:
        """The certificate is kept, or the one that was kept before is given back."""
        ...

    def finish(self, number: int, at: datetime, place: int) -> None:
        """Deleted, certified and in the log at that place."""
        ...

    def holds(self, *, released: bool = False) -> Sequence[Hold]:
        """Every hold that stands, with the released ones where they are asked for."""
        ...

    def place(self, hold: Hold) -> None:
        """The hold stands from now on."""
        ...

    def settle(self, hold_id: str) -> None:
        """Every store knows of the hold."""
        ...

    def release(self, hold_id: str, by: str, at: datetime) -> None:
        """The hold no longer stands."""
        ...

    def lengthen(self, number: int, uses: Sequence[Use]) -> None:
        """Kept longer; what would be shorter is not taken."""
        ...

    def acknowledge(self, number: int, retain_until: datetime) -> None:
        """The store locks it until then."""
        ...


class Journal(Protocol):
    """The append-only log, as far as retention speaks to it."""

    def deleted(self, certificate: Digest, subject: str) -> int:
        """The place of the leaf about this certificate, made if there is none."""
        ...

    def held(self, what: Digest, subject: str, note: str) -> int:
        """The place of the leaf about a hold or its release, made if there is none."""
        ...

    def reviewed(self, what: Digest, subject: str, note: str) -> int:
        """The place of the leaf about an extension, made if there is none."""
        ...

    def sign(self) -> None:
        """A head over everything, where there is something new."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that retention works with."""

    register: Register
    vault: Vault
    journal: Journal
    certify: Callable[[Kept, datetime, bool], str]
    clock: Callable[[], datetime]
    grace: timedelta = GRACE


def sweep(desk: Desk) -> Iterator[Swept]:
    """Finish what was begun, then delete what is due, one object at a time; killed anywhere, the next sweep goes on."""
    for kept in desk.register.unfinished():
        with desk.register.alone():
            yield _resumed(desk, kept.number)
    now = desk.clock()
    for row in due_list(desk.register.live(now), desk.register.holds(), now, grace=desk.grace, within=timedelta()):
        if row.stage is Stage.DELETABLE:
            with desk.register.alone():
                yield _one(desk, row.kept.number)
    desk.journal.sign()


def _one(desk: Desk, number: int) -> Swept:
    """Looked at again, because a hold may have come since the list was made."""
    kept = desk.register.one(number)
    why = _protected(desk, kept)
    if why or (kept.deletion and kept.deletion.state is State.DELETED):
        return Swept(kept, Outcome.PROTECTED, why)
    if desk.vault.found(kept) is None:
        return _missing(desk, kept)
    desk.register.begin(number, desk.clock())
    return _deleted(desk, kept, resumed=False)


def _resumed(desk: Desk, number: int) -> Swept:
    """The store is asked first: what is still there is judged anew, what is gone is certified."""
    kept = desk.register.one(number)
    begun = kept.deletion
    if begun is None or begun.state is not State.DELETING:
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


def _protected(desk: Desk, kept: Kept) -> str:
    row = due(kept, desk.register.holds(), desk.clock(), grace=desk.grace, within=timedelta())
    if row.stage is Stage.DELETABLE:
        return ""
    names = ", ".join(hold.label for hold in row.holds)
    return f"{row.stage.value}: {names}" if names else f"{row.stage.value} until {row.deletable_from.isoformat()}"


def _missing(desk: Desk, kept: Kept) -> Swept:
    why = "not in its store, and this program did not delete it; run `xueshi store audit --db` and ask who had access"
    desk.register.fail(kept.number, desk.clock(), why)
    return Swept(kept, Outcome.MISSING, why)


def _deleted(desk: Desk, kept: Kept, *, resumed: bool) -> Swept:
    why = desk.vault.delete(kept)
    if why:
        desk.register.fail(kept.number, desk.clock(), why)
        return Swept(kept, Outcome.REFUSED, why)
    return _certified(desk, kept, resumed=resumed)


def _certified(desk: Desk, kept: Kept, *, resumed: bool) -> Swept:
    certificate = desk.certify(desk.register.one(kept.number), desk.clock(), resumed)
    return _logged(desk, kept, desk.register.certify(kept.number, certificate))


def _logged(desk: Desk, kept: Kept, certificate: str) -> Swept:
    subject = f"{' '.join(kept.class_ids)} {kept.digest.sha256}"
    place = desk.journal.deleted(Digest.of(certificate.encode()), subject)
    desk.register.finish(kept.number, desk.clock(), place)
    return Swept(kept, Outcome.DELETED, certificate=certificate)


def scope_of(text: str, day: date | None = None) -> Scope:
    """A SHA-256, a day, or else a class; a class may be narrowed to one of its days."""
    if len(text) == 64 and all(char in "0123456789abcdef" for char in text):  # noqa: PLR2004 - hex digits of SHA-256
        return Scope(sha256=text, day=day)
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return Scope(class_id=text, day=day)
    return Scope(day=named)
