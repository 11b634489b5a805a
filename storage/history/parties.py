"""Institutions that certify their own trainees, and parties outside their catalogue on the day."""

from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select

from facts.history import HistoryMatch, HistoryQuestion
from facts.registry import Registry
from storage.database.tables.history import CATALOGUE, CERTIFICATES, CLASSES, ENROLMENTS
from storage.history.query import ClaimScope, HistoryQuery, called, day_of, joined, parts, party


def _same(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    n, e, c, institution = CERTIFICATES, ENROLMENTS, CLASSES, party("institution")
    own = and_(n.c.person == e.c.person, n.c.evaluator == c.c.institution)
    after = and_(n.c.issued_day >= c.c.last_day, n.c.issued_day <= c.c.last_day + question.numbers["days"])
    return (
        select(
            called(institution).label("name"),
            c.c.number,
            func.count().label("people"),
            func.max(n.c.issued_day).label("latest"),
        )
        .select_from(
            c.join(e, e.c.class_id == c.c.id)
            .join(n, and_(own, after))
            .join(institution, institution.c.id == c.c.institution)
        )
        .where(
            c.c.institution.in_(select(n.c.evaluator).distinct()),
            or_(n.c.occupation == c.c.occupation, n.c.occupation == "", c.c.occupation == ""),
            *scope.of_course(c.c.id),
        )
        .group_by(c.c.id, institution.c.name, institution.c.code, c.c.number)
    )


def _same_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    classes = (f"{row.name} {row.number}",)
    return HistoryMatch(day_of(row.latest), row.name, classes=classes, numbers={"people": row.people})


def _outside(of: "Any", catalogue: Registry, day: "Any") -> "list[Any]":  # noqa: ANN401 - SQL expressions
    """Not listed on the day; where no catalogue was ever imported, nothing can be said."""
    k = CATALOGUE
    listed = exists().where(
        k.c.catalogue == catalogue.value,
        k.c.party == of,
        k.c.from_day <= day,
        or_(k.c.to_day.is_(None), k.c.to_day > day),
    )
    return [exists().where(k.c.catalogue == catalogue.value), ~listed]


def _institution(_: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    c, institution = CLASSES, party("institution")
    found = (
        select(
            c.c.institution.label("who"),
            func.count().label("times"),
            func.max(c.c.first_day).label("latest"),
            joined(c.c.number).label("what"),
        )
        .where(*_outside(c.c.institution, Registry.INSTITUTIONS, c.c.first_day), *scope.of_course(c.c.id))
        .group_by(c.c.institution)
        .subquery()
    )
    return select(called(institution).label("name"), found).join(institution, institution.c.id == found.c.who)


def _evaluator(_: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    n, evaluator = CERTIFICATES, party("evaluator")
    days = (
        select(n.c.evaluator, n.c.issued_day, func.count().label("n"))
        .where(*scope.of_people(n.c.person))
        .group_by(n.c.evaluator, n.c.issued_day)
        .subquery()
    )
    found = (
        select(
            days.c.evaluator.label("who"),
            func.sum(days.c.n).label("times"),
            func.max(days.c.issued_day).label("latest"),
        )
        .where(*_outside(days.c.evaluator, Registry.EVALUATORS, days.c.issued_day))
        .group_by(days.c.evaluator)
        .subquery()
    )
    return select(called(evaluator).label("name"), found).join(evaluator, evaluator.c.id == found.c.who)


def _institution_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), row.name, classes=parts(row.what), numbers={"classes": int(row.times)})


def _evaluator_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), row.name, numbers={"certificates": int(row.times)})


QUERIES = {
    "evaluator.same": HistoryQuery(_same, _same_match),
    "catalogue.institution": HistoryQuery(_institution, _institution_match),
    "catalogue.evaluator": HistoryQuery(_evaluator, _evaluator_match),
}
