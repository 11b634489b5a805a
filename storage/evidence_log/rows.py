"""The log's rows, as one transaction sees them; whoever is to append or sign queues first."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Table, and_, func, insert, or_, select, text
from sqlalchemy.exc import IntegrityError

from facts.span import local_day
from storage.database.tables.evidence_log import HEADS, LEAVES, LOG, NODES
from storage.evidence_log.errors import LogAlteredError, LogInputError
from storage.evidence_log.head import HeadFile, TreeHead
from storage.evidence_log.leaf import Leaf, LeafKey
from storage.evidence_log.proofs import canonical
from storage.evidence_log.tree import Frontier, Node, TreeReader, complete

T = TypeVar("T")
_QUEUE = 0x78756C67  # "xulg": the PostgreSQL lock under which appenders and signers queue
_AT_ONCE = 400  # rows asked for in one statement; SQLite's smallest limit is 999 values
_ASK = (
    "the log was changed behind the program's back: keep the database as it is, run `xueshi log check` with the heads"
    " that were handed out, and ask who had access"
)

_STATE = select(
    LOG.c.log_id,
    select(func.max(LEAVES.c.place)).scalar_subquery().label("last_leaf"),
    select(func.max(NODES.c.place)).where(NODES.c.level == 0).scalar_subquery().label("last_node"),
    select(LEAVES.c.at).order_by(LEAVES.c.place.desc()).limit(1).scalar_subquery().label("leaf_at"),
    select(HEADS.c.at).order_by(HEADS.c.number.desc()).limit(1).scalar_subquery().label("head_at"),
)


@dataclass(frozen=True, slots=True)
class LogState:
    """The log's name, its length, and the latest time that a leaf or a head of it bears."""

    log_id: str
    size: int
    latest: datetime | None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A leaf at its place."""

    place: int
    leaf: Leaf


class Rows(TreeReader):
    """The log over one connection."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def queue(self) -> None:
        """Wait until nobody else appends; SQLite's writing transactions have queued already."""
        if self.connection.dialect.name == "postgresql":
            self.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _QUEUE})

    def state(self) -> LogState | None:
        """The log's state, or ``None`` where none was founded."""
        found = self.connection.execute(_STATE).all()
        if not found:
            return None
        if len(found) > 1:
            raise altered(f"{len(found)} names of the log", "one")
        row = found[0]
        place, node = row.last_leaf, row.last_node
        if place != node:
            raise altered(f"leaves up to {place} and their hashes up to {node}", "as many of one as of the other")
        moments = [moment for moment in (row.leaf_at, row.head_at) if moment is not None]
        return LogState(row.log_id, 0 if place is None else place + 1, max(moments, default=None))

    def names(self) -> list[str]:
        """The log's name; more or fewer than one is an oddity."""
        return list(self.connection.execute(select(LOG.c.log_id)).scalars())

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return self.connection.execute(select(func.count()).select_from(table)).scalar_one()

    def found(self, log_id: str) -> None:
        """Give the log its name."""
        self.connection.execute(insert(LOG).values(log_id=log_id))

    @property
    def size(self) -> int:
        """See ``TreeReader``."""
        state = self.state()
        return state.size if state else 0

    def nodes(self, wanted: Collection[Node]) -> Mapping[Node, bytes]:
        """See ``TreeReader``; a node that is gone is an alarm."""
        found: dict[Node, bytes] = {}
        for part in _parts(sorted(wanted)):
            levels = groupby(part, key=itemgetter(0))
            which = or_(*(_on_level(level, [place for _, place in nodes]) for level, nodes in levels))
            query = select(NODES.c.level, NODES.c.place, NODES.c.hash).where(which)
            found |= {(level, place): bytes(node) for level, place, node in self.connection.execute(query)}
        if missing := sorted(set(wanted) - set(found)):
            raise altered(f"no node {missing[0][1]} on level {missing[0][0]}", "one")
        return found

    def frontier(self, size: int) -> Frontier:
        """The right edge of the tree of that size."""
        wanted = list(complete(0, size))
        found = self.nodes(wanted)
        return Frontier(size, [found[node] for node in wanted])

    def add(self, first: int, leaves: Sequence[tuple[Leaf, bytes]], nodes: Iterable[tuple[Node, bytes]]) -> None:
        """Write leaves with the bodies that were hashed, and the nodes that they complete."""
        rows = [_row(place, leaf, body) for place, (leaf, body) in enumerate(leaves, first)]
        inner = [{"level": level, "place": place, "hash": node} for (level, place), node in nodes]
        try:
            self.connection.execute(insert(LEAVES), rows)
            self.connection.execute(insert(NODES), inner)
        except IntegrityError as error:
            raise altered(f"something at place {first} or beyond", "nothing beyond the last leaf") from error

    def entries(
        self, *conditions: ColumnElement[bool], limit: int | None = None, newest_first: bool = False
    ) -> tuple[LogEntry, ...]:
        """The leaves that fulfil the conditions, in order."""
        order = LEAVES.c.place.desc() if newest_first else LEAVES.c.place
        query = select(LEAVES.c.place, LEAVES.c.body).where(*conditions).order_by(order).limit(limit)
        return tuple(LogEntry(row.place, _leaf(row.place, row.body)) for row in self.connection.execute(query))

    def at_places(self, places: Collection[int]) -> dict[int, Leaf]:
        """The leaves at these places."""
        parts = (self.entries(LEAVES.c.place.in_(part)) for part in _parts(sorted(places)))
        return {entry.place: entry.leaf for part in parts for entry in part}

    def first_places(self, keys: Collection[LeafKey]) -> dict[LeafKey, int]:
        """Where the log first said the same of the same."""
        wanted, found = set(keys), dict[LeafKey, int]()
        for part in _parts(sorted({digest.sha256 for _, digest, _ in wanted})):
            for entry in self.entries(LEAVES.c.sha256.in_(part)):
                if entry.leaf.key in wanted:
                    found.setdefault(entry.leaf.key, entry.place)
        return found

    def heads(self, last: int | None = None, below: int | None = None) -> tuple[TreeHead, ...]:
        """The heads that were signed here, or the last so many of them (over fewer leaves), oldest first."""
        query = select(HEADS).where(*([HEADS.c.size < below] if below is not None else []))
        found = self.connection.execute(query.order_by(HEADS.c.number.desc()).limit(last)).all()
        return tuple(_head(row) for row in reversed(found))

    def landmarks(self, last: int) -> tuple[TreeHead, ...]:
        """The last so many heads, and of those before them the last of each day, oldest first."""
        signed = self.connection.execute(select(HEADS.c.number, HEADS.c.at).order_by(HEADS.c.number)).all()
        old, new = signed[: max(len(signed) - last, 0)], signed[max(len(signed) - last, 0) :]
        wanted = sorted({local_day(at): number for number, at in old}.values()) + [number for number, _ in new]
        parts = (select(HEADS).where(HEADS.c.number.in_(part)).order_by(HEADS.c.number) for part in _parts(wanted))
        return tuple(_head(row) for part in parts for row in self.connection.execute(part))

    def add_head(self, head: TreeHead) -> None:
        """Keep a head."""
        body = canonical(head.plain()).decode()
        self.connection.execute(insert(HEADS).values(size=head.size, at=head.at, body=body))


