"""The log in the database: an append is one transaction of its own, or a part of its caller's."""

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from facts.counting import counted
from facts.digest import Digest
from storage.database.connection import reading, writing
from storage.database.tables.evidence_log import LEAVES
from storage.evidence_log.audit import AuditProgress, LogAudit, audit_rows
from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.head import Growth, HeadFile, TreeHead, sign_head
from storage.evidence_log.leaf import Leaf, LeafKey, LeafKind, LeafProof
from storage.evidence_log.proofs import leaf_hash, root_from_inclusion
from storage.evidence_log.rows import LogEntry, LogState, Rows, altered
from storage.evidence_log.signature import DigitalSigner
from storage.evidence_log.tree import Node, TreeReader
from storage.evidence_log.wire import trimmed, written

QUEUED = timedelta(minutes=1)  # how long a leaf may have waited for its turn while others, stamped later, went first

_MOST_TOLD, _LANDMARKS = 5, 1000


def founded(engine: Engine) -> bool:
    """Whether the database holds a log; the first append founds one."""
    with reading(engine, "looking for the log") as connection:
        return bool(Rows(connection).names())


class EvidenceLog(TreeReader):
    """Leaves in the order in which they were committed; an append costs a logarithm and never happens by half.

    A time is when the log heard of an event, so times never run backwards: what waited its turn behind later leaves or
    heads takes the latest of their times, and what claims to be older than a queue explains is refused.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._log_id = ""

    @property
    def log_id(self) -> str:
        """The log's own random name."""
        if not self._log_id:
            with self._rows("opening the log") as rows:
                self._log_id = "".join(rows.names()[:1])
        if not self._log_id:
            with writing(self.engine, "opening the log") as connection:
                founded_now = queued_state(Rows(connection)).log_id
            self._log_id = founded_now
        return self._log_id

    def refused(self, at: datetime) -> str:
        """Why nothing of that time could be appended; empty where it could."""
        with self._rows("reading the log") as rows:
            state = rows.state()
        try:
            _after(at, state.latest if state else None, "leaf")
        except LogSetupError as error:
            return str(error)
        return ""

    @property
    def size(self) -> int:
        """See ``TreeReader``."""
        with self._rows("reading the log") as rows:
            return rows.size

    def nodes(self, wanted: Collection[Node]) -> Mapping[Node, bytes]:
        """See ``TreeReader``."""
        with self._rows("reading the log's tree") as rows:
            return rows.nodes(wanted)

    def append(self, leaves: Sequence[Leaf]) -> tuple[int, ...]:
        """The places of the leaves, once they are durable."""
        if not leaves:
            return ()
        with writing(self.engine, "appending to the log") as connection:
            return self.append_within(connection, leaves)

    def append_within(self, connection: Connection, leaves: Sequence[Leaf]) -> tuple[int, ...]:
        """The places of the leaves if the caller's transaction is kept; others wait until it ends, so append last."""
        if not leaves:
            return ()
        rows = Rows(connection)
        return appended(rows, queued_state(rows), leaves)

    def append_once(self, leaves: Sequence[Leaf]) -> tuple[int, ...]:
        """The places of the leaves; what the log said before of the same keeps its earlier, stronger place."""
        with writing(self.engine, "appending to the log") as connection:
            rows = Rows(connection)
            queued_state(rows)
            known = rows.first_places({leaf.key for leaf in leaves})
            fresh: dict[LeafKey, Leaf] = {}
            for leaf in leaves:
                if leaf.key not in known:
                    fresh.setdefault(leaf.key, leaf)
            known |= zip(fresh, self.append_within(connection, list(fresh.values())), strict=True)
        return tuple(known[leaf.key] for leaf in leaves)

    def sign(self, signer: DigitalSigner, at: datetime) -> TreeHead:
        """The signed head of everything committed; a log that no longer bears out its last head gets no new one."""
        with writing(self.engine, "signing the log") as connection:
            rows = Rows(connection)
            state = queued_state(rows)
            for last in rows.heads(1):
                if last.size > state.size or rows.root(last.size).hex() != last.root.sha256:
                    raise altered(
                        f"{counted(state.size, 'leaf')} that its head of {last.size} does not fit", "those it signed"
                    )
            head = sign_head(
                signer, state.log_id, state.size, rows.root(state.size), _after(trimmed(at), state.latest, "head")
            )
            rows.add_head(head)
        return head

    def heads(self, last: int | None = None, below: int | None = None) -> tuple[TreeHead, ...]:
        """The heads that were signed here, or the last so many of them (over fewer leaves), oldest first."""
        with self._rows("reading the heads") as rows:
            return rows.heads(last, below)

    def landmarks(self, last: int = _LANDMARKS) -> tuple[TreeHead, ...]:
        """The heads that a package carries: a log of years signs too many for all of them to travel with each day."""
        with self._rows("reading the heads") as rows:
            return rows.landmarks(last)

    def growth(self, old: int, new: int) -> Growth:
        """The proof that the log only grew from one size to another."""
        return Growth(old, new, self.consistency(old, new) if 0 < old <= new else ())

    def head_file(self, heads: Sequence[TreeHead]) -> HeadFile:
        """The heads, with the proofs that the log only grew from each of them to the last one."""
        last = heads[-1].size if heads else 0
        sizes = sorted({head.size for head in heads if 0 < head.size < last})
        paths = self.consistencies(sizes, last) if sizes else []
        return HeadFile(tuple(heads), tuple(Growth(old, last, path) for old, path in zip(sizes, paths, strict=True)))

    def prove(self, places: Sequence[int], size: int) -> tuple[LeafProof, ...]:
        """The leaves with their way to the head of that size; a leaf that does not lead there is an alarm."""
        leaves, paths, root = self.at_places(places), self.inclusions(places, size), self.root(size)
        proven = tuple(LeafProof(place, leaves[place], path) for place, path in zip(places, paths, strict=True))
        for one in proven:
            if root_from_inclusion(leaf_hash(one.leaf.to_bytes()), one.place, size, one.path) != root:
                raise altered(f"another leaf at place {one.place}", "the one that was appended")
        return proven

    def leaf(self, place: int) -> Leaf:
        """The leaf at a place."""
        return self.at_places([place])[place]

    def at_places(self, places: Collection[int]) -> dict[int, Leaf]:
        """The leaves at several places."""
        with self._rows("reading the log") as rows:
            found = rows.at_places(places)
        if missing := sorted(set(places) - set(found)):
            raise LogInputError(f"log: got the place {missing[0]}, expected one that the log has")
        return found

    def leaves(self, after: int = -1, limit: int = 1000, kind: LeafKind | None = None) -> tuple[LogEntry, ...]:
        """The next leaves after a place, of one kind if one is named."""
        where = [LEAVES.c.place > after, *([LEAVES.c.kind == kind.value] if kind else [])]
        with self._rows("reading the log") as rows:
            return rows.entries(*where, limit=limit)

    def places(self, digest: Digest) -> tuple[int, ...]:
        """Where the log speaks of these bytes."""
        with self._rows("reading the log") as rows:
            return tuple(entry.place for entry in rows.entries(LEAVES.c.sha256 == digest.sha256))

    def of_subject(self, subject: str) -> tuple[LogEntry, ...]:
        """Everything that the log says of one subject."""
        with self._rows("reading the log") as rows:
            return rows.entries(LEAVES.c.subject == subject)

    def audit(
        self, kept: Iterable[TreeHead] = (), trusted: Iterable[str] = (), told: AuditProgress | None = None
    ) -> LogAudit:
        """Reads all of it again; ``kept`` are heads that somebody else has, ``trusted`` the keys that may sign."""
        with self._rows("checking the log") as rows:
            return audit_rows(rows, kept, trusted, told)

    def verify(self, told: AuditProgress | None = None) -> None:
        """Raise where the rows do not bear out each other or the heads that were signed here."""
        if faults := self.audit(told=told).faults:
            told_here = "; ".join(fault.text.en for fault in faults[:_MOST_TOLD])
            raise altered(f"what does not hold together ({told_here})", "what was appended")

    @contextmanager
    def _rows(self, doing: str) -> Iterator[Rows]:
        with reading(self.engine, doing) as connection:
            yield Rows(connection)


