"""The sums that were worked out by hand from the documents, one sentence each, on the shipped rulebooks."""

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from claims.case import Case
from claims.facts_of_claim import ClassClaim, EarlierStages, PaidBefore, PersonCertificate, PersonClaim
from claims.money import CLASSWIDE, trace
from claims.trace import Trace
from facts.money import Fen
from facts.verdict import Status
from policy.shelf import packaged


@dataclass(frozen=True)
class Golden:
    """One sentence, the rule, what is known of the class and of its one person, and the yuan that are due."""

    sentence: str
    rule: str
    yuan: int | Fraction | None
    claim: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)


FILED = {"filed": True, "core_business": True, "affected": True}
HELD = {"certificates": (PersonCertificate("培训合格证书"),)}
KEY_FIRM = {"firm_lists": ("重点企业",)}
INSURED = {"firm_lists": ("参保企业",)}


def days(n: int) -> dict[str, Any]:
    return {"valid_days": n}


def hours(n: int) -> dict[str, Any]:
    return {"valid_hours": Fraction(n)}


def holds(level: str, *, first: bool | None = False) -> dict[str, Any]:
    return {"certificates": (PersonCertificate(level, first),), "evaluation_fee": False}


def stages(days: int, paid: int, *taken: int) -> dict[str, Any]:
    return {"earlier": EarlierStages(days, Fen.yuan(paid), taken)}


def online(*per_day: int, heads: int = 100) -> dict[str, Any]:
    hours_of = tuple(Fraction(n) for n in per_day)
    return {"online_hours": hours_of, "bought_platform": False, "same_courseware": False, "heads": heads} | FILED


def bought(cost: int, heads: int = 100) -> dict[str, Any]:
    return {"bought_platform": True, "platform_cost": Fen.yuan(cost), "heads": heads} | FILED


def months(n: int) -> dict[str, Any]:
    return {"work_months": n, "already_paid": ()}


def stage(name: str) -> dict[str, Any]:
    return {"stage": name}


def allowance(yuan: int) -> dict[str, Any]:
    return {"costs": {"实习津贴": Fen.yuan(yuan)}}


def approved(yuan: int) -> dict[str, Any]:
    return {"ceilings": {"上级部门核定的收费标准": Fen.yuan(yuan)}}


HOURS_23_5 = {"valid_hours": Fraction(47, 2)}
FEES_450 = {"costs": {"培训费": Fen.yuan(300), "考试费": Fen.yuan(150)}}
OFF_JOB = {"qualified": True, "off_job": True, "already_paid": ()}
BESIDE_JOB = {"qualified": True, "off_job": False}
STAGED = {"qualified": True, "licensed": True, "licence_months": 6}
LATE = STAGED | {"licence_months": 7}
UNLICENSED = {"qualified": True, "licensed": False}
PAID_ALREADY = {"work_months": 6, "already_paid": ("QJ-M1",)}
LISTED = {
    "programme": "项目制培训",
    "firm_lists": ("制造业重点细分行业企业",),
    "first_day": date(2021, 3, 1),
    "last_day": date(2021, 3, 9),
}

