"""Classes and their files, as the tables keep them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from facts.errors import InputError
from storage.database.record import columns_for, record_of, records_of
from storage.database.tables.classes import CLASSES, FILES
from storage.database.tables.uploads import UPLOADS
from storage.database.tallies import moved
from storage.evidence_log.imprint import compare_keys


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One course run with one roster (班期), and the newest verdict on it."""

    id: int
    institution_id: int
    code: str
    name: str
    locality: str
    programme: str
    trainee_group: str
    occupation: str
    level: str
    policy: str
    made_at: datetime
    report_id: int | None
    status: str | None


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file of a class, whole and hashed."""

    id: int
    class_id: int
    name: str
    role: str
    size_bytes: int
    sha256: str
    added_by: str
    added_at: datetime


def add_class(connection: Connection, institution_id: int, at: datetime, **texts: str) -> ClassRow:
    """A new class; an institution's codes are its own."""
    try:
        with connection.begin_nested():
            made = insert(CLASSES).values(institution_id=institution_id, made_at=at, **texts).returning(*_CLASS)
            return record_of(ClassRow, connection.execute(made).one())
    except IntegrityError as error:
        raise InputError(f"class: got the code {texts['code'][:40]!r} again, expected a new one") from error


def change_class(connection: Connection, number: int, **texts: str) -> None:
    """What the institution corrects of a class."""
    if texts:
        with moved(connection, number):
            connection.execute(update(CLASSES).where(CLASSES.c.id == number).values(**texts))


def classes(
    connection: Connection, *where: ColumnElement[bool], limit: int = 1000, order: Sequence[ColumnElement[Any]] = ()
) -> tuple[ClassRow, ...]:
    """The classes that fit, in the order in which they came or in the one that is given."""
    rows = connection.execute(select(*_CLASS).where(*where).order_by(*order or (CLASSES.c.id,)).limit(limit))
    found = records_of(ClassRow, rows)
    compare_keys(connection, CLASSES, [(one.id,) for one in found])
    return found


def files(connection: Connection, *where: ColumnElement[bool], limit: int = 10_000) -> tuple[FileRow, ...]:
    """The files that fit, in the order in which they came."""
    rows = connection.execute(select(*_FILE).where(*where).order_by(FILES.c.id).limit(limit))
    found = records_of(FileRow, rows)
    compare_keys(connection, FILES, [(one.id,) for one in found])
    return found


def add_file(
    connection: Connection, class_id: int, name: str, role: str, size_bytes: int, sha256: str, by: str, at: datetime
) -> int:
    """A file that is whole and lies in its class's folder; the number under which it is known."""
    values = {"class_id": class_id, "name": name, "role": role, "size_bytes": size_bytes, "sha256": sha256}
    made = insert(FILES).values(**values, added_by=by, added_at=at).returning(FILES.c.id)
    return int(connection.execute(made).scalar_one())


def change_role(connection: Connection, number: int, role: str) -> None:
    """Correct what kind of material the file is."""
    connection.execute(update(FILES).where(FILES.c.id == number).values(role=role))


def remove_file(connection: Connection, number: int) -> None:
    """Delete the row of a file that was taken back; the caller has made sure that no report or package rests on it."""
    connection.execute(delete(UPLOADS).where(UPLOADS.c.file_id == number))
    connection.execute(delete(FILES).where(FILES.c.id == number))


_CLASS = columns_for(ClassRow, CLASSES)
_FILE = columns_for(FileRow, FILES)
