"""A report that was sealed in an earlier version's English is judged alike today, and a changed one is still found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from facts.report import ClassReport
from facts.text import Text
from pipeline.sealing.day_facts import differences
from pipeline.sealing.seal_words import in_todays_words, said_alike
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


@pytest.mark.parametrize(
    ("earlier", "today"),
    [
        (
            "最长连续录像 9分12秒，少 48秒；CH02 09:40–09:50 断 10分",
            "最长连续录像 9分12秒，还差 48秒；CH02 09:40–09:50 断 10分",
        ),
        ("4月7日第1学时断 10分", "4月7日第1学时断 10分"),
        ("打卡 28 人，名册 30 人", "打卡 28 人，花名册 30 人"),
        ("名册上的学员全部请假，没有应到人员", "花名册上的学员全部请假，没有应到人员"),
        ("CH01 08:30–08:45 内 90% 的分钟看到应到 12 人", "CH01 08:30–08:45 内，90% 的分钟里看到应到的 12 人"),
        ("CH01 08:30–08:45 镜头内最多 10 人，缺 2 人；没有", "CH01 08:30–08:45 镜头内最多 10 人，未看到 2 人；没有"),
        ("CH01 有 3 处人像在座位之间却从不自己动：左", "CH01 座位区有 3 处人像始终没有自身动作：左"),
        ("视频存在、摘要一致，且留存至 ≥ 结班之日 + 3 年", "视频存在、摘要一致，且自结课之日起至少留存 3 年"),
        ("台账中，开班至结班之间有 检查 的日子 ≥ 2 天；缺则", "台账中，开班至结课之间至少 2 天有 检查；缺则"),
    ],
)
def test_what_was_said_otherwise_is_read_in_todays_words(earlier: str, today: str) -> None:
    assert in_todays_words({"text": [earlier]}) == {"text": [today]} == in_todays_words({"text": [today]})


@pytest.mark.parametrize(
    ("sealed", "again", "alike"),
    [
        ("动作与4月7日第1学时", "动作与2025年4月7日第1学时", True),
        ("自2024年10月16日起，4月7日第1学时", "自2024年10月16日起，2025年4月7日第1学时", True),
        ("2025年4月7日第1学时", "2025年4月7日第1学时", True),
        ("2024年4月7日第1学时", "2025年4月7日第1学时", False),
        ("2025年4月7日第1学时", "4月7日第1学时", False),
        ("4月8日第1学时", "2025年4月7日第1学时", False),
        ("4月7日、4月8日", "2025年4月7日", False),
    ],
)
def test_a_day_that_was_sealed_without_its_year_is_the_same_and_one_of_another_year_is_not(
    sealed: str,
    again: str,
    alike: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert said_alike({"text": [sealed]}, {"text": [again]}) is alike


def test_another_number_is_still_another_sentence() -> None:
    assert in_todays_words("打卡 28 人，名册 30 人") != in_todays_words("打卡 28 人，花名册 31 人")
