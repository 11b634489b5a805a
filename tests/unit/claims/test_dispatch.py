"""Every kind of money rule has its engine, and every money rule of every document answers."""

from dataclasses import replace

import pytest

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonClaim
from claims.money import CLASSWIDE, PERSONAL, trace, traces
from claims.sample import SampleSize, sample_case
from claims.trace import Trace
from facts.codec import dumps, loads
from facts.errors import InputError
from facts.verdict import Status
from policy.kinds import KINDS
from policy.shelf import packaged

MONEY = [rule.id for book in packaged().books for rule in book.rules if rule.kind.startswith("money.")]


def test_every_kind_of_money_rule_has_an_engine() -> None:
    kinds = {name for name in KINDS if name.startswith("money.")}
    assert {kind.kind for kind in (*PERSONAL, *CLASSWIDE)} == kinds


@pytest.mark.parametrize("rule_id", MONEY)
def test_nothing_known_is_unproven_and_says_what_is_missing(rule_id: str) -> None:
    book, rule = packaged().rule(rule_id)
    claim = ClassClaim("一班", next(iter(rule.programmes), ""), next(iter(rule.groups), ""))
    for found in traces(Case.of(book, claim, [PersonClaim("甲")]), rule):
        assert (found.status, found.total) == (Status.UNPROVEN, None)
        assert all(text.zh and text.en for text in found.missing)


@pytest.mark.parametrize("rule_id", MONEY)
def test_a_class_of_no_known_programme_or_group_is_never_paid(rule_id: str) -> None:
    book, rule = packaged().rule(rule_id)
    for found in traces(Case.of(book, ClassClaim("一班"), [PersonClaim("甲")]), rule):
        assert (found.status, found.total) == (Status.UNPROVEN, None)


@pytest.mark.parametrize("rule_id", MONEY)
def test_the_sample_facts_show_the_rule_at_work(rule_id: str) -> None:
    book, rule = packaged().rule(rule_id)
    found = traces(sample_case(book, rule, SampleSize()), rule)[0]
    assert found.status is (Status.UNPROVEN if rule.kind == "money.external" else Status.PASS)
    assert (found.rule, found.article, found.quote) == (rule.id, rule.article, rule.quote)
    assert loads(Trace, dumps(found)) == found


def test_another_programme_is_not_applicable() -> None:
    book, rule = packaged().rule("YQ-M1")
    person = PersonClaim("甲", "残疾人", valid_days=10)
    found = trace(Case.of(book, ClassClaim("一班", "创业培训"), [person]), rule, person)
    assert (found.status, found.total) == (Status.NOT_APPLICABLE, None)


def test_a_rule_that_pays_people_asks_for_one() -> None:
    book, rule = packaged().rule("YQ-M1")
    with pytest.raises(InputError, match="YQ-M1: got no person, expected one"):
        trace(Case.of(book, ClassClaim("一班"), []), rule)


def test_a_rule_that_is_not_about_money_is_refused() -> None:
    book, rule = packaged().rule("YQ-V1")
    with pytest.raises(InputError, match="expected a money rule"):
        trace(Case.of(book, ClassClaim("一班"), []), rule, PersonClaim("甲"))


def test_roster_and_claimed_heads_that_differ_leave_online_money_open() -> None:
    book, rule = packaged().rule("WY-M6")
    sample = sample_case(book, rule, SampleSize(heads=50))
    claim = replace(sample.claim, id="一班", heads=100, online_hours=())
    found = trace(Case.of(book, claim, sample.people), rule)
    assert "申领 100 人，花名册 50 人" in found.missing[0].zh
