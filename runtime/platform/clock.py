from datetime import UTC, date, datetime

from facts.span import local_day


def now() -> datetime:
    """The current time in UTC; nothing else in the program reads the machine's clock."""
    return datetime.now(UTC)


def today() -> date:
    """The current date in China."""
    return local_day(now())
