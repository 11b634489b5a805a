"""What is due, what is held, and what may be deleted at a moment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from facts.retention import Hold, RetentionEntry, Scope
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

    kept: RetentionEntry
    stage: Stage
    deletable_from: datetime
    holds: tuple[Hold, ...] = ()


def due(kept: RetentionEntry, holds: Iterable[Hold], as_of: datetime, *, grace: timedelta, within: timedelta) -> Due:
    """Where the object stands; derived data has no grace, because nobody asked for it to be kept."""
    standing = tuple(hold for hold in holds if hold.released_at is None and hold.scope.covers(kept))
    ends = kept.keep_until + (timedelta() if kept.derived else grace)
    deletable_from = max(ends, kept.retain_until or ends)
    return Due(kept, _stage(kept, ends, as_of, within, held=bool(standing)), deletable_from, standing)


def _stage(kept: RetentionEntry, ends: datetime, as_of: datetime, within: timedelta, *, held: bool) -> Stage:
    if held:
        return Stage.HELD
    if as_of < kept.keep_until:
        return Stage.SOON if as_of + within >= kept.keep_until else Stage.KEPT
    if as_of < ends:
        return Stage.GRACE
    locked = kept.retain_until is None or as_of < kept.retain_until
    return Stage.LOCKED if locked else Stage.DELETABLE


def due_list(
    register: Iterable[RetentionEntry], holds: Sequence[Hold], as_of: datetime, *, grace: timedelta, within: timedelta
) -> tuple[Due, ...]:
    """Everything in the order of its end; derived data before what it was made from."""
    rows = [due(kept, holds, as_of, grace=grace, within=within) for kept in register]
    return tuple(sorted(rows, key=lambda row: (not row.kept.derived, row.deletable_from, row.kept.number)))


def scope_of(text: str, day: date | None = None) -> Scope:
    """A SHA-256, a day, or else a class; a class may be narrowed to one of its days."""
    if len(text) == 64 and all(char in "0123456789abcdef" for char in text):  # noqa: PLR2004 - hex digits of SHA-256
        return Scope(sha256=text, day=day)
    try:
        named = date.fromisoformat(text)
    except ValueError:
        return Scope(class_id=text, day=day)
    return Scope(day=named)
