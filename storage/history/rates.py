"""Institutions whose classes all stand at the cap of days, or mostly just at the rate that pays in full (F19)."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, func, select

from facts.history import HistoryMatch, HistoryQuestion
from storage.database.tables.history import CLASSES
from storage.history.query import ClaimScope, HistoryQuery, called, day_of, joined, parts, party


def _by_year(scope: ClaimScope, counted: "Any", enough: "Any", *of: "Any") -> "Select[Any]":  # noqa: ANN401 - SQL expressions
    c, institution = CLASSES, party("institution")
    found = (
        select(
            c.c.institution,
            c.c.year,
            func.count().label("classes"),
            counted.label("at_line"),
            func.max(c.c.last_day).label("latest"),
            joined(c.c.number).label("numbers"),
        )
        .where(*of, *scope.of_institution(c.c.institution))
        .group_by(c.c.institution, c.c.year)
        .having(*enough)
        .subquery()
    )
    return select(called(institution).label("name"), found).join(institution, institution.c.id == found.c.institution)


def _cap(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    c = CLASSES
    at_cap = func.sum(case((c.c.days >= question.numbers["cap_days"], 1), else_=0))
    enough = (func.count() >= question.numbers["classes"], at_cap == func.count())
    return _by_year(scope, at_cap, enough, c.c.programme == question.programme, c.c.days.is_not(None))


def _cap_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    numbers = {"classes": row.classes, "year": row.year}
    return HistoryMatch(day_of(row.latest), row.name, classes=parts(row.numbers), numbers=numbers)


def _edge(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    c, line = CLASSES, question.numbers["per_cent"]
    just = and_(c.c.employed * 100 >= c.c.passed * line, (c.c.employed - 1) * 100 < c.c.passed * line)
    edge = func.sum(case((just, 1), else_=0))
    enough = (edge >= question.numbers["classes"], edge * 100 >= func.count() * question.numbers["of_all"])
    return _by_year(scope, edge, enough, c.c.passed > 0, c.c.employed.is_not(None))


def _edge_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    numbers = {"at_line": int(row.at_line), "classes": row.classes, "year": row.year}
    return HistoryMatch(day_of(row.latest), row.name, classes=parts(row.numbers), numbers=numbers)


QUERIES = {"class.cap": HistoryQuery(_cap, _cap_match), "rate.edge": HistoryQuery(_edge, _edge_match)}
