"""Sealed packages, as the table keeps them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select

from storage.database.tables.packages import PACKAGES


@dataclass(frozen=True, slots=True)
class NewPackage:
    """A package of one class day that was written, checked, and is about to count."""

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
    """A package, and the number under which it is known."""

    id: int
    made: NewPackage


def keep_packages(connection: Connection, new: Sequence[NewPackage]) -> tuple[int, ...]:
    """The packages of one sealing; their numbers in the order in which they were given."""
    rows = [insert(PACKAGES).values(**asdict(one)).returning(PACKAGES.c.id) for one in new]
    return tuple(int(connection.execute(row).scalar_one()) for row in rows)


def packages(connection: Connection, *where: ColumnElement[bool], limit: int = 1000) -> tuple[PackageRow, ...]:
    """The packages that fit, in the order in which they were made."""
    rows = connection.execute(select(PACKAGES).where(*where).order_by(PACKAGES.c.id).limit(limit))
    return tuple(PackageRow(row[0], NewPackage(*row[1:])) for row in rows)
