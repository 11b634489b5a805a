"""C1 to C12: the same facts put to two documents, which answer differently; nothing is unified."""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

import pytest

from claims.case import Case
from claims.facts_of_claim import ClassClaim, PersonCertificate, PersonClaim
from claims.money import CLASSWIDE, trace
from claims.total import class_total
from facts.money import Fen
from policy.kinds import (
    ClaimClaimant,
    EvidenceRetention,
    Exemption,
    HistoryUnique,
    MoneyCourseware,
    MoneyPerHead,
    MoneyPerUnit,
    MoneyTable,
    Params,
    PartyRelation,
    ProcessOrder,
    VideoContinuous,
)
from policy.kinds.evidence import RetainedKind
from policy.kinds.money_heads import PaidHeads
from policy.kinds.money_units import Unit
from policy.kinds.people import CountingPeriod, KeyField, Relation
from policy.kinds.process import Event
from policy.kinds.video import Coverage
from policy.rulebook import Rulebook
from policy.shelf import packaged

P = TypeVar("P", bound=Params)
YQ, SX0, LX, WY, QJ = "yangquan-2024", "sx-unnamed-2023", "linxian-2023", "wuyi-2020", "quanjiao-2020"


def book(name: str) -> Rulebook:
    return packaged().book(name)


def params(rule_id: str, kind: type[P]) -> P:
    found = packaged().rule(rule_id)[1].params
    assert isinstance(found, kind)
    return found


def due(rule_id: str, person: PersonClaim) -> Fen | None:
    """What the rule pays this person in a class of the kind that the rule speaks of."""
    its_book, rule = packaged().rule(rule_id)
    claim = ClassClaim("一班", next(iter(rule.programmes), ""), next(iter(rule.groups), "企业职工"))
    case = Case.of(its_book, claim, [person])
    return trace(case, rule, None if isinstance(rule.params, CLASSWIDE) else person).total


def test_c1_twelve_minutes_of_video_are_enough_in_yangquan_and_not_for_the_fragment() -> None:
    hour_s, run_s = 45 * 60, 12 * 60
    yangquan, fragment = params("YQ-V1", VideoContinuous), params("SX0-V1", VideoContinuous)
    assert yangquan.coverage is Coverage.WINDOW
    assert run_s >= yangquan.min_s
    assert fragment.coverage is Coverage.WHOLE
    assert run_s < hour_s * (1 - fragment.tolerance)


def test_c1_employee_training_is_freed_from_video_by_the_fragment_and_by_nobody_in_yangquan() -> None:
    assert "SX0-V1" in params("SX0-V3", Exemption).frees
    freed = {rule for _, exemption in book(YQ).of_kind(Exemption) for rule in exemption.frees}
    assert "YQ-V1" not in freed
    assert book(YQ).concerns(book(YQ).rule("YQ-V1"), "企业职工培训", "企业职工") is False


def test_c2_three_of_four_employed_is_paid_in_three_ways() -> None:
    people = [
        PersonClaim(f"{n}", "农村转移就业劳动者", 12, qualified=True, employed=n > 0, certificates=()) for n in range(4)
    ]
    claim = ClassClaim("一班", "订单式培训", settlement="once")
    dated = {name: replace(claim, first_day=book(name).valid.first) for name in (YQ, LX, SX0)}
    totals = {name: class_total(book(name), dated[name], people).total for name in dated}
    assert totals == {YQ: Fen.yuan(3 * 1700), LX: Fen.yuan(4 * 1000), SX0: None}


def test_c3_fifty_days_stop_at_5000_in_yangquan_and_at_4000_in_linxian() -> None:
    person = PersonClaim("甲", valid_days=50)
    assert (due("YQ-M1", person), due("SX0-M1", person)) == (Fen.yuan(5000), Fen.yuan(5000))
    assert due("LX-M2", person) == Fen.yuan(4000)


@pytest.mark.parametrize(("rule", "own_body_is_right"), [("SX0-P1", True), ("YQ-P4", False)])
def test_c4_evaluating_ones_own_trainees_comes_first_there_and_is_forbidden_here(
    rule: str, *, own_body_is_right: bool
) -> None:
    relation = params(rule, PartyRelation)
    assert {Relation.PREFER: True, Relation.DIFFER: False}[relation.must] is own_body_is_right


@pytest.mark.parametrize(
    ("name", "day", "who"),
    [
        (SX0, date(2023, 12, 31), "评价机构"),
        (SX0, date(2024, 1, 1), "个人"),
        (LX, date(2023, 12, 31), "评价机构"),
        (LX, date(2024, 1, 1), "评价机构"),
        (YQ, date(2025, 1, 1), None),
    ],
)
def test_c5_who_claims_for_a_certificate(name: str, day: date, who: str | None) -> None:
    assert [params.on(day) for _, params in book(name).of_kind(ClaimClaimant)] == ([who] if who else [])


def test_c5_the_switch_stands_in_the_rule_of_the_fragment_alone() -> None:
    assert params("SX0-M3c", ClaimClaimant).switch_on == date(2024, 1, 1)
    assert params("LX-M8c", ClaimClaimant).switch_on is None