def appended(rows: Rows, state: LogState, leaves: Sequence[Leaf]) -> tuple[int, ...]:
    """The places of leaves that are written behind those of the state, in a transaction that has queued."""
    stamped = [(leaf, leaf.to_bytes()) for leaf in _in_order(leaves, state.latest)]
    edge = rows.frontier(state.size)
    nodes = [made for _, body in stamped for made in edge.append(leaf_hash(body))]
    rows.add(state.size, stamped, nodes)
    return tuple(range(state.size, edge.size))


def queued_state(rows: Rows) -> LogState:
    """The log's state, which nobody else changes until the transaction ends; the log is founded if there was none."""
    rows.queue()
    state = rows.state()
    if state is None:
        state = LogState(secrets.token_hex(16), 0, None)
        rows.found(state.log_id)
    return state


def _in_order(leaves: Sequence[Leaf], latest: datetime | None) -> Iterator[Leaf]:
    for leaf in leaves:
        latest = _after(leaf.at, latest, "leaf")
        yield leaf if leaf.at == latest else replace(leaf, at=latest)


def _after(at: datetime, latest: datetime | None, what: str) -> datetime:
    """The time itself, or the latest one known where the queue explains the difference."""
    if latest is None or at >= latest:
        return at
    if latest - at > QUEUED:
        raise LogSetupError(
            f"log: got a {what} of {written(at)}, expected none before the last one ({written(latest)});"
            " check this machine's clock"
        )
    return latest
