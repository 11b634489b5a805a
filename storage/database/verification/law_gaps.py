"""Classes whose newest report says that no document in force judges them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.jobs import JOBS
from storage.database.tables.verification import LAW_REASONS, REPORTS, UNGOVERNED, VERDICTS


@dataclass(frozen=True, slots=True)
class UngovernedClass:
    """A class that waits for a document; ``reasons`` are those of one of its hours."""

    id: int
    name: str
    institution: str
    locality: str
    policy: str
    reasons: str

    @property
    def reason(self) -> str:
        """The one of ``LAW_REASONS`` among them."""
        return next(one for one in LAW_REASONS if one in self.reasons.split(","))


def lacks_law(connection: Connection, report_id: int) -> bool:
    """Whether hours of the report wait for a document, or one that had lapsed was tried on them."""
    open_hour = select(VERDICTS.c.id).where(VERDICTS.c.report_id == report_id, UNGOVERNED).limit(1)
    tried = select(JOBS.c.id).join(REPORTS, REPORTS.c.job_id == JOBS.c.id)
    tried = tried.where(REPORTS.c.id == report_id, JOBS.c.payload != "").limit(1)
    return any(connection.execute(query).first() is not None for query in (open_hour, tried))


def ungoverned_classes(connection: Connection, within: ColumnElement[bool], limit: int) -> Sequence[UngovernedClass]:
    """The classes whose newest report waits for a document, the newest first."""
    lacking = select(func.min(VERDICTS.c.reasons)).where(VERDICTS.c.report_id == CLASSES.c.report_id, UNGOVERNED)
    reasons = lacking.correlate(CLASSES).scalar_subquery()
    own = columns_for(UngovernedClass, CLASSES, institution=INSTITUTIONS.c.name, reasons=reasons)
    some = CLASSES.c.report_id.in_(select(VERDICTS.c.report_id).where(UNGOVERNED))
    query = select(*own).join_from(CLASSES, INSTITUTIONS).where(some, within)
    return records_of(UngovernedClass, connection.execute(query.order_by(CLASSES.c.id.desc()).limit(limit)))


def places_without_report(connection: Connection, within: ColumnElement[bool]) -> Sequence[str]:
    """The places of classes that nobody has verified yet, by what they say of their document."""
    query = select(CLASSES.c.locality).where(CLASSES.c.report_id.is_(None), CLASSES.c.policy == "", within)
    return sorted({place for (place,) in connection.execute(query.distinct())})
