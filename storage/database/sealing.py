"""Sealed packages, as the table keeps them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.sealing import PACKAGES
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class NewPackage:
    """A package of one class day that lies on disk, was checked, and has no row yet."""

    class_id: int
    report_id: int
    job_id: int
    day: str
    path: str
    masked: bool
    sha256: str
    size_bytes: int
    files: int
    head_size: int
    checks: int
    faults: int
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PackageRow:
    """A package and its number."""

    id: int
    made: NewPackage


def keep_packages(connection: Connection, new: Sequence[NewPackage]) -> tuple[int, ...]:
    """The packages of one sealing; their numbers in the order in which they were given."""
    rows = [insert(PACKAGES).values(**asdict(one)).returning(PACKAGES.c.id) for one in new]
    return tuple(int(connection.execute(row).scalar_one()) for row in rows)


def packages(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[PackageRow, ...]:
    """The packages that fit, in the order in which they were made or in the one that is given."""
    columns = (PACKAGES.c.id, *columns_for(NewPackage, PACKAGES))
    rows = connection.execute(select(*columns).where(*where).order_by(*order or (PACKAGES.c.id,)).limit(limit)).all()
    compare_keys(connection, PACKAGES, [(row.id,) for row in rows])
    return tuple(PackageRow(id=row.id, made=record_of(NewPackage, row, beside=("id",))) for row in rows)


@dataclass(frozen=True, slots=True)
class PackageLine:
    """A package in a list, with its class, its institution, and its place in the log, if the log has it."""

    id: int
    class_id: int
    class_name: str
    code: str
    institution: str
    day: str
    path: str
    masked: bool
    sha256: str
    size_bytes: int
    files: int
    head_size: int
    checks: int
    faults: int
    made_at: datetime
    place: int | None


def package_lines(
    connection: Connection, *where: ColumnElement[bool], limit: int, order: Sequence[ColumnElement[Any]]
) -> tuple[PackageLine, ...]:
    """The packages that fit, in the order that is given; one query, however many there are."""
    # Of a sum, not of the column: PostgreSQL would walk along the places from the first until one has the digest.
    place = select(func.min(LEAVES.c.place + 0)).where(LEAVES.c.sha256 == PACKAGES.c.sha256).scalar_subquery()
    whose = {"class_name": CLASSES.c.name, "code": CLASSES.c.code, "institution": INSTITUTIONS.c.name}
    query = select(*columns_for(PackageLine, PACKAGES, **whose, place=place))
    joined = PACKAGES.join(CLASSES, CLASSES.c.id == PACKAGES.c.class_id).join(INSTITUTIONS)
    rows = connection.execute(query.select_from(joined).where(*where).order_by(*order).limit(limit))
    found = records_of(PackageLine, rows)
    compare_keys(connection, PACKAGES, [(one.id,) for one in found])
    return found
