"""The doubts of classes for pages and programs: what was found, what became of it, and whose turn it is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_

from facts.doubt_case import Attachment, Deed, DoubtCase, DoubtEvent, Stage
from facts.errors import NotFoundError
from facts.text import Text
from pipeline.accounts.rights import Action, Role
from pipeline.doubts.doubt_stages import MACHINE, step
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.doubts.events import case_name, tell_class_doubts
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import RAISED, ClassDoubtRow, class_doubts
from storage.doubts.doubt_book import DoubtBook

TURNS: Mapping[Role, frozenset[Stage]] = {
    Role.CLERK: frozenset({Stage.OPEN}),
    Role.INSPECTOR: frozenset({Stage.OPEN, Stage.EXPLAINED, Stage.SECOND_SIGNER}),
    Role.REVIEWER: frozenset({Stage.SECOND_SIGNER}),
}


@dataclass(frozen=True, slots=True)
class ClassDoubt:
    """One doubt about a class with its entry in the last report that raised it, and its life."""

    row: ClassDoubtRow
    entry: Mapping[str, Any]
    case: DoubtCase

    @property
    def stage(self) -> Stage:
        """Where it stands."""
        return Stage(self.row.stage)

    @property
    def before(self) -> Text | None:
        """Its words when somebody first spoke of it, where a later report words it otherwise."""
        return self.case.text if self.case.text != _text(self.entry) else None

    def open_to(self, caller: Caller) -> bool:
        """Whether this caller may take the next step: explain it, or decide on it without having had a say before."""
        if not self.row.raised or self.stage.closed:
            return False
        if caller.may(Action.DOUBT_EXPLAIN):
            return self.stage is not Stage.SECOND_SIGNER
        said = {event.by for event in self.case.events if event.deed is Deed.EXPLAIN}
        said |= {self.row.last_by} if self.stage is Stage.SECOND_SIGNER else set()
        return caller.may(Action.DOUBT_DECIDE) and caller.key not in said


def class_doubt_book(engine: Engine) -> DoubtBook:
    """The life of the doubts of classes, of which lists and listeners hear."""
    return DoubtBook(engine, step, tell_class_doubts)


def doubts_found(
    engine: Engine,
    connection: Connection,
    *where: ColumnElement[bool],
    limit: int = 1000,
    order: Sequence[ColumnElement[Any]] = (),
) -> tuple[ClassDoubt, ...]:
    """The doubts that fit, each with its life."""
    rows = class_doubts(connection, *where, limit=limit, order=order)
    lives = class_doubt_book(engine).lives(connection, [case_name(row.id) for row in rows])
    return tuple(_of(row, lives) for row in rows)


def doubts_of_class(
    engine: Engine, connection: Connection, class_id: int, numbers: Sequence[int]
) -> tuple[ClassDoubt, ...]:
    """These doubts of the class; one that is not there is told as such."""
    own = CLASS_DOUBTS.c
    found = doubts_found(engine, connection, own.class_id == class_id, own.id.in_(numbers))
    if not numbers or len(found) != len(set(numbers)):
        raise NotFoundError("疑点", "doubt")
    return found


def attached_file(engine: Engine, connection: Connection, class_id: int, sha256: str) -> Attachment:
    """One file that explains any doubt of the class."""
    found = doubts_found(engine, connection, CLASS_DOUBTS.c.class_id == class_id, limit=_MOST)
    files = (file for one in found for event in one.case.events for file in event.files)
    wanted = next((file for file in files if file.digest.sha256 == sha256), None)
    if wanted is None:
        raise NotFoundError("附件", "attached file")
    return wanted


def turn_of(caller: Caller) -> ColumnElement[bool] | None:
    """The doubts that wait for this caller; nobody's own step waits for them."""
    stages = TURNS.get(caller.role) if caller.role else None
    if stages is None:
        return None
    own = CLASS_DOUBTS.c
    mine = and_(own.stage.in_(sorted(stages)), or_(own.last_by == "", own.last_by != caller.key))
    return and_(RAISED, mine, reached(caller))


def raised(at: datetime) -> DoubtEvent:
    """What stands first in the life of a doubt: the log hears of it when somebody first speaks of it."""
    return DoubtEvent(Deed.OPEN, MACHINE, at)


def _of(row: ClassDoubtRow, lives: Mapping[str, DoubtCase]) -> ClassDoubt:
    entry: dict[str, Any] = json.loads(row.body)
    name = case_name(row.id)
    case = lives.get(name) or DoubtCase(name, "", row.class_code, row.kind, entry["rule"], _text(entry))
    return ClassDoubt(row, entry, case)


def _text(entry: Mapping[str, Any]) -> Text:
    return Text(entry["text"]["zh"], entry["text"]["en"])


_MOST = 10_000
