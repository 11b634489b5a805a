"""One person looked for by name or whole ID number: only with the right, for a reason, and noted in the log."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from facts.counting import counted
from facts.errors import InputError
from facts.id_number import IdNumber
from facts.names import masked_name, normal_name
from facts.refusals import Refusal, refuse
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.claims.own_payments import claims_of_person, number_digest
from runtime.claims.upload import people_key
from runtime.classes.unmasking import ask_person_search
from runtime.platform.service import Service
from storage.database.claims import ClaimLine, claim_lines
from storage.database.connection import reading, writing
from storage.database.roll_call.rolls import RollPlace, places_of
from storage.database.tables.claims import CLAIMS

MOST_FOUND = 100
_MOST_ASKED, _EACH = 60, timedelta(hours=1)  # so that nobody reads a roster by asking for everybody


@dataclass(frozen=True, slots=True)
class PersonWanted:
    """Whom somebody looks for, and why."""

    name: str
    number: IdNumber | None
    reason: str


@dataclass(frozen=True, slots=True)
class PersonFound:
    """The classes on whose rolls the person stands, and the claims that ask for money for them."""

    classes: Sequence[RollPlace]
    claims: Sequence[ClaimLine]

    def shown(self, place: RollPlace) -> str:
        """The person as a list may show them."""
        return f"{masked_name(place.name)} {place.tail}".strip()


def person_wanted(name: str, number: str, reason: str) -> PersonWanted:
    """What a form says, or everything that is wrong with it."""
    found, refusals = None, list[Refusal]()
    if number:
        try:
            found = IdNumber(number)
        except InputError:
            said = Text(
                "身份证号须为完整且校验正确的 18 位", "an ID number is whole: 18 characters with a right check digit"
            )
            refusals.append(Refusal("number", said, counted(len(number), "character"), "a whole ID number"))
    elif not name:
        said = Text("请写姓名或完整身份证号", "give a name or a whole ID number")
        refusals.append(Refusal("name", said, "nothing", "a name or an ID number"))
    refuse(refusals)
    return PersonWanted(name, found, reason)


def person_found(service: Service, caller: Caller, wanted: PersonWanted) -> PersonFound:
    """Where the person stands within the caller's reach; that somebody asked is in the log before anything is read."""
    service.limiter.take("person", caller.key, service.clock(), _MOST_ASKED, _EACH)
    said = f"{normal_name(wanted.name)}\n{wanted.number.digits if wanted.number else ''}"
    tag = hmac.digest(service.settings.secret.encode(), f"person sought\n{said}".encode(), "sha256").hex()[:20]
    with writing(service.engine, "noting a search") as connection:
        ask_person_search(service, connection, caller, tag, wanted.reason)
    with reading(service.engine, "looking for a person") as connection:
        classes = places_of(connection, wanted.name, wanted.number, reached(caller), limit=MOST_FOUND)
        if wanted.number is None or not caller.may(Action.CLAIM_READ):
            return PersonFound(classes, ())
        digest = number_digest(wanted.number, people_key(service.settings))
        numbers = claims_of_person(connection, digest, reached(caller, CLAIMS), limit=MOST_FOUND)
        order = [CLAIMS.c.id.desc()]
        return PersonFound(
            classes, claim_lines(connection, CLAIMS.c.id.in_(numbers), limit=MOST_FOUND, order=order) if numbers else ()
        )
