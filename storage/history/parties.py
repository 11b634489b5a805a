"""Whether trainer and evaluator are two, and whether either stood in its catalogue on the day."""

from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, or_, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.registry import Registry
from facts.text import Text
from storage.database.tables.history import CATALOGUE, CERTIFICATES, CLASSES, ENROLMENTS
from storage.history.detector import ClaimScope, Detector, Params, called, day_of, joined, parts, party

_SAME = HistoryPattern(
    "evaluator.same",
    Text("培训机构自己评价自己的学员", "an institution that certifies the trainees of its own class"),
    "F17",
    ("YQ-P4",),
    120,
    (
        Text("当时的规则要求优先用本单位评价机构", "the rule of that time asked for one's own evaluator first"),
        Text("证书属于此前另一次评价", "the certificate belongs to another, earlier evaluation"),
    ),
    (Parameter("days", 180, Text("结业后几天内发证", "issued within so many days of the last class day")),),
)
_OLD_LIST = Text("目录未更新，或备案早于列入日期", "a catalogue out of date, or a filing earlier than its entry")
_INSTITUTION = HistoryPattern(
    "catalogue.institution", Text("开班机构当时不在目录内", "classes of an institution outside the catalogue"),
    "F17", ("LX-P5",), 60, (_OLD_LIST,),
)  # fmt: skip
_EVALUATOR = HistoryPattern(
    "catalogue.evaluator", Text("发证机构当时不在目录内", "certificates of an evaluator outside the catalogue"),
    "F17", ("YQ-P5", "LX-P5"), 60, (_OLD_LIST,),
)  # fmt: skip


def _same(params: Params, scope: ClaimScope) -> "Select[Any]":
    n, e, c, institution = CERTIFICATES, ENROLMENTS, CLASSES, party("institution")
    own = and_(n.c.person == e.c.person, n.c.evaluator == c.c.institution)
    after = and_(n.c.issued_day >= c.c.last_day, n.c.issued_day <= c.c.last_day + params["days"])
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


def _same_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    label = f"{row.name} {row.number}"
    words = Text(
        f"{label} 有 {row.people} 张证书由该机构自己发", f"{label}: {row.people} certificates issued by itself"
    )
    return HistoryDoubt(_SAME, words, day_of(row.latest), (), (label,), {"people": row.people})


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


def _institution(_: Params, scope: ClaimScope) -> "Select[Any]":
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


def _evaluator(_: Params, scope: ClaimScope) -> "Select[Any]":
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


def _institution_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    words = Text(
        f"{row[0]} 有 {row.times} 个班开班时不在机构目录内",
        f"{row[0]}: {row.times} classes began outside the catalogue",
    )
    return HistoryDoubt(_INSTITUTION, words, day_of(row.latest), (), parts(row.what), {"classes": int(row.times)})


def _evaluator_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    words = Text(
        f"{row[0]} 有 {row.times} 张证书发证时不在评价机构目录内",
        f"{row[0]}: {row.times} certificates were issued outside the catalogue",
    )
    return HistoryDoubt(_EVALUATOR, words, day_of(row.latest), numbers={"certificates": int(row.times)})


DETECTORS = (
    Detector(_SAME, _same, _same_told),
    Detector(_INSTITUTION, _institution, _institution_told),
    Detector(_EVALUATOR, _evaluator, _evaluator_told),
)
