from datetime import UTC, date, datetime

from facts.span import local_day


def now() -> datetime:
    """This moment, as the machine tells it; nothing else in the program reads the machine's clock."""
    return datetime.now(UTC)


def today() -> date:
    """This day on a Chinese calendar."""
    return local_day(now())
