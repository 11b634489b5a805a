"""Terms of payment that carry no sum of their own."""

from typing import Any

import pytest

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from claims.money import trace
from claims.total import class_total
from claims.trace import Trace
from facts.money import Fen
from facts.verdict import Status
from policy.shelf import packaged
from tests.fixtures.claim_facts import LX, YQ, a_claim, screened

STAGES = {"settlement": "staged"}
PASS, FAIL, UNPROVEN, NOT_APPLICABLE = Status.PASS, Status.FAIL, Status.UNPROVEN, Status.NOT_APPLICABLE


def judged(rule_id: str, **claim: object) -> Trace:
    book, rule = packaged().rule(rule_id)
    facts = {"programme": next(iter(rule.programmes), ""), "group": next(iter(rule.groups), "企业职工")}
    return trace(Case.of(book, ClassClaim("一班", **(facts | claim)), []), rule)


@pytest.mark.parametrize(
    ("sentence", "rule", "claim", "status"),
    [
        ("training to order is settled at once", "YQ-M3", {"settlement": "once"}, PASS),
        ("training to order is not settled in stages", "YQ-M3", STAGES, FAIL),
        (
            "project training may be settled in stages",
            "YQ-M3",
            {"programme": "项目制培训", "settlement": "staged"},
            PASS,
        ),
        ("Linxian settles training to order at once", "LX-M3b", STAGES, FAIL),
        ("Linxian settles projects in stages", "LX-M3b", {"programme": "项目制培训", "settlement": "staged"}, PASS),
        ("an unknown settlement proves nothing", "YQ-M3", {}, UNPROVEN),
        ("an unheard-of settlement proves nothing", "YQ-M3", {"settlement": "两次"}, UNPROVEN),
        ("other programmes have no rule on settlement", "YQ-M3", {"programme": "创业培训"}, NOT_APPLICABLE),
        ("travel is left out of an employees' claim", "YQ-M6", {"cost_lines": ("培训费", "差旅费")}, FAIL),
        ("a claim for the course alone is fine", "YQ-M6", {"cost_lines": ("培训费",)}, PASS),
        ("without its cost lines the claim proves nothing", "YQ-M6", {}, UNPROVEN),
        ("the fragment leaves travel out too", "SX0-M2c", {"cost_lines": ("差旅费",)}, FAIL),
        ("the first examination is free", "QJ-M6", {"fees_charged": ("初次技能鉴定费",)}, FAIL),
        ("no fee was charged", "QJ-M6", {"fees_charged": ()}, PASS),
        ("what was charged is not known", "QJ-M6", {}, UNPROVEN),
    ],
)
def test_condition(sentence: str, rule: str, claim: dict[str, Any], status: Status) -> None:
    assert judged(rule, **claim).status is status, sentence


def linxian(certified: int, unknown: int = 0, of: int = 10) -> Status:
    def certificates(n: int) -> tuple[PersonCertificate, ...] | None:
        if n < certified:
            return (PersonCertificate("初级工"),)
        return None if n < certified + unknown else ()

    people = [
        PersonClaim(f"{n}", "两后生", 10, qualified=True, employed=True, certificates=certificates(n))
        for n in range(of)
    ]
    claim = ClassClaim("一班", "订单式培训")
    found = class_total(packaged().book("linxian-2023"), claim, people)
    return next(item.status for item in found.conditions if item.rule == "LX-M4")


@pytest.mark.parametrize(
    ("sentence", "certified", "unknown", "status"),
    [
        ("half with a certificate is enough, 以上 includes the bound (A11)", 5, 0, PASS),
        ("less than half is not", 4, 0, FAIL),
        ("one unknown who could make it half leaves it open", 4, 1, UNPROVEN),
        ("one unknown who cannot changes nothing", 3, 1, FAIL),
    ],
)
def test_linxian_wants_half_certified(sentence: str, certified: int, unknown: int, status: Status) -> None:
    assert linxian(certified, unknown) is status, sentence


@pytest.mark.parametrize(
    ("book", "programme", "settlement", "yuan", "unproven"),
    [
        (YQ, "订单式培训", "once", 1500, 0),  # two people, five days at 150
        (YQ, "订单式培训", "staged", 0, 0),
        (YQ, "订单式培训", None, 0, 1500),
        (LX, "订单式", "staged", 0, 0),
        (LX, "订单式", None, 0, 1500),
        (YQ, "项目制培训", "staged", 1500, 0),
        (YQ, "项目制培训", None, 1500, 0),
    ],
)
def test_money_stops_where_a_class_that_is_settled_once_is_claimed_in_stages(
    book: str, programme: str, settlement: str | None, yuan: int, unproven: int
) -> None:
    claim = a_claim(book, programme, "脱贫人口", count=2, settlement=settlement)
    found = screened(book, claim)
    assert (found.supported, found.unproven) == (Fen.yuan(yuan), Fen.yuan(unproven))
    if book == LX:  # the trainees' own allowance is no part of it
        assert [one.supported for one in found.beside] == [Fen.yuan(75), Fen.yuan(75)]
