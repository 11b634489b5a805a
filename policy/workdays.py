from datetime import date, timedelta

import chinese_calendar

from facts.errors import SetupError


def is_workday(day: date) -> bool:
    """Whether the State Council's calendar has people at work that day, make-up days (调休) included."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError as error:
        raise SetupError(
            f"working days of {day.year}: got a year that this calendar does not know, expected one that it does; "
            f"upgrade the package chinesecalendar once the State Council has published {day.year} "
            f"（{day.year} 年放假安排公布后请升级 chinesecalendar）"
        ) from error


def workdays_between(first: date, last: date) -> int:
    """How many working days lie from ``first`` to ``last``, both counted; none where ``last`` comes first."""
    days = (last - first).days + 1
    return sum(is_workday(first + timedelta(days=offset)) for offset in range(max(0, days)))


def add_workdays(start: date, count: int) -> date:
    """The ``count``-th working day after ``start``, which itself is not counted; ``start`` where count is 0."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
