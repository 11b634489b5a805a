"""Measures as they are kept: what may name people is sealed, and each step is a leaf of the log in the same transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from facts.codec import build, plain
from facts.digest import Digest
from facts.supervision import MeasureCase, MeasureEvent, MeasureKind, MeasureStage, MeasureWords
from facts.text import Text
from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.supervision import MEASURE_EVENTS, MEASURES
from storage.database.verification.facts_keys import open_for_institution, seal_for_institution
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.imprint import compare_keys
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from storage.evidence_log.rows import Rows

SCHEMA = "xueshi.measure/1"
MEASURE_ROWS = MEASURES.join(INSTITUTIONS, INSTITUTIONS.c.id == MEASURES.c.institution_id)


@dataclass(frozen=True, slots=True)
class NewMeasure:
    """What a measure is, before it is kept; ``people`` are the keyed digests of whom it names."""

    institution_id: int
    locality: str
    class_id: int | None
    claim_id: int | None
    kind: str
    paper: str
    level: str
    first: date
    last: date | None
    term: date | None
    hours: str
    people: str


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure as lists have it, without the words that may name people."""

    id: int
    institution_id: int
    institution: str
    locality: str
    class_id: int | None
    claim_id: int | None
    kind: str
    paper: str
    level: str
    first: date
    last: date | None
    term: date | None
    ended: date | None
    hours: str
    people: str
    stage: str
    made_by: str
    made_at: datetime

    @property
    def of(self) -> MeasureKind:
        """Its kind."""
        return MeasureKind(self.kind)

    @property
    def at(self) -> MeasureStage:
        """Its stage."""
        return MeasureStage(self.stage)

    @property
    def state(self) -> Text:
        """Its stage in words; what nobody is served with is looked into, not in force."""
        running = self.at is MeasureStage.IN_FORCE and not self.of.bears
        return Text("在办", "being looked into") if running else self.at.text


def measures(
    connection: Connection,
    *where: ColumnElement[bool],
    limit: int = 1000,
    newest_first: bool = True,
    order: Sequence[ColumnElement[Any]] = (),
) -> tuple[MeasureRow, ...]:
    """The measures that fit, each as the log has it, by their numbers or in the order that is given."""
    own = columns_for(MeasureRow, MEASURES, institution=INSTITUTIONS.c.name)
    ways = order or [MEASURES.c.id.desc() if newest_first else MEASURES.c.id]
    joined = select(*own).select_from(MEASURE_ROWS)
    found = records_of(MeasureRow, connection.execute(joined.where(*where).order_by(*ways).limit(limit)))
    compare_keys(connection, MEASURES, [(one.id,) for one in found])
    return found


def add_measure(connection: Connection, new: NewMeasure, words: MeasureWords, stage: str, by: str, at: datetime) -> int:
    """Its number; the first event is kept by ``keep_event``."""
    values = {name: getattr(new, name) for name in new.__dataclass_fields__}
    made = insert(MEASURES).values(**values, stage=stage, made_by=by, made_at=at, sealed=b"").returning(MEASURES.c.id)
    number = int(connection.execute(made).scalar_one())
    sealed = seal_for_institution(connection, new.institution_id, _bound(number), json.dumps(plain(words)), at)
    connection.execute(update(MEASURES).where(MEASURES.c.id == number).values(sealed=sealed))
    return number


def words_of(connection: Connection, row: MeasureRow) -> MeasureWords:
    """What of it may name people."""
    sealed = connection.execute(select(MEASURES.c.sealed).where(MEASURES.c.id == row.id)).scalar_one()
    text = open_for_institution(connection, row.institution_id, _bound(row.id), sealed)
    return build(MeasureWords, json.loads(text), _bound(row.id))


def measure_case(connection: Connection, row: MeasureRow, *, write: bool = False) -> MeasureCase:
    """The measure with its events, each as the log bears it out; whoever is to ``write`` waits for others who do."""
    if write:
        connection.execute(select(MEASURES.c.id).where(MEASURES.c.id == row.id).with_for_update())
    own = MEASURE_EVENTS.c
    rows = connection.execute(select(MEASURE_EVENTS).where(own.measure_id == row.id).order_by(own.number)).all()
    leaves = Rows(connection).at_places([one.leaf for one in rows])
    events = []
    for one in rows:
        text = open_for_institution(connection, row.institution_id, _bound(row.id, one.number), one.sealed)
        leaf = leaves.get(one.leaf)
        if leaf is None or leaf.sha256 != Digest.of(text.encode()) or leaf.subject != _subject(row.id):
            raise LogAlteredError(
                f"measure {row.id} event {one.number}: got another text than the log has, expected the same; somebody"
                " changed the database: keep it and compare with a copy"
            )
        events.append(build(MeasureEvent, json.loads(text)["event"], _bound(row.id)))
    return MeasureCase(row.of, row.first, row.last, row.term, tuple(events))


def keep_event(
    connection: Connection,
    log: EvidenceLog,
    row: tuple[int, int],
    case: MeasureCase,
    after: tuple[MeasureStage, date | None],
    words: MeasureWords | None = None,
) -> None:
    """The last event of the measure ``row`` (number, institution) with its leaf; call late, others wait for the log."""
    number, institution_id = row
    event, place = case.events[-1], len(case.events)
    told = {"schema": SCHEMA, "measure": number, "number": place, "event": plain(event)}
    if words is not None:
        told["opened"] = {"kind": case.kind.value, "institution": institution_id, "words": plain(words)}
    text = canonical(told).decode()
    sealed = seal_for_institution(connection, institution_id, _bound(number, place), text, event.at)
    leaf = Leaf(LeafKind.SUPERVISION, event.at, Digest.of(text.encode()), _subject(number), event.deed.value)
    stage, ended = after
    connection.execute(update(MEASURES).where(MEASURES.c.id == number).values(stage=stage.value, ended=ended))
    (leaf_place,) = log.append_within(connection, [leaf])
    values = {"measure_id": number, "number": place, "at": event.at, "by": event.by}
    values |= {"deed": event.deed.value, "stage": stage.value}
    connection.execute(insert(MEASURE_EVENTS).values(**values, leaf=leaf_place, sealed=sealed))


def measured_since(connection: Connection, institution_id: int, moment: datetime) -> bool:
    """Whether a measure against the institution changed after that moment; what is only looked into is none."""
    joined = select(MEASURE_EVENTS.c.measure_id).join(MEASURES, MEASURES.c.id == MEASURE_EVENTS.c.measure_id)
    own = (
        MEASURES.c.institution_id == institution_id,
        MEASURES.c.kind.in_([one.value for one in MeasureKind if one.bears]),
    )
    return connection.execute(joined.where(*own, MEASURE_EVENTS.c.at > moment).limit(1)).first() is not None


def _bound(number: int, place: int | None = None) -> str:
    return f"measure {number}" if place is None else f"measure {number} event {place}"


def _subject(number: int) -> str:
    return f"measure:{number}"
