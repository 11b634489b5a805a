"""Who is said to work where: crowds at one employer, contracts that end early, people with many employers (F18)."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, distinct, func, or_, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.text import Text
from storage.database.tables.history import EMPLOYMENTS, ENROLMENTS, PERSONS
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, party

_DAYS_A_MONTH = 30
_SEASONAL = Text(
    "季节性用工（采摘、旅游、年底生产），合同本来就短", "seasonal work: harvest, tourism, the end-of-year rush"
)
_CROWD = HistoryPattern(
    "employer.crowd",
    Text("许多学员结业后都“就业”于同一单位", "many trainees employed by one employer right after their classes"),
    "F18",
    ("YQ-M2", "LX-M2"),
    600,
    (
        Text(
            "订单式培训，单位本来就是为招工而订班", "training to order: the employer ordered the class to hire from it"
        ),
        Text("劳务派遣单位", "a dispatch agency"),
        _SEASONAL,
    ),
    (
        Parameter("people", 30, Text("至少几人", "at least so many people")),
        Parameter("days", 90, Text("结业后几天内入职", "hired within so many days of the last class day")),
        Parameter("per_cent", 50, Text("占该单位已知职工的百分比", "this share of the employer's known staff")),
    ),
)
_SHORT = HistoryPattern(
    "employer.short",
    Text("一批合同远比约定的短", "a batch of contracts far shorter than stated"),
    "F18",
    ("YQ-M2", "LX-M2"),
    600,
    (
        _SEASONAL,
        Text("单位停产、搬迁或注销", "the employer closed or moved"),
        Text("社保转到关联单位", "insurance moved to a sister firm"),
    ),
    (
        Parameter("people", 5, Text("至少几人", "at least so many people")),
        Parameter("per_cent", 50, Text("实际不到约定的百分之几", "less than this share of the stated time")),
        Parameter("of_all", 50, Text("占该单位全部合同的百分比", "this share of all contracts of the employer")),
    ),
)
_MANY = HistoryPattern(
    "person.employers",
    Text("一人短期内有许多雇主", "one person with many employers within a short time"),
    "F18",
    (),
    120,
    (Text("零工、派遣", "gig work, dispatch"), Text("单位改名或合并", "an employer renamed or merged")),
    (
        Parameter("employers", 4, Text("至少几个单位", "at least so many employers")),
        Parameter("days", 365, Text("在几天之内", "within so many days")),
    ),
)


def _of_claim(scope: ClaimScope) -> "list[Any]":
    own = select(EMPLOYMENTS.c.employer).where(EMPLOYMENTS.c.person.in_(scope.people))
    return [EMPLOYMENTS.c.employer.in_(own)] if scope.people else []


def _crowd(params: Params, scope: ClaimScope) -> "Select[Any]":
    j, e, employer = EMPLOYMENTS, ENROLMENTS, party("employer")
    soon = and_(e.c.person == j.c.person, j.c.from_day >= e.c.last_day, j.c.from_day <= e.c.last_day + params["days"])
    people = func.count(distinct(j.c.person))
    hired = (
        select(j.c.employer, people.label("people"), func.max(j.c.from_day).label("latest"))
        .select_from(j.join(e, soon))
        .where(*_of_claim(scope))
        .group_by(j.c.employer)
        .having(people >= params["people"])
        .subquery()
    )
    staff = employer.c.staff
    return (
        select(called(employer).label("employer"), staff, hired.c.people, hired.c.latest)
        .join(employer, employer.c.id == hired.c.employer)
        .where(or_(staff.is_(None), hired.c.people * 100 >= staff * params["per_cent"]))
    )


def _crowd_told(row: "Row[Any]", params: Params) -> HistoryDoubt:
    staff = (f"，已知职工 {row.staff} 人", f" of a known staff of {row.staff}") if row.staff else ("，职工总数未知", "")
    words = Text(
        f"{row.people} 名学员结业后 {params['days']} 天内就业于 {row.employer}{staff[0]}",
        f"{row.people} trainees were hired by {row.employer} within {params['days']} days{staff[1]}",
    )
    return HistoryDoubt(_CROWD, words, day_of(row.latest), numbers={"people": row.people})


def _short(params: Params, scope: ClaimScope) -> "Select[Any]":
    j, employer = EMPLOYMENTS, party("employer")
    lasted = (j.c.to_day - j.c.from_day) * 100
    brief = and_(j.c.to_day.is_not(None), lasted < j.c.stated_months * _DAYS_A_MONTH * params["per_cent"])
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
        .having(short >= params["people"], short * 100 >= func.count() * params["of_all"])
        .subquery()
    )
    return select(called(employer).label("employer"), found).join(employer, employer.c.id == found.c.employer)


def _short_told(row: "Row[Any]", params: Params) -> HistoryDoubt:
    words = Text(
        f"{row[0]} 的 {row.contracts} 份合同中有 {row.short} 份实际不到约定的 {params['per_cent']}%",
        f"{row.short} of {row.contracts} contracts with {row[0]} lasted less than {params['per_cent']} % of what they state",
    )
    numbers = {"short": int(row.short), "contracts": row.contracts}
    return HistoryDoubt(_SHORT, words, day_of(row.latest), numbers=numbers)


def _many(params: Params, scope: ClaimScope) -> "Select[Any]":
    a, b = EMPLOYMENTS.alias("a"), EMPLOYMENTS.alias("b")
    near = and_(b.c.person == a.c.person, b.c.from_day >= a.c.from_day, b.c.from_day < a.c.from_day + params["days"])
    employers = func.count(distinct(b.c.employer))
    starts = (
        select(a.c.person, employers.label("employers"), func.max(b.c.from_day).label("latest"))
        .select_from(a.join(b, near))
        .where(*scope.of_people(a.c.person))
        .group_by(a.c.person, a.c.employer, a.c.from_day)
        .having(employers >= params["employers"])
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


def _many_told(row: "Row[Any]", params: Params) -> HistoryDoubt:
    words = Text(
        f"{row.shown} 在 {params['days']} 天内有 {row.employers} 个单位",
        f"{row.shown} had {row.employers} employers within {params['days']} days",
    )
    return HistoryDoubt(_MANY, words, day_of(row.latest), (row.shown,), (), {"employers": row.employers})


DETECTORS = (
    Detector(_CROWD, _crowd, _crowd_told),
    Detector(_SHORT, _short, _short_told),
    Detector(_MANY, _many, _many_told),
)
