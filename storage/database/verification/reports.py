"""Reports of classes with the verdicts on their hours and the doubts that they raise."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, or_, select, update

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import FLAGS, REPORTS, VERDICTS
from storage.database.tallies import tally_hours
from storage.database.verification.class_doubts import NewFlag, raise_flags
from storage.database.verification.facts_keys import FactsGoneError, SealBrokenError, open_facts, seal_facts
from storage.evidence_log.imprint import compare_keys, refuse_altered


@dataclass(frozen=True, slots=True)
class HourRow:
    """The verdict on one class hour, as lists filter it."""

    hour_id: str
    day: str
    starts_at: datetime
    ends_at: datetime
    room: str
    status: str
    reasons: str
    expected: int | None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """One doubt; ``body`` is its entry in the report's document."""

    number: int
    kind: str
    rule: str
    body: str


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report before it is written."""

    class_id: int
    job_id: int
    made_at: datetime
    status: str
    document: str
    facts: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report, without its texts."""

    id: int
    class_id: int
    job_id: int
    made_at: datetime
    status: str
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportHour:
    """A verdict, its number, and the report that it belongs to."""

    id: int
    report_id: int
    class_id: int
    hour: HourRow


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """The facts behind the newest report of a class, unmasked."""

    class_id: int
    report_id: int
    facts: str = field(repr=False)


@dataclass(frozen=True, slots=True, repr=False)
class KeptFacts:
    """A report's facts as they are kept: sealed, or in the clear by an earlier version."""

    id: int
    class_id: int
    job_id: int
    facts: str
    sealed: bytes | None


@dataclass(frozen=True, slots=True)
class ReportFlag:
    """A doubt, its number, and the report that it belongs to."""

    id: int
    report_id: int
    class_id: int
    flag: FlagRow


def keep_report(connection: Connection, new: NewReport, hours: Sequence[HourRow], flags: Sequence[NewFlag]) -> int:
    """The report and everything in it; it is the newest of its class from now on."""
    sealed = seal_facts(connection, new.class_id, _bound(new.job_id), new.facts, new.made_at)
    values = asdict(new) | {"facts": "", "sealed": sealed}
    number = int(connection.execute(insert(REPORTS).values(**values).returning(REPORTS.c.id)).scalar_one())
    own = {"report_id": number, "class_id": new.class_id}
    if hours:
        connection.execute(insert(VERDICTS), [asdict(hour) | own for hour in hours])
    if flags:
        names = ("number", "kind", "rule", "body")
        connection.execute(insert(FLAGS), [{name: getattr(flag, name) for name in names} | own for flag in flags])
        raise_flags(connection, new.class_id, number, new.made_at, flags)
    newest = {"report_id": number, "status": new.status}
    connection.execute(update(CLASSES).where(CLASSES.c.id == new.class_id).values(**newest))
    tally_hours(connection, new.class_id, number)
    return number


def reports(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ReportRow, ...]:
    """The reports that fit, in the order in which they were made."""
    own = columns_for(ReportRow, REPORTS)
    rows = connection.execute(select(*own).where(*where).order_by(REPORTS.c.id).limit(limit))
    return records_of(ReportRow, rows)


def document_of(connection: Connection, report_id: int) -> str:
    """The report as pages draw it (``report.json``); one that is not what the log has, or whose verdicts are not, is refused."""
    compare_keys(connection, REPORTS, [(report_id,)])
    refuse_altered(connection, VERDICTS, VERDICTS.c.report_id == report_id)
    refuse_altered(connection, FLAGS, FLAGS.c.report_id == report_id)
    return str(connection.execute(select(REPORTS.c.document).where(REPORTS.c.id == report_id)).scalar_one())


def facts_of(connection: Connection, report_id: int) -> str:
    """The facts behind the report, unmasked: a caller that shows a name or a number of them must have a reason on record."""
    compare_keys(connection, REPORTS, [(report_id,)])
    row = connection.execute(select(*_FACTS).where(REPORTS.c.id == report_id)).one()
    return _opened(connection, record_of(KeptFacts, row))


