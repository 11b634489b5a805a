"""Who is said to work where: crowds at one employer, contracts that end early, people with many employers (F18)."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, distinct, func, or_, select

from facts.history import HistoryMatch, HistoryQuestion
from storage.database.tables.history import EMPLOYMENTS, ENROLMENTS, PERSONS
from storage.history.query import ClaimScope, HistoryQuery, called, day_of, party

_DAYS_A_MONTH = 30


def _of_claim(scope: ClaimScope) -> "list[Any]":
    own = select(EMPLOYMENTS.c.employer).where(EMPLOYMENTS.c.person.in_(scope.people))
    return [EMPLOYMENTS.c.employer.in_(own)] if scope.people else []


def _crowd(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    j, e, employer = EMPLOYMENTS, ENROLMENTS, party("employer")
    soon = and_(
        e.c.person == j.c.person, j.c.from_day >= e.c.last_day, j.c.from_day <= e.c.last_day + question.numbers["days"]
    )
    people = func.count(distinct(j.c.person))
    hired = (
        select(j.c.employer, people.label("people"), func.max(j.c.from_day).label("latest"))
        .select_from(j.join(e, soon))
        .where(*_of_claim(scope))
        .group_by(j.c.employer)
        .having(people >= question.numbers["people"])
        .subquery()
    )
    staff = employer.c.staff
    return (
        select(called(employer).label("employer"), staff, hired.c.people, hired.c.latest)
        .join(employer, employer.c.id == hired.c.employer)
        .where(or_(staff.is_(None), hired.c.people * 100 >= staff * question.numbers["per_cent"]))
    )


def _crowd_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    staff = {"staff": row.staff} if row.staff else {}
    return HistoryMatch(day_of(row.latest), row.employer, numbers={"people": row.people, **staff})


def _short(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    j, employer = EMPLOYMENTS, party("employer")
    lasted = (j.c.to_day - j.c.from_day) * 100
    brief = and_(j.c.to_day.is_not(None), lasted < j.c.stated_months * _DAYS_A_MONTH * question.numbers["per_cent"])
    short = func.sum(case((brief, 1), else_=0))
    found = (
        select(
            j.c.employer,
            func.count().label("contracts"),
            short.label("short"),
            func.max(j.c.from_day).label("latest"),
        )
        .where(j.c.stated_months > 0, *_of_claim(scope))
        .group_by(j.c.employer)
        .having(short >= question.numbers["people"], short * 100 >= func.count() * question.numbers["of_all"])
        .subquery()
    )
    return select(called(employer).label("name"), found).join(employer, employer.c.id == found.c.employer)


def _short_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    numbers = {"short": int(row.short), "contracts": row.contracts}
    return HistoryMatch(day_of(row.latest), row.name, numbers=numbers)


def _many(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    a, b = EMPLOYMENTS.alias("a"), EMPLOYMENTS.alias("b")
    near = and_(
        b.c.person == a.c.person, b.c.from_day >= a.c.from_day, b.c.from_day < a.c.from_day + question.numbers["days"]
    )
    employers = func.count(distinct(b.c.employer))
    starts = (
        select(a.c.person, employers.label("employers"), func.max(b.c.from_day).label("latest"))
        .select_from(a.join(b, near))
        .where(*scope.of_people(a.c.person))
        .group_by(a.c.person, a.c.employer, a.c.from_day)
        .having(employers >= question.numbers["employers"])
        .subquery()
    )
    return (
        select(
            PERSONS.c.shown,
            func.max(starts.c.employers).label("employers"),
            func.max(starts.c.latest).label("latest"),
        )
        .join(PERSONS, PERSONS.c.id == starts.c.person)
        .group_by(starts.c.person, PERSONS.c.shown)
    )


def _many_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), people=(row.shown,), numbers={"employers": row.employers})


QUERIES = {
    "employer.crowd": HistoryQuery(_crowd, _crowd_match),
    "employer.short": HistoryQuery(_short, _short_match),
    "person.employers": HistoryQuery(_many, _many_match),
}
