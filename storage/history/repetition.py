"""Repetition by each rulebook's own key; two rulebooks may answer differently about the same history."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, case, func, select

from facts.history import HistoryDoubt, HistoryPattern, Limits, RepeatKey
from facts.text import Text
from storage.database.tables.history import CERTIFICATES, CLASSES, ENROLMENTS, PERSONS, SECRETS, STANDINGS
from storage.history.detector import ClaimScope, Detector, Params, day_of, joined, parts

CERTIFICATION = "取证"
REPEAT = HistoryPattern(
    "repeat",
    Text("重复享受补贴", "subsidised more often than the rule allows"),
    "F17",
    (),
    60,
    (
        Text(
            "登记延迟：原班期已取消或补贴已退回",
            "a stale registry: the earlier class was cancelled or the money returned",
        ),
        Text("工种名称相近而实为两个工种", "two occupations whose names are alike"),
        Text("身份证号录错，把别人的班期记到此人名下", "a mistyped ID number put another's class under this name"),
    ),
)
CERTIFIED = HistoryPattern(
    "repeat.certificate",
    Text("同一等级多次取证", "more than one certificate of one level"),
    "F17",
    (),
    60,
    (
        Text("另一证书没有申领过补贴", "no subsidy was claimed for the other certificate"),
        Text("补发或换发的证书", "a certificate issued again after loss or change"),
    ),
)
BESIDE = HistoryPattern(
    "benefit.beside",
    Text("与另一项补贴同时享受", "drawn beside a benefit that excludes it"),
    "F17",
    (),
    60,
    (
        Text("另一项补贴已退回或属于另一张证书", "the other benefit was returned or belongs to another certificate"),
        Text("名单过期", "a stale list"),
    ),
)


def of_limits(limits: Limits) -> tuple[Detector, ...]:
    """One detector for each key and exclusion of a rulebook."""
    certified = [_certified(key) for key in limits.repeats if CERTIFICATION in key.programmes]
    repeated = [_repeated(key) for key in limits.repeats]
    return (*repeated, *certified, *(_beside(each.rule, each.kind) for each in limits.exclusions))


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


def compared(key: RepeatKey) -> tuple[str, ...]:
    """The names of the columns that the key compares beside the person."""
    year = ("year",) if key.yearly else ()
    return (*(name for name in ("occupation", "level") if name in key.fields), *year)


def _repeated(key: RepeatKey) -> Detector:
    def query(_: Params, scope: ClaimScope) -> "Select[Any]":
        each = enrolled(key, scope).subquery()
        names = [each.c[name] for name in compared(key)]
        blank = [each.c[name] != "" for name in compared(key) if name != "year"]
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
        return _shown(many)

    return Detector(REPEAT, query, lambda row, _: _told(REPEAT, key, row))


def _with_claim(each: Subquery, scope: ClaimScope) -> "list[ColumnElement[bool]]":
    """For a claim, only what the claim itself repeats."""
    own = func.sum(case((each.c.class_id == scope.course, 1), else_=0))
    return [] if scope.course is None else [own > 0]


def _shown(many: Subquery) -> "Select[Any]":
    return select(many, PERSONS.c.shown).join(PERSONS, PERSONS.c.id == many.c.person)


def _told(about: HistoryPattern, key: RepeatKey, row: "Row[Any]") -> HistoryDoubt:
    same = [str(row._mapping[name]) for name in compared(key) if name in row._mapping]  # noqa: SLF001 - SQLAlchemy's documented access
    zh = f"{row.shown} 同一（{'、'.join(['人', *same])}）{row.times} 次，规则最多 {key.at_most} 次"
    en = f"{row.shown}: {row.times} times under ({', '.join(['person', *same])}), the rule allows {key.at_most}"
    numbers = {"times": row.times, "at_most": key.at_most}
    return HistoryDoubt(about, Text(zh, en), day_of(row.latest), (row.shown,), parts(row.classes), numbers, key.rule)


def _certified(key: RepeatKey) -> Detector:
    def query(_: Params, scope: ClaimScope) -> "Select[Any]":
        c = CERTIFICATES
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

    return Detector(CERTIFIED, query, lambda row, _: _told(CERTIFIED, key, row))


def _beside(rule: str, kind: str) -> Detector:
    def query(_: Params, scope: ClaimScope) -> "Select[Any]":
        s, c = STANDINGS, CERTIFICATES
        return (
            select(PERSONS.c.shown, func.max(c.c.issued_day).label("latest"), func.min(s.c.from_day).label("since"))
            .select_from(s.join(c, c.c.person == s.c.person).join(PERSONS, PERSONS.c.id == s.c.person))
            .where(s.c.kind == kind, *scope.of_people(s.c.person))
            .group_by(s.c.person, PERSONS.c.shown)
        )

    def told(row: "Row[Any]", _: Params) -> HistoryDoubt:
        zh = f"{row.shown} 已享受{kind}（{day_of(row.since)} 起），规则规定不再享受取证补贴"
        en = f"{row.shown} draws {kind} since {day_of(row.since)}; the rule then pays no certificate subsidy"
        return HistoryDoubt(BESIDE, Text(zh, en), day_of(row.latest), (row.shown,), rule=rule)

    return Detector(BESIDE, query, told)
