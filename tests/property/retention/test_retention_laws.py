"""What holds of every duty and of every list of what is due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from facts.digest import Digest
from facts.retention import Base, Category, Hold, RetentionEntry, Scope, Term, Use
from pipeline.retention.deadlines import RetentionStage, due, due_list
from pipeline.retention.duty import KnownDays, duty, paid_on, years_after

DATES = st.dates(date(2015, 1, 1), date(2040, 12, 31))
TERMS = st.builds(Term, st.sampled_from(["YQ-V3", "SX0-V2", "XX-9"]), st.integers(1, 12), st.sampled_from(Base))
KNOWN = st.builds(KnownDays, DATES, st.none() | DATES, st.none() | DATES)
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds without a zone
DAYS = st.integers(0, 400).map(timedelta)
HOLD_SCOPES = st.sampled_from([Scope("A"), Scope("B"), Scope(day=date(2024, 2, 29)), Scope(sha256="0" * 64)])


def holds_of(scopes: Sequence[Scope]) -> tuple[Hold, ...]:
    at = datetime(2024, 3, 1, tzinfo=UTC)
    return tuple(Hold(f"{number:08x}", scope, "抽查", "", "王科员", at) for number, scope in enumerate(scopes))


@st.composite
def a_use(draw: st.DrawFn) -> Use:
    terms, known = tuple(draw(st.lists(TERMS, min_size=1, max_size=3))), draw(KNOWN)
    found = duty(terms, known)
    category = draw(st.sampled_from([Category.VIDEO, Category.PAPERS]))
    own = draw(st.sampled_from("AB")), category, "x", "", known.class_end, found.rule, found.base, found.until
    day = draw(st.none() | DATES)
    return Use(*own, day, day, known.recorded_end, known.paid, terms)


@st.composite
def a_kept(draw: st.DrawFn) -> RetentionEntry:
    uses = tuple(draw(st.lists(a_use(), min_size=1, max_size=3)))
    number = draw(st.integers(0, 2))
    return RetentionEntry(number, "memory:", Digest(f"{number:064x}"), "", 1, draw(st.none() | MOMENTS), uses)


@given(st.lists(TERMS, min_size=1), TERMS, KNOWN)
def test_another_rule_never_shortens_a_duty_and_the_order_of_rules_is_irrelevant(
    terms: list[Term], more: Term, known: KnownDays
) -> None:
    before = duty(terms, known)
    assert duty([*terms, more], known).until >= before.until
    assert duty([more, *terms], known) == duty([*terms, more], known)
    assert duty(list(reversed(terms)), known) == before


@given(a_use(), DATES, DATES)
def test_a_payout_never_shortens_and_two_of_them_count_alike_in_any_order(use: Use, one: date, two: date) -> None:
    assert paid_on(use, one).keep_until >= use.keep_until
    assert paid_on(paid_on(use, one), two).keep_until >= paid_on(use, max(one, two)).keep_until
    assert paid_on(paid_on(use, one), one) == paid_on(use, one)


@given(DATES, st.integers(1, 30))
def test_so_many_calendar_years_later_is_the_same_day_or_the_first_of_march(day: date, years: int) -> None:
    later = years_after(day, years)
    same = (later.month, later.day) == (day.month, day.day)
    assert later.year == day.year + years
    assert same or ((day.month, day.day), (later.month, later.day)) == ((2, 29), (3, 1))


@given(a_kept(), st.lists(HOLD_SCOPES, max_size=3), MOMENTS, DAYS, DAYS)
def test_nothing_under_a_hold_and_nothing_before_its_day_may_ever_be_deleted(
    kept: RetentionEntry, scopes: list[Scope], as_of: datetime, grace: timedelta, within: timedelta
) -> None:
    row = due(kept, holds_of(scopes), as_of, grace=grace, within=within)
    if any(scope.covers(kept) for scope in scopes):
        assert row.stage is RetentionStage.HELD
    if row.stage is RetentionStage.DELETABLE:
        assert all(as_of >= use.keep_until + grace for use in kept.uses)
        assert kept.retain_until is not None
        assert as_of >= kept.retain_until


@given(a_kept(), st.lists(HOLD_SCOPES, max_size=2), MOMENTS, DAYS, DAYS)
def test_what_may_be_deleted_now_may_be_deleted_later(
    kept: RetentionEntry, scopes: list[Scope], as_of: datetime, grace: timedelta, more: timedelta
) -> None:
    holds = holds_of(scopes)
    now = due(kept, holds, as_of, grace=grace, within=timedelta()).stage is RetentionStage.DELETABLE
    later = due(kept, holds, as_of + more, grace=grace, within=timedelta()).stage is RetentionStage.DELETABLE
    assert later or not now


@given(st.lists(a_kept(), max_size=4, unique_by=lambda kept: kept.number), MOMENTS, DAYS, st.randoms())
def test_the_list_does_not_depend_on_the_order_of_the_register(
    register: list[RetentionEntry], as_of: datetime, grace: timedelta, random: object
) -> None:
    shuffled = sorted(register, key=lambda _: random.random())  # type: ignore[attr-defined]
    lists = [due_list(order, (), as_of, grace=grace, within=timedelta()) for order in (register, shuffled)]
    assert lists[0] == lists[1]


@given(a_kept(), MOMENTS, DAYS)
def test_one_more_class_that_needs_the_object_never_makes_it_go_earlier(
    kept: RetentionEntry, as_of: datetime, grace: timedelta
) -> None:
    fewer = replace(kept, uses=kept.uses[:1])
    before, after = (due(one, (), as_of, grace=grace, within=timedelta()) for one in (fewer, kept))
    assert after.deletable_from >= before.deletable_from
