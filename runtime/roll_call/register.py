"""The roll register of one process: the rolls that phones ask for, and one writer for every sign-in."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from attendance.roster import LEAD
from facts.course import ClassHour
from facts.errors import NotFoundError
from facts.span import Span
from pipeline.roll_call.check_in import RollPerson
from pipeline.roll_call.roll_code import CodeScope, RollCode
from runtime.platform.group_commit import GroupCommit
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.roll_call import rolls
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow

FRESH = timedelta(seconds=5)  # two thousand phones ask for one roll; a roster that changes is seen this much later
_MOST_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Roll:
    """One class hour and whoever may sign in to it."""

    open_hour: rolls.RollHour
    people: tuple[RollPerson, ...]
    read_at: datetime

    @property
    def hour(self) -> ClassHour:
        """The class hour."""
        return self.open_hour.hour

    @property
    def scope(self) -> CodeScope:
        """What the code on its projector is good for."""
        return CodeScope(self.open_hour.class_id, self.hour.id, self.hour.room)


@dataclass(slots=True)
class RollRegister:
    """What the pages of the roll call have in common; rolls are remembered for ``FRESH``."""

    service: Service
    sign_ins: CheckInRegister
    writer: GroupCommit[CheckInRow, CheckInRow]
    code: RollCode
    remembered: dict[tuple[int, str], Roll] = field(default_factory=dict)

    def recent(self, class_id: int, hour_id: str) -> Roll | None:
        """The roll as it was read a moment ago; nothing where it has to be read."""
        known = self.remembered.get((class_id, hour_id))
        return known if known and self.service.clock() - known.read_at < FRESH else None

    def read(self, class_id: int, hour_id: str) -> Roll:
        """The roll of the hour, or a plain not found."""
        with reading(self.service.engine, "reading the roll") as connection:
            found = rolls.hour(connection, class_id, hour_id)
            listed = rolls.people(connection, class_id) if found else ()
        if found is None:
            raise NotFoundError("学时", "class hour")
        people = tuple(RollPerson(one.key, one.name, one.tail) for one in listed)
        roll = Roll(found, people, self.service.clock())
        if len(self.remembered) >= _MOST_REMEMBERED:
            self.remembered.clear()
        self.remembered[class_id, hour_id] = roll
        return roll

    def record(self, one: CheckInRow) -> Future[CheckInRow]:
        """The sign-in as it is kept, once it is durable."""
        return self.writer.submit(one)

    def hours_showing(self, digits: str) -> list[tuple[int, str]]:
        """The running class hours whose projector shows these digits, or did so seconds ago."""
        at = self.service.clock()
        with reading(self.service.engine, "looking for a class hour by its digits") as connection:
            running = rolls.hours_within(connection, Span(at, at + LEAD))
        scopes = ((one, CodeScope(one.class_id, one.hour.id, one.hour.room)) for one in running)
        return [(one.class_id, one.hour.id) for one, scope in scopes if self.code.shown_at(scope, digits, at)]


def open_register(service: Service) -> RollRegister:
    """A register with a writer thread of its own; a process needs one."""
    sign_ins = CheckInRegister(service.engine, service.log)
    secret = bytes.fromhex(service.keyed("roll code", ""))
    return RollRegister(service, sign_ins, GroupCommit(sign_ins.record, "sign-ins"), RollCode(secret))
