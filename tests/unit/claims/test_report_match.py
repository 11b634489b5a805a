"""A report counts for a claim only where document, institution, class, group, programme and period are the claim's."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from attendance.law import Law
from claims.words import same_group, same_programme
from facts.claim_person import Days
from facts.course import Institution
from facts.money import Fen
from facts.report import ClassReport, PolicyRef
from facts.verdict import Status
from tests.fixtures.claim_facts import (
    BEGINS,
    LX,
    SX0,
    WY,
    YQ,
    TaughtClass,
    a_claim,
    a_report,
    book,
    each,
    of_rule,
    screened,
)

CLAIM = a_claim(YQ, "项目制培训", "脱贫人口", count=1)
REPORT = a_report(CLAIM, YQ)
OWN_TEXT = book(YQ).reference(date(2026, 1, 1))
OTHER_SCHOOL = Institution("另一学校", "52999999MJ0000001B")


def of_class(**change: object) -> ClassReport:
    return replace(REPORT, training_class=replace(REPORT.training_class, **change))


@pytest.mark.parametrize(
    ("report", "reason", "both"),
    [
        (of_class(group="企业职工"), "OTHER_GROUP", ("脱贫人口", "企业职工")),
        (of_class(group="脱贫劳动力甲乙"), "OTHER_GROUP", ("脱贫人口", "脱贫劳动力甲乙")),
        (of_class(programme="企业职工培训"), "OTHER_PROGRAMME", ("项目制培训", "企业职工培训")),
        (of_class(id="K2"), "OTHER_CLASS", ("K1", "K2")),
        (of_class(institution=Institution("另一学校")), "OTHER_INSTITUTION", ("例范职业培训学校", "另一学校")),
        (replace(REPORT, policy=PolicyRef(LX, "")), "JUDGED_BY_ANOTHER", (YQ, LX)),
        (replace(REPORT, policy=None), "JUDGED_BY_ANOTHER", (YQ, "—")),
        (replace(REPORT, policy=OWN_TEXT), "", ()),
        (replace(REPORT, policy=replace(OWN_TEXT, sha256="")), "", ()),  # packages of 0.1 name no digest
        (replace(REPORT, policy=replace(OWN_TEXT, provisional=True)), "JUDGED_PROVISIONALLY", ("暂按已失效文件",)),
        (replace(REPORT, policy=replace(OWN_TEXT, sha256="0" * 64)), "JUDGED_BY_ANOTHER_VERSION", ("000000000000",)),
    ],
)
def test_a_report_of_something_else_pays_nothing_and_both_values_are_said(
    report: ClassReport, reason: str, both: tuple[str, str]
) -> None:
    found = screened(YQ, CLAIM, reports=[report])
    if not reason:
        assert (found.supported, of_rule(found, "REPORTS")) == (Fen.yuan(5 * 150), {})
        return
    assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(5 * 150))
    one = of_rule(found, "REPORTS")[reason].finding
    assert one.status is Status.UNPROVEN
    assert all(value in one.text.zh and value in one.text.en for value in both)


def test_a_report_under_another_version_of_the_document_pays_nothing_until_the_class_is_verified_again() -> None:
    own = book(YQ)
    judged = own.reference(BEGINS[YQ])
    assert screened(YQ, CLAIM, reports=[replace(REPORT, policy=judged)]).supported == Fen.yuan(5 * 150)
    other = replace(judged, version="0", sha256="ab" * 32)
    found = screened(YQ, CLAIM, reports=[replace(REPORT, policy=other)])
    assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(5 * 150))
    one = of_rule(found, "REPORTS")["JUDGED_BY_ANOTHER_VERSION"].finding
    assert one.status is Status.UNPROVEN
    assert all(value in one.text.zh for value in (own.sha256[:12], "abababababab", "再核验一次"))


def test_the_same_words_spelt_otherwise_or_left_out_are_no_mismatch() -> None:
    for report in (of_class(group="", programme=""), of_class(programme="项目制"), of_class(group="重点群体")):
        found = screened(YQ, CLAIM, reports=[report])
        assert found.supported == Fen.yuan(5 * 150)
        assert not of_rule(found, "REPORTS")


def test_a_report_of_other_days_pays_nothing_and_hours_outside_the_period_do_not_count() -> None:
    # The claim is for the first five days of March 3 to 7; the report holds ten: 5 × 150.
    longer = a_report(CLAIM, YQ, TaughtClass(10))
    found = screened(YQ, CLAIM, reports=[longer])
    assert found.supported == Fen.yuan(5 * 150)
    assert of_rule(found, "REPORTS")["OUTSIDE_PERIOD"].finding.status is Status.UNPROVEN
    staged = screened(YQ, replace(CLAIM, settlement="staged"), reports=[longer])
    assert of_rule(staged, "REPORTS")["OUTSIDE_PERIOD"].finding.status is Status.PASS
    later = BEGINS[YQ] + timedelta(days=40)
    moved = replace(CLAIM, actual=Days(later, later + timedelta(days=4)))
    elsewhere = screened(YQ, moved, reports=[REPORT])
    assert (elsewhere.supported, elsewhere.unproven) == (Fen(0), Fen(0))
    said = of_rule(elsewhere, "REPORTS")["OTHER_PERIOD"].finding.text.zh
    assert str(later) in said
    assert "2025-03-03" in said


def test_hours_that_no_recording_was_asked_of_pay_nobody_of_whom_one_is_asked() -> None:
    # One minute of video: verified as employees, every hour 不适用; then claimed as a project of key groups, 5 × 750.
    claim = a_claim(YQ, "项目制培训", "", count=5)
    unasked = TaughtClass(verdict=lambda _: Status.NOT_APPLICABLE)
    people = each(claim, group="脱贫人口")
    for group in ("", "企业职工", "脱贫劳动力"):
        report = a_report(people, YQ, unasked)
        report = replace(report, training_class=replace(report.training_class, group=group))
        found = screened(YQ, people, reports=[report])
        assert (found.supported, found.unproven) == (Fen(0), Fen.yuan(5 * 750))


def test_an_exempt_hour_counts_where_the_document_exempts_the_claimed_programme_and_nowhere_else() -> None:
    exempt = TaughtClass(verdict=lambda _: Status.EXEMPT)
    employees = a_claim(SX0, "企业职工培训", "企业职工", count=1)
    assert screened(SX0, employees, exempt).supported == Fen.yuan(300)
    project = a_claim(SX0, "项目制培训", "脱贫人口", count=1)
    assert screened(SX0, project, exempt).supported == Fen(0)


@pytest.mark.parametrize("book_id", [YQ, SX0])
@pytest.mark.parametrize("programme", ["项目制培训", "订单式培训", "项目制"])
@pytest.mark.parametrize("group", ["企业职工", "脱贫劳动力", "重点群体", ""])
def test_projects_and_orders_are_recorded_whatever_the_group_says(book_id: str, programme: str, group: str) -> None:
    hour = a_report(a_claim(book_id, "项目制培训", "脱贫人口", count=1), book_id).hours[0]
    of = replace(CLAIM.training_class, programme=programme, group=group)
    assert Law(of, date(2026, 1, 1), book(book_id)).on(hour).continuity is not None


def test_words_are_compared_in_one_place() -> None:
    assert same_group(book(YQ), "脱贫人口", "重点群体")
    assert not same_group(book(YQ), "企业职工", "重点群体")
    assert same_programme(book(WY), "项目制", "项目制培训")
    assert not same_programme(book(WY), "线上培训", "项目制培训")
