"""手机签到: one button and a big ✓; nobody signs in to the console for it, and no phone needs GPS or a camera."""

import hmac
import re
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import JSONResponse, Response

from api.http.auth import OpenGuard, cookie_name
from api.http.fields import NO_CONTROLS
from api.http.problem import ProblemError
from api.http.render import lang_of, render
from api.roll_call.register import Roll, RollRegister, register_of
from facts.check_in import Datum, Place
from facts.names import masked_name
from facts.span import local
from facts.text import Text
from pipeline.roll_call.check_in import Admission, RollPerson, SignInRefusal, admit, by_digits, person_on_roll
from runtime.platform.service import Service
from storage.database.roll_call.check_ins import CheckInRow

router = APIRouter(include_in_schema=False, dependencies=[Depends(OpenGuard("trainees have phones, not accounts"))])
_NONCE = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"-?\d{1,3}\.\d{1,12}")
_YEAR_S = 366 * 86_400
_PRESSES, _FROM_ONE_ADDRESS, _EACH = 20, 6_000, timedelta(minutes=1)
_GUESSES, _GUESSES_EACH = 10, timedelta(minutes=10)
Words = Annotated[str, Form(max_length=100, pattern=NO_CONTROLS)]


@router.get("/in/{class_id}/{hour_id}")
async def page(request: Request, class_id: int, hour_id: str, c: str = "", other: str = "") -> Response:
    """The button; a phone that signed in before knows its owner, unless somebody else is to use it."""
    desk = register_of(request)
    roll = await desk.roll(class_id, hour_id)
    owner = None if other else _owner(request, desk.service, roll)
    return render(
        request, "roll_call/phone.html.j2", roll=roll, code=c[:80], owner=owner, shown=_masked(owner), answer=None
    )


@router.post("/in/{class_id}/{hour_id}")
async def sign_in(
    request: Request,
    class_id: int,
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
    desk = register_of(request)
    limit(request, desk.service)
    roll = await desk.roll(class_id, hour_id)
    person = (_owner(request, desk.service, roll) if not name else None) or person_on_roll(roll.people, name, tail)
    if isinstance(person, SignInRefusal):
        return _refused(request, roll, code, person)
    if by_digits(code):
        limit_guessing(desk.service, f"{roll.open_hour.class_id}\n{roll.hour.id}\n{person.key}")
    answer = admit(desk.code, roll.open_hour.class_id, roll.hour, code, desk.service.clock())
    if isinstance(answer, SignInRefusal):
        return _refused(request, roll, code, answer)
    one = replace(_sign_in(desk, roll, person, answer, nonce), place=_place(latitude, longitude, accuracy))
    return await _kept(request, desk, roll, one)


async def signed_by_digits(
    request: Request, desk: RollRegister, roll: Roll, person: RollPerson, code: str
) -> Response | None:
    """The answer to digits that were typed without the code's address; nothing where they open nothing."""
    answer = admit(desk.code, roll.open_hour.class_id, roll.hour, code, desk.service.clock())
    if isinstance(answer, SignInRefusal):
        return None
    return await _kept(request, desk, roll, _sign_in(desk, roll, person, answer, ""))


async def _kept(request: Request, desk: RollRegister, roll: Roll, one: CheckInRow) -> Response:
    device = _device(request, desk.service) or secrets.token_urlsafe(32)
    kept = await desk.record(replace(one, device=desk.service.keyed("device", device)))
    return _done(request, desk, roll, kept, device)


def _sign_in(desk: RollRegister, roll: Roll, person: RollPerson, answer: Admission, nonce: str) -> CheckInRow:
    own = nonce if _NONCE.fullmatch(nonce) else secrets.token_hex(16)
    return CheckInRow(
        desk.service.keyed("sign-in", f"{roll.open_hour.class_id}\n{roll.hour.id}\n{own}")[:32],
        roll.open_hour.class_id,
        roll.hour.id,
        roll.hour.room,
        person.key,
        person.name,
        person.tail,
        answer.way.value,
        answer.at,
        desk.service.clock(),
        answer.seen_at,
    )


def limit(request: Request, service: Service) -> None:
    """A classroom shares one address, so the address gets room and the phone does not."""
    address, device = request.client.host if request.client else "", _device(request, service)
    service.limiter.take("phones", address, service.clock(), _FROM_ONE_ADDRESS, _EACH)
    service.limiter.take("phone", device or address, service.clock(), _PRESSES if device else _FROM_ONE_ADDRESS, _EACH)


def limit_guessing(service: Service, whose: str) -> None:
    """Six digits are soon guessed by whoever may try without end, from however many phones."""
    service.limiter.take("digits", whose, service.clock(), _GUESSES, _GUESSES_EACH)


def _place(latitude: str, longitude: str, accuracy: str) -> Place:
    """Where the browser says the phone is, in WGS-84 as browsers measure; words that are no numbers say nothing."""
    if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
        return Place()
    metres = float(accuracy) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", accuracy) else None
    return Place("", latitude, longitude, Datum.WGS84, metres)


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
        raise ProblemError(409, answer.code, answer.text, expected="a living code and a person on the roll")
    return render(
        request, "roll_call/phone.html.j2", status=409, roll=roll, code=code, owner=None, shown="", answer=answer.text
    )


def _done(request: Request, desk: RollRegister, roll: Roll, kept: CheckInRow, device: str) -> Response:
    person = next(one for one in roll.people if one.key == kept.trainee)
    told = Text(f"{local(kept.at):%H:%M:%S} 已签到", f"signed in at {local(kept.at):%H:%M:%S}")
    fields = {"time": f"{local(kept.at):%H:%M:%S}", "room": roll.hour.room, "hour": roll.hour.label or roll.hour.id}
    fields |= {"name": _masked(person), "class": roll.open_hour.class_name, "late": "1" if kept.way == "late" else ""}
    if _wants_json(request):
        response: Response = JSONResponse({**fields, "text": told.say(lang_of(request))})
    else:
        response = render(request, "roll_call/phone_done.html.j2", done=fields, told=told)
    return _remembered(desk.service, roll, person, response, device)


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
