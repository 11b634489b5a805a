"""Class hours that pass by two people's review: they count like any other, and are told apart with their money."""

import io
import json
from dataclasses import replace

from openpyxl import load_workbook

from claims.outcome import ClaimScreen
from claims.trial import provisional
from facts.money import Fen
from facts.report import ClassReport
from facts.text import Text
from facts.verdict import Finding, HourVerdict, Status
from report.claims.document import document, with_purses
from report.claims.page import claim_page
from report.claims.source import ScreeningResult
from report.claims.workbook import screening_workbook
from report.document import document as report_document
from runtime.claims.report_file import report_of
from tests.fixtures.claim_facts import YQ, TaughtClass, a_claim, a_report, book, screened
from tests.fixtures.sample_screen import screened as sample

KIND = (YQ, "项目制培训", "脱贫人口")
CLAIM = a_claim(*KIND, count=3, days=5)
LAST_DAY = "2025-03-07"


def seen(status: Status, reason: str) -> Finding:
    return Finding("YQ-V2", status, reason, Text("", ""))


def reviewed(verdict: HourVerdict, machine: Status) -> HourVerdict:
    """The verdict as two people's review has it, over what the machine alone said."""
    people = seen(verdict.status, "WHOLE_CLASS_REVIEWED")
    return replace(verdict, findings=(*verdict.findings, people), before_review=seen(machine, "TOO_FEW_SEEN"))


def report(
    machine: Status | None, *, verdict: Status = Status.PASS, days: tuple[str, ...] = (LAST_DAY,)
) -> ClassReport:
    """A class of which the hours of those days were settled by people."""
    found = a_report(CLAIM, YQ, TaughtClass(verdict=lambda hour: verdict if hour[:10] in days else Status.PASS))
    if machine is None:
        return found
    return replace(
        found,
        verdicts=tuple(reviewed(one, machine) if one.hour_id[:10] in days else one for one in found.verdicts),
    )


def screen(of: ClassReport) -> ClaimScreen:
    return screened(YQ, CLAIM, reports=[of])


def result(of: ClassReport) -> ScreeningResult:
    return replace(sample(), claim=CLAIM, screen=screen(of), book=book(YQ), reports=(of,), sources={})


def test_an_hour_that_two_people_settled_counts_and_its_money_is_told_apart() -> None:
    whole, by_people, alone = (
        screen(report(None)),
        screen(report(Status.UNPROVEN)),
        screen(report(None, verdict=Status.UNPROVEN)),
    )
    assert by_people.supported == whole.supported > alone.supported
    assert by_people.by_review == whole.supported - alone.supported
    assert by_people.reviewed_hours == tuple(f"{LAST_DAY}-{n}" for n in (1, 2, 3, 4))
    for one, before in zip(by_people.people, alone.people, strict=True):
        assert one.by_review == one.supported - before.supported
        assert one.time is not None
        assert one.time.hours_by_review == 4


def test_over_a_failure_of_the_machine_too() -> None:
    by_people, alone = screen(report(Status.FAIL)), screen(report(None, verdict=Status.FAIL))
    assert by_people.by_review == by_people.supported - alone.supported > Fen(0)


def test_an_hour_that_the_machine_passed_as_well_rests_on_no_review() -> None:
    found = screen(report(Status.PASS))
    assert found.by_review == Fen(0)
    assert found.reviewed_hours == ()


def test_without_reviews_nothing_is_told_of_them() -> None:
    found = screen(report(None))
    assert found.by_review == Fen(0)
    assert "S6" not in {one.id for one in found.assumptions}
    assert "复核认定" not in claim_page(document(result(report(None))))


def test_a_failure_by_review_takes_away_exactly_its_hours() -> None:
    one_hour = f"{LAST_DAY}-2"
    whole = report(None)
    failed = replace(
        whole,
        verdicts=tuple(
            reviewed(replace(one, status=Status.FAIL), Status.PASS) if one.hour_id == one_hour else one
            for one in whole.verdicts
        ),
    )
    for one in screen(failed).people:
        assert one.time is not None
        assert one.time.failed_hours == (one_hour,)
        assert one.time.hours == 19
        assert one.by_review == Fen(0)


def test_trace_page_json_and_workbook_say_which_hours_and_how_much() -> None:
    found = result(report(Status.UNPROVEN))
    body = document(found)
    amount = body["totals"]["by_review"]
    assert amount["fen"] == found.screen.by_review.fen > 0
    assert [one["id"] for one in body["hours"] if one["by_review"]] == list(found.screen.reviewed_hours)
    assert body["people"][0]["time"] is not None
    assert body["people"][0]["time"]["reviewed_hours"] == list(found.screen.reviewed_hours)
    assert {"zh": "其中 4 学时经两人复核认定", "en": "4 of these class hours count by two people's review"} in (
        body["people"][0]["traces"][0]["notes"]
    )
    assert next(one["value"] for one in body["assumptions"] if one["id"] == "S6") == "4"
    page = claim_page(body)
    assert "核定可支持金额中，复核认定" in page
    assert "（复核）" in page
    rows = dict(load_workbook(io.BytesIO(screening_workbook(body)))["汇总"].iter_rows(values_only=True))  # type: ignore[arg-type]
    assert rows["其中复核认定（学时）"] == 4
    assert rows["其中复核认定（元）"] * 100 == amount["fen"]


def test_a_trial_rests_nothing_on_reviews_either() -> None:
    assert provisional(screen(report(Status.UNPROVEN))).by_review == Fen(0)


def test_a_document_of_before_reviews_is_still_shown() -> None:
    kept = json.loads(json.dumps(document(result(report(None)))))
    for one in (kept["totals"], *kept["purses"], *kept["people"], *kept["beside"]):
        one.pop("by_review", None)
    for one in kept["people"]:
        del one["time"]["hours_by_review"], one["time"]["reviewed_hours"]
    for one in kept["hours"]:
        del one["by_review"]
    del kept["summary"]["reviewed_hours"]
    assert with_purses(kept) == document(result(report(None)))


def test_a_report_file_says_what_the_machine_alone_said() -> None:
    body = json.loads(json.dumps(report_document(report(None)), default=str))
    body["hours"][0]["review"] = {
        "machine": {"rule": "YQ-V2", "status": "UNPROVEN", "reason": "TOO_FEW_SEEN", "text": {"zh": "", "en": ""},
                    "numbers": {}, "quote": "", "article": ""}
    }  # fmt: skip
    verdict = report_of(body).verdicts[0]
    assert verdict.before_review is not None
    assert verdict.before_review.status is Status.UNPROVEN
