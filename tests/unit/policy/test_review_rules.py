"""What people may settle by looking is data of the rulebook, with its clause or as this program's own reading."""

from dataclasses import replace
from datetime import timedelta

import pytest

from facts.clock_review import ClockReading
from facts.digest import Digest
from facts.errors import FaultsError
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewReading, ReviewSubject
from pipeline.verification.report import ClassInputs, binding_review, plan, prepare
from policy.diff import differences
from policy.lint import lint
from policy.loader import parse
from policy.review import ReviewRules
from policy.shelf import packaged_texts
from tests.fixtures.verification_case import inputs, law
from tests.unit.policy.test_loader import NAME

TEXT = packaged_texts()[NAME]
BOOK = "yangquan-2024"


def stated(table: str) -> str:
    return TEXT.replace("[assumptions]", f"[review]\n{table}\n[assumptions]", 1)


def test_a_document_that_says_nothing_leaves_view_and_clock_to_two_people_and_breaks_to_nobody() -> None:
    rules = parse(TEXT, NAME).review
    assert (rules.view, rules.clock, rules.breaks, rules.answer_days) == (True, True, False, 15)
    assert (rules.may("inspector"), rules.may("reviewer"), rules.may("clerk")) == (True, True, False)
    printed = parse(TEXT, NAME).readings[-1]
    assert (printed.id, printed.value) == (
        "R1",
        "view = true, clock = true, breaks = false, by = inspector/reviewer, answer_days = 15",
    )


def test_what_a_document_says_is_read_and_cited() -> None:
    text = stated(
        'clock = false\nby = ["inspector"]\nanswer_days = 5\narticle = "第十一条"\nquote = "录像须能够显示全体参训人员"'
    )
    rules = parse(text, NAME).review
    assert (rules.allows(ReviewSubject.VIEW), rules.allows(ReviewSubject.CLOCK)) == (True, False)
    assert (rules.may("reviewer"), rules.answer_days) == (False, 5)
    assert rules.grounds.zh == "第十一条「录像须能够显示全体参训人员」"
    assert "第十一条" in rules.assumption.text.zh


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("breaks = true", "review.breaks: got true, expected false"),
        ("by = []", "review.by: got nobody"),
        ('by = ["clerk"]', "inspector, reviewer"),
        ("answer_days = 0", "days from 1 to 365"),
        ("answer_days = 7.5", "a whole number"),
        ('article = "第一条"', "review.quote: got no quote"),
        ("clok = true", "did you mean clock?"),
        ("view = 1", "review.view"),
    ],
)
def test_what_is_wrong_with_the_table_is_told(table: str, says: str) -> None:
    with pytest.raises(FaultsError, match=r"(?s).*") as refused:
        parse(stated(table), NAME)
    assert says in str(refused.value)
    assert any(says.rsplit(":", maxsplit=1)[-1].strip() in str(fault) for fault in lint(stated(table), NAME))


def test_the_quote_of_the_table_is_sealed_like_any_other() -> None:
    text = stated('article = "第十一条"\nquote = "录像须能够显示全体参训人员"')
    assert any("quote_sha256.review: got no digest" in str(fault) for fault in lint(text, NAME))
    assert not lint(TEXT, NAME)


def test_two_documents_that_differ_in_it_are_told_apart() -> None:
    found = differences(parse(TEXT, NAME), parse(stated("clock = false"), NAME))
    assert [one.subject.zh for one in found] == ["假设 R1"]


@pytest.mark.parametrize(("rules", "binds"), [(ReviewRules(), 1), (ReviewRules(clock=False), 0)])
def test_a_review_of_what_the_rulebook_does_not_leave_to_people_binds_nobody(rules: ReviewRules, binds: int) -> None:
    given = inputs(BOOK)
    hour, file = given.hours[0], given.segments[0]
    shown = ClockReading(hour.span.start, file.path, 0.0, hour.span.start + timedelta(minutes=5), "墙上的钟")
    first = ReviewReading("account:1", hour.span.end, ReviewAnswer.CLOCK, (), "", (shown,))
    book = law(BOOK).book
    assert book
    case = prepare(given, replace(law(BOOK), book=replace(book, review=rules)))
    made = Review(hour.id, "CH02", hour.span, _seed(given), 3, first)
    settled = made.agreed_by(ReviewAgreement(replace(first, by="account:2"), agrees=True))
    reviewed = prepare(replace(given, reviews=(settled,)), case.law)
    found = binding_review(reviewed, hour, ReviewSubject.CLOCK)
    assert (found is not None) == bool(binds)
    assert binding_review(reviewed, hour, ReviewSubject.VIEW) is None


def _seed(given: ClassInputs) -> Digest:
    return plan(prepare(given, law(BOOK)))[0].seed
