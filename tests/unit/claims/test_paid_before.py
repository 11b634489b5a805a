"""Money that a register says was paid: never again for the same class, person and purpose; stages go on counting."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from claims.purpose import SubsidyPurpose, means, purpose_of
from facts.claim_person import CertificateRow, Days
from facts.history_answer import PastPayment
from facts.money import Fen
from facts.verdict import Status
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    QJ,
    WY,
    YQ,
    TaughtClass,
    a_claim,
    days_of,
    each,
    of_rule,
)
from tests.fixtures.paid_claims import ORDER, STAGE, WHOLE, after, row, sums


def test_the_same_class_person_and_purpose_is_refused_with_the_row_that_says_so() -> None:
    found = after(YQ, ORDER, row())
    assert sums(found) == [0, 750]
    assert found.people[0].unproven == Fen(0)
    one = of_rule(found, "PAID")["PAID_ALREADY"]
    assert (one.finding.status, one.trainees, one.stops_money) == (Status.FAIL, ("p00",), True)
    for said in ("2025-06-01", "例范职业培训学校 K1", "订单式培训", "5 天", "750", "2025 年拨付"):
        assert said in one.finding.text.zh
    assert sums(after(YQ, ORDER, row("p00"), row("p01"))) == [0, 0]


@pytest.mark.parametrize(
    ("change", "paid", "still_open"),
    [
        ({"same_class": False}, 750, 0),  # another class is a matter of repetition
        ({"programme": "取证补贴"}, 750, 0),  # another purpose
        ({"programme": "生活费补贴"}, 750, 0),
        ({"programme": ""}, 0, 0),  # a row of a registry of training that names nothing
        ({"programme": "项目制培训"}, 0, 0),  # the same training under another word
        ({"programme": "职业培训补贴"}, 0, 0),
        ({"amount": None}, 0, 0),  # the year alone says that it was paid
        ({"paid_year": None}, 0, 750),  # a sum, and nobody says that it was paid
        ({"programme": "职业技能评价"}, 750, 0),  # Yangquan's certificates by another word
        ({"programme": "技能人才资金"}, 0, 750),  # nobody can say what for
        ({"programme": "培训取证补贴"}, 0, 750),  # training and certificate at once
        ({"programme": "生活服务培训"}, 0, 0),  # a training of daily services is no allowance
        ({"same_class": None}, 0, 750),  # of this class or not: open
    ],
)
def test_what_counts_as_paid(change: dict[str, Any], paid: int, still_open: int) -> None:
    found = after(YQ, ORDER, row(**change))
    assert (sums(found), found.people[0].unproven) == ([paid, 750], Fen.yuan(still_open))


CERTIFIED = a_claim(YQ, "取证", "脱贫人口", count=2)  # 400 for each 初级工


@pytest.mark.parametrize("claimed", ["取证", "取证评价", "评价取证", "职业技能评价", "取证补贴", "职业技能评价补贴"])
@pytest.mark.parametrize("paid", ["取证", "评价取证", "职业技能评价", "取证补贴", "技能鉴定补贴", "技能等级认定补贴"])
def test_a_certificates_money_by_any_word_is_paid_once(claimed: str, paid: str) -> None:
    claim = replace(CERTIFIED, training_class=replace(CERTIFIED.training_class, programme=claimed))
    found = after(YQ, claim, row(programme=paid))
    assert sums(found)[0] == 0
    assert found.people[0].unproven == Fen(0)
    if claimed != "职业技能评价补贴":  # which the document does not have
        assert sums(found)[1] == 400


def test_a_purpose_that_no_word_settles_leaves_the_money_of_that_person_open() -> None:
    for paid in ("", "就业资金", "培训评价补贴"):
        found = after(YQ, CERTIFIED, row(programme=paid))
        assert (sums(found), found.people[0].unproven) == ([0, 400], Fen.yuan(400))
        assert of_rule(found, "PAID")["MAY_BE_PAID"].trainees == ("p00",)
    # Quanjiao pays no certificate but by them: what was paid under the word may be this training's money.
    upgrading = a_claim(QJ, "岗位技能提升培训", "企业职工", count=1)
    higher = each(upgrading, certificates=(CertificateRow("中级工", "C1", occupation="养老护理员"),))
    assert after(QJ, higher).supported == Fen.yuan(1500)
    found = after(QJ, higher, row(book=QJ, programme="技能鉴定补贴"))
    assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(1500))


@pytest.mark.parametrize("programme", ["项目制培训", "项目制"])
def test_a_stage_beside_a_row_of_unknown_purpose_is_open(programme: str) -> None:
    claim = replace(STAGE, training_class=replace(STAGE.training_class, programme=programme))
    found = after(YQ, claim, row("p00", programme="就业资金", amount=Fen.yuan(1)), held=WHOLE)
    assert sums(found) == [0, 2000]
    assert found.people[0].unproven == Fen.yuan(2000)


@pytest.mark.parametrize(
    ("book", "programme", "group", "yuan"),
    [
        (LX, "订单式培训", "脱贫人口", 75),  # five days at 15
        (LX, "劳务品牌培训", "脱贫人口", 75),  # nothing else is paid for it, so the allowance is what the claim is for
        (QJ, "就业技能培训", "就业困难人员", 250),  # five days at 50
    ],
)
@pytest.mark.parametrize("word", ["生活费补贴", "生活补贴", "培训期间生活费补贴", "交通食宿补贴"])
def test_a_living_allowance_is_paid_once(book: str, programme: str, group: str, yuan: int, word: str) -> None:
    claim = a_claim(book, programme, group, count=2)
    paid = row(book=book, programme=word, amount=Fen.yuan(yuan))

    def living(*rows: PastPayment) -> dict[str, tuple[int, int]]:
        found = after(book, claim, *rows)
        parts = [one for one in (*found.people, *found.beside) if one.recipient == "个人"]
        return {one.trainee: (one.supported.fen // 100, one.unproven.fen // 100) for one in parts}

    assert living() == {"p00": (yuan, 0), "p01": (yuan, 0)}
    assert living(paid) == {"p00": (0, 0), "p01": (yuan, 0)}
    assert living(replace(paid, paid_year=None)) == {"p00": (0, yuan), "p01": (yuan, 0)}
    assert living(replace(paid, programme="就业资金")) == {"p00": (0, yuan), "p01": (yuan, 0)}
    assert living(replace(paid, programme=programme)) == {"p00": (yuan, 0), "p01": (yuan, 0)}


def test_a_living_allowance_that_was_paid_stops_nothing_else() -> None:
    claim = a_claim(LX, "订单式培训", "脱贫人口", count=2)
    for change in ({}, {"paid_year": None}):
        assert sums(after(LX, claim, row(book=LX, programme="生活补贴", **change))) == [750, 750]


def test_a_living_allowance_of_stages_is_paid_for_each_day_once() -> None:
    claim = a_claim(LX, "项目制培训", "脱贫人口", count=1, days=15)
    paid = row(book=LX, programme="生活补贴", last=days_of(LX, 10)[-1], days=10, amount=Fen.yuan(150))
    begins = BEGINS[LX]
    late = replace(claim, actual=Days(begins + timedelta(days=10), begins + timedelta(days=14)))
    early = replace(claim, actual=Days(begins, begins + timedelta(days=9)))
    due = [after(LX, one, paid, held=WHOLE).beside[0].supported for one in (claim, late, early)]
    assert due == [Fen.yuan(5 * 15), Fen.yuan(5 * 15), Fen(0)]
    assert after(LX, claim, held=WHOLE).beside[0].supported == Fen.yuan(15 * 15)


def test_a_subsidy_of_the_year_is_known_by_the_rulebooks_other_words() -> None:
    claim = a_claim(QJ, "安全技能培训", "企业职工", count=1)
    for name in ("安全生产技能培训补贴", "安全培训", "脱产安全技能培训"):
        assert after(QJ, claim, row(book=QJ, programme=name, same_class=False)).supported == Fen(0)


def test_no_clause_of_stages_no_second_payment() -> None:
    claim = a_claim(WY, "项目制培训", "农村转移就业劳动者", count=1)
    held = TaughtClass(5, 4)  # 20 hours × 25
    assert sums(after(WY, claim, held=held)) == [500]
    assert sums(after(WY, claim, row(book=WY, programme="项目制培训"), held=held)) == [0]


START_UP = a_claim(LX, "创业培训", "返乡入乡创业人员", count=2)  # 5 × 180 = 900 each: 720 by passing, 180 by licences
FIRST_PART = {"book": LX, "programme": "创业培训", "amount": Fen.yuan(720)}


def test_the_second_part_of_start_up_money_comes_after_the_first() -> None:
    assert sums(after(LX, START_UP)) == [900, 900]
    found = after(LX, START_UP, row("p00", **FIRST_PART), row("p01", **FIRST_PART))
    assert sums(found) == [180, 180]
    (trace,) = found.people[0].traces
    assert (trace.subtotal, trace.deducted, trace.total) == (Fen.yuan(900), Fen.yuan(720), Fen.yuan(180))
    assert of_rule(found, "PAID")["STAGE_DEDUCTED"].finding.status is Status.PASS


def test_either_part_of_start_up_money_is_paid_once() -> None:
    none_yet = each(START_UP, licensed=False)
    assert sums(after(LX, none_yet)) == [720, 720]
    assert sums(after(LX, none_yet, row("p00", **FIRST_PART))) == [0, 720]
    second = {**FIRST_PART, "amount": Fen.yuan(180), "paid_year": 2026, "last": days_of(LX, 5)[-1] + timedelta(days=90)}
    assert sums(after(LX, START_UP, row("p00", **FIRST_PART), row("p00", **second))) == [0, 900]
    assert sums(after(LX, each(START_UP, earlier_paid=Fen.yuan(720)))) == [180, 180]  # the form may take away


@pytest.mark.parametrize(
    ("change", "still_open"),
    [
        ({"amount": None}, 900),  # how much
        ({"amount": Fen.yuan(100)}, 0),  # no part of the sum: which one, a person has to say
        ({"programme": "就业资金"}, 180),  # for what
    ],
)
def test_a_row_that_is_no_part_of_start_up_money_leaves_it_open(change: dict[str, Any], still_open: int) -> None:
    found = after(LX, START_UP, row("p00", **{**FIRST_PART, **change}))
    assert (sums(found), found.people[0].open_ended) == ([0, 900], not still_open)
    assert found.people[0].unproven >= Fen.yuan(still_open)


def test_pre_job_training_in_a_register_bars_training_on_the_job_in_any_class() -> None:
    claim = a_claim(QJ, "以工代训", "就业困难人员", count=1)
    before = row(book=QJ, programme="新录用人员岗前技能培训", same_class=False)
    assert after(QJ, claim).supported == Fen.yuan(1200)
    assert after(QJ, claim, before).supported == Fen(0)
    unknown = each(claim, already_paid=None)
    assert of_rule(after(QJ, unknown, before), "QJ-M3b")["NOTHING_DUE"].finding.status is Status.FAIL


def test_training_on_the_job_in_a_register_bars_pre_job_training_too() -> None:
    claim = a_claim(QJ, "岗前培训", "企业职工", count=2)  # 1,200 for each who passed
    assert after(QJ, claim).supported == Fen.yuan(2400)
    for name in ("以工代训", "以工代训补贴", "QJ-M3b"):
        before = row(book=QJ, programme=name, same_class=False)
        assert sums(after(QJ, claim, before)) == [0, 1200]
        assert of_rule(after(QJ, claim, before), "QJ-M1")["NOTHING_DUE"].trainees == ("p00",)
    retraining = a_claim(QJ, "转岗培训", "企业职工", count=1)  # the clause speaks of pre-job training alone
    assert after(QJ, retraining, row(book=QJ, programme="以工代训", same_class=False)).supported == Fen.yuan(1200)


def test_a_subsidy_of_the_year_is_known_by_its_name_in_a_register() -> None:
    claim = a_claim(QJ, "安全技能培训", "企业职工", count=1)
    same_year = row(book=QJ, programme="安全技能培训", same_class=False)
    year_before = replace(same_year, first=date(2020, 5, 1), last=date(2020, 5, 5))
    assert after(QJ, claim, same_year).supported == Fen(0)
    assert after(QJ, claim, year_before).supported == Fen.yuan(300)


@pytest.mark.parametrize(
    ("name", "word", "same"),
    [
        ("新录用人员岗前技能培训补贴", "岗前培训", True),
        ("岗前培训", "岗前培训", True),
        ("QJ-M1", "QJ-M1", True),
        ("技能提升补贴", "失业保险技能提升补贴", True),
        ("岗位技能提升培训补贴", "失业保险技能提升补贴", False),
        ("转岗培训", "岗前培训", False),
        ("", "岗前培训", False),
    ],
)
def test_names_of_one_subsidy(name: str, word: str, same: bool) -> None:  # noqa: FBT001 - a table
    assert means(name, word) is same


def test_purposes() -> None:
    assert [purpose_of(words) for words in ("项目制培训", "取证", "生活费补贴", " ")] == [
        SubsidyPurpose.TRAINING,
        SubsidyPurpose.CERTIFICATE,
        SubsidyPurpose.LIVING,
        None,
    ]
