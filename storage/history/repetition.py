"""Classes, certificates and benefits counted under a rulebook's own key of repetition."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, select

from facts.errors import InternalError
from facts.history import HistoryMatch, HistoryQuestion, RepeatKey
from storage.database.tables.history import CERTIFICATES, CLASSES, ENROLMENTS, PERSONS, SECRETS, STANDINGS
from storage.history.query import ClaimScope, HistoryQuery, day_of, joined, parts


def enrolled(key: RepeatKey, scope: ClaimScope) -> "Select[Any]":
    """Every enrolment to which the key speaks, with the fields that the key compares."""
    e, c = ENROLMENTS, CLASSES
    chosen = select(e.c.person, *_fields(key), e.c.class_id, e.c.last_day, c.c.number).select_from(
        e.join(c, c.c.id == e.c.class_id + 0)  # the sum keeps SQLite from walking class by class through all people
    )
    chosen = chosen.where(*scope.of_people(e.c.person))
    if key.programmes:
        chosen = chosen.where(c.c.programme.in_(key.programmes))
    if key.groups:
        chosen = chosen.where(e.c.group_name.in_(("", *key.groups)))
    return chosen


def _fields(key: RepeatKey) -> "list[ColumnElement[Any]]":
    known = {"occupation": CLASSES.c.occupation, "level": CLASSES.c.level}
    year = [ENROLMENTS.c.year] if key.yearly else []
    return [*(known[name] for name in key.fields if name in known), *year]


def _compared(key: RepeatKey) -> tuple[str, ...]:
    """The names of the columns that the key compares beside the person."""
    year = ("year",) if key.yearly else ()
    return (*(name for name in ("occupation", "level") if name in key.fields), *year)


def _key_of(question: HistoryQuestion) -> RepeatKey:
    if question.repeat is None:
        raise InternalError(f"history: got no key of repetition with {question.pattern}, expected one")
    return question.repeat


def _repeated(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    key = _key_of(question)
    each = enrolled(key, scope).subquery()
    names = [each.c[name] for name in _compared(key)]
    blank = [each.c[name] != "" for name in _compared(key) if name != "year"]
    many = (
        select(
            each.c.person,
            *names,
            func.count().label("times"),
            func.max(each.c.last_day).label("latest"),
            joined(each.c.number).label("classes"),
        )
        .where(*blank)
        .group_by(each.c.person, *names)
        .having(func.count() > key.at_most, *_with_claim(each, scope))
        .subquery()
    )
    return select(many, PERSONS.c.shown).join(PERSONS, PERSONS.c.id == many.c.person)


def _with_claim(each: Subquery, scope: ClaimScope) -> "list[ColumnElement[bool]]":
    """For a claim, only what the claim itself repeats."""
    own = func.sum(case((each.c.class_id == scope.course, 1), else_=0))
    return [] if scope.course is None else [own > 0]


def _certified(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    c, key = CERTIFICATES, _key_of(question)
    names = [c.c[name] for name in ("occupation", "level") if name in key.fields]
    many = (
        select(c.c.person, *names, func.count().label("times"), func.max(c.c.issued_day).label("latest"))
        .where(*scope.of_people(c.c.person), *(name != "" for name in names))
        .group_by(c.c.person, *names)
        .having(func.count() > key.at_most)
        .subquery()
    )
    same = and_(c.c.person == many.c.person, *(name == many.c[name.name] for name in names))
    source = many.join(c, same).join(SECRETS, SECRETS.c.id == c.c.number).join(PERSONS, PERSONS.c.id == c.c.person)
    return (
        select(*many.c, PERSONS.c.shown, joined(SECRETS.c.shown).label("classes"))
        .select_from(source)
        .group_by(*many.c, PERSONS.c.shown)
    )


def _repeat_match(row: "Row[Any]", question: HistoryQuestion) -> HistoryMatch:
    key, columns = _key_of(question), row._mapping  # noqa: SLF001 - SQLAlchemy's documented access
    return HistoryMatch(
        day_of(row.latest),
        people=(row.shown,),
        classes=parts(row.classes),
        numbers={"times": row.times, "at_most": key.at_most},
        same=tuple(str(columns[name]) for name in _compared(key) if name in columns),
    )


def _beside(question: HistoryQuestion, scope: ClaimScope) -> "Select[Any]":
    s, c = STANDINGS, CERTIFICATES
    return (
        select(PERSONS.c.shown, func.max(c.c.issued_day).label("latest"), func.min(s.c.from_day).label("since"))
        .select_from(s.join(c, c.c.person == s.c.person).join(PERSONS, PERSONS.c.id == s.c.person))
        .where(s.c.kind == question.benefit, *scope.of_people(s.c.person))
        .group_by(s.c.person, PERSONS.c.shown)
    )


def _beside_match(row: "Row[Any]", _: HistoryQuestion) -> HistoryMatch:
    return HistoryMatch(day_of(row.latest), people=(row.shown,), days={"since": day_of(row.since)})


QUERIES = {
    "repeat": HistoryQuery(_repeated, _repeat_match),
    "repeat.certificate": HistoryQuery(_certified, _repeat_match),
    "benefit.beside": HistoryQuery(_beside, _beside_match),
}
