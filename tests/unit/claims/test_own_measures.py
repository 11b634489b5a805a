"""A measure recorded here moves money where the document's own clause says so, and nowhere else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.claim_person import UNKNOWN_DAYS
from facts.history_answer import OwnMeasure
from facts.supervision import MeasureKind
from facts.verdict import Status
from tests.fixtures.claim_facts import BEGINS, LX, QJ, SX0, WY, YQ, a_claim, a_report, clear_history, of_rule, screened

CLAIM = a_claim(YQ, "项目制培训", "脱贫人口", count=2)
BEGAN = BEGINS[YQ]
DAY = timedelta(days=1)
COSTLY = [kind for kind in MeasureKind if kind.costs and kind is not MeasureKind.BREACH]
ELSEWHERE = [
    (SX0, "项目制培训", "脱贫人口"),
    (LX, "普惠制培训", "农村转移劳动力"),
    (WY, "项目制培训", "企业职工"),
    (QJ, "岗前培训", "企业职工"),
]


def beside(claim: Claim, *measures: OwnMeasure, book: str = YQ) -> ClaimScreen:
    reports = [a_report(claim, book)]
    return screened(
        book, claim, reports=reports, history=replace(clear_history(book, claim, reports), measures=measures)
    )


def measure(kind: MeasureKind, since: date = BEGAN, until: date | None = None, **more: object) -> OwnMeasure:
    return OwnMeasure(3, kind.text, since, until, kind is MeasureKind.BREACH, **more)  # type: ignore[arg-type]


def sums(found: ClaimScreen) -> list[int]:
    return [one.supported.fen // 100 for one in found.people]


@pytest.mark.parametrize("kind", COSTLY)
def test_a_class_within_a_rectification_or_suspension_earns_nothing(kind: MeasureKind) -> None:
    found = beside(CLAIM, measure(kind))
    assert sums(found) == [0, 0]
    finding = of_rule(found, "YQ-P8")["BARRED"].finding
    assert (finding.status, finding.article) == (Status.FAIL, "第十七条")
    assert "监管记录 3 号" in finding.text.zh
    (taken, *_) = found.people[0].withheld
    assert (taken.rule, taken.amount.fen, "监管记录 3 号" in taken.text.zh) == ("YQ-P8", 75_000, True)
    assert "在整改期间不得开展政府补贴培训评价" in taken.quote


@pytest.mark.parametrize("kind", COSTLY)
def test_days_outside_it_are_paid_as_before(kind: MeasureKind) -> None:
    ended_before = measure(kind, BEGAN - 30 * DAY, BEGAN - DAY)
    begins_after = measure(kind, BEGAN + 60 * DAY)
    assert sums(beside(CLAIM, ended_before, begins_after)) == sums(beside(CLAIM)) == [750, 750]
    assert sums(beside(CLAIM, measure(kind, BEGAN - 30 * DAY, BEGAN))) == [0, 0]  # one shared day is enough


@pytest.mark.parametrize("kind", [MeasureKind.TALK, MeasureKind.CIRCULAR])
def test_a_talk_or_circular_is_a_doubt_and_takes_nothing(kind: MeasureKind) -> None:
    found, before = beside(CLAIM, measure(kind)), beside(CLAIM)
    assert sums(found) == sums(before)
    finding = of_rule(found, "YQ-P13")["SANCTIONS_NOT_SHOWN"]
    assert (finding.finding.status, finding.stops_money) == (Status.UNPROVEN, False)
    assert "监管记录 3 号" in finding.finding.text.zh
    assert [one.rule for one in found.doubts if one.kind == "CONDUCT_TO_LOOK_AT"] == ["YQ-P13"]


def test_a_breach_of_the_class_takes_all_and_of_a_person_that_persons_sum() -> None:
    assert sums(beside(CLAIM, measure(MeasureKind.BREACH))) == [0, 0]
    found = beside(CLAIM, measure(MeasureKind.BREACH, trainees=("p00",)))
    assert sums(found) == [0, 750]
    assert "监管记录 3 号" in of_rule(found, "YQ-P8b")["BARRED"].finding.text.zh
    silent = replace(CLAIM, sanctions=None)
    assert sums(beside(silent, measure(MeasureKind.BREACH, trainees=("p00",)))) == [0, 0]  # silence proves nothing


def test_without_days_of_the_class_nobody_knows_whether_it_lay_within() -> None:
    undated = replace(CLAIM, actual=UNKNOWN_DAYS, planned=UNKNOWN_DAYS)
    found = screened(
        YQ,
        undated,
        reports=[],
        history=replace(clear_history(YQ, undated, []), measures=(measure(MeasureKind.LETTER),)),
    )
    assert of_rule(found, "YQ-P8")["SANCTIONS_NOT_SHOWN"].finding.status is Status.UNPROVEN


@pytest.mark.parametrize("kind", list(MeasureKind))
@pytest.mark.parametrize("where", ELSEWHERE, ids=lambda one: one[0])
def test_where_no_clause_speaks_of_it_nothing_changes(where: tuple[str, str, str], kind: MeasureKind) -> None:
    claim = a_claim(*where, count=2)
    before = beside(claim, book=where[0])
    found = beside(claim, measure(kind, BEGINS[where[0]]), book=where[0])
    assert sum(sums(before)) > 0
    assert found == before


def test_a_recorded_credit_level_shows_that_there_is_one_and_changes_no_sum() -> None:
    claim = a_claim(QJ, "岗前培训", "企业职工", count=2, listings=None)
    rated = measure(MeasureKind.CREDIT, BEGINS[QJ] - DAY)
    before, found = beside(claim, book=QJ), beside(claim, rated, book=QJ)
    assert "RELATION_NOT_SHOWN" in of_rule(before, "QJ-P4")
    assert of_rule(found, "QJ-P4")["RELATION_HOLDS"].finding.status is Status.PASS
    assert sums(found) == sums(before)
    late = beside(claim, replace(rated, since=BEGINS[QJ] + DAY), book=QJ)
    assert "RELATION_NOT_SHOWN" in of_rule(late, "QJ-P4")
