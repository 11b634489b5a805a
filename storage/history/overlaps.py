"""One person in two classes of different institutions at once: the strongest sign that needs no video (F9)."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, exists, func, or_, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.text import Text
from storage.database.tables.history import CLASSES, ENROLMENTS, PERSONS, SESSIONS
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, party

_INNOCENT = (
    Text("请假或换班，有记录", "leave, or a move to the other class, on record"),
    Text("身份证号录错", "a mistyped ID number"),
    Text("课表改期而未更新登记", "a timetable that was changed and not registered again"),
)
_HOURS = HistoryPattern(
    "overlap.hours",
    Text("同一人同一时间在两个机构上课", "one person taught by two institutions at the same hours"),
    "F9",
    (),
    40,
    _INNOCENT,
    (
        Parameter(
            "minutes", 15, Text("重叠多少分钟才列出（钟差）", "how many minutes count, clocks being what they are")
        ),
    ),
)
_DAYS = HistoryPattern(
    "overlap.days",
    Text(
        "同一人同期在两个机构的班里，课表未知",
        "one person in classes of two institutions on the same days, hours unknown",
    ),
    "F9",
    (),
    300,
    (*_INNOCENT, Text("一个是白天班，一个是夜班", "one class by day and one by night")),
    (Parameter("days", 2, Text("重叠多少天才列出", "how many days count")),),
)


def _pairs(scope: ClaimScope) -> "Select[Any]":
    a, b = ENROLMENTS.alias("a"), ENROLMENTS.alias("b")
    together = and_(
        b.c.person == a.c.person,
        b.c.class_id > a.c.class_id,
        b.c.first_day <= a.c.last_day,
        a.c.first_day <= b.c.last_day,
        a.c.institution != b.c.institution,
        # One number under two names is a mistyped number before it is one person twice: see names.differ.
        or_(a.c.name_key == b.c.name_key, a.c.name_key == 0, b.c.name_key == 0),
    )
    wanted = select(
        a.c.person,
        a.c.class_id.label("one"),
        b.c.class_id.label("two"),
        a.c.institution.label("party_one"),
        b.c.institution.label("party_two"),
        case((a.c.first_day > b.c.first_day, a.c.first_day), else_=b.c.first_day).label("first"),
        case((a.c.last_day < b.c.last_day, a.c.last_day), else_=b.c.last_day).label("last"),
    ).where(*scope.of_people(a.c.person))
    if scope.course is not None:
        wanted = wanted.where(or_(a.c.class_id == scope.course, b.c.class_id == scope.course))
    return wanted.select_from(a.join(b, together))


def _named(found: Any) -> "Select[Any]":  # noqa: ANN401 - a subquery or a common table
    """The pairs with who and what they are, looked up only now that they are few."""
    ca, cb, one, two = CLASSES.alias("ca"), CLASSES.alias("cb"), party("one"), party("two")
    source = found.join(PERSONS, PERSONS.c.id == found.c.person)
    source = source.join(ca, ca.c.id == found.c.one).join(cb, cb.c.id == found.c.two)
    source = source.join(one, one.c.id == found.c.party_one).join(two, two.c.id == found.c.party_two)
    names = (ca.c.number.label("number_one"), cb.c.number.label("number_two"))
    parties = (called(one).label("name_one"), called(two).label("name_two"))
    return select(found, PERSONS.c.shown, *names, *parties).select_from(source)


def _hours(params: Params, scope: ClaimScope) -> "Select[Any]":
    pairs = _pairs(scope).cte("pairs").prefix_with("MATERIALIZED")
    s, t = SESSIONS.alias("s"), SESSIONS.alias("t")
    minutes = case((s.c.end_min < t.c.end_min, s.c.end_min), else_=t.c.end_min) - case(
        (s.c.start_min > t.c.start_min, s.c.start_min), else_=t.c.start_min
    )
    at_once = and_(
        t.c.class_id == pairs.c.two, t.c.day == s.c.day, t.c.start_min < s.c.end_min, s.c.start_min < t.c.end_min
    )
    who = (pairs.c.person, pairs.c.one, pairs.c.two, pairs.c.party_one, pairs.c.party_two)
    found = (
        select(*who, func.sum(minutes).label("minutes"), func.max(s.c.day).label("latest"))
        .select_from(pairs.join(s, s.c.class_id == pairs.c.one).join(t, at_once))
        .group_by(*who)
        .having(func.sum(minutes) >= params["minutes"])
    )
    return _named(found.subquery("found"))


def _hours_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    one, two = f"{row.name_one} {row.number_one}", f"{row.name_two} {row.number_two}"
    words = Text(
        f"{row.shown} 同时在 {one} 与 {two} 上课，重叠 {row.minutes} 分钟",
        f"{row.shown} is in {one} and in {two} at once, {row.minutes} minutes together",
    )
    return HistoryDoubt(_HOURS, words, day_of(row.latest), (row.shown,), (one, two), {"minutes": int(row.minutes)})


def _days(params: Params, scope: ClaimScope) -> "Select[Any]":
    pairs = _pairs(scope).cte("pairs").prefix_with("MATERIALIZED")
    unknown = [~exists().where(SESSIONS.c.class_id == course) for course in (pairs.c.one, pairs.c.two)]
    return _named(pairs).where(pairs.c.last - pairs.c.first + 1 >= params["days"], or_(*unknown))


def _days_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    one, two = f"{row.name_one} {row.number_one}", f"{row.name_two} {row.number_two}"
    days = row.last - row.first + 1
    words = Text(
        f"{row.shown} 在 {one} 与 {two} 的班期重叠 {days} 天，课表未导入，不知是否同时",
        f"{row.shown} is in {one} and {two} over the same {days} days; their timetables are not known",
    )
    return HistoryDoubt(_DAYS, words, day_of(row.last), (row.shown,), (one, two), {"days": days})


DETECTORS = (Detector(_HOURS, _hours, _hours_told), Detector(_DAYS, _days, _days_told))
