"""概况: class hours, money, doubts, cameras, footage and spot checks of everything that the caller may see, in a few sums."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, true

from facts.doubt_case import Stage
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import institutions_reached, reached
from runtime.retention.access import evidence_reached
from storage.database.record import records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.cameras import CAMERA_LEASES, CAMERAS
from storage.database.tables.classes import CLASSES
from storage.database.tables.retention import OBJECTS
from storage.database.tables.spot_checks import CHOSEN, FINDINGS
from storage.database.tables.statistics import HOUR_SUMS, MONEY_SUMS
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.tallies import HourSum, MoneySum, hour_sums, money_sums

OVERDUE_DAYS = 30
_HEARD_S = 300
_STILL_OPEN = tuple(one.value for one in Stage if not one.closed)
_MONEY = ("claims", "claimed_fen", "supported_fen", "unproven_fen", "decided_fen", "paid_fen")
_NOTHING = MoneySum((), 0, 0, 0, 0, 0, 0)


@dataclass(slots=True)
class OverviewLine:
    """One institution, programme or month: its class hours by verdict and its money."""

    name: str
    hours: dict[str, int] = field(default_factory=lambda: {status.value: 0 for status in Status})
    reviewed: int = 0
    money: MoneySum = _NOTHING

    @property
    def total(self) -> int:
        """All class hours of the line."""
        return sum(self.hours.values())

    def add_hours(self, one: HourSum) -> None:
        """More hours of one verdict."""
        self.hours[one.status] += one.hours
        self.reviewed += one.reviewed

    def add_money(self, more: MoneySum) -> None:
        """More claims and their sums."""
        self.money = MoneySum((), *(getattr(self.money, name) + getattr(more, name) for name in _MONEY))


@dataclass(frozen=True, slots=True)
class DoubtSum:
    """How many doubts of one kind wait for somebody, and how many of them for longer than a month."""

    kind: str
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page, at one moment."""

    at: datetime
    whole: OverviewLine
    institutions: tuple[OverviewLine, ...]
    programmes: tuple[OverviewLine, ...]
    months: tuple[OverviewLine, ...]
    doubts: tuple[DoubtSum, ...]
    cameras: int
    cameras_heard: int
    drawn: int | None
    visited: int | None
    first_due: datetime | None
    last_due: datetime | None


def overview(connection: Connection, caller: Caller, at: datetime) -> Overview:
    """The sums of the moment; an institution sees its own, an authority its area."""
    (numbered,) = _lines(connection, caller, "institution_id")
    by_institution = _named(connection, caller, numbered)
    programmes, months = _lines(connection, caller, "programme", "month")
    cameras, heard = _cameras(connection, caller, at)
    drawn, visited = _spot_checks(connection, caller)
    return Overview(
        at,
        _added(by_institution),
        _largest_first(by_institution),
        _largest_first(programmes),
        tuple(sorted(months, key=lambda line: line.name)),
        _doubts(connection, caller, at),
        cameras,
        heard,
        drawn,
        visited,
        _due(connection, caller, OBJECTS.c.keep_until),
        _due(connection, caller, OBJECTS.c.keep_until.desc()),
    )


def _lines(connection: Connection, caller: Caller, *names: str) -> tuple[list[OverviewLine], ...]:
    """The lines of each of those columns, all of them out of one reading of the sums."""
    found: list[dict[str | int, OverviewLine]] = [{} for _ in names]
    for one in hour_sums(connection, [HOUR_SUMS.c[name] for name in names], reached(caller, HOUR_SUMS)):
        for lines, key in zip(found, one.keys, strict=True):
            lines.setdefault(key, OverviewLine(str(key))).add_hours(one)
    for money in money_sums(connection, [MONEY_SUMS.c[name] for name in names], reached(caller, MONEY_SUMS)):
        for lines, key in zip(found, money.keys, strict=True):
            lines.setdefault(key, OverviewLine(str(key))).add_money(money)
    return tuple(list(lines.values()) for lines in found)


def _named(connection: Connection, caller: Caller, lines: Sequence[OverviewLine]) -> list[OverviewLine]:
    """With the institutions' names in place of their numbers."""
    rows = select(INSTITUTIONS.c.id, INSTITUTIONS.c.name).where(institutions_reached(caller))
    names = {str(number): name for number, name in connection.execute(rows)}
    return [replace(line, name=names.get(line.name, line.name)) for line in lines]


def _added(lines: Iterable[OverviewLine]) -> OverviewLine:
    whole = OverviewLine("")
    for line in lines:
        for status, hours in line.hours.items():
            whole.hours[status] += hours
        whole.reviewed += line.reviewed
        whole.add_money(line.money)
    return whole


def _largest_first(lines: Sequence[OverviewLine]) -> tuple[OverviewLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.total, line.name)))


def _doubts(connection: Connection, caller: Caller, at: datetime) -> tuple[DoubtSum, ...]:
    own = CLASS_DOUBTS.c
    late = func.count().filter(own.raised_at < at - timedelta(days=OVERDUE_DAYS))
    rows = (
        select(own.kind, func.count().label("open"), late.label("overdue"))
        .join(CLASSES, and_(CLASSES.c.id == own.class_id, CLASSES.c.report_id == own.report_id))
        .where(own.stage.in_(_STILL_OPEN), reached(caller))
        .group_by(own.kind)
        .order_by(func.count().desc(), own.kind)
    )
    return records_of(DoubtSum, connection.execute(rows))


def _cameras(connection: Connection, caller: Caller, at: datetime) -> tuple[int, int]:
    """Those that are to be recorded, and those of them that were heard of in the last minutes."""
    heard = func.count().filter(CAMERA_LEASES.c.newest_at >= at - timedelta(seconds=_HEARD_S))
    rows = (
        select(func.count(), heard)
        .select_from(CAMERAS)
        .join(INSTITUTIONS, INSTITUTIONS.c.id == CAMERAS.c.institution_id)
        .outerjoin(CAMERA_LEASES, CAMERA_LEASES.c.camera_id == CAMERAS.c.id)
        .where(CAMERAS.c.ended_at.is_(None), CAMERAS.c.enabled, institutions_reached(caller))
    )
    cameras, found = connection.execute(rows).one()
    return cameras, found


def _spot_checks(connection: Connection, caller: Caller) -> tuple[int | None, int | None]:
    """Classes that lots chose in the caller's area, and those of them with a finding that a second person signed."""
    if not caller.may(Action.SPOT_CHECK_READ) or not caller.scope.area:
        return None, None
    here = CHOSEN.c.locality.startswith(caller.scope.area, autoescape=True)
    signed = exists().where(
        FINDINGS.c.draw == CHOSEN.c.draw, FINDINGS.c.class_id == CHOSEN.c.class_id, FINDINGS.c.agrees.is_(true())
    )
    drawn, visited = connection.execute(select(func.count(), func.count().filter(signed)).where(here)).one()
    return drawn, visited


def _due(connection: Connection, caller: Caller, order: ColumnElement[datetime]) -> datetime | None:
    """The first or the last day to which anything is kept, found by the index and not by counting."""
    own = OBJECTS.c
    wanted = select(own.keep_until).where(own.deleted_at.is_(None), evidence_reached(caller)).order_by(order).limit(1)
    return connection.execute(wanted).scalar()
