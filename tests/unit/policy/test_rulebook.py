from dataclasses import fields
from datetime import date
from fractions import Fraction

import pytest

from facts.errors import InputError
from policy.diff import differences
from policy.kinds import KINDS, Exemption, MoneyHeads, MoneyPerUnit, VideoContinuous, VideoWholeClass
from policy.loader import parse
from policy.rulebook import Rule
from policy.shelf import packaged, packaged_texts
from tests.fixtures.paths import DOCS
from tests.fixtures.rulebooks import sixth_county

# The tutorial's county uses the kinds that none of the shipped documents needs.
RULES = [rule for book in (*packaged().books, sixth_county()) for rule in book.rules]


@pytest.mark.parametrize("kind", KINDS)
def test_no_parameter_of_a_kind_hides_behind_a_key_of_every_rule(kind: str) -> None:
    own = {item.name for item in fields(KINDS[kind])}  # type: ignore[arg-type]
    assert not own & {item.name for item in fields(Rule)} - {"kind"}


def test_every_kind_is_used_by_some_document() -> None:
    assert {rule.kind for rule in RULES} == set(KINDS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_formula_is_a_sentence_in_both_languages(rule: Rule) -> None:
    said = rule.params.formula()
    assert len(said.zh) > 3
    assert len(said.en) > 3
    assert "None" not in said.zh + said.en
    assert "{" not in said.en


def test_only_yangquan_asks_for_ten_minutes() -> None:
    asking = {book.id: [p.min_s for _, p in book.of_kind(VideoContinuous)] for book in packaged().books}
    assert asking == {
        "yangquan-2024": [600],
        "sx-unnamed-2023": [None],
        "linxian-2023": [],
        "wuyi-2020": [],
        "quanjiao-2020": [],
    }


def test_rates_are_exact() -> None:
    [(_, heads)] = packaged().book("yangquan-2024").of_kind(MoneyHeads)
    assert heads.threshold == Fraction(16, 20)


def test_three_answers_to_an_employment_rate_below_eighty_per_cent() -> None:
    answers = {book.id: p.otherwise for book in packaged().books for _, p in book.of_kind(MoneyHeads)}
    assert answers == {"yangquan-2024": "employed", "linxian-2023": "rule", "sx-unnamed-2023": "undefined"}


def test_two_caps_for_the_same_days() -> None:
    caps = {rule.id: p.cap_yuan for book in packaged().books for rule, p in book.of_kind(MoneyPerUnit)}
    assert (caps["YQ-M1"], caps["LX-M2"], caps["LX-M1"]) == (5000, 4000, 1000)


def test_employee_training_is_free_of_video_in_the_fragment_only() -> None:
    freed = {rule.id: p.frees for book in packaged().books for rule, p in book.of_kind(Exemption)}
    assert freed == {"YQ-X1": ("YQ-R1",), "SX0-V3": ("SX0-V1",), "SX0-X1": ("SX0-R1",)}


@pytest.mark.parametrize(
    ("sentence", "rule", "programme", "group", "concerns"),
    [
        ("a focus group is bound", "YQ-V1", "", "重点群体", True),
        ("a member of a focus group is bound", "YQ-V1", "项目制培训", "退役军人", True),
        ("employees are not", "YQ-V1", "企业职工培训", "企业职工", False),
        ("a class that names neither leaves it open", "YQ-V1", "", "", None),
        ("a project is bound whatever the group says", "YQ-V1", "项目制培训", "企业职工", True),
        ("an order is bound without any group", "YQ-V1", "订单式培训", "", True),
        ("another programme is not concerned whoever attends", "YQ-M1", "企业职工培训", "", False),
        ("a rule without limits concerns everybody", "YQ-V6", "", "", True),
    ],
)
def test_whom_a_rule_concerns(sentence: str, rule: str, programme: str, group: str, concerns: bool | None) -> None:  # noqa: FBT001
    book = packaged().book("yangquan-2024")
    assert book.concerns(book.rule(rule), programme, group) is concerns, sentence


def test_a_rule_with_its_own_first_day_is_silent_before_it() -> None:
    rule = packaged().book("sx-unnamed-2023").rule("SX0-V4")
    assert not rule.in_force(date(2023, 12, 31))
    assert rule.in_force(date(2024, 1, 1))


def test_an_unknown_rule_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match="YQ-V1"):
        packaged().rule("YQ-V11")
    with pytest.raises(InputError, match="policy show wuyi-2020"):
        packaged().book("wuyi-2020").rule("YQ-V1")


def test_a_rulebook_does_not_differ_from_itself() -> None:
    book = packaged().book("yangquan-2024")
    assert differences(book, book) == ()


def test_the_difference_of_one_number_is_the_only_difference() -> None:
    name = "yangquan-2024.toml"
    book, text = packaged().book("yangquan-2024"), packaged_texts()[name]
    [found] = differences(book, parse(text.replace("cap_yuan = 5000", "cap_yuan = 6000"), name))
    assert "5000" in found.left[0].zh
    assert "6000" in found.right[0].zh


def test_the_window_rule_names_its_assumptions() -> None:
    book = packaged().book("yangquan-2024")
    [(rule, params)] = book.of_kind(VideoWholeClass)
    assert [item.id for item in book.assumptions_of(rule)] == ["A2", "A3", "A4"]
    assert params.share == book.assumptions.visible.share


@pytest.mark.parametrize("kind", KINDS)
def test_the_authors_guide_tells_every_kind_with_all_its_parameters(kind: str) -> None:
    guide = (DOCS / "policy-authoring.md").read_text("utf-8")
    [line] = [line for line in guide.splitlines() if line.startswith(f"| `{kind}` |")]
    assert [item.name for item in fields(KINDS[kind]) if f"`{item.name}`" not in line] == []  # type: ignore[arg-type]