def test_c6_one_certificate_is_worth_different_sums_for_different_things() -> None:
    person = PersonClaim("甲", certificates=(PersonCertificate("高级工", first=False),), evaluation_fee=False)
    sums = {rule: due(rule, person) for rule in ("YQ-M7", "SX0-M3", "LX-M8", "WY-M1", "QJ-M2")}
    yuan = {"YQ-M7": 800, "SX0-M3": 800, "LX-M8": 800, "WY-M1": 2000, "QJ-M2": 2000}
    assert sums == {rule: Fen.yuan(amount) for rule, amount in yuan.items()}
    assert packaged().rule("YQ-M7")[1].programmes == ("取证",)
    assert packaged().rule("WY-M1")[1].programmes == ("职业资格培训",)
    assert "企业" in params("QJ-M2", MoneyTable).recipient


def repeats(rule_id: str, *, years_apart: int) -> bool:
    """Whether a second training of the same occupation and level counts as a repetition."""
    limits = params(rule_id, HistoryUnique).limits
    same = [limit for limit in limits if {KeyField.OCCUPATION, KeyField.LEVEL} <= set(limit.key)]
    return any(limit.within is CountingPeriod.EVER or years_apart == 0 for limit in same)


def test_c7_the_same_level_again_a_year_later_is_new_in_shanxi_and_a_repetition_elsewhere() -> None:
    assert {rule: repeats(rule, years_apart=1) for rule in ("YQ-D1", "SX0-D1", "WY-D1b", "QJ-D1b")} == {
        "YQ-D1": False,
        "SX0-D1": False,
        "WY-D1b": True,
        "QJ-D1b": True,
    }
    assert repeats("YQ-D1", years_apart=0)
    linxian = params("LX-D1", HistoryUnique).limits
    assert [(limit.at_most, limit.within) for limit in linxian] == [(1, CountingPeriod.YEAR), (1, CountingPeriod.YEAR)]


def test_c8_two_days_of_employee_training_earn_300_only_where_no_floor_is_stated() -> None:
    person = PersonClaim("甲", valid_days=2, valid_hours=Fraction(16), qualified=True, off_job=True)
    sums = {rule: due(rule, person) for rule in ("YQ-M4", "SX0-M2", "LX-M6", "QJ-M4")}
    assert sums == {"YQ-M4": Fen(0), "SX0-M2": Fen(0), "LX-M6": Fen.yuan(300), "QJ-M4": Fen(0)}


def test_c8_who_fails_is_paid_for_in_yangquan_and_not_in_quanjiao() -> None:
    person = PersonClaim("甲", valid_days=3, valid_hours=Fraction(24), qualified=False, off_job=True)
    assert (due("YQ-M4", person), due("QJ-M4", person)) == (Fen.yuan(300), Fen(0))
    assert params("QJ-M4", MoneyPerHead).heads is PaidHeads.QUALIFIED


def test_c9_a_voucher_is_written_off_in_yangquan_and_ends_with_payment_in_linxian() -> None:
    yangquan, linxian = params("YQ-R2", ProcessOrder).events, params("LX-R1", ProcessOrder).events
    assert (yangquan[0], yangquan[-1]) == (Event.APPLY, Event.WRITE_OFF)
    assert (linxian[0], linxian[-1], len(linxian)) == (Event.ISSUE, Event.PAY, 4)


def test_c10_papers_are_kept_for_two_years_by_the_fragment_only_videos_in_yangquan_nothing_elsewhere() -> None:
    kept = {
        name: {item for _, rule in book(name).of_kind(EvidenceRetention) for item in rule.objects}
        for name in (YQ, SX0, LX, WY, QJ)
    }
    assert kept == {
        YQ: {RetainedKind.VIDEO},
        SX0: {RetainedKind.VIDEO, RetainedKind.PAPERS},
        LX: set(),
        WY: set(),
        QJ: set(),
    }


def test_c11_forty_hours_in_five_days_are_paid_by_day_by_hour_or_not_by_time() -> None:
    assert params("YQ-M1", MoneyPerUnit).unit is Unit.DAY
    assert params("WY-M2", MoneyPerUnit).unit is Unit.HOUR
    person = PersonClaim(
        "甲", valid_days=5, valid_hours=Fraction(40), certificates=(PersonCertificate("培训合格证书"),)
    )
    assert (due("YQ-M1", person), due("WY-M2", person), due("QJ-M2", person)) == (
        Fen.yuan(750),
        Fen.yuan(1000),
        Fen(0),
    )


def test_c12_a_day_is_eight_hours_in_shanxi_and_four_online_in_wuyi() -> None:
    floors = params("YQ-M4", MoneyPerHead)
    assert Fraction(floors.floor_hours, floors.floor_days) == 8
    assert params("WY-M6", MoneyCourseware).min_day_hours == 4


def test_students_certificates_have_to_match_their_studies_in_both_shanxi_documents() -> None:
    assert {params(rule, PartyRelation).must for rule in ("YQ-M9", "SX0-M3d")} == {Relation.MATCH}
