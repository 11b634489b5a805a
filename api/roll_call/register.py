"""The roll desk: one writer for every sign-in of this process, and rolls kept in memory for a breath."""

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.http.service import service_of
from facts.course import ClassHour
from facts.errors import NotFoundError
from pipeline.roll_call.check_in import RollPerson
from pipeline.roll_call.roll_code import RollCode
from runtime.platform.group_commit import GroupCommit
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.roll_call import rolls
from storage.database.roll_call.check_ins import CheckInRegister, CheckInRow

FRESH = timedelta(seconds=5)  # two thousand phones ask for one roll; a roster that changes is seen this much later
_MOST_KEPT = 200
_LOCK = threading.Lock()


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


@dataclass(slots=True)
class RollDesk:
    """What the pages of the roll have in common."""

    service: Service
    sign_ins: CheckInRegister
    writer: GroupCommit[CheckInRow, CheckInRow]
    code: RollCode
    kept: dict[tuple[int, str], Roll] = field(default_factory=dict)

    async def roll(self, class_id: int, hour_id: str) -> Roll:
        """The roll of the hour, or a plain not found."""
        known = self.kept.get((class_id, hour_id))
        if known and self.service.clock() - known.read_at < FRESH:
            return known
        found = await run_in_threadpool(self._read, class_id, hour_id)
        if len(self.kept) >= _MOST_KEPT:
            self.kept.clear()
        self.kept[class_id, hour_id] = found
        return found

    async def record(self, one: CheckInRow) -> CheckInRow:
        """The sign-in as it is kept, once it is durable."""
        return await asyncio.wrap_future(self.writer.submit(one))

    def _read(self, class_id: int, hour_id: str) -> Roll:
        with reading(self.service.engine, "reading the roll") as connection:
            found = rolls.hour(connection, class_id, hour_id)
            listed = rolls.people(connection, class_id) if found else ()
        if found is None:
            raise NotFoundError("学时", "class hour")
        people = tuple(RollPerson(one.key, one.name, one.tail) for one in listed)
        return Roll(found, people, self.service.clock())


def desk_of(request: Request) -> RollDesk:
    """The desk of this process, set up when the first phone asks."""
    state = request.app.state
    with _LOCK:
        if not hasattr(state, "roll_desk"):
            service = service_of(request)
            sign_ins = CheckInRegister(service.engine, service.log)
            writer = GroupCommit(sign_ins.record, "sign-ins")
            secret = bytes.fromhex(service.keyed("roll code", ""))
            state.roll_desk = RollDesk(service, sign_ins, writer, RollCode(secret))
        found: RollDesk = state.roll_desk
    return found


def phone_path(class_id: int, hour_id: str) -> str:
    """Where phones sign in to the hour."""
    return f"/in/{class_id}/{quote(hour_id, safe='')}"
