"""手机打卡 without a camera: one short address for the whole house, and the six digits say which class hour it is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import OpenGuard
from api.http.fields import NO_CONTROLS
from api.http.render import render
from api.roll_call.pages.phone import address_of, limit, signed_by_digits
from api.roll_call.register import register_of, roll_of
from facts.names import normal_name
from facts.text import Text
from pipeline.roll_call.check_in import RollPerson, person_on_roll
from runtime.roll_call.register import Roll, RollRegister
from runtime.roll_call.sign_in import limit_guesses

router = APIRouter(include_in_schema=False, dependencies=[Depends(OpenGuard("trainees have phones, not accounts"))])
Words = Annotated[str, Form(max_length=100, pattern=NO_CONTROLS)]
_NOTHING = Text(
    "没有签上：六位数过期了，或姓名、证号后四位与花名册不符。请看屏幕上新的六位数再试，仍不行请找教师见证",
    "not signed in: the digits have expired, or name and last four are not on that roll; take the digits that the screen"
    " shows now, or ask the teacher to witness",
)


@router.get("/in")
def page(request: Request) -> Response:
    """Three fields and the button."""
    return render(request, "roll_call/phone_search.html.j2", code="", name="", tail="", fault=None)


@router.post("/in")
async def sign_in(request: Request, code: Words = "", name: Words = "", tail: Words = "") -> Response:
    """The one running class hour whose digits these are and on whose roll this person is."""
    register = register_of(request)
    limit(request, register.service)
    whose = f"{normal_name(name)}\n{tail.strip().upper()}"
    await run_in_threadpool(limit_guesses, register.service, whose, address_of(request))
    digits = code.strip()
    found = [
        (roll, one)
        for roll in await _showing(register, digits)
        if isinstance(one := person_on_roll(roll.people, name, tail), RollPerson)
    ]
    signed = await signed_by_digits(request, register, *found[0], digits) if len(found) == 1 else None
    return signed or render(
        request, "roll_call/phone_search.html.j2", status=409, code="", name=name, tail=tail, fault=_NOTHING
    )


async def _showing(register: RollRegister, digits: str) -> list[Roll]:
    """The rolls of the running class hours whose projector shows these digits, or did so seconds ago."""
    hours = await run_in_threadpool(register.hours_showing, digits)
    return [await roll_of(register, *one) for one in hours]
