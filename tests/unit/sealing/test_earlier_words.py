"""A report that was sealed in an earlier version's English is judged alike today, and a changed one is still found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from facts.report import ClassReport
from facts.text import Text
from pipeline.sealing.day_facts import differences
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ReportOrigin, prepare, verify
from tests.fixtures.verification_case import CountedProgress, ToldLooker, inputs, law

BOOK = "yangquan-2024"


def sealed() -> ClassReport:
    """A class with one check-in at a time that belongs to no class hour."""
    whole = inputs(BOOK)
    late = replace(whole.checkins[0], at=whole.hours[-1].span.end + timedelta(hours=6))
    asked = replace(whole, checkins=(*whole.checkins, late))
    making = ReportOrigin("xueshi test", whole.hours[0].span.end + timedelta(days=1))
    return verify(prepare(asked, law(BOOK)), ToldLooker(), making, CountedProgress())


def said_as(report: ClassReport, today: str, earlier: str) -> ClassReport:
    """The report with one doubt in other words."""
    reworded = [replace(one, text=Text(one.text.zh, one.text.en.replace(today, earlier))) for one in report.doubts]
    assert tuple(reworded) != report.doubts
    return replace(report, doubts=tuple(reworded))


def test_a_doubt_of_one_check_in_counts_in_english() -> None:
    (stray,) = [one for one in sealed().doubts if one.kind == "OUTSIDE_CLASS"]
    assert stray.text.en.startswith("1 check-in belongs to no class hour: ")


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ("1 check-ins belong to", []),
        ("2 check-ins belong to", ["doubts differ when judged again"]),
        ("11 check-ins belong to", ["doubts differ when judged again"]),
    ],
)
def test_only_the_count_s_grammar_is_overlooked(earlier: str, told: list[str]) -> None:
    before = said_as(sealed(), "1 check-in belongs to", earlier)
    assert [one.en for one in differences(before, judged_again(before, law(BOOK)))] == told
