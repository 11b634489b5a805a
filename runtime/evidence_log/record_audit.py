"""The nightly audit of records, by whichever worker comes first; one that was stopped is taken up again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Engine

from facts.span import local
from storage.database.connection import reading
from storage.evidence_log.record_audit import RecordAudit, audit_records, newest_audit

_LOG = logging.getLogger("xueshi.audit")
_NIGHT_HOURS = range(1, 5)
_APART, _OVERDUE = timedelta(hours=12), timedelta(hours=36)
_ABANDONED = timedelta(minutes=10)  # without a page, whoever read it was stopped


def audit_if_due(engine: Engine, clock: Callable[[], datetime]) -> bool:
    """Whether an audit was due and was made; its faults stand in the log of the service, in /readyz and in 待办."""
    at = clock()
    with reading(engine, "looking for the last audit") as connection:
        last = newest_audit(connection)
    if not _due(last, at):
        return False
    done = audit_records(engine, clock)
    for fault in done.faults:
        _LOG.error("RECORD_ALTERED %s", fault.text.en)
    _LOG.info("audit of records: %s", done.outcome)
    return True


def _due(last: RecordAudit | None, at: datetime) -> bool:
    night = local(at).hour in _NIGHT_HOURS
    if last is None:
        return night
    if last.ended_at is None:
        return at - last.seen_at >= _ABANDONED
    return at - last.begun_at >= (_APART if night else _OVERDUE)
