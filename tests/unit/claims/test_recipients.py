"""One sum for each recipient and fund: an allowance of the trainee's own never covers what an institution overclaims."""

from dataclasses import replace
from datetime import date

import pytest

from claims.outcome import ClaimScreen
from claims.recipient import Purse, purse_of
from claims.trial import provisional
from facts.money import Fen
from facts.verdict import Status
from pipeline.claims.screening import outcome
from pipeline.verification.outcome import ReportOutcome
from policy.shelf import packaged
from tests.fixtures.claim_facts import LX, SX0, WY, YQ, TaughtClass, a_claim, each, of_rule, screened

FUND = "就业专项资金"


def doubts(found: ClaimScreen, kind: str) -> list[str]:
    return [one.text.zh for one in found.doubts if one.kind == kind]


def test_the_living_allowance_covers_no_overclaim_of_the_institution() -> None:
    # 5 heads at the cap of 4000 are 20,000; 22,500 are claimed. The 35 × 15 = 525 of living are the trainees' own.
    claim = each(a_claim(LX, "订单式培训", "脱贫人口", days=35), claimed=Fen.yuan(4500))
    found = screened(LX, claim, TaughtClass(35))
    main, living = found.purses
    assert (main.recipient, main.fund, main.claimed, main.supported) == (
        "培训机构",
        "",
        Fen.yuan(22_500),
        Fen.yuan(20_000),
    )
    assert main.difference == Fen.yuan(2500)
    assert (living.recipient, living.fund, living.claimed, living.supported) == ("个人", FUND, None, Fen.yuan(5 * 525))
    assert len(doubts(found, "OVERCLAIMED")) == 5
    assert outcome(found, has_verdicts=True) is ReportOutcome.FAILS
    exact = screened(LX, each(claim, claimed=Fen.yuan(4000), claimed_living=Fen.yuan(525)), TaughtClass(35))
    assert [one.difference for one in exact.purses] == [Fen(0), Fen(0)]
    assert not doubts(exact, "OVERCLAIMED")


def test_an_overclaim_of_the_allowance_is_one_of_its_own() -> None:
    claim = each(a_claim(LX, "订单式培训", "脱贫人口", count=1), claimed=Fen.yuan(750), claimed_living=Fen.yuan(90))
    found = screened(LX, claim)
    (text,) = doubts(found, "OVERCLAIMED")
    assert FUND in text  # 5 × 15 = 75 are due, 15 too much
    assert [one.difference for one in found.purses] == [Fen(0), Fen.yuan(15)]
    assert outcome(found, has_verdicts=True) is ReportOutcome.FAILS


def test_a_trial_under_a_lapsed_document_supports_no_recipient() -> None:
    found = screened(LX, a_claim(LX, "订单式培训", "脱贫人口", days=35), TaughtClass(35))
    tried = provisional(found)
    assert [one.supported for one in tried.purses] == [Fen(0), Fen(0)]
    assert [one.unproven for one in tried.purses] == [one.supported + one.unproven for one in found.purses]
    assert tried.purses[1].unproven == Fen.yuan(5 * 525)


def test_every_rule_of_money_names_whom_it_pays() -> None:
    told = {
        rule.id: purse_of(rule) for book in packaged().books for rule in book.rules if rule.kind.startswith("money.")
    }
    assert told["LX-M5"] == Purse("个人", FUND)
    assert told["QJ-M5"] == Purse("个人")
    assert told["QJ-M2"] == Purse("企业")
    assert told["LX-M8"] == Purse("评价机构")
    assert told["LX-M2"] == Purse("培训机构")
    assert {one.recipient for one in told.values()} == {"个人", "企业", "评价机构", "培训机构", "申领人"}


def test_an_online_class_that_claims_exactly_what_is_due_is_not_overclaimed() -> None:
    claim = each(a_claim(WY, "线上培训", "企业职工", count=100, days=6), claimed=Fen.yuan(480))
    found = screened(WY, claim, TaughtClass(6))  # 6 days × 8000, claimed as 100 × 480
    assert (found.claimed, found.supported, found.difference) == (Fen.yuan(48_000), Fen.yuan(48_000), Fen(0))
    assert not doubts(found, "OVERCLAIMED")
    beyond = screened(WY, each(claim, claimed=Fen.yuan(500)), TaughtClass(6))
    (text,) = doubts(beyond, "OVERCLAIMED")
    assert "2,000" in text


@pytest.mark.parametrize(
    ("book", "claimant", "day", "yuan"),
    [
        (SX0, "评价机构", date(2023, 12, 31), 400),
        (SX0, "个人", date(2023, 12, 31), 0),
        (SX0, "个人", date(2024, 1, 1), 400),
        (SX0, "评价机构", date(2024, 1, 1), 0),
        (SX0, "", date(2023, 12, 31), 0),
        (LX, "评价机构", date(2023, 6, 1), 400),
        (LX, "培训机构", date(2023, 6, 1), 0),
    ],
)
def test_the_wrong_claimant_is_paid_nothing(book: str, claimant: str, day: date, yuan: int) -> None:
    claim = replace(a_claim(book, "取证", "城镇登记失业人员", count=3), claimant=claimant, claim_day=day)
    assert screened(book, claim).supported == Fen.yuan(3 * yuan)


@pytest.mark.parametrize(("book", "rule"), [(YQ, "YQ-M4"), (SX0, "SX0-M2")])
def test_what_makes_a_day_is_said_at_the_sum(book: str, rule: str) -> None:
    claim = a_claim(book, "企业职工培训", "企业职工", count=1, days=3)
    found = screened(book, claim, TaughtClass(3, 1))
    assert found.supported == Fen.yuan(300)
    (trace,) = found.people[0].traces
    said = " ".join(note.zh for note in trace.notes)
    assert "A9（假设）" in said
    assert "3 天（共 3 学时）" in said
    assert "A9" in of_rule(found, rule)["SUM_SHOWN"].finding.text.zh
    enough = screened(book, claim, TaughtClass(3, 8))  # 24 hours need no reading of a day
    assert not [note for note in enough.people[0].traces[0].notes if "A9" in note.zh]


def test_days_that_are_paid_say_what_a_day_is() -> None:
    found = screened(YQ, a_claim(YQ, "项目制培训", "脱贫人口", count=1), TaughtClass(5, 1))
    assert any("A9" in note.zh for note in found.people[0].traces[0].notes)
    assert found.people[0].traces[0].status is Status.PASS