def newest_facts(connection: Connection, *where: ColumnElement[bool]) -> tuple[ReportFacts, ...]:
    """The facts behind the newest report of each class that fits; a row that was changed has none, one destroyed is left out."""
    wanted = (
        select(*_FACTS)
        .join_from(CLASSES, REPORTS, REPORTS.c.id == CLASSES.c.report_id)
        .join(INSTITUTIONS, INSTITUTIONS.c.id == CLASSES.c.institution_id)
        .where(*where)
        .order_by(CLASSES.c.id)
    )
    kept = records_of(KeptFacts, connection.execute(wanted))
    compare_keys(connection, CLASSES, [(one.class_id,) for one in kept])
    compare_keys(connection, REPORTS, [(one.id,) for one in kept])
    return tuple(_found_facts(connection, kept))


def plain_reports(connection: Connection, limit: int) -> tuple[int, ...]:
    """The reports whose facts an earlier version kept in the clear."""
    plain = select(REPORTS.c.id).where(REPORTS.c.sealed.is_(None)).order_by(REPORTS.c.id)
    return tuple(connection.execute(plain.limit(limit)).scalars())


def seal_report(connection: Connection, report_id: int, at: datetime) -> None:
    """The facts under the class's key, in place of those in the clear; done twice is done once."""
    row = connection.execute(select(*_FACTS).where(REPORTS.c.id == report_id).with_for_update()).one()
    if row.sealed is None:
        sealed = seal_facts(connection, row.class_id, _bound(row.job_id), row.facts, at)
        connection.execute(update(REPORTS).where(REPORTS.c.id == report_id).values(facts="", sealed=sealed))


def drop_plain_facts(connection: Connection, report_id: int) -> None:
    """The facts in the clear of a class whose key is destroyed go the way of the others."""
    connection.execute(update(REPORTS).where(REPORTS.c.id == report_id).values(facts="", sealed=b""))


def _found_facts(connection: Connection, rows: Sequence[KeptFacts]) -> Iterator[ReportFacts]:
    for row in rows:
        with suppress(FactsGoneError):
            try:
                facts = _opened(connection, row)
            except SealBrokenError:
                facts = ""
            yield ReportFacts(row.class_id, row.id, facts)


def _opened(connection: Connection, row: KeptFacts) -> str:
    if row.sealed is None:
        return row.facts
    return open_facts(connection, row.class_id, _bound(row.job_id), row.sealed)


def _bound(job_id: int) -> str:
    """What facts are bound to: the job whose report they are, of which there is one."""
    return f"xueshi.facts/1 job {job_id}"


def institution_match(uscc: str, name: str) -> ColumnElement[bool]:
    """The institution of this unified code; names are compared only where a code is missing on either side."""
    if not uscc:
        return INSTITUTIONS.c.name == name
    return or_(INSTITUTIONS.c.uscc == uscc, and_(INSTITUTIONS.c.uscc == "", INSTITUTIONS.c.name == name))


def hours(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ReportHour, ...]:
    """The verdicts that fit, in the order in which they came."""
    columns = (*(VERDICTS.c[name] for name in _OF_REPORT), *columns_for(HourRow, VERDICTS))
    rows = connection.execute(select(*columns).where(*where).order_by(VERDICTS.c.id).limit(limit)).all()
    compare_keys(connection, VERDICTS, [(row.id,) for row in rows])
    return tuple(
        ReportHour(
            id=row.id,
            report_id=row.report_id,
            class_id=row.class_id,
            hour=record_of(HourRow, row, beside=_OF_REPORT),
        )
        for row in rows
    )


def flags(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[ReportFlag, ...]:
    """The doubts that fit, in the order in which they came."""
    columns = (*(FLAGS.c[name] for name in _OF_REPORT), *columns_for(FlagRow, FLAGS))
    rows = connection.execute(select(*columns).where(*where).order_by(FLAGS.c.id).limit(limit)).all()
    compare_keys(connection, FLAGS, [(row.id,) for row in rows])
    return tuple(
        ReportFlag(
            id=row.id,
            report_id=row.report_id,
            class_id=row.class_id,
            flag=record_of(FlagRow, row, beside=_OF_REPORT),
        )
        for row in rows
    )


_OF_REPORT = ("id", "report_id", "class_id")
_FACTS = columns_for(KeptFacts, REPORTS)
