"""C1 to C12 on whole claims: the same facts put to two documents, which answer differently; nothing is unified."""

from dataclasses import replace
from datetime import date

from claims.screening import asked_of_history
from facts.claim import Claim
from facts.money import Fen
from facts.verdict import Status
from tests.fixtures.claim_facts import LX, QJ, SX0, TRAINER, WY, YQ, TaughtClass, a_claim, book, each, of_rule, screened
from tests.fixtures.rule_cases.row import employed, holding

JOBLESS = "城镇登记失业人员"


def statuses(book_id: str, claim: Claim, rule: str) -> set[Status]:
    return {one.finding.status for one in of_rule(screened(book_id, claim), rule).values()}


def test_c1_employee_training_needs_no_video_by_the_fragment_and_yangquan_says_nothing_of_it() -> None:
    assert statuses(SX0, a_claim(SX0, "企业职工培训", "企业职工"), "SX0-V3") == {Status.EXEMPT}
    found = screened(YQ, a_claim(YQ, "企业职工培训", "企业职工"))
    assert "YQ-V1" not in {one.finding.rule for one in found.findings}


def test_c2_three_of_five_employed_pays_three_people_or_all_at_less_or_nobody_knows() -> None:
    sums = {}
    for book_id in (YQ, LX, SX0):
        claim = employed(3)(a_claim(book_id, "订单式培训", JOBLESS, days=12))
        found = screened(book_id, claim, TaughtClass(12))
        sums[book_id] = (found.supported, found.open_ended)
    assert sums == {
        YQ: (Fen.yuan(3 * 1700), False),
        LX: (Fen.yuan(5 * 1000), False),
        SX0: (Fen(0), True),
    }


def test_c3_fifty_days_stop_at_two_caps() -> None:
    caps = {
        book_id: screened(
            book_id, a_claim(book_id, "订单式培训", JOBLESS, count=1, days=50), TaughtClass(50, 1)
        ).supported
        for book_id in (YQ, SX0, LX)
    }
    assert caps == {YQ: Fen.yuan(5000), SX0: Fen.yuan(5000), LX: Fen.yuan(4000)}


def test_c4_the_own_evaluation_body_passes_there_and_fails_here() -> None:
    found = {}
    for book_id, rule in ((SX0, "SX0-P1"), (YQ, "YQ-P4")):
        claim = a_claim(book_id, "取证", JOBLESS)
        assert claim.evaluator
        own = replace(claim, evaluator=replace(claim.evaluator, own=True, uscc=TRAINER))
        found[rule] = statuses(book_id, own, rule)
    assert found == {"SX0-P1": {Status.PASS}, "YQ-P4": {Status.FAIL}}


def test_c5_the_evaluation_body_claims_in_2024_in_linxian_and_no_longer_by_the_fragment() -> None:
    day = date(2024, 1, 2)
    assert statuses(LX, a_claim(LX, "取证", JOBLESS, claim_day=day), "LX-M8c") == {Status.PASS}
    assert statuses(SX0, a_claim(SX0, "取证", JOBLESS, claim_day=day), "SX0-M3c") == {Status.FAIL}


def test_c6_one_certificate_three_prices() -> None:
    sums = []
    for book_id, programme, group in (
        (YQ, "取证", JOBLESS),
        (WY, "职业资格培训", JOBLESS),
        (QJ, "岗位技能提升培训", "企业职工"),
    ):
        claim = each(a_claim(book_id, programme, group, count=1), certificates=(holding("高级工"),))
        sums.append(screened(book_id, claim).supported)
    assert sums == [Fen.yuan(800), Fen.yuan(2000), Fen.yuan(2000)]


def test_c7_the_year_is_part_of_the_question_only_where_the_document_names_it() -> None:
    for book_id, programme, group, rule, yearly in (
        (YQ, "企业职工培训", "企业职工", "YQ-D1", True),
        (WY, "项目制培训", JOBLESS, "WY-D1b", False),
        (LX, "订单式培训", JOBLESS, "LX-D1", True),
    ):
        claim = a_claim(book_id, programme, group, count=1)
        assert of_rule(screened(book_id, claim), rule)
        keys = asked_of_history(book(book_id), claim, [])
        asked = {one.year for one in keys if one.occupation is not None or rule == "LX-D1"}
        assert (None not in asked) is yearly


def test_c8_two_days_earn_300_only_where_no_floor_is_stated() -> None:
    sums = {
        book_id: screened(book_id, a_claim(book_id, "企业职工培训", "企业职工", count=1), TaughtClass(2, 8)).supported
        for book_id in (YQ, SX0, LX)
    }
    assert sums == {YQ: Fen(0), SX0: Fen(0), LX: Fen.yuan(300)}


def test_c9_a_voucher_that_was_never_applied_for_is_open_in_yangquan_and_in_order_in_linxian() -> None:
    found = {}
    for book_id, rule in ((YQ, "YQ-R2"), (LX, "LX-R1")):
        claim = a_claim(book_id, "订单式培训", JOBLESS)
        events = tuple(one for one in claim.voucher_events or () if one.step.value != "apply")
        found[rule] = of_rule(screened(book_id, replace(claim, voucher_events=events)), rule)
    assert "STEP_NOT_SHOWN" in found["YQ-R2"]
    assert "IN_ORDER" in found["LX-R1"]


def test_c10_no_document_but_its_own_is_asked_for_papers() -> None:
    lists = {
        b: {need.list_id for need in screened(b, a_claim(b, "项目制培训", JOBLESS)).papers} for b in (YQ, SX0, LX, WY)
    }
    assert lists == {YQ: {"YQ-DOC1"}, SX0: {"SX0-DOC2"}, LX: set(), WY: set()}


def test_c11_five_days_of_eight_hours_are_paid_by_day_or_by_hour() -> None:
    sums = [screened(b, a_claim(b, "项目制培训", JOBLESS, count=1), TaughtClass(5, 8)).supported for b in (YQ, WY)]
    assert sums == [Fen.yuan(750), Fen.yuan(1000)]


def test_c12_a_day_of_three_hours_counts_in_yangquan_and_not_online_in_wuyi() -> None:
    yangquan = screened(YQ, a_claim(YQ, "项目制培训", JOBLESS, count=1), TaughtClass(1, 3)).supported
    wuyi = screened(WY, a_claim(WY, "线上培训", "企业职工", count=100), TaughtClass(1, 3)).supported
    assert (yangquan, wuyi) == (Fen.yuan(150), Fen(0))
