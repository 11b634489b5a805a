"""Writes sign-ins in batches, each with its leaf, in one transaction; sending one twice is one sign-in."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, func, insert, select

from facts.check_in import Place
from facts.codec import dumps, loads
from facts.digest import Digest
from storage.database.connection import reading, writing
from storage.database.record import record_of
from storage.database.tables.roll_call import CHECKINS
from storage.evidence_log.imprint import compare_keys
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from storage.evidence_log.rows import Rows
from storage.evidence_log.wire import written

NOWHERE = Place()


@dataclass(frozen=True, slots=True, repr=False)
class CheckInRow:
    """One sign-in as it is kept; its ``leaf`` is its place in the log, below zero while it has none."""

    nonce: str
    class_id: int
    hour_id: str
    room: str
    trainee: str
    name: str
    tail: str
    way: str
    at: datetime
    arrived_at: datetime
    seen_at: datetime | None = None
    device: str = ""
    place: Place = NOWHERE
    witness: str = ""
    note: str = ""
    leaf: int = -1

    @property
    def hashed(self) -> Digest:
        """What the log keeps: everything that was said, under a digest that gives none of it away."""
        said = {
            name: getattr(self, name)
            for name in ("nonce", "class_id", "hour_id", "room", "trainee", "name", "tail", "device")
        }
        said |= {"way": self.way, "at": written(self.at), "witness": self.witness, "note": self.note}
        return Digest.of(canonical({**said, "place": dumps(self.place)}))


@dataclass(frozen=True, slots=True)
class CheckInRegister:
    """The sign-ins of a database, and the log that they are entered in."""

    engine: Engine
    log: EvidenceLog

    def record(self, batch: Sequence[CheckInRow]) -> list[CheckInRow]:
        """Each as it is kept, in the order given; what is known already stays as it was first sent."""
        with writing(self.engine, "signing in") as connection:
            Rows(connection).queue()  # before anything is read, so that two servers never enter one sign-in twice
            known = _known(connection, [one.nonce for one in batch])
            fresh = {one.nonce: one for one in reversed(batch) if one.nonce not in known}
            entered = self._entered(connection, list(fresh.values()))
            if entered:
                connection.execute(insert(CHECKINS), [_row(one) for one in entered])
        known |= {one.nonce: one for one in entered}
        return [known[one.nonce] for one in batch]

    def _entered(self, connection: Connection, fresh: Sequence[CheckInRow]) -> list[CheckInRow]:
        leaves = [Leaf(LeafKind.CHECK_INS, one.arrived_at, one.hashed, f"checkin {one.hour_id}") for one in fresh]
        places = self.log.append_within(connection, leaves)
        return [replace(one, leaf=place) for one, place in zip(fresh, places, strict=True)]

    def of_hour(self, class_id: int, hour_id: str) -> tuple[CheckInRow, ...]:
        """Everybody who signed in to a class hour, in order of arrival."""
        with reading(self.engine, "reading the roll") as connection:
            return _found(connection, CHECKINS.c.class_id == class_id, CHECKINS.c.hour_id == hour_id)

    def of_class(self, class_id: int) -> tuple[CheckInRow, ...]:
        """Every sign-in of a class."""
        with reading(self.engine, "reading the roll") as connection:
            return _found(connection, CHECKINS.c.class_id == class_id)

    def newest(self, class_id: int, limit: int) -> tuple[CheckInRow, ...]:
        """The last sign-ins of a class, the newest first."""
        newest_first = select(CHECKINS).where(CHECKINS.c.class_id == class_id).order_by(CHECKINS.c.leaf.desc())
        with reading(self.engine, "reading the newest sign-ins") as connection:
            return tuple(map(_sign_in, connection.execute(newest_first.limit(limit))))

    def present(self, class_id: int, hour_id: str) -> int:
        """How many trainees have signed in: the projector's live count."""
        who = select(func.count(CHECKINS.c.trainee.distinct()))
        with reading(self.engine, "counting the roll") as connection:
            count: int = connection.execute(
                who.where(CHECKINS.c.class_id == class_id, CHECKINS.c.hour_id == hour_id)
            ).scalar_one()
        return count


def check_in_count(connection: Connection, class_id: int) -> int:
    """How many sign-ins the class has; they only ever grow in number."""
    counted = select(func.count()).select_from(CHECKINS).where(CHECKINS.c.class_id == class_id)
    number: int = connection.execute(counted).scalar_one()
    return number


def _known(connection: Connection, nonces: Sequence[str]) -> dict[str, CheckInRow]:
    return {one.nonce: one for one in _found(connection, CHECKINS.c.nonce.in_(nonces))}


def _found(connection: Connection, *where: ColumnElement[bool]) -> tuple[CheckInRow, ...]:
    rows = connection.execute(select(CHECKINS).where(*where).order_by(CHECKINS.c.leaf)).all()
    compare_keys(connection, CHECKINS, [(row.nonce,) for row in rows])
    return tuple(_sign_in(row) for row in rows)


def _row(one: CheckInRow) -> dict[str, object]:
    names = [column.name for column in CHECKINS.columns]
    values = {name: getattr(one, name) for name in names}
    return {**values, "place": dumps(one.place)}


def _sign_in(row: Row[tuple[object, ...]]) -> CheckInRow:
    return record_of(CheckInRow, row, place=loads(Place, row.place))
