"""Whom the rules on evidence bind, by the class's own words for its people and its programme."""

from datetime import date, datetime

import pytest

from attendance.hour import judge_hour
from attendance.law import Law
from facts.course import ClassHour, TrainingClass
from facts.span import SHANGHAI, Span
from facts.verdict import Status
from pipeline.retention.duty import Category, terms_of
from policy.shelf import packaged
from tests.fixtures.hour_facts import facts, footage

HOUR = ClassHour("h1", Span.of(datetime(2025, 3, 3, 8, tzinfo=SHANGHAI), 2700))


def law(group: str, programme: str, book: str = "yangquan-2024") -> Law:
    return Law(TrainingClass("K1", programme=programme, group=group), date(2025, 3, 3), packaged().book(book))


@pytest.mark.parametrize("group", ["脱贫劳动力", "重点就业群体", "退役军人", "城乡未继续升学的应届初高中毕业生"])
def test_the_documents_own_words_are_bound_to_record(group: str) -> None:
    demands = law(group, "岗前培训").on(HOUR)
    assert demands.continuity
    assert demands.whole_class
    assert not demands.notice


@pytest.mark.parametrize("programme", ["项目制", "订单式培训"])
@pytest.mark.parametrize("group", ["企业职工", "脱贫劳动力", "监测户", ""])
def test_projects_and_orders_are_recorded_whatever_the_people_are_called(programme: str, group: str) -> None:
    """Article 3 has both of them for key groups alone."""
    demands = law(group, programme).on(HOUR)
    assert demands.continuity
    assert not demands.notice
    training_class = TrainingClass("K1", programme=programme, group=group)
    book = packaged().book("yangquan-2024")
    assert {one.rule for one in terms_of([book], Category.VIDEO, training_class, date(2025, 3, 3), 10)} == {"YQ-V3"}


def test_employee_training_is_still_not_asked_for_recordings() -> None:
    demands = law("企业职工", "企业职工培训").on(HOUR)
    assert demands.continuity is None
    assert demands.notice
    assert demands.notice.status is Status.NOT_APPLICABLE


def test_a_kind_of_employee_training_is_freed_as_employee_training_is() -> None:
    demands = law("企业职工", "安全技能培训", "sx-unnamed-2023").on(HOUR)
    assert demands.notice
    assert (demands.notice.rule, demands.notice.status) == ("SX0-V3", Status.EXEMPT)


def test_an_unknown_group_leaves_the_hour_unproven_and_is_told_with_the_nearest() -> None:
    own = law("脱贫劳力", "岗前培训")
    demands = own.on(HOUR)
    verdict = judge_hour(facts(footage(), 3), demands)
    assert verdict.status is Status.UNPROVEN
    assert all(finding.status is not Status.FAIL for finding in verdict.findings)
    assert {finding.reason for finding in verdict.findings} >= {"UNKNOWN_WORD"}
    [doubt] = own.doubts
    assert "“脱贫劳力”" in doubt.text.zh
    assert "脱贫人口" in doubt.text.zh


def test_an_unknown_programme_is_told_but_opens_nothing_where_no_rule_on_evidence_asks_for_it() -> None:
    own = law("退役军人", "兴趣班")
    assert own.on(HOUR).notice is None
    assert [doubt.kind for doubt in own.doubts] == ["UNKNOWN_WORD"]
