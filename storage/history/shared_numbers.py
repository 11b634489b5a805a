"""One account, certificate number or ID number that several people seem to own."""

from typing import Any

from sqlalchemy import Row, Select, Table, distinct, func, select

from facts.history import HistoryDoubt, HistoryPattern, Parameter
from facts.text import Text
from storage.database.tables.history import CERTIFICATES, CLASSES, ENROLMENTS, PERSONS, SECRETS
from storage.history.detector import ClaimScope, Detector, Params, day_of, joined, parts

_PEOPLE = Parameter("people", 2, Text("几个人共用才列出", "how many people share it before it is listed"))
_ACCOUNT = HistoryPattern(
    "account.shared",
    Text("多人共用一个银行账号", "one bank account for several people"),
    "F18",
    (),
    30,
    (
        Text("家庭成员代收，有委托书", "a member of the family receives it, with a written authority"),
        Text(
            "培训机构代领（先垫后补）并有学员签字",
            "the institution is paid for fees it advanced, signed by the trainees",
        ),
        Text("账号录错一位", "one digit of the account was mistyped"),
    ),
    (_PEOPLE,),
)
_CERTIFICATE = HistoryPattern(
    "certificate.shared",
    Text("同一证书编号属于多人", "one certificate number for several people"),
    "F17",
    (),
    30,
    (
        Text("编号录错或只填了批次号", "the number was mistyped, or only the batch number was given"),
        Text("换证后身份证号更正", "the ID number was corrected when the certificate was changed"),
    ),
    (_PEOPLE,),
)
_NAMES = HistoryPattern(
    "names.differ",
    Text("同一身份证号有不同姓名", "one ID number under different names"),
    "F9",
    (),
    20,
    (
        Text("改名", "a change of name"),
        Text("生僻字在旧系统里写法不同", "a rare character that old systems write otherwise"),
        Text("身份证号录错而恰好合乎校验", "a mistyped ID number whose check digit happens to fit"),
    ),
)


def _shared(table: Table, key: str, last: str) -> "Any":  # noqa: ANN401 - a query maker
    def query(params: Params, scope: ClaimScope) -> "Select[Any]":
        column = table.c[key]
        of_claim = []
        if scope.people:
            of_claim = [column.in_(select(column).where(table.c.person.in_(scope.people), column.is_not(None)))]
        many = (
            select(column.label("what"), func.count(distinct(table.c.person)).label("people"))
            .where(column.is_not(None), *of_claim)
            .group_by(column)
            .having(func.count(distinct(table.c.person)) >= params["people"])
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


def _told(about: HistoryPattern, zh: str, en: str) -> "Any":  # noqa: ANN401 - a teller
    def told(row: "Row[Any]", _: Params) -> HistoryDoubt:
        words = Text(f"{zh} {row.shown} 由 {row.people} 人共用", f"{en} {row.shown} belongs to {row.people} people")
        return HistoryDoubt(about, words, day_of(row.latest), parts(row.who), (), {"people": row.people})

    return told


def _names(_: Params, scope: ClaimScope) -> "Select[Any]":
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


def _names_told(row: "Row[Any]", _: Params) -> HistoryDoubt:
    words = Text(f"{row.shown} 的身份证号在各班期里姓名不同", f"the ID number of {row.shown} has other names elsewhere")
    return HistoryDoubt(_NAMES, words, day_of(row.latest), (row.shown,), parts(row.classes))


DETECTORS = (
    Detector(_ACCOUNT, _shared(ENROLMENTS, "account", "last_day"), _told(_ACCOUNT, "银行账号", "account")),
    Detector(_CERTIFICATE, _shared(CERTIFICATES, "number", "issued_day"), _told(_CERTIFICATE, "证书", "certificate")),
    Detector(_NAMES, _names, _names_told),
)
