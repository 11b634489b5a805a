"""Classes that all end exactly where the money is: at the cap of days, or just at the rate that pays in full (F19)."""

from typing import Any

from sqlalchemy import Row, Select, and_, case, func, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.text import Text
from storage.database.tables.history import CLASSES
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, joined, parts, party

OPEN_PROGRAMME, CAP_DAYS = "普惠制培训", 10
_CAP = HistoryPattern(
    "class.cap",
    Text("普惠制培训全部按顶额安排", "every open class of the year planned at the cap"),
    "F19",
    ("LX-P1",),
    120,
    (
        Text("职业标准本来就要求这么多天", "the occupation's standard asks for that many days"),
        Text("全年只办同一种班", "only one kind of class was held that year"),
    ),
    (
        Parameter("cap_days", CAP_DAYS, Text("顶额是几天", "the cap in days")),
        Parameter("classes", 4, Text("一年至少几个班", "at least so many classes a year")),
    ),
)
_EDGE = HistoryPattern(
    "rate.edge",
    Text("多个班的就业率恰好过线", "employment rates of many classes just at the line"),
    "F19",
    ("YQ-M2", "LX-M2"),
    300,
    (
        Text("小班里达标人数本来就容易恰好", "in small classes the number needed is easily the number reached"),
        Text("真实的招聘活动按名额招满", "a real hiring campaign that filled its places"),
    ),
    (
        Parameter("per_cent", 80, Text("过线的百分比", "the line in per cent")),
        Parameter("classes", 4, Text("一年至少几个班", "at least so many classes a year")),
        Parameter("of_all", 60, Text("占该机构当年各班的百分比", "this share of the institution's classes that year")),
    ),
)


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


def _cap(params: Params, scope: ClaimScope) -> "Select[Any]":
    c = CLASSES
    at_cap = func.sum(case((c.c.days >= params["cap_days"], 1), else_=0))
    enough = (func.count() >= params["classes"], at_cap == func.count())
    return _by_year(scope, at_cap, enough, c.c.programme == OPEN_PROGRAMME, c.c.days.is_not(None))


def _cap_told(row: "Row[Any]", params: Params) -> HistoryDoubt:
    words = Text(
        f"{row[0]} {row.year} 年 {row.classes} 个普惠制班全部按 {params['cap_days']} 天顶额",
        f"all {row.classes} open classes of {row[0]} in {row.year} are at the cap of {params['cap_days']} days",
    )
    return HistoryDoubt(_CAP, words, day_of(row.latest), (), parts(row.numbers), {"classes": row.classes})


def _edge(params: Params, scope: ClaimScope) -> "Select[Any]":
    c, line = CLASSES, params["per_cent"]
    just = and_(c.c.employed * 100 >= c.c.passed * line, (c.c.employed - 1) * 100 < c.c.passed * line)
    edge = func.sum(case((just, 1), else_=0))
    enough = (edge >= params["classes"], edge * 100 >= func.count() * params["of_all"])
    return _by_year(scope, edge, enough, c.c.passed > 0, c.c.employed.is_not(None))


def _edge_told(row: "Row[Any]", params: Params) -> HistoryDoubt:
    words = Text(
        f"{row[0]} {row.year} 年 {row.classes} 个班中 {row.at_line} 个的就业率恰好过 {params['per_cent']}%，少一人即不达",
        f"{row.at_line} of {row.classes} classes of {row[0]} in {row.year} reach {params['per_cent']} % with nobody to spare",
    )
    numbers = {"at_line": int(row.at_line), "classes": row.classes}
    return HistoryDoubt(_EDGE, words, day_of(row.latest), (), parts(row.numbers), numbers)


DETECTORS = (Detector(_CAP, _cap, _cap_told), Detector(_EDGE, _edge, _edge_told))
