"""Who complained: kept sealed, shown to an inspector who says why, and each look is in the log."""

from sqlalchemy import Connection

from facts.errors import NotFoundError
from runtime.accounts.caller import Caller
from runtime.evidence_log.log_event import log_event
from runtime.platform.service import Service
from runtime.supervision.measures import measure_for
from storage.database.supervision.measures import words_of
from storage.evidence_log.leaf import LeafKind


def shown_reporter(service: Service, connection: Connection, caller: Caller, number: int, reason: str) -> str:
    """Who complained, as they were written down."""
    words = words_of(connection, measure_for(connection, caller, number))
    if not words.reporter:
        raise NotFoundError("举报人", "anybody who complained")
    log_event(service, connection, LeafKind.VIEW, caller, f"reporter measure:{number}", {"reason": reason})
    return words.reporter