GOLDEN = [
    Golden("Yangquan: one day earns the first tier", "YQ-M1", 150, person=days(1)),
    Golden("Yangquan: ten days fill the first tier", "YQ-M1", 1500, person=days(10)),
    Golden("Yangquan: the eleventh day earns the second tier", "YQ-M1", 1600, person=days(11)),
    Golden("Yangquan: 44 days stay below the cap", "YQ-M1", 4900, person=days(44)),
    Golden("Yangquan: 45 days reach the cap exactly", "YQ-M1", 5000, person=days(45)),
    Golden("Yangquan: 46 days earn no more than the cap", "YQ-M1", 5000, person=days(46)),
    Golden("the fragment: the same tiers and cap as Yangquan", "SX0-M1", 4900, person=days(44)),
    Golden("Linxian to order: 34 days stay below the cap", "LX-M2", 3900, person=days(34)),
    Golden("Linxian to order: 35 days reach the cap", "LX-M2", 4000, person=days(35)),
    Golden("Linxian to order: 36 days earn no more", "LX-M2", 4000, person=days(36)),
    Golden("Linxian open training: 9 days at 100", "LX-M1", 900, person=days(9)),
    Golden("Linxian open training: 11 days stop at 1000", "LX-M1", 1000, person=days(11)),
    Golden("Linxian open training for workers going elsewhere is paid alike", "LX-M9", 900, person=days(9)),
    Golden("Linxian living allowance: 15 a day without a cap", "LX-M5", 675, person=days(45)),
    Golden("Quanjiao living allowance: 50 a day", "QJ-M5", 500, person=days(10)),
    Golden("Wuyi projects: 11 hours are below the floor and earn nothing", "WY-M2", 0, person=hours(11) | HELD),
    Golden("Wuyi projects: 12 hours meet the floor", "WY-M2", 300, person=hours(12) | HELD),
    Golden("Wuyi projects: 39 hours stay below the cap", "WY-M2", 975, person=hours(39) | HELD),
    Golden("Wuyi projects: 40 hours reach the cap", "WY-M2", 1000, person=hours(40) | HELD),
    Golden("Wuyi projects: 41 hours earn no more", "WY-M2", 1000, person=hours(41) | HELD),
    Golden("Yangquan employees: 3 days of 23.5 hours pass by the days", "YQ-M4", 300, person=days(3) | HOURS_23_5),
    Golden("Yangquan employees: 24 hours in 2 days pass by the hours", "YQ-M4", 300, person=days(2) | hours(24)),
    Golden("Yangquan employees: 2 days of 23 hours pass by neither", "YQ-M4", 0, person=days(2) | hours(23)),
    Golden("the fragment's employees: the same floor", "SX0-M2", 300, person=days(3) | hours(20)),
    Golden("Linxian employees: no floor is stated, one day is enough", "LX-M6", 300, person=days(1)),
    Golden("Yangquan apprentices: 5000 for each of two years", "YQ-M5", 10_000, person={"contract_years": 2}),
    Golden("the fragment's apprentices: 5000 a year", "SX0-M2b", 5000, person={"contract_years": 1}),
    Golden("Yangquan: 初级工 earns 400", "YQ-M7", 400, person=holds("初级工")),
    Golden(
        "Yangquan: 中级工 taken directly as the first certificate earns 600",
        "YQ-M7",
        600,
        person=holds("中级工", first=True),
    ),
    Golden("Yangquan: 中级工 after another certificate earns nothing", "YQ-M7", 0, person=holds("中级工")),
    Golden("Yangquan: 高级工 earns 800", "YQ-M7", 800, person=holds("高级工")),
    Golden("Yangquan: a first 特种作业操作证 earns 400", "YQ-M7", 400, person=holds("特种作业操作证", first=True)),
    Golden("Yangquan: the document names no sum for 技师", "YQ-M7", 0, person=holds("技师")),
    Golden("the fragment: 中级工 only as the first certificate", "SX0-M3", 600, person=holds("中级工", first=True)),
    Golden("Linxian: 中级工 earns 600 whether first or not", "LX-M8", 600, person=holds("中级工")),
    Golden("Linxian: 专项职业能力证书 earns 200", "LX-M8", 200, person=holds("专项职业能力证书")),
    Golden("Wuyi pays for training: 高级技师 5000", "WY-M1", 5000, person=holds("高级技师")),
    Golden("Wuyi pays for training: 初级专项能力证书 600", "WY-M1", 600, person=holds("初级专项能力证书")),
    Golden("Wuyi apprentices with 中级工: at most 5000", "WY-M3", 5000, person=stage("培训合格证书+中级工")),
    Golden(
        "Wuyi apprentices with the course certificate alone: at most 3000", "WY-M3", 3000, person=stage("培训合格证书")
    ),
    Golden("Wuyi school apprentices: the allowance itself below 3000", "WY-M4", 2400, person=allowance(2400)),
    Golden("Wuyi school apprentices: at most 3000", "WY-M4", 3000, person=allowance(7200)),
    Golden("Wuyi uplift: at most 30 % of 1000 more for a listed firm", "WY-M5", 300, LISTED, hours(40) | HELD),
    Golden(
        "Wuyi projects: 40 hours without a certificate earn nothing",
        "WY-M2",
        0,
        person=hours(40) | {"certificates": ()},
    ),
    Golden("Wuyi projects: who failed earns nothing", "WY-M2", 0, person=hours(40) | HELD | {"qualified": False}),
    Golden(
        "Wuyi projects: a 特种作业操作证书 pays as well",
        "WY-M2",
        1000,
        person=hours(40) | {"certificates": (PersonCertificate("特种作业操作证书"),)},
    ),
    Golden("Wuyi projects: certificates not known, no sum", "WY-M2", None, person=hours(40)),
    Golden("Wuyi online: filed only after it began", "WY-M6", 0, online(4) | {"filed": False}),
    Golden("Wuyi online: not of the firm's main business", "WY-M6", 0, online(4) | {"core_business": False}),
    Golden("Wuyi online: a firm that was not affected, or late", "WY-M6", 0, online(4) | {"affected": False}),
    Golden("Wuyi online: no filing known, no sum", "WY-M6", None, online(4) | {"filed": None}),
    Golden(
        "Yangquan: a certificate for which the person paid earns nothing",
        "YQ-M7",
        0,
        person=holds("高级工") | {"evaluation_fee": True},
    ),
    Golden(
        "Yangquan: whether the person paid is not known, no sum",
        "YQ-M7",
        None,
        person=holds("高级工") | {"evaluation_fee": None},
    ),
    Golden(
        "the fragment: a certificate for which the person paid earns nothing",
        "SX0-M3",
        0,
        person=holds("初级工") | {"evaluation_fee": True},
    ),
    Golden("Quanjiao retraining: 1200 in a key firm in difficulty", "QJ-M1b", 1200, KEY_FIRM, {"qualified": True}),
    Golden("Quanjiao retraining: nothing in any other firm", "QJ-M1b", 0, INSURED, {"qualified": True}),
    Golden("Quanjiao retraining: the firm's lists not known, no sum", "QJ-M1b", None, person={"qualified": True}),
    Golden("Quanjiao on the job, people hard to employ: insured firms, 5 months", "QJ-M3b", 1000, INSURED, months(5)),
    Golden("Quanjiao on the job, people hard to employ: not in another firm", "QJ-M3b", 0, KEY_FIRM, months(5)),
    Golden(
        "Quanjiao on the job: not beside pre-job training by its long name",
        "QJ-M3",
        0,
        person=months(6) | {"already_paid": ("新录用人员岗前技能培训补贴",)},
    ),
    Golden(
        "Quanjiao on the job: not beside pre-job training in a register",
        "QJ-M3",
        0,
        person=months(6) | {"paid_before": (PaidBefore("岗前培训", 2020),)},
    ),
    Golden(
        "Quanjiao on the job: beside another subsidy of a like name",
        "QJ-M3",
        1200,
        person=months(6) | {"already_paid": ("岗位技能提升培训补贴",)},
    ),
    Golden(
        "Yangquan, second stage: 5 days after 10 are days 11 to 15", "YQ-M1", 500, person=days(5) | stages(10, 1500)
    ),
    Golden(
        "Yangquan, second stage: 5 days that were paid already", "YQ-M1", 0, person=days(5) | stages(5, 750, *range(5))
    ),
    Golden(
        "Yangquan, all 15 days after 10 were paid: 2000 less 1500",
        "YQ-M1",
        500,
        person=days(15) | stages(10, 1500, *range(10)),
    ),
    Golden(
        "Yangquan, second stage: 40 days and 4500 before, the cap leaves 500",
        "YQ-M1",
        500,
        person=days(10) | stages(40, 4500),
    ),
    Golden(
        "Yangquan, second stage: what was paid too much is taken off", "YQ-M1", 300, person=days(5) | stages(10, 1700)
    ),
    Golden("Wuyi online: 4 hours hit 8000 a day", "WY-M6", 8000, online(4)),
    Golden("Wuyi online: 5 hours earn no more a day", "WY-M6", 8000, online(5)),
    Golden("Wuyi online: 6 days hit 48,000", "WY-M6", 48_000, online(4, 4, 4, 4, 4, 4)),
    Golden("Wuyi online: a seventh day earns no more", "WY-M6", 48_000, online(*[4] * 7)),
    Golden("Wuyi online: 50 people halve it", "WY-M6", 24_000, online(*[4] * 6, heads=50)),
    Golden("Wuyi online: 50 people halve the cap too", "WY-M6", 24_000, online(*[4] * 9, heads=50)),
    Golden("Wuyi online: a day of 3 hours does not count", "WY-M6", 8000, online(4, 3)),
    Golden("Wuyi bought platform: 95 % of the cost", "WY-M6", 38_000, bought(40_000)),
    Golden("Wuyi bought platform: at most 48,000", "WY-M6", 48_000, bought(60_000)),
    Golden("Wuyi bought platform: 50 people halve it", "WY-M6", 19_000, bought(40_000, heads=50)),
    Golden("Wuyi safety training: fees as charged", "WY-M7", 450, approved(600), FEES_450),
    Golden("Wuyi safety training: at most the approved fee", "WY-M7", 400, approved(400), FEES_450),
    Golden(
        "Quanjiao pre-job training: 1200 for who passes", "QJ-M1", 1200, person={"qualified": True, "already_paid": ()}
    ),
    Golden("Quanjiao pre-job training: nothing for who does not", "QJ-M1", 0, person={"qualified": False}),
    Golden("Quanjiao skill upgrading: 技师 3500", "QJ-M2", 3500, person=holds("技师")),
    Golden("Quanjiao on the job: 5 months", "QJ-M3", 1000, person=months(5)),
    Golden("Quanjiao on the job: a seventh month is not paid", "QJ-M3", 1200, person=months(7)),
    Golden("Quanjiao on the job: not beside pre-job training", "QJ-M3", 0, person=PAID_ALREADY),
    Golden("Quanjiao safety: 3 days off the job and passed", "QJ-M4", 300, person=days(3) | OFF_JOB),
    Golden("Quanjiao safety: 2 days are too few, whatever the hours", "QJ-M4", 0, person=days(2) | hours(24) | OFF_JOB),
    Golden("Quanjiao safety: not for training beside the job", "QJ-M4", 0, person=days(3) | BESIDE_JOB),
    Golden("Linxian start-up: 80 % and 20 % of the capped 1800", "LX-M7", 1800, person=days(10) | STAGED),
    Golden("Linxian start-up: without licences only the 80 %", "LX-M7", 1440, person=days(10) | UNLICENSED),
    Golden("Linxian start-up: a licence after the half year is too late", "LX-M7", 1440, person=days(10) | LATE),
    Golden("Linxian start-up: 5 days at 180", "LX-M7", 900, person=days(5) | STAGED),
    Golden("Yangquan start-up: the sum stands in another document", "YQ-M10", None, person=days(10)),
    Golden("the fragment's start-up: the sum stands in another document", "SX0-M10", None, person=days(10)),
]


