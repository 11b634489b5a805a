"""What is due, what is held, and what may be deleted at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from facts.retention import Hold, RetentionEntry, Scope
from facts.text import Text

GRACE = timedelta(days=30)
LOOK_LIFE = timedelta(days=30)
FACE_LIFE = timedelta(days=30)  # no rulebook asks for faces; the two years are the recordings'


class RetentionStage(StrEnum):
    """Where an object is between its duty and its end."""

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
    RetentionStage.KEPT: Text("留存中", "kept"),
    RetentionStage.SOON: Text("即将到期", "due soon"),
    RetentionStage.GRACE: Text("已到期，宽限中", "due, in the grace period"),
    RetentionStage.LOCKED: Text("已到期，证据库仍锁定", "due, still locked by the store"),
    RetentionStage.HELD: Text("冻结", "held"),
    RetentionStage.DELETABLE: Text("可删除", "may be deleted"),
}


@dataclass(frozen=True, slots=True)
class DueObject:
    """One object: how far it is from its end, from when it may be deleted, and what holds it."""

    kept: RetentionEntry
    stage: RetentionStage
    deletable_from: datetime
    holds: tuple[Hold, ...] = ()


def due(
    kept: RetentionEntry, holds: Iterable[Hold], as_of: datetime, *, grace: timedelta, within: timedelta
) -> DueObject:
    """Where the object is between its duty and its end."""
    in_force = tuple(hold for hold in holds if hold.released_at is None and hold.scope.covers(kept))
    ends = kept.keep_until + grace
    deletable_from = max(ends, kept.retain_until or ends)
    return DueObject(kept, _stage(kept, ends, as_of, within, held=bool(in_force)), deletable_from, in_force)


def _stage(kept: RetentionEntry, ends: datetime, as_of: datetime, within: timedelta, *, held: bool) -> RetentionStage:
    if held:
        return RetentionStage.HELD
    if as_of < kept.keep_until:
        return RetentionStage.SOON if as_of + within >= kept.keep_until else RetentionStage.KEPT
    if as_of < ends:
        return RetentionStage.GRACE
    locked = kept.retain_until is None or as_of < kept.retain_until
    return RetentionStage.LOCKED if locked else RetentionStage.DELETABLE


def due_list(
    register: Iterable[RetentionEntry], holds: Sequence[Hold], as_of: datetime, *, grace: timedelta, within: timedelta
) -> tuple[DueObject, ...]:
    """Everything in the order of its end."""
    rows = [due(kept, holds, as_of, grace=grace, within=within) for kept in register]
    return tuple(sorted(rows, key=lambda row: (row.deletable_from, row.kept.number)))


def scope_of(text: str, day: date | None = None) -> Scope:
    """A SHA-256, a day, or else a class; a class may be narrowed to one of its days."""
    if len(text) == 64 and all(char in "0123456789abcdef" for char in text):  # noqa: PLR2004 - hex digits of SHA-256
        return Scope(sha256=text, day=day)
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return Scope(class_id=text, day=day)
    return Scope(day=named)
