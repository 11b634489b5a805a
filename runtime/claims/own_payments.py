"""What this service's own reviewers approved: for whom a claim supports money, and who was settled in an earlier one."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Engine, select

from claims.mask import shown_keys
from claims.outcome import ClaimScreen, PersonScreen
from claims.purpose import SubsidyPurpose
from claims.recipient import PERSON
from facts.claim import Claim
from facts.claim_decision import ClaimCase, ClaimStage
from facts.claim_person import ClaimedPerson
from facts.history_answer import PastPayment
from facts.id_number import IdNumber
from facts.money import Fen
from facts.names import normal_name
from facts.span import local_day
from pipeline.claims.decision_stages import claim_stage
from storage.claims.decision_book import DecisionBook
from storage.database.connection import reading
from storage.database.tables.claims import CLAIM_DECISIONS, CLAIM_PEOPLE, CLAIMS
from storage.evidence_log.imprint import compare_keys, refuse_altered

_ENDS = (ClaimStage.APPROVED, ClaimStage.PAID)


@dataclass(frozen=True, slots=True)
class OwnPayments:
    """The approved claims of one database, as the claim of one class is screened against them.

    ``apart_from`` is the claim itself where it is screened again after it was kept.
    """

    engine: Engine
    key: bytes
    class_id: int
    apart_from: int = 0

    def settled(self, claim: Claim) -> tuple[PastPayment, ...]:
        """What was approved or paid for the claim's people, under the claim's own keys."""
        people = people_digests(claim, self.class_id, self.key)
        with reading(self.engine, "looking for approved claims") as connection:
            return tuple(
                sorted(self._rows(connection, people), key=lambda row: (row.trainee, row.first, row.programme))
            )

    def _rows(self, connection: Connection, people: Mapping[str, str]) -> Iterator[PastPayment]:
        own = CLAIM_PEOPLE.c
        joined = CLAIM_PEOPLE.join(CLAIMS, CLAIMS.c.id == own.claim_id)
        wanted = select(CLAIM_PEOPLE, CLAIMS.c.class_id, CLAIMS.c.document, CLAIMS.c.made_at).select_from(joined)
        found = (
            connection.execute(
                wanted.where(own.person.in_(people), CLAIMS.c.newest == 1, CLAIMS.c.id != self.apart_from)
            )
            .mappings()
            .all()
        )
        refuse_altered(connection, CLAIM_PEOPLE, own.person.in_(people))
        compare_keys(connection, CLAIMS, sorted({(row["claim_id"],) for row in found}))
        book = DecisionBook(self.engine, claim_stage)
        cases = {case.claim: case for case in book.cases(connection, sorted({row["claim_id"] for row in found}))}
        for row in found:
            case = cases.get(row["claim_id"])
            if case is not None and claim_stage(case) in _ENDS:
                yield self._payment(people[row["person"]], dict(row), case)

    def _payment(self, trainee: str, row: Mapping[str, object], case: ClaimCase) -> PastPayment:
        body = json.loads(str(row["document"]))
        claim, days = body["claim"], [one["day"] for one in body["hours"]]
        made_at = row["made_at"]
        made = [local_day(made_at).isoformat()] if isinstance(made_at, datetime) else []
        first, last = claim["first_day"] or min(days or made), claim["last_day"] or max(days or made)
        paid = [one.payment for one in case.events if one.payment]
        years = [one.day.year for one in paid if (one.recipient, one.fund) == (row["recipient"], row["fund"])]
        amount = Fen(int(str(row["amount_fen"])))
        return PastPayment(
            trainee=trainee,
            class_name=f"{claim['institution']} {claim['class_id']}",
            same_class=row["class_id"] == self.class_id,
            programme=SubsidyPurpose.LIVING.value if row["recipient"] == PERSON else claim["programme"],
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            days=int(str(row["days"])) if row["days"] else None,
            amount=amount if amount.fen else None,
            paid_year=min(years) if years else None,
            here=True,
        )


def people_digests(claim: Claim, class_id: int, key: bytes) -> dict[str, str]:
    """The claim's keys of its people by keyed digests; who has no ID number is known again by name in the same class."""
    return {_digest(person, class_id, key): person.key for person in claim.people}


def _digest(person: ClaimedPerson, class_id: int, key: bytes) -> str:
    if person.id_number:
        return number_digest(person.id_number, key)
    return _keyed(f"class {class_id}\n{normal_name(person.name)}", key)


def number_digest(number: IdNumber, key: bytes) -> str:
    """The keyed digest by which whoever has this ID number is known."""
    return _keyed(number.digits, key)


def _keyed(said: str, key: bytes) -> str:
    return hmac.digest(key, f"claim person\n{said}".encode(), "sha256").hex()


def claims_of_person(connection: Connection, person: str, *within: ColumnElement[bool], limit: int) -> tuple[int, ...]:
    """The claims, in their newest version, that support money for the person of this digest."""
    own = CLAIM_PEOPLE.c
    refuse_altered(connection, CLAIM_PEOPLE, own.person == person)
    joined = CLAIM_PEOPLE.join(CLAIMS, CLAIMS.c.id == own.claim_id)
    wanted = select(CLAIMS.c.id).distinct().select_from(joined).where(own.person == person, CLAIMS.c.newest == 1)
    return tuple(connection.execute(wanted.where(*within).order_by(CLAIMS.c.id.desc()).limit(limit)).scalars())


def keep_people(
    connection: Connection, claim_id: int, claim: Claim, class_id: int, key: bytes, screen: ClaimScreen
) -> None:
    """Everybody for whom the claim supports money; where a class is paid as one, everybody in it."""
    shown = shown_keys(claim.people)
    digests = {shown[own]: digest for digest, own in people_digests(claim, class_id, key).items()}
    parts = {(one.trainee, one.recipient, one.fund): one for one in (*screen.people, *screen.beside)}
    as_one = screen.whole is not None and screen.whole.supported.fen > 0
    rows = [
        _row(claim_id, digests[trainee], part)
        for (trainee, _, _), part in parts.items()
        if trainee in digests and (part.supported.fen > 0 or (as_one and part in screen.people))
    ]
    if rows:
        connection.execute(CLAIM_PEOPLE.insert(), rows)


def _row(claim_id: int, digest: str, part: PersonScreen) -> dict[str, object]:
    return {
        "claim_id": claim_id,
        "person": digest,
        "recipient": part.recipient,
        "fund": part.fund,
        "days": part.time.days if part.time else None,
        "amount_fen": part.supported.fen,
    }


def knows_people(connection: Connection, claim_id: int) -> bool:
    """Whether anybody is kept for whom the claim supports money; none is of a claim of before they were kept."""
    own = CLAIM_PEOPLE.c.claim_id
    return connection.execute(select(own).where(own == claim_id).limit(1)).first() is not None


def approved_since(connection: Connection, claim_id: int, moment: datetime) -> bool:
    """Whether another claim for any of the same people was approved after that moment."""
    own, other, event = CLAIM_PEOPLE.alias(), CLAIM_PEOPLE.alias(), CLAIM_DECISIONS
    joined = own.join(other, other.c.person == own.c.person).join(event, event.c.claim_id == other.c.claim_id)
    wanted = select(event.c.claim_id).select_from(joined)
    wanted = wanted.where(own.c.claim_id == claim_id, other.c.claim_id != claim_id)
    ends = event.c.stage.in_([one.value for one in _ENDS])
    return connection.execute(wanted.where(ends, event.c.at > moment).limit(1)).first() is not None
