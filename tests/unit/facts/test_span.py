from datetime import UTC, date, datetime, timedelta

import pytest

from facts.errors import InputError
from facts.span import SHANGHAI, Span, instant, local_day, minus, total, union

NINE = datetime(2099, 4, 7, 9, 0, tzinfo=SHANGHAI)


def minutes(start: float, end: float) -> Span:
    return Span(NINE + timedelta(minutes=start), NINE + timedelta(minutes=end))


def test_times_are_utc_inside_whatever_zone_they_came_in() -> None:
    assert minutes(0, 1).start == datetime(2099, 4, 7, 1, 0, tzinfo=UTC)
    assert minutes(0, 1).start.tzinfo is UTC


def test_a_time_without_zone_is_refused_with_the_line_to_write() -> None:
    with pytest.raises(InputError, match=r"got no time zone.*2099-04-07T09:00:00\+08:00"):
        instant(datetime(2099, 4, 7, 9, 0))  # noqa: DTZ001 - the fault under test


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="before start"):
        minutes(1, 0)


def test_a_span_holds_its_first_moment_and_not_its_last() -> None:
    hour = minutes(0, 45)
    assert hour.start in hour
    assert hour.end not in hour
    assert not hour.overlaps(minutes(45, 90))


def test_the_chinese_day_begins_at_sixteen_hours_utc() -> None:
    assert local_day(datetime(2099, 4, 6, 16, 0, tzinfo=UTC)) == date(2099, 4, 7)
    assert local_day(datetime(2099, 4, 6, 15, 59, tzinfo=UTC)) == date(2099, 4, 6)


def test_spans_join_across_a_bridge_of_exactly_the_tolerance_and_no_more() -> None:
    early, late = Span.of(NINE, 10), Span.of(NINE + timedelta(seconds=12), 10)
    assert union([late, early], timedelta(seconds=2)) == (Span.of(NINE, 22),)
    assert union([late, early], timedelta(seconds=1.999999)) == (early, late)


def test_cutting_holes_leaves_what_lies_between_them() -> None:
    assert minus(minutes(0, 10), [minutes(8, 12), minutes(2, 3), minutes(2, 4)]) == (minutes(0, 2), minutes(4, 8))
    assert minus(minutes(0, 10), [minutes(-1, 11)]) == ()


def test_time_covered_twice_counts_once() -> None:
    assert total([minutes(0, 5), minutes(3, 6)]) == timedelta(minutes=6)
