"""How long: the documents' own words as duties, the longest of them, and what no document speaks of."""

from dataclasses import replace
from datetime import date

import pytest

from facts.course import Institution, TrainingClass
from facts.errors import InputError
from facts.retention import Base, Category, Term
from pipeline.retention.duty import KnownDays, binding, duty, terms_of, years_after
from policy.shelf import packaged, shelf_with

COURSE = TrainingClass(
    "JZ",
    institution=Institution("阳泉示范培训学校"),
    locality="山西省/阳泉市",
    programme="就业技能培训",
)
LAST = date(2024, 6, 30)


def terms(book_id: str, category: Category) -> tuple[Term, ...]:
    return terms_of([packaged().book(book_id)], category, COURSE, LAST, 2)


def test_yangquan_keeps_videos_and_shanxi_keeps_the_papers_too() -> None:
    assert terms("yangquan-2024", Category.VIDEO) == (Term("YQ-V3", 2, Base.LATEST),)
    assert terms("sx-unnamed-2023", Category.PAPERS) == (Term("SX0-V2", 2, Base.LATEST),)


def test_a_rule_for_key_groups_does_not_bind_a_class_of_others() -> None:
    others = replace(COURSE, group="企业职工")
    found = terms_of([packaged().book("yangquan-2024")], Category.VIDEO, others, LAST, 2)
    assert found == (Term("", 2, Base.LATEST),)


def test_what_no_document_speaks_of_is_kept_as_long_as_the_longest_known_duty() -> None:
    assert terms("yangquan-2024", Category.PAPERS) == (Term("", 2, Base.LATEST),)
    assert terms_of([], Category.VIDEO, COURSE, LAST, 7) == (Term("", 7, Base.LATEST),)


def test_the_longest_duty_of_all_documents_that_bind_wins() -> None:
    two = (Term("YQ-V3", 2, Base.LATEST), Term("XX-9", 3, Base.CLASS_END))
    found = duty(two, KnownDays(date(2024, 6, 30), date(2024, 6, 29)))
    assert (found.rule, found.last) == ("XX-9", date(2027, 6, 30))
    late = duty(two, KnownDays(date(2024, 6, 30), date(2024, 6, 29), date(2025, 9, 1)))
    assert (late.rule, late.last, late.base) == ("YQ-V3", date(2027, 9, 1), date(2025, 9, 1))


def test_both_documents_of_a_place_bind_where_both_were_in_force() -> None:
    shelf = packaged()
    own = shelf.book("yangquan-2024")
    days = [date(2024, 6, 30)]
    assert own in binding(shelf, own, COURSE.locality, days)
    assert binding(shelf, None, "", days) == ()
    assert binding(shelf, own, "", days) == (own,)
    assert shelf_with({}) is shelf


@pytest.mark.parametrize(
    ("base", "counted"),
    [
        (Base.RECORDING, date(2024, 6, 1)),
        (Base.CLASS_END, date(2024, 6, 30)),
        (Base.PAYOUT, date(2024, 9, 1)),
        (Base.LATEST, date(2024, 9, 1)),
    ],
)
def test_each_base_counts_from_its_own_day(base: Base, counted: date) -> None:
    assert KnownDays(date(2024, 6, 30), date(2024, 6, 1), date(2024, 9, 1)).base(base) == counted


@pytest.mark.parametrize("base", [Base.RECORDING, Base.PAYOUT])
def test_a_base_that_is_not_known_is_the_latest_day_that_is(base: Base) -> None:
    assert KnownDays(date(2024, 6, 30)).base(base) == date(2024, 6, 30)


def test_the_last_of_february_falls_on_the_first_of_march() -> None:
    assert years_after(date(2024, 2, 29), 2) == date(2026, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_evidence_without_any_duty_is_a_fault() -> None:
    with pytest.raises(InputError, match="at least one"):
        duty([], KnownDays(LAST))
