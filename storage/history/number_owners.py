"""One account, certificate number or ID number that several people seem to own."""

from typing import Any

from sqlalchemy import Row, Select, Table, distinct, func, select

from facts.history import HistoryMatch, HistoryQuestion
from storage.database.tables.history import CERTIFICATES, CLASSES, ENROLMENTS, PERSONS, SECRETS
from storage.history.query import ClaimScope, HistoryQuery, day_of, joined, parts


def _shared(table: Table, key: str, last: str) -> "Any":  # noqa: ANN401 - a query maker
    def query(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
        column = table.c[key]
        of_claim = []
        if scope.people:
            of_claim = [column.in_(select(column).where(table.c.person.in_(scope.people), column.is_not(None)))]
        many = (
            select(column.label("what"), func.count(distinct(table.c.person)).label("people"))
            .where(column.is_not(None), *of_claim)
            .group_by(column)
            .having(func.count(distinct(table.c.person)) >= question.numbers["people"])
            .subquery()
        )
        each = (
            select(many, table.c.person, func.max(table.c[last]).label("latest"))
            .join(table, column == many.c.what)
            .group_by(*many.c, table.c.person)
            .subquery()
        )
        return (
            select(
                SECRETS.c.shown,
                each.c.people,
                func.max(each.c.latest).label("latest"),
                joined(PERSONS.c.shown).label("who"),
            )
            .select_from(each.join(PERSONS, PERSONS.c.id == each.c.person).join(SECRETS, SECRETS.c.id == each.c.what))
            .group_by(each.c.what, SECRETS.c.shown, each.c.people)
        )

    return query


def _shared_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), row.shown, parts(row.who), numbers={"people": row.people})


def _names(_: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    e = ENROLMENTS
    many = (
        select(e.c.person, func.max(e.c.last_day).label("latest"))
        .where(e.c.name_key != 0, *scope.of_people(e.c.person))
        .group_by(e.c.person)
        .having(func.min(e.c.name_key) != func.max(e.c.name_key))
        .subquery()
    )
    return (
        select(PERSONS.c.shown, many.c.latest, joined(CLASSES.c.number).label("classes"))
        .select_from(
            many.join(e, e.c.person == many.c.person)
            .join(CLASSES, CLASSES.c.id == e.c.class_id)
            .join(PERSONS, PERSONS.c.id == many.c.person)
        )
        .group_by(many.c.person, PERSONS.c.shown, many.c.latest)
    )


def _names_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), people=(row.shown,), classes=parts(row.classes))


QUERIES = {
    "account.shared": HistoryQuery(_shared(ENROLMENTS, "account", "last_day"), _shared_match),
    "certificate.shared": HistoryQuery(_shared(CERTIFICATES, "number", "issued_day"), _shared_match),
    "names.differ": HistoryQuery(_names, _names_match),
}
