"""Every record that carries weight, held against its leaf, and the log behind them; stopped, it goes on where it was.

First the tables in turn: each row against what the log says last of it. Then the imprints, leaf by leaf: whether they are
what the leaf was made of, and whether what they speak of is still there. Last the log itself. Each page is one view of
the database, so that others may write beside it; how far it came is kept after each.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, insert, literal, select, tuple_, update

from facts.counting import counted
from facts.text import Text
from storage.database.connection import reading, writing
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.imprints import AUDITS, IMPRINTS
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.imprint import (
    GONE,
    WEIGHTED,
    digest_of_batch,
    digest_of_row,
    key_of,
    key_text,
    key_values,
    keys_of,
    newest_imprints,
    parts,
    weighty,
)
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.rows import Rows
from storage.evidence_log.wire import written

MOST_TOLD = 100
_IMPRINTS, _LOG = "record_imprint", "log"
_STEPS = (*(table.name for table in WEIGHTED), _IMPRINTS, _LOG)
_TABLES = {table.name: table for table in WEIGHTED}
_PAGE, _LEAVES_A_PAGE = 4000, 1000
Told = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class RecordFault:
    """One record that is not what the log says, or a part of the log that does not hold."""

    record: str
    key: str
    zh: str
    en: str

    @property
    def text(self) -> Text:
        """The fault with the record's name."""
        return Text(f"{self.record} {self.key}：{self.zh}", f"{self.record} {self.key}: {self.en}")


