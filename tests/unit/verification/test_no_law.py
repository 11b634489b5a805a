"""Where no document is in force nothing is concluded, and a lapsed one that is tried never becomes a pass."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from attendance.law import NO_LAW, Law
from facts.errors import InputError
from facts.report import ClassReport
from facts.verdict import Finding, Status
from pipeline.verification.outcome import ReportOutcome, outcome
from pipeline.verification.report import ClassInputs, ReportOrigin, prepare, verify
from policy.shelf import Shelf, packaged
from report.document import document
from report.page import page
from runtime.verification.law import law_as_judged, law_of
from storage.database.verification.law_gaps import LAW_REASONS
from tests.fixtures.verification_case import DAYS, CountedProgress, ToldLooker, hour_on, inputs

TODAY = date(2026, 11, 29)
YQ, SX0 = "yangquan-2024", "sx-unnamed-2023"


def taught(day: date, locality: str) -> ClassInputs:
    """The small class of the fixtures, moved to another day and place."""
    given = inputs(YQ)
    moved = hour_on(day).span.start - given.hours[0].span.start
    course = replace(given.training_class, locality=locality)
    hours = tuple(replace(one, span=one.span.moved(moved)) for one in given.hours)
    segments = tuple(
        replace(one, stretches=tuple(span.moved(moved) for span in one.stretches)) for one in given.segments
    )
    checkins = tuple(replace(one, at=one.at + moved) for one in given.checkins)
    return replace(given, training_class=course, hours=hours, segments=segments, checkins=checkins)


def judged(given: ClassInputs, law: Law) -> ClassReport:
    making = ReportOrigin("xueshi test", datetime(2026, 11, 29, tzinfo=UTC))
    return verify(prepare(given, law), ToldLooker(), making, CountedProgress())


def the_notice(report: ClassReport) -> Finding:
    (verdict,) = report.verdicts
    return verdict.findings[0]


@pytest.mark.parametrize(
    ("day", "locality", "reason", "said"),
    [
        (date(2026, 11, 2), "山西省阳泉市平定县", "NO_RULEBOOK_IN_FORCE", "2026-10-15"),
        (date(2024, 1, 8), "山西省阳泉市", "NO_RULEBOOK_IN_FORCE", "2024-10-16"),
        (date(2025, 4, 7), "山西省阳全市", "PLACE_UNKNOWN", "山西省阳泉市"),
        (date(2025, 4, 7), "阳全市", "PLACE_UNKNOWN", "山西省阳泉市"),
        (date(2025, 4, 7), "", "NO_LOCALITY", "没有写明地点"),
    ],
)
def test_without_a_document_every_hour_is_unproven_and_the_class_lacks_something(
    day: date, locality: str, reason: str, said: str
) -> None:
    given = taught(day, locality)
    report = judged(given, law_of(given, TODAY))
    notice = the_notice(report)
    assert (report.verdicts[0].status, notice.status, notice.reason) == (Status.UNPROVEN, Status.UNPROVEN, reason)
    assert said in notice.text.zh
    assert outcome(report) is ReportOutcome.INPUTS_INSUFFICIENT


@pytest.mark.parametrize("locality", ["山西省阳泉市平定县", "山西省阳全市"])
def test_the_remedy_does_not_ask_for_the_place_that_is_written_already(locality: str) -> None:
    given = taught(date(2026, 11, 2), locality)
    remedy = the_notice(judged(given, law_of(given, TODAY))).remedy
    assert remedy
    assert "locality =" not in remedy.zh
    assert "写明" not in remedy.zh


def test_a_page_without_law_shows_no_tick_where_something_is_to_be_done() -> None:
    given = taught(date(2026, 11, 2), "阳泉市")
    drawn = page(document(judged(given, law_of(given, TODAY))), {})
    assert "没有现行政策文件，所有学时都不能判定" in drawn
    assert "没有需要处理的学时" not in drawn


def test_a_stored_report_of_an_earlier_version_shows_no_tick_either() -> None:
    given = taught(date(2026, 11, 2), "阳泉市")
    spoken = document(judged(given, law_of(given, TODAY)))
    for hour in spoken["hours"]:
        hour["status"] = "NOT_APPLICABLE"
        hour["findings"] = [{**one, "status": "NOT_APPLICABLE"} for one in hour["findings"]]
    assert "没有需要处理的学时" not in page(spoken, {})


def test_a_lapsed_document_is_tried_where_somebody_asks_and_no_hour_passes_by_it() -> None:
    given = taught(date(2026, 11, 2), "阳泉市")
    report = judged(given, law_of(given, TODAY, SX0, provisional=True))
    (verdict,) = report.verdicts
    assert {one.status for one in verdict.findings if one.rule} == {Status.PASS}
    assert (verdict.status, verdict.findings[0].reason) == (Status.UNPROVEN, "NO_RULEBOOK_IN_FORCE")
    assert outcome(report) is ReportOutcome.INPUTS_INSUFFICIENT
    assert report.policy
    assert (report.policy.id, report.policy.provisional) == (SX0, True)
    spoken = document(report)
    assert spoken["policy"]
    assert spoken["policy"]["provisional"] is True
    drawn = page(spoken, {})
    assert "<title>暂按已失效文件" in drawn
    assert drawn.count("暂按已失效文件") >= 4


def test_a_document_that_holds_is_no_trial() -> None:
    given = taught(DAYS[SX0], "")
    report = judged(given, law_of(given, TODAY, SX0, provisional=True))
    assert report.verdicts[0].status is Status.PASS
    assert report.policy
    assert not report.policy.provisional


def test_naming_a_lapsed_document_without_asking_for_a_trial_judges_nothing() -> None:
    given = taught(date(2026, 11, 2), "阳泉市")
    assert judged(given, law_of(given, TODAY, YQ)).policy is None


@pytest.mark.parametrize(
    ("day", "policy", "said"),
    [(date(2026, 11, 2), "", "got no document"), (date(2024, 1, 8), YQ, "begins after the class")],
)
def test_a_trial_needs_a_document_that_lapsed(day: date, policy: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        law_of(taught(day, "阳泉市"), TODAY, policy, provisional=True)


def test_a_report_is_judged_again_by_the_version_that_it_names_and_refused_where_that_is_gone() -> None:
    given = taught(DAYS[YQ], "阳泉市")
    report = judged(given, law_of(given, TODAY))
    assert law_as_judged(given, report, packaged()).book == packaged().book(YQ)
    newer = replace(packaged().book(YQ), sha256="0" * 64)
    with pytest.raises(InputError, match="got no version"):
        law_as_judged(given, report, Shelf((newer,)))
    assert law_as_judged(given, report, Shelf((newer,), (packaged().book(YQ),))).book == packaged().book(YQ)


def test_a_tried_document_is_tried_again_as_it_was() -> None:
    given = taught(date(2026, 11, 2), "阳泉市")
    law = law_of(given, TODAY, YQ, provisional=True)
    assert law_as_judged(given, judged(given, law), packaged()) == law


def test_the_database_looks_for_the_reasons_that_the_law_gives() -> None:
    assert set(LAW_REASONS) == NO_LAW
