"""What one claim gives a person to look at: each pattern raised where it should be, and not where all is well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from claims.outcome import ClaimScreen
from facts.claim import Claim, ConductRecord, Notice
from facts.claim_person import (
    AccountKind,
    BankAccount,
    CertificateRow,
    ClaimedPerson,
    EmploymentKind,
    EmploymentPaper,
    Exam,
)
from facts.id_number import IdNumber, check_digit
from facts.money import Fen
from facts.verdict import Doubt, Presence
from tests.fixtures.claim_facts import LX, QJ, WY, YQ, TaughtClass, a_claim, each, first, screened
from tests.fixtures.rule_cases.row import employed

FOCUS = ("项目制培训", "脱贫人口")
KINDS = [
    (YQ, *FOCUS),
    (LX, "订单式培训", "脱贫人口"),
    (WY, "项目制培训", "农村转移就业劳动者"),
    (QJ, "岗前培训", "企业职工"),
]


def of_kind(found: ClaimScreen, kind: str) -> list[Doubt]:
    return [one for one in found.doubts if one.kind == kind]


def only(found: ClaimScreen, kind: str) -> Doubt:
    (one,) = of_kind(found, kind)
    return one


@pytest.mark.parametrize(("book_id", "programme", "group"), KINDS)
def test_a_claim_in_good_order_raises_no_doubt(book_id: str, programme: str, group: str) -> None:
    assert screened(book_id, a_claim(book_id, programme, group)).doubts == ()


def test_more_claimed_than_verdicts_support_is_told_in_yuan_with_the_clause() -> None:
    claim = each(a_claim(YQ, *FOCUS), claimed=Fen.yuan(750))
    one = only(screened(YQ, first(claim, claimed=Fen.yuan(900))), "OVERCLAIMED")
    assert one.trainees == ("p00",)
    assert one.rule == "YQ-M1"
    assert "超出 150元" in one.text.zh


def test_a_sum_that_open_hours_may_still_support_is_no_overclaim() -> None:
    claim = each(a_claim(YQ, *FOCUS, count=1), claimed=Fen.yuan(750))
    held = TaughtClass(presence=lambda *_: Presence.UNPROVEN)
    assert of_kind(screened(YQ, claim, held), "OVERCLAIMED") == []


def test_days_and_hours_stated_above_the_verdicts_are_told() -> None:
    claim = first(a_claim(YQ, *FOCUS), claimed_days=6, claimed_hours=Fraction(20))
    assert only(screened(YQ, claim), "CLAIMED_TIME_ABOVE_VERDICTS").trainees == ("p00",)


def test_people_paid_for_without_one_class_hour_are_told() -> None:
    claim = each(a_claim(YQ, *FOCUS), claimed=Fen.yuan(750))
    held = TaughtClass(presence=lambda key, _: Presence.ABSENT if key in {"p01", "p02"} else Presence.PRESENT)
    assert only(screened(YQ, claim, held), "PAID_BUT_NEVER_SEEN").trainees == ("p01", "p02")


def changed(*changes: dict[str, object]) -> Callable[[Claim], Claim]:
    """Further facts for the first people, one after another."""

    def change(claim: Claim) -> Claim:
        people = list(claim.people)
        for n, own in enumerate(changes):
            people[n] = replace(people[n], **own)  # type: ignore[arg-type]
        return replace(claim, people=tuple(people))

    return change


SHARED = {"account": BankAccount(AccountKind.BANK_CARD, digest="same", tail="1234")}
HIRED = {"employment": (EmploymentPaper("例范集团", EmploymentKind.CONTRACT, "U1"),)}
EARLY = {"employment": (EmploymentPaper("例范厂", EmploymentKind.CONTRACT, first=date(2025, 1, 1)),)}
BRIEF = {
    "employment": (
        EmploymentPaper(
            "例范厂", EmploymentKind.CONTRACT, first=date(2025, 4, 1), last=date(2025, 4, 1) + timedelta(days=60)
        ),
    )
}


def born(person: ClaimedPerson, year: int) -> ClaimedPerson:
    """The same invented person with another year of birth."""
    assert person.id_number
    digits = person.id_number.digits
    body = digits[:6] + str(year) + digits[10:17]
    return replace(person, id_number=IdNumber(body + check_digit(body)))


@pytest.mark.parametrize(
    ("kind", "change", "people"),
    [
        ("SAME_ACCOUNT", changed(SHARED, SHARED), {"p00", "p01"}),
        ("SAME_PHONE", changed({"phone": "120-1"}, {"phone": "1201"}), {"p00", "p01"}),
        ("MANY_TO_ONE_EMPLOYER", changed(*[HIRED] * 5), {"p00", "p01", "p02", "p03", "p04"}),
        ("SHORT_CONTRACT", changed(BRIEF), {"p00"}),
        ("IN_WORK_BEFORE_CLASS", changed(EARLY), {"p00"}),
        ("STAFF_AS_TRAINEES", changed({"staff": True}, {"name": "教师甲"}), {"p00", "p01"}),
        (
            "SAME_CERTIFICATE",
            changed(*[{"certificates": (CertificateRow("初级工", "Z9", first=True),)}] * 2),
            {"p00", "p01"},
        ),
    ],
)
def test_a_pattern_among_people_names_those_people(
    kind: str, change: Callable[[Claim], Claim], people: set[str]
) -> None:
    assert set(only(screened(YQ, change(a_claim(YQ, *FOCUS))), kind).trainees) == people


def test_four_people_with_one_employer_are_a_small_class_not_a_pattern() -> None:
    assert of_kind(screened(YQ, changed(*[HIRED] * 4)(a_claim(YQ, *FOCUS))), "MANY_TO_ONE_EMPLOYER") == []


def test_ages_at_which_a_pension_is_usual_and_below_work_are_told_with_the_clause_on_pensions() -> None:
    claim = a_claim(YQ, *FOCUS)
    old, young = born(claim.people[0], 1950), born(claim.people[1], 2012)
    people = (replace(old, pension=None), young, *claim.people[2:])
    found = of_kind(screened(YQ, replace(claim, people=people)), "AGE_UNUSUAL")
    assert {one.trainees for one in found} == {("p00",), ("p01",)}
    assert {one.rule for one in found} == {"YQ-E1"}


def test_certificates_in_one_run_that_reaches_people_who_did_not_pass_are_told() -> None:
    claim = a_claim(YQ, *FOCUS)
    people = tuple(
        replace(one, certificates=(CertificateRow("初级工", f"LX2025{n:04d}", first=True),))
        for n, one in enumerate(claim.people)
    )
    assert of_kind(screened(YQ, replace(claim, people=people)), "CERTIFICATES_IN_SEQUENCE") == []
    failed = (*people[:4], replace(people[4], exam=Exam(passed=False)))
    assert only(screened(YQ, replace(claim, people=failed)), "CERTIFICATES_IN_SEQUENCE").trainees == ("p04",)


def test_everybody_at_the_cap_cites_the_clause_against_it() -> None:
    claim = each(a_claim(LX, "普惠制培训", "脱贫人口", days=10), claimed=Fen.yuan(1000))
    assert only(screened(LX, claim, TaughtClass(10)), "ALL_AT_CAP").rule == "LX-P1"


def test_a_rate_that_stands_exactly_on_its_bound_is_told() -> None:
    assert only(screened(YQ, employed(4)(a_claim(YQ, *FOCUS))), "RATE_JUST_REACHED").rule == "YQ-M2"
    assert of_kind(screened(YQ, a_claim(YQ, *FOCUS)), "RATE_JUST_REACHED") == []


def test_money_asked_for_before_the_results_were_shown_is_told_in_wuyi_and_is_the_order_of_things_in_yangquan() -> None:
    for book_id, programme, raised in ((WY, "项目制培训", True), (YQ, "项目制培训", False)):
        claim = a_claim(book_id, programme, "农村转移就业劳动者")
        shown = (
            Notice(date(2021, 4, 1), date(2021, 4, 20))
            if book_id == WY
            else Notice(date(2025, 4, 1), date(2025, 4, 20))
        )
        early = replace(claim, notices=(shown,), claim_day=(shown.last or date.min) - timedelta(days=1))
        assert bool(of_kind(screened(book_id, early), "CLAIMED_BEFORE_NOTICE_ENDED")) is raised


def test_a_claim_out_of_its_quarter_is_told_in_linxian() -> None:
    claim = a_claim(LX, "订单式培训", "脱贫人口", claim_day=date(2023, 12, 1))
    assert only(screened(LX, claim), "CLAIMED_OUT_OF_QUARTER").rule == "LX-P2"


def test_a_class_of_81_people_leaves_a_soft_bound_and_is_paid() -> None:
    found = screened(WY, a_claim(WY, "项目制培训", "农村转移就业劳动者", count=81), TaughtClass(2, 6))
    assert found.supported == Fen.yuan(81 * 300)
    assert [one.rule for one in of_kind(found, "SOFT_BOUND_LEFT")] == ["WY-M2"]


def test_hours_shorter_than_45_minutes_are_told() -> None:
    assert len(only(screened(YQ, a_claim(YQ, *FOCUS), TaughtClass(minutes=40)), "SHORT_CLASS_HOURS").hours) == 20


def test_conduct_on_record_that_only_people_can_judge_is_told() -> None:
    claim = a_claim(YQ, *FOCUS, sanctions=(ConductRecord("K1", "违规转包线索"),))
    assert only(screened(YQ, claim), "CONDUCT_TO_LOOK_AT").rule == "YQ-P9"


def test_doubts_are_in_order_of_cost_have_innocent_readings_and_point_to_the_row() -> None:
    claim = changed(SHARED | BRIEF, SHARED)(each(a_claim(YQ, *FOCUS), claimed=Fen.yuan(9000)))
    doubts = screened(YQ, claim).doubts
    costs = [one.check_cost_s for one in doubts]
    assert len(doubts) >= 7
    assert costs == sorted(costs)
    assert all(one.innocent and one.rule and one.text.en for one in doubts)
    assert doubts[-1].evidence[0].path == "申领表 第2行"
    assert not any(word in one.text.zh for one in doubts for word in ("造假", "骗", "虚假"))


def test_a_sum_that_a_clause_stops_cites_that_clause() -> None:
    claim = a_claim(YQ, *FOCUS, count=1)
    stopped = each(replace(claim, voucher_events=()), claimed=Fen.yuan(750), vouchers=())
    one = only(screened(YQ, stopped), "OVERCLAIMED")
    assert one.rule == "YQ-R1"
    assert "750 yuan claimed" in one.text.en
