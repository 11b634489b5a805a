"""Whose turn a record is: the institution's to answer, the authority's to close or to sign second."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_

from facts.supervision import MeasureKind, MeasureStage
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from storage.database.tables.supervision import MEASURE_EVENTS, MEASURES

_SECOND = tuple(one.value for one in (MeasureStage.PROPOSED, MeasureStage.CLOSING, MeasureStage.LIFTING))
# What asks the institution for nothing waits for nobody once it is issued.
_ANSWERED_TO = tuple(one.value for one in MeasureKind if one.told and one is not MeasureKind.CREDIT)


def waiting(caller: Caller) -> ColumnElement[bool]:
    """The records whose next step is this reader's."""
    own = MEASURES.c
    if caller.may(Action.SUPERVISION_WRITE):
        answered = own.stage == MeasureStage.ANSWERED.value
        complained = and_(own.kind == MeasureKind.COMPLAINT.value, own.stage == MeasureStage.IN_FORCE.value)
        return or_(answered, complained, and_(own.stage.in_(_SECOND), ~_last_by(caller.key)))
    if caller.may(Action.SUPERVISION_ANSWER):
        return and_(own.stage == MeasureStage.IN_FORCE.value, own.kind.in_(_ANSWERED_TO))
    return false()


def late(today: date) -> ColumnElement[bool]:
    """The records whose term for an answer is over without one."""
    own = MEASURES.c
    return and_(own.stage == MeasureStage.IN_FORCE.value, own.term < today)


def _last_by(key: str) -> ColumnElement[bool]:
    """Whether the last step is that person's own."""
    event, later = MEASURE_EVENTS.alias(), MEASURE_EVENTS.alias()
    newer = exists().where(later.c.measure_id == event.c.measure_id, later.c.number > event.c.number)
    return exists().where(event.c.measure_id == MEASURES.c.id, event.c.by == key, ~newer.correlate(event))