def worked(golden: Golden) -> Trace:
    book, rule = packaged().rule(golden.rule)
    facts: dict[str, Any] = {"programme": next(iter(rule.programmes), ""), "group": next(iter(rule.groups), "企业职工")}
    person = PersonClaim("甲", **golden.person)
    case = Case.of(
        book, ClassClaim("一班", **(facts | golden.claim)), [] if rule.kind == "money.courseware" else [person]
    )
    return trace(case, rule, None if isinstance(rule.params, CLASSWIDE) else person)


@pytest.mark.parametrize("golden", GOLDEN, ids=[golden.sentence for golden in GOLDEN])
def test_golden(golden: Golden) -> None:
    found = worked(golden)
    assert found.total == (None if golden.yuan is None else Fen.yuan(golden.yuan))
    expected = {None: Status.UNPROVEN, 0: Status.FAIL}.get(golden.yuan, Status.PASS)
    assert (found.status, found.rule) == (expected, golden.rule)


def test_linxian_start_up_money_comes_in_two_parts() -> None:
    found = worked(Golden("", "LX-M7", 1800, person=days(10) | STAGED))
    assert [term.amount for term in found.terms] == [Fen.yuan(1440), Fen.yuan(360)]


@pytest.mark.parametrize("rule", ["LX-M7", "WY-M3", "WY-M4", "WY-M5"])
def test_sums_that_a_document_calls_the_most_are_marked_as_ceilings(rule: str) -> None:
    assert all(worked(golden).ceiling for golden in GOLDEN if golden.rule == rule)


