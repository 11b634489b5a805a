"""手机打卡: one button and a big ✓; nobody signs in to the console for it, and no phone needs GPS or a camera."""

import hmac
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response

from api.http.auth import OpenGuard, cookie_name
from api.http.fields import NO_CONTROLS, Id
from api.http.render import lang_of, render
from api.roll_call.register import record, register_of, roll_of
from facts.names import masked_name
from facts.span import local
from facts.text import Text
from pipeline.roll_call.check_in import RollPerson, SignInRefusal, admit, by_digits, person_on_roll
from runtime.platform.service import Service
from runtime.roll_call.register import Roll, RollRegister
from runtime.roll_call.sign_in import RefusedSignInError, limit_guesses, phone_place, sign_in_by_code
from storage.database.roll_call.check_ins import CheckInRow

router = APIRouter(include_in_schema=False, dependencies=[Depends(OpenGuard("trainees have phones, not accounts"))])
_YEAR_S = 366 * 86_400
_PRESSES, _FROM_ONE_ADDRESS, _EACH = 20, 6_000, timedelta(minutes=1)
Words = Annotated[str, Form(max_length=100, pattern=NO_CONTROLS)]


@router.get("/in/{class_id}/{hour_id}")
async def page(request: Request, class_id: Id, hour_id: str, c: str = "", other: str = "") -> Response:
    """The button; a phone that signed in before knows its owner, unless somebody else is to use it."""
    register = register_of(request)
    roll = await roll_of(register, class_id, hour_id)
    owner = None if other else _owner(request, register.service, roll)
    return render(
        request, "roll_call/phone.html.j2", roll=roll, code=c[:80], owner=owner, shown=_masked(owner), answer=None
    )


@router.post("/in/{class_id}/{hour_id}")
async def sign_in(
    request: Request,
    class_id: Id,
    hour_id: str,
    code: Words = "",
    name: Words = "",
    tail: Words = "",
    nonce: Words = "",
    latitude: Words = "",
    longitude: Words = "",
    accuracy: Words = "",
) -> Response:
    """Kept before it is answered; pressed twice or sent again it is one sign-in and one answer."""
    register = register_of(request)
    limit(request, register.service)
    roll = await roll_of(register, class_id, hour_id)
    owner = _owner(request, register.service, roll)
    person = (owner if not name else None) or person_on_roll(roll.people, name, tail)
    if isinstance(person, SignInRefusal):
        return _refused(request, roll, code, person)
    if by_digits(code):
        whose = f"{roll.open_hour.class_id}\n{roll.hour.id}\n{person.key}"
        own_phone = _device(request, register.service) if owner == person else ""
        await run_in_threadpool(limit_guesses, register.service, whose, address_of(request), own_phone)
    answer = admit(register.code, roll.open_hour.class_id, roll.hour, code, register.service.clock())
    if isinstance(answer, SignInRefusal):
        return _refused(request, roll, code, answer)
    one = replace(
        sign_in_by_code(register.service, roll, person, answer, nonce), place=phone_place(latitude, longitude, accuracy)
    )
    return await _kept(request, register, roll, one)


async def signed_by_digits(
    request: Request, register: RollRegister, roll: Roll, person: RollPerson, code: str
) -> Response | None:
    """The answer to digits that were typed without the code's address; nothing where they open nothing."""
    answer = admit(register.code, roll.open_hour.class_id, roll.hour, code, register.service.clock())
    if isinstance(answer, SignInRefusal):
        return None
    return await _kept(request, register, roll, sign_in_by_code(register.service, roll, person, answer, ""))


async def _kept(request: Request, register: RollRegister, roll: Roll, one: CheckInRow) -> Response:
    device = _device(request, register.service) or secrets.token_urlsafe(32)
    kept = await record(register, replace(one, device=register.service.keyed("device", device)))
    return _phone_done(request, register, roll, kept, device)


def limit(request: Request, service: Service) -> None:
    """A classroom shares one address, so the address gets room and the phone does not."""
    address, device = address_of(request), _device(request, service)
    service.limiter.take("phones", address, service.clock(), _FROM_ONE_ADDRESS, _EACH)
    service.limiter.take("phone", device or address, service.clock(), _PRESSES if device else _FROM_ONE_ADDRESS, _EACH)


def address_of(request: Request) -> str:
    """Where the press comes from."""
    return request.client.host if request.client else ""


def _device(request: Request, service: Service) -> str:
    return request.cookies.get(cookie_name(service, "device"), "")[:64]


def _owner(request: Request, service: Service, roll: Roll) -> RollPerson | None:
    """Whose phone this is, if we wrote so ourselves."""
    quoted, _, tag = request.cookies.get(cookie_name(service, "owner"), "").rpartition(".")
    key = unquote(quoted)
    wanted = _owner_tag(service, roll, key, _device(request, service))
    if not key or not hmac.compare_digest(tag.encode(), wanted.encode()):
        return None
    return next((one for one in roll.people if one.key == key), None)


def _owner_tag(service: Service, roll: Roll, key: str, device: str) -> str:
    return service.keyed("owner", f"{roll.open_hour.class_id}\n{key}\n{device}")


def _masked(owner: RollPerson | None) -> str:
    return f"{masked_name(owner.name)} {owner.tail}".strip() if owner else ""


def _refused(request: Request, roll: Roll, code: str, answer: SignInRefusal) -> Response:
    if _wants_json(request):
        raise RefusedSignInError(answer)
    return render(
        request, "roll_call/phone.html.j2", status=409, roll=roll, code=code, owner=None, shown="", answer=answer.text
    )


def _phone_done(request: Request, register: RollRegister, roll: Roll, kept: CheckInRow, device: str) -> Response:
    person = next(one for one in roll.people if one.key == kept.trainee)
    told = Text(f"{local(kept.at):%H:%M:%S} 已打卡", f"signed in at {local(kept.at):%H:%M:%S}")
    fields = {"time": f"{local(kept.at):%H:%M:%S}", "room": roll.hour.room, "hour": roll.hour.label or roll.hour.id}
    fields |= {"name": _masked(person), "class": roll.open_hour.class_name, "late": "1" if kept.way == "late" else ""}
    if _wants_json(request):
        response: Response = JSONResponse({**fields, "text": told.say(lang_of(request))})
    else:
        response = render(request, "roll_call/phone_done.html.j2", done=fields, told=told)
    return _remembered(register.service, roll, person, response, device)


def _remembered(service: Service, roll: Roll, person: RollPerson, response: Response, device: str) -> Response:
    """The phone keeps a random name and its owner's, so that tomorrow is one press."""
    tag = _owner_tag(service, roll, person.key, device)
    for kind, value in (("device", device), ("owner", f"{quote(person.key, safe='')}.{tag}")):
        response.set_cookie(
            cookie_name(service, kind),
            value,
            max_age=_YEAR_S,
            httponly=True,
            samesite="lax",
            secure=service.settings.secure,
            path="/",
        )
    return response


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
