"""Measures in the service: who sees which, how one is opened, and each further step with its leaf and its event."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, not_, or_

from facts.errors import NotFoundError
from facts.refusals import refuse
from facts.supervision import (
    MeasureCase,
    MeasureDeed,
    MeasureEvent,
    MeasureKind,
    MeasurePerson,
    MeasureStage,
    MeasureWords,
)
from pipeline.accounts.rights import OF_AREA, Action
from pipeline.supervision.measure_stages import ended_on, measure_stage, measured
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.upload import people_key
from runtime.platform.service import Service
from runtime.supervision.claim_measures import person_digest
from runtime.supervision.request import MeasureRequest, measure_refusals, named_people, owner_of
from storage.database.accounts.accounts import institutions
from storage.database.notifications.events import EventKind, raise_event
from storage.database.supervision.measures import (
    MeasureRow,
    NewMeasure,
    add_measure,
    keep_event,
    measure_case,
    measures,
    words_of,
)
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.supervision import MEASURES

_UNSEEN = tuple(one.value for one in (MeasureStage.PROPOSED, MeasureStage.DROPPED))
_EVENTS: dict[MeasureStage, EventKind] = {
    MeasureStage.IN_FORCE: "supervision.issued",
    MeasureStage.ANSWERED: "supervision.answered",
    MeasureStage.CLOSED: "supervision.closed",
    MeasureStage.LIFTED: "supervision.closed",
}


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure with its life and its words."""

    row: MeasureRow
    case: MeasureCase
    words: MeasureWords


def seen(caller: Caller) -> Sequence[ColumnElement[bool]]:
    """The measures within reach; others than the authority see what was issued, and no complaint."""
    if caller.role in OF_AREA:
        return [reached(caller, MEASURES)]
    hidden = [MEASURES.c.kind == one.value for one in MeasureKind if not one.told]
    return [reached(caller, MEASURES), not_(or_(*hidden)), MEASURES.c.stage.not_in(_UNSEEN)]


def measure_for(connection: Connection, caller: Caller, number: int) -> MeasureRow:
    """The measure, if it is there for the caller."""
    found = measures(connection, MEASURES.c.id == number, *seen(caller), limit=1)
    if not found:
        raise NotFoundError("监管记录", "supervision record")
    return found[0]


def measure_view(connection: Connection, caller: Caller, number: int) -> MeasureView:
    """The same with its life; whoever complained is never in it."""
    row = measure_for(connection, caller, number)
    words, case = words_of(connection, row), measure_case(connection, row)
    return MeasureView(row, case, MeasureWords(words.found, words.asked, masked_reporter(words.reporter), words.people))


def masked_reporter(reporter: str) -> str:
    """That somebody complained, and nothing by which to know them again."""
    return f"{reporter[0]}**" if reporter else ""


def opened(service: Service, connection: Connection, caller: Caller, asked: MeasureRequest) -> MeasureRow:
    """A new measure, or every reason why not; where it may cost money it waits for a second name."""
    refuse(list(measure_refusals(connection, caller, asked)))
    institution, owner = owner_of(connection, caller, asked)
    people = named_people(connection, asked)
    key, at = people_key(service.settings), service.clock()
    digests = [person_digest(key, owner.id, one.name, one.tail) for one in people] if owner else []
    words = MeasureWords(
        _lines(asked.found),
        _lines(asked.asked),
        asked.reporter.strip(),
        tuple(MeasurePerson(one.name, one.tail) for one in people),
    )
    case = measured(
        MeasureCase(asked.kind, asked.first, asked.last, asked.term), MeasureEvent(MeasureDeed.OPEN, caller.key, at)
    )
    new = NewMeasure(
        institution.id,
        institution.locality,
        owner.id if owner else None,
        asked.claim_id,
        asked.kind.value,
        asked.paper.strip(),
        asked.level.strip(),
        asked.first,
        asked.last,
        asked.term,
        "\n".join(asked.hours),
        "\n".join(sorted(digests)),
    )
    after = (measure_stage(case), ended_on(case))
    number = add_measure(connection, new, words, after[0].value, caller.key, at)
    _tell(connection, number, institution.id, case, after[0])
    keep_event(connection, service.log, (number, institution.id), case, after, words)
    return measures(connection, MEASURES.c.id == number, limit=1)[0]


def stepped(service: Service, connection: Connection, caller: Caller, number: int, event: MeasureEvent) -> MeasureRow:
    """One more step, with its leaf and, where the institution is told of it, its event."""
    row = measure_for(connection, caller, number)
    case = measured(measure_case(connection, row, write=True), event)
    after = (measure_stage(case), ended_on(case))
    _tell(connection, row.id, row.institution_id, case, after[0])
    keep_event(connection, service.log, (row.id, row.institution_id), case, after)
    return measures(connection, MEASURES.c.id == number, limit=1)[0]


def step_of(service: Service, caller: Caller, deed: MeasureDeed, words: str, day: date | None = None) -> MeasureEvent:
    """The step that the caller takes now."""
    return MeasureEvent(deed, caller.key, service.clock(), _lines(words), day)


def may_step(caller: Caller, case: MeasureCase, deed: MeasureDeed) -> bool:
    """Whether the page offers the step to this reader; the rules refuse it all the same where it is not theirs."""
    at = measure_stage(case)
    if deed is MeasureDeed.ANSWER:
        return caller.may(Action.SUPERVISION_ANSWER) and at in {MeasureStage.IN_FORCE, MeasureStage.ANSWERED}
    if not caller.may(Action.SUPERVISION_WRITE):
        return False
    if deed in {MeasureDeed.SIGN, MeasureDeed.OBJECT}:
        return at in _TWO_NAMES and case.events[-1].by != caller.key
    running = at in {MeasureStage.IN_FORCE, MeasureStage.ANSWERED}
    return running or (deed is MeasureDeed.LIFT and at is MeasureStage.CLOSED)


def _lines(text: str) -> str:
    """The text with line ends of one kind, as browsers send two."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _tell(connection: Connection, number: int, institution_id: int, case: MeasureCase, stage: MeasureStage) -> None:
    """Only what the institution may see is told to listeners, and no words."""
    kind = _EVENTS.get(stage)
    if kind is None or not case.kind.told or case.events[-1].deed is MeasureDeed.OBJECT:
        return  # an objection brings back what was told before
    owner = institutions(connection, INSTITUTIONS.c.id == institution_id)[0]
    body = {"supervision_id": number, "kind": case.kind.value, "stage": stage.value, "first": case.first.isoformat()}
    body |= {"term": case.term.isoformat()} if case.term else {}
    raise_event(connection, kind, owner, case.events[-1].at, json.dumps(body))


_TWO_NAMES = frozenset({MeasureStage.PROPOSED, MeasureStage.CLOSING, MeasureStage.LIFTING})
