"""What retention needs from outside: stores, a register, a log, a clock, and somebody who signs."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from facts.digest import Digest
from facts.retention import Hold, RetentionEntry, Use
from pipeline.retention.deadlines import GRACE


@dataclass(frozen=True, slots=True)
class Found:
    """An object as the store has it."""

    stored_at: datetime | None
    retain_until: datetime | None


class Vault(Protocol):
    """The evidence stores, by the addresses that the register remembers; every refusal comes back in words."""

    def found(self, kept: RetentionEntry) -> Found | None:
        """The object, or nothing where the store has none."""
        ...

    def delete(self, kept: RetentionEntry) -> str:
        """Delete it; why the store refused, or nothing. What is gone already is no refusal."""
        ...

    def extend(self, kept: RetentionEntry, until: datetime) -> datetime | str:
        """Lock it longer; until when the store locks it now, or why it refused."""
        ...

    def hold(self, kept: RetentionEntry, label: str) -> str:
        """Hold it; why the store refused, or nothing. A hold that stands already is no refusal."""
        ...

    def release(self, kept: RetentionEntry, label: str) -> str:
        """Lift one hold; why the store refused, or nothing. A hold or an object that is gone is no refusal."""
        ...


class Register(Protocol):
    """What is kept and what was deleted, durable at the end of every call."""

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else sweeps, holds, releases or extends meanwhile, on this machine or another."""
        ...

    def live(self, due_before: datetime | None = None) -> Sequence[RetentionEntry]:
        """Everything that was not deleted; only what is due before a moment, where one is given."""
        ...

    def one(self, number: int) -> RetentionEntry:
        """The object of that number as it is now."""
        ...

    def unfinished(self) -> Sequence[RetentionEntry]:
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
    certify: Callable[[RetentionEntry, datetime, bool], str]
    clock: Callable[[], datetime]
    grace: timedelta = GRACE
