import json
from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import Connection, Engine, select

from facts.codec import build, plain
from facts.digest import Digest
from facts.doubt_case import DoubtCase, DoubtEvent
from facts.errors import InputError
from facts.text import Text
from storage.database.connection import reading, writing
from storage.database.tables.doubts import DOUBT_EVENTS, DOUBTS
from storage.evidence_log.errors import LogAlteredError
from storage.evidence_log.imprint import compare_keys, refuse_altered
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical

SCHEMA = "xueshi.doubt-event/1"

DoubtRule = Callable[[DoubtCase, DoubtEvent], DoubtCase]
"""Says what the doubt is after the event, or refuses it; storage knows none of the rules."""
DoubtListener = Callable[[Connection, Sequence[DoubtCase]], None]
"""Hears of doubts after something happened to them, in the transaction that keeps it."""


def _nobody(connection: Connection, cases: Sequence[DoubtCase]) -> None:
    del connection, cases


class DoubtBook:
    """All doubts of one database."""

    def __init__(self, engine: Engine, decide: DoubtRule, tell: DoubtListener = _nobody) -> None:
        self._engine, self._decide, self._tell, self._log = engine, decide, tell, EvidenceLog(engine)

    def raise_all(self, cases: Sequence[DoubtCase], event: DoubtEvent) -> tuple[str, ...]:
        """Those of the doubts that were not known yet, raised in one transaction; the others stay as they are."""
        with writing(self._engine, "raising doubts") as connection:
            return self.raise_within(connection, cases, event)

    def raise_within(self, connection: Connection, cases: Sequence[DoubtCase], event: DoubtEvent) -> tuple[str, ...]:
        """The same within a transaction of the caller's, who keeps what the doubts are about."""
        known = _known(connection, [case.id for case in cases])
        fresh = list({case.id: case for case in cases if case.id not in known}.values())
        for case in fresh:
            connection.execute(DOUBTS.insert().values(_row(case)))
        self._add(connection, [self._decide(case, event) for case in fresh])
        return tuple(case.id for case in fresh)

    def happen(self, doubt: str, event: DoubtEvent) -> DoubtCase:
        """One more event, kept with its leaf or not at all; two people at once come one after the other."""
        with writing(self._engine, f"writing on doubt {doubt}") as connection:
            return self.happen_within(connection, doubt, event)

    def happen_within(self, connection: Connection, doubt: str, event: DoubtEvent) -> DoubtCase:
        """The same within a transaction of the caller's."""
        connection.execute(select(DOUBTS.c.id).where(DOUBTS.c.id == doubt).with_for_update())
        case = self._decide(_case(connection, doubt), event)
        self._add(connection, [case])
        return case

    def happen_together(
        self, connection: Connection, cases: Sequence[DoubtCase], event: DoubtEvent, raised: DoubtEvent
    ) -> None:
        """The same event on each, within a transaction of the caller's; one without a life yet is ``raised`` first.

        Whoever calls has locked what the doubts are about; listeners are told before the log, as everywhere.
        """
        fresh = [self._decide(case, raised) for case in cases if not case.events]
        for case in fresh:
            connection.execute(DOUBTS.insert().values(_row(case)))
        begun = {case.id: case for case in fresh}
        after = [self._decide(begun.get(case.id, case), event) for case in cases]
        self._tell(connection, after)
        self._keep(connection, [*fresh, *after])

    def case(self, doubt: str) -> DoubtCase:
        """One doubt with everything that happened to it."""
        with reading(self._engine, f"reading doubt {doubt}") as connection:
            return _case(connection, doubt)

    def cases(self, *claims: str) -> tuple[DoubtCase, ...]:
        """The doubts of all claims, or of some, in the order in which they were raised."""
        with reading(self._engine, "reading doubts") as connection:
            own = DOUBTS.c.claim.in_(claims) if claims else DOUBTS.c.claim != ""
            wanted = select(DOUBTS).where(own)
            rows = connection.execute(wanted).mappings().all()
            compare_keys(connection, DOUBTS, [(row["id"],) for row in rows])
            events = _events(connection, [row["id"] for row in rows])
        found = [_built(dict(row), events.get(row["id"], [])) for row in rows]
        return tuple(sorted(found, key=lambda case: (case.events[0].at if case.events else None, case.id)))

    def lives(self, connection: Connection, ids: Sequence[str]) -> dict[str, DoubtCase]:
        """Those of the doubts that something happened to, as a transaction of the caller's sees them."""
        rows = connection.execute(select(DOUBTS).where(DOUBTS.c.id.in_(ids))).mappings().all()
        events = _events(connection, [row["id"] for row in rows])
        return {row["id"]: _built(dict(row), events.get(row["id"], [])) for row in rows}

    def check(self) -> int:
        """How many events there are, each of which the log bears out; one that it does not raises an error."""
        with reading(self._engine, "checking doubts") as connection:
            rows = connection.execute(select(DOUBT_EVENTS)).mappings().all()
        leaves = self._log.at_places([row["leaf"] for row in rows]) if rows else {}
        for row in rows:
            leaf = leaves[row["leaf"]]
            if leaf.sha256 != Digest.of(row["body"].encode()) or leaf.subject != row["doubt"]:
                raise LogAlteredError(
                    f"doubt {row['doubt']} event {row['number']}: got another text than the log has, expected the same;"
                    " somebody changed the database: keep it and compare with a copy"
                )
        return len(rows)

    def _add(self, connection: Connection, cases: Sequence[DoubtCase]) -> None:
        """The last event of each; the log comes last because others wait for it."""
        self._tell(connection, cases)
        self._keep(connection, cases)

    def _keep(self, connection: Connection, cases: Sequence[DoubtCase]) -> None:
        made = [(case, case.events[-1], _body(case.id, case.events[-1])) for case in cases]
        leaves = [leaf for case, event, body in made for leaf in _leaves(case, event, body)]
        places = dict(zip((id(leaf) for leaf in leaves), self._log.append_within(connection, leaves), strict=True))
        own = {leaf.sha256: places[id(leaf)] for leaf in leaves if leaf.kind is LeafKind.DOUBT}
        for case, event, body in made:
            row = {
                "doubt": case.id,
                "number": len(case.events),
                "at": event.at,
                "deed": event.deed.value,
                "leaf": own[Digest.of(body)],
                "body": body.decode(),
            }
            connection.execute(DOUBT_EVENTS.insert().values(row))


