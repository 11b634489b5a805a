"""Trainees on a pension or on the staff, and classes during a rectification."""

from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from facts.history import HistoryMatch, HistoryQuestion
from facts.registry import PENSIONS
from storage.database.tables.history import CLASSES, ENROLMENTS, PERSONS, POSTS, SANCTIONS, STANDINGS
from storage.history.query import ClaimScope, HistoryQuery, called, day_of, joined, parts, party


def _overlapping(of: "Any", first: "Any", last: "Any") -> "Any":  # noqa: ANN401 - SQL expressions
    return and_(of.c.from_day <= last, or_(of.c.to_day.is_(None), of.c.to_day > first))


def _enrolled(joined_to: "Any", on: "Any", scope: ClaimScope) -> "Select[Any]":  # noqa: ANN401 - SQL expressions
    e, c, institution = ENROLMENTS, CLASSES, party("institution")
    source = joined_to.join(e, e.c.person == joined_to.c.person).join(c, and_(c.c.id == e.c.class_id, on))
    source = source.join(institution, institution.c.id == c.c.institution).join(PERSONS, PERSONS.c.id == e.c.person)
    return (
        select(
            PERSONS.c.shown,
            func.min(joined_to.c.from_day).label("since"),
            func.max(e.c.last_day).label("latest"),
            func.count().label("times"),
            joined(called(institution) + " " + c.c.number).label("classes"),
        )
        .select_from(source)
        .where(*scope.of_people(joined_to.c.person), *scope.of_course(e.c.class_id))
        .group_by(e.c.person, PERSONS.c.shown)
    )


def _pension(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    s, e = STANDINGS, ENROLMENTS
    drawn = and_(
        s.c.kind.in_(PENSIONS),
        s.c.from_day <= e.c.first_day - question.numbers["grace_days"],
        or_(s.c.to_day.is_(None), s.c.to_day > e.c.first_day),
    )
    return _enrolled(s, drawn, scope)


def _staff(_: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    p, e, c = POSTS, ENROLMENTS, CLASSES
    return _enrolled(p, and_(c.c.institution == p.c.institution, _overlapping(p, e.c.first_day, e.c.last_day)), scope)


def _sanction(_: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    s, c, institution = SANCTIONS, CLASSES, party("institution")
    on = and_(c.c.institution == s.c.institution, _overlapping(s, c.c.first_day, c.c.last_day))
    return (
        select(called(institution).label("name"), c.c.number, c.c.first_day, c.c.last_day, s.c.from_day, s.c.to_day)
        .select_from(s.join(c, on).join(institution, institution.c.id == s.c.institution))
        .where(*scope.of_course(c.c.id))
    )


def _sanction_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    days = {"first": day_of(row.first_day), "last": day_of(row.last_day), "from": day_of(row.from_day)}
    until = {"until": day_of(row.to_day)} if row.to_day else {}
    classes = (f"{row.name} {row.number}",)
    return HistoryMatch(day_of(row.last_day), row.name, classes=classes, days=days | until)


def _enrolled_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(
        day_of(row.latest),
        people=(row.shown,),
        classes=parts(row.classes),
        numbers={"classes": row.times},
        days={"since": day_of(row.since)},
    )


QUERIES = {
    "pension.trainee": HistoryQuery(_pension, _enrolled_match),
    "staff.trainee": HistoryQuery(_staff, _enrolled_match),
    "sanction.class": HistoryQuery(_sanction, _sanction_match),
}
