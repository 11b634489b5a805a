"""The history's plain answers about a claim's people, in one query for all of them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Connection, case, func, select

from facts.history import CERTIFICATION
from facts.names import normal_name
from facts.registry import PENSIONS
from storage.database.tables import history as t
from storage.history.query import called, day_of, party

_MARKS = re.compile(r"[“”‘’\"'「」『』《》〈〉]+")
_MONEY = re.compile(r"(补贴|补助|资金|经费|费)+$")


@dataclass(frozen=True, slots=True)
class PastQuestion:
    """Somebody's earlier subsidies under a key; what is ``None`` is not compared."""

    person: int
    occupation: str | None = None
    level: str | None = None
    year: int | None = None
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Past:
    person: int
    occupation: str
    level: str
    year: int
    programme: str
    label: str


def count(
    connection: Connection, asked: Sequence[PastQuestion], course: int
) -> "Mapping[PastQuestion, tuple[str, ...] | None]":
    """The classes or certificates under each key, the claimed class left out; ``None`` where no registry could say."""
    people = sorted({each.person for each in asked})
    enrolled, certified = _enrolled(connection, people, course), _certified(connection, people)
    return {each: _answer(each, certified if CERTIFICATION in each.programmes else enrolled) for each in asked}


def _answer(asked: PastQuestion, past: "list[_Past] | None") -> "tuple[str, ...] | None":
    if past is None:
        return None
    return tuple(one.label for one in past if _fits(asked, one))


def _fits(asked: PastQuestion, one: _Past) -> bool:
    compared = ((asked.occupation, one.occupation), (asked.level, one.level), (asked.year, one.year))
    alike = all(wanted is None or wanted == found for wanted, found in compared)
    named = {_plain(programme) for programme in asked.programmes}
    return asked.person == one.person and alike and (not named or _plain(one.programme) in named)


@lru_cache(maxsize=4_096)
def _plain(programme: str) -> str:
    """A programme as it is compared: one width, no spaces or quotation marks, without 补贴 or 培训 at its end."""
    return _MONEY.sub("", _MARKS.sub("", normal_name(programme))).removesuffix("培训")


def _enrolled(connection: Connection, people: Iterable[int], course: int) -> "list[_Past] | None":
    if connection.execute(select(t.ENROLMENTS.c.person).limit(1)).first() is None:
        return None
    e, c, institution = t.ENROLMENTS, t.CLASSES, party("institution")
    query = (
        select(
            e.c.person,
            c.c.occupation,
            c.c.level,
            e.c.year,
            c.c.programme,
            (called(institution) + " " + c.c.number).label("label"),
        )
        .select_from(e.join(c, c.c.id == e.c.class_id).join(institution, institution.c.id == c.c.institution))
        .where(e.c.person.in_(people), e.c.class_id != course)
        .order_by(e.c.first_day)
    )
    return [
        _Past(
            person=row.person,
            occupation=row.occupation,
            level=row.level,
            year=row.year,
            programme=row.programme,
            label=row.label,
        )
        for row in connection.execute(query)
    ]


def _certified(connection: Connection, people: Iterable[int]) -> "list[_Past] | None":
    if connection.execute(select(t.CERTIFICATES.c.person).limit(1)).first() is None:
        return None
    n = t.CERTIFICATES
    query = (
        select(n.c.person, n.c.occupation, n.c.level, n.c.issued_day, t.SECRETS.c.shown)
        .join(t.SECRETS, t.SECRETS.c.id == n.c.number)
        .where(n.c.person.in_(people))
        .order_by(n.c.issued_day)
    )
    return [
        _Past(
            person=row.person,
            occupation=row.occupation,
            level=row.level,
            year=_year(row.issued_day),
            programme=CERTIFICATION,
            label=row.shown,
        )
        for row in connection.execute(query)
    ]


def _year(ordinal: int) -> int:
    return day_of(ordinal).year


def received_by(connection: Connection, people: Sequence[int]) -> "list[tuple[int, str]] | None":
    """The benefits of these people by name; ``None`` where no list of benefits was ever imported."""
    s = t.STANDINGS
    if connection.execute(select(s.c.person).where(s.c.kind.not_in(PENSIONS)).limit(1)).first() is None:
        return None
    found = connection.execute(select(s.c.person, s.c.kind).where(s.c.person.in_(people), s.c.kind.not_in(PENSIONS)))
    return [(row.person, row.kind) for row in found]


def capped(connection: Connection, institution: int, year: int, programme: str, cap_days: int) -> tuple[int, int]:
    """How many of the institution's classes of the programme in the year reach the cap, and how many there are."""
    c = t.CLASSES
    at_cap = func.coalesce(func.sum(case((c.c.days >= cap_days, 1), else_=0)), 0)
    row = connection.execute(
        select(at_cap.label("capped"), func.count().label("classes")).where(
            c.c.institution == institution, c.c.year == year, c.c.programme == programme, c.c.days.is_not(None)
        )
    ).one()
    return int(row.capped), int(row.classes)
