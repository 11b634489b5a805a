"""People and institutions in a place where they may not be: on a pension, on the staff, under rectification."""

from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.registry import PENSION
from facts.text import Text
from storage.database.tables.history import CLASSES, ENROLMENTS, PERSONS, POSTS, SANCTIONS, STANDINGS
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, joined, parts, party

_STALE = Text("名单过期：待遇已停或当时尚未领取", "a stale list: the pension had ended, or had not begun")
_PENSION = HistoryPattern(
    "pension.trainee",
    Text("按月领取养老金的人享受培训补贴", "somebody on a monthly pension in a subsidised class"),
    "F17",
    ("YQ-E1", "WY-E1"),
    30,
    (_STALE, Text("领的是城乡居民养老金，不在该条之内", "a residents' pension, which the clause does not mean")),
    (
        Parameter(
            "grace_days", 31, Text("开班前多少天内开始领取不计", "begun this shortly before the class: not counted")
        ),
    ),
)
_STAFF = HistoryPattern(
    "staff.trainee",
    Text("机构自己的教职工当学员", "the institution's own staff as its trainees"),
    "F17",
    ("YQ-P9",),
    60,
    (
        Text("员工真的参加了另一工种的培训", "a member of staff who truly learns another trade"),
        Text("已经离职而名单未更新", "somebody who had left, on a stale list"),
    ),
)
_SANCTION = HistoryPattern(
    "sanction.class",
    Text("整改期间开班", "a class during a rectification period"),
    "F17",
    ("YQ-P8",),
    60,
    (
        Text("整改已提前结束", "the rectification had ended early"),
        Text("处罚只涉及另一校区或工种", "the sanction concerns another site or trade"),
    ),
)


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


def _pension(params: Params, scope: ClaimScope) -> "Select[Any]":
    s, e = STANDINGS, ENROLMENTS
    drawn = and_(
        s.c.kind == PENSION,
        s.c.from_day <= e.c.first_day - params["grace_days"],
        or_(s.c.to_day.is_(None), s.c.to_day > e.c.first_day),
    )
    return _enrolled(s, drawn, scope)


def _pension_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    words = Text(
        f"{row.shown} 自 {day_of(row.since)} 起领取养老金，之后仍在 {row.times} 个班",
        f"{row.shown} draws a pension since {day_of(row.since)} and is in {row.times} classes after it",
    )
    return HistoryDoubt(_PENSION, words, day_of(row.latest), (row.shown,), parts(row.classes), {"classes": row.times})


def _staff(_: Params, scope: ClaimScope) -> "Select[Any]":
    p, e, c = POSTS, ENROLMENTS, CLASSES
    return _enrolled(p, and_(c.c.institution == p.c.institution, _overlapping(p, e.c.first_day, e.c.last_day)), scope)


def _staff_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    words = Text(
        f"{row.shown} 是该机构教职工（{day_of(row.since)} 起），又在其 {row.times} 个班里当学员",
        f"{row.shown} is on the institution's staff since {day_of(row.since)} and a trainee in {row.times} of its classes",
    )
    return HistoryDoubt(_STAFF, words, day_of(row.latest), (row.shown,), parts(row.classes), {"classes": row.times})


def _sanction(_: Params, scope: ClaimScope) -> "Select[Any]":
    s, c, institution = SANCTIONS, CLASSES, party("institution")
    on = and_(c.c.institution == s.c.institution, _overlapping(s, c.c.first_day, c.c.last_day))
    return (
        select(called(institution).label("name"), c.c.number, c.c.first_day, c.c.last_day, s.c.from_day, s.c.to_day)
        .select_from(s.join(c, on).join(institution, institution.c.id == s.c.institution))
        .where(*scope.of_course(c.c.id))
    )


def _sanction_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    until = str(day_of(row.to_day)) if row.to_day else "…"
    label = f"{row.name} {row.number}"
    span = f"{day_of(row.first_day)} – {day_of(row.last_day)}"
    words = Text(
        f"{label}（{span}）在整改期内（{day_of(row.from_day)} – {until}）",
        f"{label} ({span}) lies within a rectification period ({day_of(row.from_day)} – {until})",
    )
    return HistoryDoubt(_SANCTION, words, day_of(row.last_day), (), (label,))


DETECTORS = (
    Detector(_PENSION, _pension, _pension_told),
    Detector(_STAFF, _staff, _staff_told),
    Detector(_SANCTION, _sanction, _sanction_told),
)