@dataclass(frozen=True, slots=True)
class RecordAudit:
    """How far an audit came and what it found; unfinished while ``ended_at`` is empty."""

    id: int
    begun_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    step: str = _STEPS[0]
    after: str = ""
    records: int = 0
    leaves: int = 0
    fault_count: int = 0
    faults: tuple[RecordFault, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it read everything and nothing was found wrong."""
        return self.ended_at is not None and not self.fault_count

    @property
    def outcome(self) -> str:
        """The result in one line, for machines that watch."""
        found = f"{counted(self.fault_count, 'record')} altered" if self.fault_count else "sound"
        return f"{found}, {counted(self.records, 'record')}, {written(self.ended_at or self.begun_at)}"

    def plus(self, found: Sequence[RecordFault], *, after: str, records: int = 0, leaves: int = 0) -> "RecordAudit":
        """After one more page."""
        return replace(
            self,
            after=after,
            records=self.records + records,
            leaves=self.leaves + leaves,
            fault_count=self.fault_count + len(found),
            faults=(*self.faults, *found)[:MOST_TOLD],
        )


def newest_audit(connection: Connection, *, ended: bool = False) -> RecordAudit | None:
    """The last audit, or the last that came to its end."""
    where = [AUDITS.c.ended_at.is_not(None)] if ended else []
    row = connection.execute(select(AUDITS).where(*where).order_by(AUDITS.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    told = {name: value for name, value in row._mapping.items() if name != "faults"}  # noqa: SLF001 - the documented way
    return RecordAudit(**told, faults=tuple(RecordFault(**one) for one in json.loads(row.faults)))


def audit_records(
    engine: Engine, clock: Callable[[], datetime], told: Told | None = None, *, anew: bool = False
) -> RecordAudit:
    """Reads everything, or what an audit that was stopped had not read yet."""
    audit = _begun(engine, clock(), anew=anew)
    with reading(engine, "counting records") as connection:
        counts = (connection.execute(select(func.count()).select_from(table)).scalar_one() for table in WEIGHTED)
        total = sum(counts)
    for step in _STEPS[_STEPS.index(audit.step) :]:
        audit = audit if audit.step == step else replace(audit, step=step, after="")
        for audit in _pages(engine, audit):  # noqa: B020 - each page goes on from the one before
            _keep(engine, replace(audit, seen_at=clock()))
            if told:
                told(step, audit.records, total)
    audit = replace(audit, seen_at=clock(), ended_at=clock())
    _keep(engine, audit)
    return audit


def _begun(engine: Engine, at: datetime, *, anew: bool) -> RecordAudit:
    with writing(engine, "beginning an audit") as connection:
        last = newest_audit(connection)
        if last and last.ended_at is None and not anew and last.step in _STEPS:
            return last
        fresh = {
            "begun_at": at,
            "seen_at": at,
            "step": _STEPS[0],
            "after": "",
            "records": 0,
            "leaves": 0,
            "fault_count": 0,
        }
        made = connection.execute(insert(AUDITS).values(**fresh, faults="[]").returning(AUDITS.c.id))
        return RecordAudit(int(made.scalar_one()), at, at)


def _keep(engine: Engine, audit: RecordAudit) -> None:
    told = {name: value for name, value in asdict(audit).items() if name not in {"id", "faults"}}
    told["faults"] = json.dumps([asdict(one) for one in audit.faults], ensure_ascii=False)
    with writing(engine, "keeping an audit") as connection:
        connection.execute(update(AUDITS).where(AUDITS.c.id == audit.id).values(**told))


def _pages(engine: Engine, audit: RecordAudit) -> Iterator[RecordAudit]:
    if audit.step == _LOG:
        yield _log_read(engine, audit)
        return
    page = _imprint_page if audit.step == _IMPRINTS else _record_page
    while True:
        with reading(engine, "auditing records") as connection:
            following = page(connection, audit)
        if following is None:
            return
        audit = following
        yield audit


def _record_page(connection: Connection, audit: RecordAudit) -> RecordAudit | None:
    """The next rows of a table against what the log says last of them."""
    table = _TABLES[audit.step]
    own = keys_of(table)
    query = select(*weighty(table)).order_by(*own).limit(_PAGE)
    if audit.after:
        last = key_values(audit.after, table)
        beyond = own[0] > last[0] if len(own) == 1 else tuple_(*own) > tuple_(*map(literal, last))
        query = query.where(beyond)
    try:
        rows = connection.execute(query).all()
        found = {key_text(key_of(table, row)): digest_of_row(table, row) for row in rows}
    except (ValueError, TypeError) as error:  # SQLite keeps any text where a time should be
        fault = _fault(table.name, f"> {audit.after}", f"无法读取（{error}）", f"cannot be read ({error})")
        return replace(audit.plus([fault], after=audit.after), step=_following(audit.step), after="")
    if not found:
        return None
    known = newest_imprints(connection, table.name, list(found))
    faults = [
        _differs(table.name, key, known[key].sha256 if key in known else None)
        for key, digest in found.items()
        if key not in known or known[key].sha256 != digest
    ]
    return audit.plus(faults, after=list(found)[-1], records=len(found))


def _following(step: str) -> str:
    return _STEPS[_STEPS.index(step) + 1]


def _differs(table: str, key: str, said: str | None) -> RecordFault:
    if said is None:
        return _fault(table, key, "日志里没有这条记录", "the log does not know this record")
    if said == GONE:
        return _fault(table, key, "日志说它已删除", "the log says that it was deleted")
    return _fault(table, key, "与日志里的印记不同：被改动", "differs from its imprint in the log: it was changed")


def _imprint_page(connection: Connection, audit: RecordAudit) -> RecordAudit | None:
    """The next leaves that speak of records: what they were made of, and whether it is still there."""
    after = int(audit.after or -1)
    newer = (LEAVES.c.kind == LeafKind.RECORD.value, LEAVES.c.place > after)
    places = connection.execute(select(LEAVES.c.place).where(*newer).order_by(LEAVES.c.place).limit(_LEAVES_A_PAGE))
    wanted = list(places.scalars())
    end = wanted[-1] if len(wanted) == _LEAVES_A_PAGE else None
    within = [IMPRINTS.c.place > after, *([IMPRINTS.c.place <= end] if end is not None else [])]
    rows = connection.execute(select(IMPRINTS).where(*within)).all()
    if not wanted and not rows:
        return None
    batches: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    for row in rows:
        batches[row.place].append((row.record_table, row.record_key, row.sha256))
    faults = [*_unlike(connection, wanted, batches), *_missing(connection, rows)]
    last = end if end is not None else max([*wanted, *batches])
    return audit.plus(faults, after=str(last), leaves=len(wanted))


def _unlike(
    connection: Connection, places: Sequence[int], batches: dict[int, list[tuple[str, str, str]]]
) -> Iterator[RecordFault]:
    leaves = {}
    for part in parts(places):
        try:
            leaves.update(Rows(connection).at_places(part))
        except LogAlteredError as error:
            yield _fault(_LOG, str(part[0]), str(error), str(error))
    for place in sorted({*places, *batches}):
        leaf = leaves.get(place)
        if leaf is None or leaf.kind is not LeafKind.RECORD or leaf.sha256 != digest_of_batch(batches.get(place, ())):
            zh, en = "印记与日志这一条不符：被改动", "the imprints are not what this leaf says: they were changed"
            yield _fault(_IMPRINTS, str(place), zh, en)


def _missing(connection: Connection, rows: Iterable[Any]) -> Iterator[RecordFault]:
    """Records of which the log never heard that they were deleted."""
    named: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.sha256 != GONE:
            named[row.record_table].add(row.record_key)
    for name, keys in named.items():
        table = _TABLES.get(name)
        lost = sorted(keys if table is None else keys - _there(connection, table, keys))
        known = newest_imprints(connection, name, lost)
        for key in lost:
            if known[key].sha256 != GONE:
                yield _fault(
                    name, key, "日志里有，表里没有：被删除", "the log knows it, the table does not: it was deleted"
                )


def _there(connection: Connection, table: Table, keys: Iterable[str]) -> set[str]:
    own = keys_of(table)
    found: set[str] = set()
    for part in parts([key_values(key, table) for key in keys]):
        among = own[0].in_([key[0] for key in part]) if len(own) == 1 else tuple_(*own).in_(part)
        found |= {key_text(tuple(row)) for row in connection.execute(select(*own).where(among))}
    return found


def _log_read(engine: Engine, audit: RecordAudit) -> RecordAudit:
    """The log itself, so that no leaf was changed together with its record."""
    read = EvidenceLog(engine).audit()
    faults = [_fault(_LOG, one.breach.value, one.text.zh, one.text.en) for one in read.faults]
    return audit.plus(faults, after="read")


def _fault(record: str, key: str, zh: str, en: str) -> RecordFault:
    return RecordFault(record, key, zh, en)
