"""打卡屏: the teacher opens a class hour on the projector, sees the count against the roster, and witnesses by hand."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

import segno
from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from api.http.auth import needs
from api.http.discovery import MenuEntry
from api.http.fields import Id
from api.http.render import redirect, render
from api.http.service import Served
from api.roll_call.register import record, register_of, roll_of
from facts.errors import NotFoundError
from facts.span import Span, local_day
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.roll_call.check_in import MOST_REASON_CHARS, Way, reason_fault
from runtime.accounts.caller import Caller
from runtime.roll_call.presence import signed_in
from runtime.roll_call.register import Roll, RollRegister
from runtime.roll_call.sign_in import sign_in_by_witness
from storage.database.connection import reading
from storage.database.roll_call import rolls
from storage.database.tables.classes import CLASSES

router = APIRouter(include_in_schema=False)
NAV = MenuEntry(60, Text("打卡屏", "Roll call"), "/roll", Action.CHECKIN_OPEN)
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
async def projector(request: Request, class_id: Id, hour_id: str, caller: Teacher) -> Response:
    """The code, the digits, the room and the count, large enough for the last row."""
    register = register_of(request)
    roll = await own_roll(register, caller, class_id, hour_id)
    screen = await _screen(register, roll)
    short = f"{register.service.settings.address.partition('://')[2]}/in"
    return render(request, "roll_call/projector.html.j2", caller, roll=roll, screen=screen, short=short)


@router.get("/roll/{class_id}/{hour_id}/now")
async def screen_now(request: Request, class_id: Id, hour_id: str, caller: Teacher) -> Response:
    """What the projector shows this second."""
    register = register_of(request)
    return JSONResponse(await _screen(register, await own_roll(register, caller, class_id, hour_id)))


@router.get("/roll/{class_id}/{hour_id}/witness")
async def witness_form(request: Request, class_id: Id, hour_id: str, caller: Teacher) -> Response:
    """Who has not signed in yet, for the teacher's eyes."""
    register = register_of(request)
    roll = await own_roll(register, caller, class_id, hour_id)
    return await _witness_page(request, register, roll, caller)


@router.post("/roll/{class_id}/{hour_id}/witness")
async def witness(
    request: Request,
    class_id: Id,
    hour_id: str,
    caller: Teacher,
    trainee: Annotated[str, Form(max_length=80)],
    reason: Annotated[str, Form(max_length=MOST_REASON_CHARS)] = "",
) -> Response:
    """A sign-in by the teacher's word; the reason is kept with it and in the log."""
    register = register_of(request)
    roll = await own_roll(register, caller, class_id, hour_id)
    person = next((one for one in roll.people if one.key == trainee), None)
    fault = reason_fault(reason) if person else Text("请选择花名册上的学员", "choose somebody on the roll")
    if person is None or fault:
        return await _witness_page(request, register, roll, caller, fault=fault, chosen=trainee, reason=reason)
    one = sign_in_by_witness(roll, person, caller.key, reason, register.service.clock())
    await record(register, one)
    return redirect(request.url.path)


async def own_roll(register: RollRegister, caller: Caller, class_id: int, hour_id: str) -> Roll:
    """The roll of an hour of the caller's own institution, or a plain not found."""
    roll = await roll_of(register, class_id, hour_id)
    if roll.open_hour.institution_id != caller.scope.institution_id:
        raise NotFoundError("学时", "class hour")
    return roll


async def _screen(register: RollRegister, roll: Roll) -> dict[str, object]:
    now, scope = register.service.clock(), roll.scope
    address = f"{register.service.settings.address}{_phone_path(roll)}"
    picture = segno.make(f"{address}?c={register.code.token(scope, now)}", error="m", micro=False)
    present = await run_in_threadpool(register.sign_ins.present, roll.open_hour.class_id, roll.hour.id)
    return {
        "picture": picture.svg_inline(scale=1, border=2, omitsize=True, svgclass="qr", lineclass=None),
        "digits": register.code.digits(scope, now),
        "left_s": round(register.code.seconds_left(now), 1),
        "present": present,
        "roster": len(roll.people),
    }


async def _witness_page(
    request: Request,
    register: RollRegister,
    roll: Roll,
    caller: Caller,
    fault: Text | None = None,
    chosen: str = "",
    reason: str = "",
) -> Response:
    last, marked = await run_in_threadpool(signed_in, register, roll)
    missing = [one for one in roll.people if one.key not in last]
    return render(
        request,
        "roll_call/witness.html.j2",
        caller,
        422 if fault else 200,
        roll=roll,
        missing=missing,
        signed=[(one, last[one.key], Way(last[one.key].way)) for one in roll.people if one.key in last],
        marked=marked,
        fault=fault,
        chosen=chosen,
        reason=reason,
    )


def _phone_path(roll: Roll) -> str:
    """Where phones sign in to the hour."""
    return f"/in/{roll.open_hour.class_id}/{quote(roll.hour.id, safe='')}"
