"""签到屏: the teacher opens a class hour on the projector, sees the count against the roster, and witnesses by hand."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.problem import ProblemError
from api.http.render import redirect, render
from api.http.service import Served
from api.roll_call.register import Roll, RollRegister, phone_path, register_of
from attendance.roster import LEAD
from facts.errors import NotFoundError
from facts.span import Span, local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.roll_call.check_in import MOST_REASON_CHARS, Way, reason_fault
from pipeline.roll_call.marks import Mark, marks
from pipeline.roll_call.roll_code import CodeScope
from runtime.accounts.caller import Caller
from runtime.classes.settings import pressed
from storage.database.classes.settings import newest_settings
from storage.database.connection import reading
from storage.database.roll_call import rolls
from storage.database.roll_call.check_ins import CheckInRow
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(60, Text("签到屏", "Roll call"), "/roll", Action.CHECKIN_OPEN)
Teacher = Annotated[Caller, needs(Action.CHECKIN_OPEN)]
_AROUND = timedelta(hours=12)


@router.get("/roll")
def today(request: Request, service: Served, caller: Teacher) -> Response:
    """The class hours of today, the running one first."""
    at = service.clock()
    own = CLASSES.c.institution_id == caller.scope.institution_id
    with reading(service.engine, "reading today's hours") as connection:
        found = rolls.hours_within(connection, Span(at - _AROUND, at + _AROUND), own)
    hours = [one for one in found if local_day(one.hour.span.start) == local_day(at)]
    hours.sort(key=lambda one: (one.hour.span.end < at, one.hour.span.start))
    return render(request, "roll_call/today.html.j2", caller, hours=hours, at=at)


@router.get("/roll/{class_id}/{hour_id}")
async def projector(request: Request, class_id: int, hour_id: str, caller: Teacher) -> Response:
    """The code, the digits, the room and the count, large enough for the last row."""
    desk = register_of(request)
    roll = await _own(desk, caller, class_id, hour_id)
    standing = await _standing(desk, roll)
    short = f"{desk.service.settings.address.partition('://')[2]}/in"
    return render(request, "roll_call/projector.html.j2", caller, roll=roll, standing=standing, short=short)


@router.get("/roll/{class_id}/{hour_id}/now")
async def standing_now(request: Request, class_id: int, hour_id: str, caller: Teacher) -> Response:
    """What the projector shows this second."""
    desk = register_of(request)
    return JSONResponse(await _standing(desk, await _own(desk, caller, class_id, hour_id)))


@router.get("/roll/{class_id}/{hour_id}/witness")
async def witness_form(request: Request, class_id: int, hour_id: str, caller: Teacher) -> Response:
    """Who has not signed in yet, for the teacher's eyes."""
    desk = register_of(request)
    roll = await _own(desk, caller, class_id, hour_id)
    return await _witness_page(request, desk, roll, caller)


@router.post("/roll/{class_id}/{hour_id}/witness")
async def witness(
    request: Request,
    class_id: int,
    hour_id: str,
    caller: Teacher,
    trainee: Annotated[str, Form(max_length=80)],
    reason: Annotated[str, Form(max_length=MOST_REASON_CHARS)] = "",
) -> Response:
    """A sign-in by the teacher's word; the reason is kept with it and in the log."""
    desk = register_of(request)
    roll = await _own(desk, caller, class_id, hour_id)
    person = next((one for one in roll.people if one.key == trainee), None)
    fault = reason_fault(reason) if person else Text("请选择花名册上的学员", "choose somebody on the roll")
    if person is None or fault:
        return await _witness_page(request, desk, roll, caller, fault=fault, chosen=trainee, reason=reason)
    _refuse_shut(roll, at := desk.service.clock())
    nonce, room = secrets.token_hex(16), roll.hour.room
    one = CheckInRow(nonce, class_id, hour_id, room, person.key, person.name, person.tail, Way.WITNESS.value, at, at)
    await desk.record(replace(one, witness=caller.key, note=reason.strip()))
    return redirect(request.url.path)


def _refuse_shut(roll: Roll, at: datetime) -> None:
    if at not in Span(roll.hour.span.start - LEAD, roll.hour.span.end):
        title = Text("只能在本学时内见证签到", "a sign-in can be witnessed only during the class hour")
        raise ProblemError(409, "NOT_OPEN", title, expected="a class hour that is running")


async def _own(desk: RollRegister, caller: Caller, class_id: int, hour_id: str) -> Roll:
    roll = await desk.roll(class_id, hour_id)
    if roll.open_hour.institution_id != caller.scope.institution_id:
        raise NotFoundError("学时", "class hour")
    return roll


async def _standing(desk: RollRegister, roll: Roll) -> dict[str, object]:
    now, door = desk.service.clock(), CodeScope(roll.open_hour.class_id, roll.hour.id, roll.hour.room)
    address = f"{desk.service.settings.address}{phone_path(roll.open_hour.class_id, roll.hour.id)}"
    picture = segno.make(f"{address}?c={desk.code.token(door, now)}", error="m", micro=False)
    present = await run_in_threadpool(desk.sign_ins.present, roll.open_hour.class_id, roll.hour.id)
    return {
        "picture": picture.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None),
        "digits": desk.code.digits(door, now),
        "left_s": round(desk.code.seconds_left(now), 1),
        "present": present,
        "roster": len(roll.people),
    }


async def _witness_page(
    request: Request,
    desk: RollRegister,
    roll: Roll,
    caller: Caller,
    fault: Text | None = None,
    chosen: str = "",
    reason: str = "",
) -> Response:
    there, marked = await run_in_threadpool(_signed, desk, roll)
    missing = [one for one in roll.people if one.key not in there]
    return render(
        request,
        "roll_call/witness.html.j2",
        caller,
        422 if fault else 200,
        roll=roll,
        missing=missing,
        signed=[(one, there[one.key], Way(there[one.key].way)) for one in roll.people if one.key in there],
        marked=marked,
        fault=fault,
        chosen=chosen,
        reason=reason,
    )


def _signed(desk: RollRegister, roll: Roll) -> tuple[dict[str, CheckInRow], dict[str, tuple[Mark, ...]]]:
    """Everybody's last sign-in to the hour, and what the class's settings make of all that they sent."""
    number, hour = roll.open_hour.class_id, roll.hour.id
    with reading(desk.service.engine, "reading a class's settings") as connection:
        settings = newest_settings(connection, number).settings
    whole = settings.device.second_phone  # only then the class's other hours say anything of this one
    kept = desk.sign_ins.of_class(number) if whole else desk.sign_ins.of_hour(number, hour)
    found, there = marks(pressed(kept), hour, settings), {one.trainee: one for one in kept if one.hour_id == hour}
    marked: dict[str, tuple[Mark, ...]] = {}
    for one in kept:
        if one.nonce in found:
            marked[one.trainee] = tuple(dict.fromkeys((*marked.get(one.trainee, ()), *found[one.nonce])))
    return there, marked
