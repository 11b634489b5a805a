"""One reading of the whole log: every body is hashed again and held against its row, its nodes and every head.

Memory stays bounded, and the reading is of one view of the database, so that appends may go on beside it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Row, and_, or_, select

from facts.counting import counted
from facts.text import Text
from storage.database.tables.evidence_log import LEAVES, NODES
from storage.evidence_log.consistency import Breach, LeafRecord, LogFault, check_log
from storage.evidence_log.errors import LogAlteredError, LogInputError
from storage.evidence_log.head import TreeHead
from storage.evidence_log.leaf import Leaf
from storage.evidence_log.proofs import leaf_hash
from storage.evidence_log.rows import Rows
from storage.evidence_log.tree import Frontier, Node

AuditProgress = Callable[[int, int], None]
MOST_FAULTS = 200  # what is beyond them is counted, not listed
_PAGE = 4096


@dataclass(frozen=True, slots=True)
class LogAudit:
    """How much was read and what was found wrong; ``more`` faults are like those told."""

    leaves: int
    heads: int
    faults: tuple[LogFault, ...]
    more: int = 0


def audit_rows(rows: Rows, kept: Iterable[TreeHead], trusted: Iterable[str], told: AuditProgress | None) -> LogAudit:
    """Everything that the log's own heads, those kept elsewhere and the rows themselves prove."""
    walk = Walk(rows, told)
    heads = list(dict.fromkeys([*walk.heads(), *kept]))
    found = check_log(walk.log_id(), walk.leaves(), heads, trusted)
    shown = list(islice(found, MOST_FAULTS))
    more = sum(1 for _ in found)  # also reads the rest of the leaves
    return LogAudit(walk.seen, len(heads), (*walk.faults.values(), *shown), more)


class Walk:
    """Reads the rows in the order of their places and remembers the first fault of each sort."""

    def __init__(self, rows: Rows, told: AuditProgress | None = None) -> None:
        self.seen = 0
        self.faults: dict[str, LogFault] = {}
        self._rows, self._told = rows, told

    def log_id(self) -> str:
        """The log's name."""
        names = self._rows.names()
        if len(names) != 1:
            self._odd("names", f"日志有 {len(names)} 个名字，应当只有一个", f"the log has {len(names)} names, not one")
        return names[0] if names else ""

    def heads(self) -> tuple[TreeHead, ...]:
        """The log's own heads, as far as they can be read."""
        try:
            return self._rows.heads()
        except LogAlteredError as error:
            self._odd("heads", f"存下的树头被改动（{error}）", f"the heads kept here were changed ({error})")
            return ()

    def leaves(self) -> Iterator[LeafRecord]:
        """Every leaf in order; to be read to the end."""
        total, edge = self._rows.count(LEAVES), Frontier()
        for page in self._pages():
            first, made = edge.size, dict[Node, bytes]()
            for row in page:
                body = str(row.body).encode()
                made.update(edge.append(leaf_hash(body)))
                yield LeafRecord(body, self._held_against_row(row, body))
                self.seen += 1
            self._compare(made, self._stored(first, edge.size))
            if self._told:
                self._told(self.seen, total)
        wanted = sum(edge.size >> level for level in range(edge.size.bit_length()))
        if (count := self._rows.count(NODES)) != wanted:
            self._odd(
                "count", f"节点 {count} 个，应为 {wanted} 个", f"there are {counted(count, 'node')}, not {wanted}"
            )

    def _pages(self) -> Iterator[Sequence[Row[tuple[object, ...]]]]:
        query = select(LEAVES).order_by(LEAVES.c.place).limit(_PAGE)
        try:
            page = self._rows.connection.execute(query).all()
            while page:
                yield page
                page = self._rows.connection.execute(query.where(LEAVES.c.place > page[-1].place)).all()
        except (ValueError, TypeError) as error:  # SQLite keeps any text where a time should be
            zh = f"第 {self.seen} 条起有一行无法读取（{error}）"
            self._odd("unreadable", zh, f"from leaf {self.seen} on, a row cannot be read ({error})")

    def _held_against_row(self, row: Row[tuple[object, ...]], body: bytes) -> datetime | None:
        place = row.place
        if place != self.seen:
            self._odd("gap", f"第 {self.seen} 条的位置写着 {place}", f"in place {self.seen} stands leaf {place}")
        try:
            leaf = Leaf.from_bytes(body)
        except LogInputError as error:
            self._odd("body", f"第 {place} 条无法读取（{error}）", f"leaf {place} cannot be read ({error})")
            return None
        said = (leaf.kind.value, leaf.at, leaf.sha256.sha256, leaf.subject)
        if said != (row.kind, row.at, row.sha256, row.subject):
            self._odd("row", f"第 {place} 条的检索列与原文不符", f"leaf {place}: its columns differ from its body")
        return leaf.at

    def _stored(self, first: int, end: int) -> Mapping[Node, bytes]:
        """The nodes that the leaves of a page completed."""
        spans = [(level, first >> level, end >> level) for level in range(end.bit_length())]
        which = [and_(NODES.c.level == n, NODES.c.place >= low, NODES.c.place < high) for n, low, high in spans]
        query = select(NODES.c.level, NODES.c.place, NODES.c.hash).where(or_(*which))
        return {(level, place): bytes(node) for level, place, node in self._rows.connection.execute(query)}

    def _compare(self, made: Mapping[Node, bytes], stored: Mapping[Node, bytes]) -> None:
        if made == stored:
            return
        level, place = min(node for node in {**made, **stored} if made.get(node) != stored.get(node))
        zh = f"第 {place << level} 条起，存下的节点与原文的摘要不符：原文或节点被改动"
        en = f"from leaf {place << level} on, the nodes kept here do not fit the bodies: one of them was changed"
        self._odd("nodes", zh, en)

    def _odd(self, sort: str, zh: str, en: str) -> None:
        self.faults.setdefault(sort, LogFault(Breach.ALTERED, Text(zh, en)))
