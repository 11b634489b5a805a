"""Photographs and embeddings under their class's key: kept, opened, and deleted with what the certificate says of them."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select

from facts.digest import Digest
from facts.span import Span
from storage.database.tables.classes import CLASSES
from storage.database.tables.recognition import EMBEDDINGS, FACE_DELETIONS, PHOTOGRAPHS
from storage.database.verification.facts_keys import open_facts, seal_facts

SeatEmbeddings = tuple[str, str, tuple[tuple[float, ...], ...]]
"""The camera, the seat, and what the network made of its faces."""


@dataclass(frozen=True, slots=True, repr=False)
class KeptFaces:
    """The embeddings of one class hour, whoever sits in it."""

    class_id: int
    class_code: str
    hour_id: str
    span: Span
    seats: tuple[SeatEmbeddings, ...]


@dataclass(frozen=True, slots=True)
class DeletedFaces:
    """How much was deleted, and one digest over it as it lay there."""

    photographs: int
    hours: int
    sha256: str

    @property
    def nothing(self) -> bool:
        """Whether there was nothing to delete."""
        return not (self.photographs or self.hours)


@dataclass(frozen=True, slots=True)
class FaceDeletion:
    """A certificate with its place in the log."""

    certificate: str
    made_at: datetime
    place: int


def keep_photographs(connection: Connection, class_id: int, found: Mapping[str, bytes], at: datetime) -> None:
    """Each in place of an earlier one of the same person."""
    for trainee, picture in found.items():
        own = PHOTOGRAPHS.c
        connection.execute(delete(PHOTOGRAPHS).where(own.class_id == class_id, own.trainee == trainee))
        text = base64.b64encode(picture).decode()
        sealed = seal_facts(connection, class_id, _photograph(class_id, trainee), text, at)
        values = {"class_id": class_id, "trainee": trainee, "sealed": sealed, "made_at": at}
        connection.execute(insert(PHOTOGRAPHS).values(**values))


def photographed(connection: Connection, class_id: int) -> frozenset[str]:
    """Of whom there is a photograph; none is opened."""
    return frozenset(
        connection.execute(select(PHOTOGRAPHS.c.trainee).where(PHOTOGRAPHS.c.class_id == class_id)).scalars()
    )


def photograph_version(connection: Connection, class_id: int) -> str:
    """Another text whenever the photographs are others."""
    rows = connection.execute(select(PHOTOGRAPHS.c.sealed).where(PHOTOGRAPHS.c.class_id == class_id)).scalars()
    return Digest.of("".join(sorted(Digest.of(one).sha256 for one in rows)).encode()).short


def photographs(connection: Connection, class_id: int) -> dict[str, bytes]:
    """The photographs by person."""
    rows = connection.execute(select(PHOTOGRAPHS).where(PHOTOGRAPHS.c.class_id == class_id))
    opened = {
        row.trainee: open_facts(connection, class_id, _photograph(class_id, row.trainee), row.sealed) for row in rows
    }
    return {trainee: base64.b64decode(text) for trainee, text in opened.items()}


def keep_faces(connection: Connection, found: Sequence[KeptFaces], model: str, at: datetime) -> None:
    """What was made of a class's hours."""
    for one in found:
        text = json.dumps(one.seats)
        sealed = seal_facts(connection, one.class_id, _faces(one.class_id, one.hour_id), text, at)
        where = {"class_id": one.class_id, "hour_id": one.hour_id, "starts_at": one.span.start, "ends_at": one.span.end}
        connection.execute(insert(EMBEDDINGS).values(**where, model=model, sealed=sealed, made_at=at))


def faces_beside(
    connection: Connection, class_id: int, institution_id: int, span: Span, model: str
) -> tuple[KeptFaces, ...]:
    """Hours of other classes of the same institution that touch the span, by the same network."""
    own, touching = EMBEDDINGS.c, (EMBEDDINGS.c.starts_at < span.end, EMBEDDINGS.c.ends_at > span.start)
    joined = select(EMBEDDINGS, CLASSES.c.code).join(CLASSES, CLASSES.c.id == own.class_id)
    wanted = (own.class_id != class_id, CLASSES.c.institution_id == institution_id, own.model == model)
    return tuple(_opened(connection, row) for row in connection.execute(joined.where(*wanted, *touching)))


def delete_faces(
    connection: Connection, *where: ColumnElement[bool], with_photographs: Sequence[ColumnElement[bool]]
) -> DeletedFaces:
    """The embeddings that ``where`` names and the photographs that ``with_photographs`` names, each at least by its class."""
    gone = [*_taken(connection, PHOTOGRAPHS, with_photographs)] if with_photographs else []
    hours = [*_taken(connection, EMBEDDINGS, where)] if where else []
    whole = Digest.of("".join(sorted([*gone, *hours])).encode()).sha256
    return DeletedFaces(len(gone), len(hours), whole)


def _taken(connection: Connection, table: Any, where: Sequence[ColumnElement[bool]]) -> Iterator[str]:  # noqa: ANN401 - one of two tables
    for row in connection.execute(select(table.c.sealed).where(*where)).all():
        yield Digest.of(row.sealed).sha256
    connection.execute(delete(table).where(*where))


def keep_deletion(connection: Connection, class_id: int, made: FaceDeletion) -> None:
    """The certificate, for whoever asks."""
    values = {"class_id": class_id, "certificate": made.certificate, "made_at": made.made_at, "place": made.place}
    connection.execute(insert(FACE_DELETIONS).values(**values))


def face_deletions(connection: Connection, class_id: int) -> tuple[FaceDeletion, ...]:
    """Every certificate of the class, the newest first."""
    own = FACE_DELETIONS.c
    rows = connection.execute(
        select(own.certificate, own.made_at, own.place).where(own.class_id == class_id).order_by(own.id.desc())
    )
    return tuple(FaceDeletion(row.certificate, row.made_at, row.place) for row in rows)


def classes_with_faces(connection: Connection) -> dict[int, datetime]:
    """The classes of which anything is kept, and the oldest of it."""
    oldest: dict[int, datetime] = {}
    for table in (PHOTOGRAPHS, EMBEDDINGS):
        for row in connection.execute(
            select(table.c.class_id, func.min(table.c.made_at).label("at")).group_by(table.c.class_id)
        ):
            oldest[row.class_id] = min(row.at, oldest.get(row.class_id, row.at))
    return oldest


def _opened(connection: Connection, row: Row[Any]) -> KeptFaces:
    text = open_facts(connection, row.class_id, _faces(row.class_id, row.hour_id), row.sealed)
    seats = tuple((camera, seat, tuple(map(tuple, found))) for camera, seat, found in json.loads(text))
    return KeptFaces(row.class_id, row.code, row.hour_id, Span(row.starts_at, row.ends_at), seats)


def _photograph(class_id: int, trainee: str) -> str:
    return f"photograph {class_id} {trainee}"


def _faces(class_id: int, hour_id: str) -> str:
    return f"faces {class_id} {hour_id}"