# The money rows whose answer is no sum of one person or class stand in these files.
ELSEWHERE = {
    "YQ-M2": "test_heads.py",
    "SX0-M1b": "test_heads.py",
    "LX-M3": "test_heads.py",
    "YQ-M3": "test_conditions.py",
    "LX-M3b": "test_conditions.py",
    "YQ-M6": "test_conditions.py",
    "SX0-M2c": "test_conditions.py",
    "LX-M4": "test_conditions.py",
    "QJ-M6": "test_conditions.py",
    "YQ-M8": "test_class_total.py",
    "SX0-M3b": "test_class_total.py",
    "LX-M8b": "test_class_total.py",
    "YQ-M9": "test_contradictions.py",
    "SX0-M3d": "test_contradictions.py",
    "SX0-M3c": "test_contradictions.py",
    "LX-M8c": "test_contradictions.py",
}


def test_every_money_row_of_every_document_has_a_case(request: pytest.FixtureRequest) -> None:
    rows = {
        rule.id for book in packaged().books for rule in book.rules if "-M" in rule.id or rule.kind.startswith("money.")
    }
    assert rows == {golden.rule for golden in GOLDEN} | set(ELSEWHERE)
    for rule, name in ELSEWHERE.items():
        assert f'"{rule}"' in request.path.with_name(name).read_text("utf-8"), f"{rule} has no case in {name}"
