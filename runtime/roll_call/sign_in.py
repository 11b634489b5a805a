"""One sign-in of a class hour, by the code or by the teacher's word, and why there is none."""

import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from attendance.roster import LEAD
from facts.check_in import Datum, Place
from facts.errors import ConflictError, RefusalError
from facts.span import Span
from facts.text import Text
from pipeline.roll_call.check_in import Admission, RollPerson, SignInRefusal, Way
from runtime.platform.networks import neighbourhood
from runtime.platform.service import Service
from runtime.roll_call.register import Roll
from storage.database.roll_call.check_ins import CheckInRow

_NONCE = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"-?\d{1,3}\.\d{1,12}")
_METRES = re.compile(r"\d{1,6}(\.\d{1,6})?")
_BY_OWN_PHONE, _BY_ADDRESS, _BY_ANYBODY, _GUESSES_EACH = 10, 30, 100, timedelta(minutes=10)


class RefusedSignInError(ConflictError):
    """The press does not count, for the reason that the rules gave."""

    def __init__(self, refusal: SignInRefusal) -> None:
        expected = "a living code and a person on the roll"
        RefusalError.__init__(self, refusal.code, refusal.text, expected=expected)


class HourNotRunningError(ConflictError):
    """A teacher witnesses only what happens now."""

    def __init__(self) -> None:
        title = Text("只能在本学时内见证打卡", "a sign-in can be witnessed only during the class hour")
        RefusalError.__init__(self, "NOT_OPEN", title, expected="a class hour that is running")


def sign_in_by_code(service: Service, roll: Roll, person: RollPerson, admission: Admission, nonce: str) -> CheckInRow:
    """What an admitted press amounts to; sent twice under one nonce of the phone it is one sign-in."""
    own = nonce if _NONCE.fullmatch(nonce) else secrets.token_hex(16)
    key = service.keyed("sign-in", f"{roll.open_hour.class_id}\n{roll.hour.id}\n{own}")[:32]
    one = _sign_in(key, roll, person, admission.way, admission.at)
    return replace(one, arrived_at=service.clock(), seen_at=admission.seen_at)


def sign_in_by_witness(roll: Roll, person: RollPerson, witness: str, reason: str, at: datetime) -> CheckInRow:
    """The teacher's word for somebody without a phone; the reason is kept with it and in the log."""
    if at not in Span(roll.hour.span.start - LEAD, roll.hour.span.end):
        raise HourNotRunningError
    one = _sign_in(secrets.token_hex(16), roll, person, Way.WITNESS, at)
    return replace(one, witness=witness, note=reason.strip())


def _sign_in(nonce: str, roll: Roll, person: RollPerson, way: Way, at: datetime) -> CheckInRow:
    class_id, hour = roll.open_hour.class_id, roll.hour
    return CheckInRow(nonce, class_id, hour.id, hour.room, person.key, person.name, person.tail, way.value, at, at)


def limit_guesses(service: Service, whose: str, address: str, own_phone: str = "") -> None:
    """Six digits are soon guessed by whoever may try without end, from however many phones.

    Strangers' guesses never count against the phone that is known to be the person's own, and it takes several
    addresses to use up a person's whole allowance: of a hundred guesses one in 2,500 times one would be right.
    """
    at = service.clock()
    if own_phone:
        service.limiter.take("digits by phone", f"{whose}\n{own_phone}", at, _BY_OWN_PHONE, _GUESSES_EACH)
        return
    place = neighbourhood(address)
    service.limiter.take("digits by address", f"{whose}\n{place}", at, _BY_ADDRESS, _GUESSES_EACH)
    service.limiter.take("digits", whose, at, _BY_ANYBODY, _GUESSES_EACH)


def phone_place(latitude: str, longitude: str, accuracy: str) -> Place:
    """Where the browser says the phone is, in WGS-84 as browsers measure; words that are no numbers say nothing."""
    if not (_NUMBER.fullmatch(latitude) and _NUMBER.fullmatch(longitude)):
        return Place()
    metres = float(accuracy) if _METRES.fullmatch(accuracy) else None
    return Place("", latitude, longitude, Datum.WGS84, metres)
