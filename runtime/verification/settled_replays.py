"""Which doubts about footage seen before people closed as explained, so that the class is judged without them."""

import json
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection

from facts.doubt_case import Stage
from facts.motion import ReplayKind
from pipeline.verification.replays import replay_name
from storage.database.tables.verification import CLASS_DOUBTS
from storage.database.verification.class_doubts import class_doubts

REPLAY_KINDS = tuple(kind.value for kind in ReplayKind)


def settled_replays(connection: Connection, class_id: int) -> tuple[str, ...]:
    """By kind and the files of both sides, in order; one that was upheld stays open in the class's hours."""
    own = CLASS_DOUBTS.c
    where = (own.class_id == class_id, own.kind.in_(REPLAY_KINDS), own.stage == Stage.ACCEPTED.value)
    return tuple(sorted(set(_names(connection, *where))))


def _names(connection: Connection, *where: ColumnElement[bool]) -> Iterator[str]:
    for row in class_doubts(connection, *where):
        yield replay_name(row.kind, json.loads(row.body)["source"])
