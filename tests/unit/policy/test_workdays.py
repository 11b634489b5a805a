from datetime import date

import pytest

from facts.errors import SetupError
from policy.workdays import add_workdays, is_workday, workdays_between


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 10, 12), True),  # a Saturday that makes up for the holiday
        (date(2024, 9, 29), True),  # a Sunday that does
        (date(2024, 10, 1), False),
        (date(2024, 10, 7), False),  # a Monday of the holiday
        (date(2024, 10, 8), True),
        (date(2024, 10, 19), False),
    ],
)
def test_make_up_days_are_working_days(day: date, works: bool) -> None:  # noqa: FBT001 - a column of the table
    assert is_workday(day) is works


def test_a_notice_across_the_national_holiday_counts_its_make_up_saturday() -> None:
    assert workdays_between(date(2024, 9, 30), date(2024, 10, 12)) == 6
    assert workdays_between(date(2024, 10, 12), date(2024, 9, 30)) == 0


def test_the_fifth_working_day_after_the_notice() -> None:
    assert add_workdays(date(2024, 9, 30), 5) == date(2024, 10, 12)
    assert add_workdays(date(2024, 9, 30), 0) == date(2024, 9, 30)


def test_a_year_not_yet_published_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(SetupError, match=r"2099.*upgrade the package chinesecalendar"):
        is_workday(date(2099, 1, 4))
