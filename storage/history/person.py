"""Everything the history holds of one person, shown masked; found by the digest of the ID number alone."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from facts.id_number import IdNumber
from facts.money import Fen
from storage.database.tables import history as t
from storage.history.keys import HistoryKeys, number_of
from storage.history.query import called, day_of, party


@dataclass(frozen=True, slots=True)
class PastClass:
    """One enrolment as it may be shown."""

    institution: str
    number: str
    programme: str
    occupation: str
    level: str
    first_day: date
    last_day: date
    days: int | None
    amount: Fen | None


@dataclass(frozen=True, slots=True)
class PastPerson:
    """Who it is, masked, and what is known."""

    shown: str
    classes: tuple[PastClass, ...] = ()
    certificates: int = 0
    employers: int = 0
    standings: tuple[str, ...] = ()


def past_of(connection: Connection, keys: HistoryKeys, number: IdNumber) -> PastPerson | None:
    """The person's past, nothing where the history does not know them."""
    digest = keys.digest("id", number.digits)
    who = connection.execute(select(t.PERSONS).where(t.PERSONS.c.id == number_of(digest))).first()
    if who is None:
        return None
    keys.unseal(who.sealed, who.digest)  # refuses a key that did not seal this row
    key = who.id
    of = {
        name: connection.execute(select(table).where(table.c.person == key)).all()
        for name, table in (("certificates", t.CERTIFICATES), ("jobs", t.EMPLOYMENTS), ("standings", t.STANDINGS))
    }
    kinds = tuple(
        f"{row.kind} {day_of(row.from_day)} – {day_of(row.to_day) if row.to_day else ''}" for row in of["standings"]
    )
    employers = len({row.employer for row in of["jobs"]})
    return PastPerson(who.shown, _classes(connection, key), len(of["certificates"]), employers, kinds)


def _classes(connection: Connection, person: int) -> tuple[PastClass, ...]:
    e, c, institution = t.ENROLMENTS, t.CLASSES, party("institution")
    query = (
        select(e, c.c.number, c.c.programme, c.c.occupation, c.c.level, called(institution).label("name"))
        .select_from(e.join(c, c.c.id == e.c.class_id).join(institution, institution.c.id == c.c.institution))
        .where(e.c.person == person)
        .order_by(e.c.first_day, c.c.number)
    )
    return tuple(
        PastClass(
            institution=row.name,
            number=row.number,
            programme=row.programme,
            occupation=row.occupation,
            level=row.level,
            first_day=day_of(row.first_day),
            last_day=day_of(row.last_day),
            days=row.days,
            amount=None if row.amount_fen is None else Fen(row.amount_fen),
        )
        for row in connection.execute(query)
    )