def _leaves(case: DoubtCase, event: DoubtEvent, body: bytes) -> list[Leaf]:
    """The event, and each file that came with it; never a name or a word of what was said."""
    papers = [Leaf(LeafKind.PAPER, event.at, file.digest, case.id) for file in event.files]
    return [*papers, Leaf(LeafKind.DOUBT, event.at, Digest.of(body), case.id, event.deed.value)]


def _body(doubt: str, event: DoubtEvent) -> bytes:
    return canonical({"schema": SCHEMA, "doubt": doubt, "event": plain(event)})


def _row(case: DoubtCase) -> dict[str, str]:
    return {
        "id": case.id,
        "claim": case.claim,
        "class_id": case.class_id,
        "kind": case.kind,
        "rule": case.rule,
        "text_zh": case.text.zh,
        "text_en": case.text.en,
    }


def _known(connection: Connection, ids: Sequence[str]) -> set[str]:
    return set(connection.execute(select(DOUBTS.c.id).where(DOUBTS.c.id.in_(ids))).scalars())


def _case(connection: Connection, doubt: str) -> DoubtCase:
    row = connection.execute(select(DOUBTS).where(DOUBTS.c.id == doubt)).mappings().one_or_none()
    refuse_altered(connection, DOUBTS, DOUBTS.c.id == doubt)
    if row is None:
        raise InputError(f"doubt {doubt[:40]!r}: got an unknown id, expected one; see `xueshi claim doubts list`")
    return _built(dict(row), _events(connection, [doubt]).get(doubt, []))


def _events(connection: Connection, ids: Sequence[str]) -> dict[str, list[str]]:
    refuse_altered(connection, DOUBT_EVENTS, DOUBT_EVENTS.c.doubt.in_(ids))
    wanted = select(DOUBT_EVENTS.c.doubt, DOUBT_EVENTS.c.body).where(DOUBT_EVENTS.c.doubt.in_(ids))
    found: dict[str, list[str]] = {}
    for doubt, body in connection.execute(wanted.order_by(DOUBT_EVENTS.c.doubt, DOUBT_EVENTS.c.number)):
        found.setdefault(doubt, []).append(body)
    return found


def _built(row: dict[str, str], bodies: Iterable[str]) -> DoubtCase:
    events = tuple(build(DoubtEvent, json.loads(body)["event"], f"doubt {row['id']}") for body in bodies)
    own = {name: row[name] for name in ("id", "claim", "class_id", "kind", "rule")}
    return DoubtCase(**own, text=Text(zh=row["text_zh"], en=row["text_en"]), events=events)
