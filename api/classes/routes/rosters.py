"""Roster, timetable and check-ins of a class as the newest report read them: masked, whole for whoever said why."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel

from api.http.auth import needs
from api.http.fields import Day, Filter, Id
from api.http.pagination import Cursor, Item, Limit, Page
from api.http.service import Served
from facts.check_in import CheckIn
from facts.codec import loads
from facts.course import HourKind, Trainee
from facts.errors import NotFoundError
from facts.id_number import masked_id
from facts.names import masked_name
from facts.report import ClassReport
from facts.span import local_day
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.classes.unmasking import IDENTITY, granted
from runtime.platform.service import Service
from storage.database.connection import reading
from storage.database.verification.reports import facts_of

router = APIRouter(prefix="/api/v1/classes/{number}", tags=["people"])


class TraineeShape(BaseModel):
    """One person of the roster; ``masked`` says whether name, number and phone are."""

    no: int
    name: str
    id_number: str
    phone: str
    group: str
    leave: int
    masked: bool


class HourShape(BaseModel):
    """One planned class hour."""

    id: str
    day: str
    starts_at: datetime
    ends_at: datetime
    kind: HourKind
    room: str
    label: str


class CheckInShape(BaseModel):
    """One sign-in, as its list tells it; where it was and by which device stays with the facts."""

    at: datetime
    name: str
    witnessed: bool
    masked: bool


@router.get("/roster")
def roster(
    service: Served,
    caller: Annotated[Caller, needs(Action.PERSON_READ)],
    number: Id,
    group: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TraineeShape]:
    """The roster (花名册)."""
    facts, whole = _facts(service, caller, number)
    shown = [_trainee(index, one, whole) for index, one in enumerate(facts.trainees, 1)]
    return _page([one for one in shown if group is None or one.group == group], cursor, limit)


@router.get("/timetable")
def timetable(
    service: Served,
    caller: Annotated[Caller, needs(Action.CLASS_READ)],
    number: Id,
    day: Day | None = None,
    room: Filter = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[HourShape]:
    """The planned class hours (课表)."""
    facts, _ = _facts(service, caller, number)
    shown = [
        HourShape(
            id=hour.id,
            day=local_day(hour.span.start).isoformat(),
            starts_at=hour.span.start,
            ends_at=hour.span.end,
            kind=hour.kind,
            room=hour.room,
            label=hour.label,
        )
        for hour in facts.hours
    ]
    fits = [one for one in shown if day in {None, one.day} and room in {None, one.room}]
    return _page(fits, cursor, limit)


@router.get("/check-ins")
def check_ins(
    service: Served,
    caller: Annotated[Caller, needs(Action.CHECKIN_READ)],
    number: Id,
    day: Day | None = None,
    witnessed: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CheckInShape]:
    """The sign-ins (打卡) that the class's lists hold."""
    facts, whole = _facts(service, caller, number)
    own = [one for one in facts.checkins if day in {None, local_day(one.at).isoformat()}]
    shown = [_check_in(one, whole) for one in own]
    return _page([one for one in shown if witnessed in {None, one.witnessed}], cursor, limit)


def _facts(service: Service, caller: Caller, number: int) -> tuple[ClassReport, bool]:
    """The facts of the newest report, and whether the caller may see people as they are."""
    with reading(service.engine, "reading a class's facts") as connection:
        owner = class_for(connection, caller, number)
        if owner.report_id is None:
            raise NotFoundError("报告（请先核验）", "report yet; ask for a verification first")
        facts = facts_of(connection, owner.report_id)
        whole = caller.may(Action.IDENTITY_VIEW) and granted(service, connection, caller, IDENTITY, number)
    return loads(ClassReport, facts), whole


def _trainee(index: int, one: Trainee, whole: bool) -> TraineeShape:
    digits = one.id_number.digits if one.id_number else ""
    tail = one.id_number.tail if one.id_number else ""
    return TraineeShape(
        no=index,
        name=one.name if whole else masked_name(one.name),
        id_number=digits if whole else tail,
        phone=one.phone if whole else masked_id(one.phone) if one.phone else "",
        group=one.group,
        leave=len(one.leave),
        masked=not whole,
    )


def _check_in(one: CheckIn, whole: bool) -> CheckInShape:
    name = one.name if whole else masked_name(one.name)
    return CheckInShape(at=one.at, name=name, witnessed=bool(one.witness), masked=not whole)


def _page(found: list[Item], cursor: str | None, limit: int) -> Page[Item]:
    start = min(int(cursor or 0), len(found))
    following = str(start + limit) if start + limit < len(found) else None
    return Page[Item](items=found[start : start + limit], next=following)