def altered(got: str, expected: str) -> LogAlteredError:
    """The error for a log that no longer holds what it acknowledged."""
    return LogAlteredError(f"log: got {got}, expected {expected}; {_ASK}")


def _on_level(level: int, places: Collection[int]) -> ColumnElement[bool]:
    return and_(NODES.c.level == level, NODES.c.place.in_(places))


def _row(place: int, leaf: Leaf, body: bytes) -> dict[str, Any]:
    row = {"place": place, "kind": leaf.kind.value, "at": leaf.at, "sha256": leaf.sha256.sha256}
    return {**row, "subject": leaf.subject, "body": body.decode()}


def _leaf(place: int, body: str) -> Leaf:
    try:
        return Leaf.from_bytes(body.encode())
    except LogInputError as error:
        raise altered(f"at place {place} {error}", "the leaf that was appended") from error


def _head(row: Row[Any]) -> TreeHead:
    try:
        (head,) = HeadFile.from_bytes(row.body.encode(), f"head {row.number}").heads
    except (LogInputError, ValueError) as error:
        raise altered(f"as head {row.number} {error}", "the head that was signed") from error
    if (head.size, head.at) != (row.size, row.at):
        raise altered(f"head {row.number} beside another size or time", "those that were signed")
    return head


def _parts(items: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while part := list(islice(rest, _AT_ONCE)):
        yield part
