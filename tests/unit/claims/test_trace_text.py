"""A trace on paper: a person with a pencil comes to the same sum."""

import pytest

from claims.money import traces
from claims.sample import SampleSize, sample_case, telling_units
from claims.trace_text import arithmetic, trace_lines
from policy.kinds import MoneyPerUnit
from policy.shelf import packaged


def line(rule_id: str, lang: str = "zh", **asked: int) -> str:
    book, rule = packaged().rule(rule_id)
    return arithmetic(traces(sample_case(book, rule, SampleSize(**asked)), rule)[0], lang)


@pytest.mark.parametrize(
    ("rule", "asked", "expected"),
    [
        ("YQ-M1", {"days": 45}, "150元×10天 + 100元×35天 = 5,000元，上限5,000元"),
        ("YQ-M1", {"days": 46}, "150元×10天 + 100元×36天 = 5,100元，上限5,000元 → 5,000元"),
        ("WY-M2", {"hours": 11}, "0元"),
        ("WY-M6", {"heads": 50}, "8,000元×6天×50% = 24,000元，上限24,000元"),
        ("LX-M7", {"days": 10}, "1,800元×1人×80% + 1,800元×1人×20% = 1,800元"),
        ("YQ-M10", {}, "不给出金额"),
        ("YQ-M3", {}, "—"),
    ],
)
def test_the_sum_in_one_line(rule: str, asked: dict[str, int], expected: str) -> None:
    assert line(rule, **asked) == expected


def test_the_sum_in_english() -> None:
    assert line("YQ-M1", "en", days=11) == "150 yuan × 10 days + 100 yuan × 1 day = 1,600 yuan, cap 5,000 yuan"


def test_the_lines_end_with_the_clause_and_its_words() -> None:
    book, rule = packaged().rule("LX-M7")
    lines = list(trace_lines(traces(sample_case(book, rule, SampleSize()), rule)[0]))
    assert lines[0].startswith("✓ LX-M7")
    assert lines[1].startswith("  最高 ")
    assert lines[-1].startswith("  二（五）「按每人每天不超过180元")


@pytest.mark.parametrize(
    ("rule", "units"),
    [
        ("YQ-M1", (1, 10, 11, 44, 45, 46)),
        ("LX-M2", (1, 10, 11, 34, 35, 36)),
        ("WY-M2", (11, 12, 39, 40, 41)),
        ("QJ-M3", (1, 5, 6, 7)),
        ("LX-M5", (1,)),
    ],
)
def test_the_counts_that_tell_most(rule: str, units: tuple[int, ...]) -> None:
    params = packaged().rule(rule)[1].params
    assert isinstance(params, MoneyPerUnit)
    assert telling_units(params) == units
