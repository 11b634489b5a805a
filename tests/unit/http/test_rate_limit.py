from datetime import UTC, datetime, timedelta

import pytest

from facts.errors import TooManyError
from runtime.platform.rate_limit import RateLimiter

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_after_so_many_the_next_is_told_how_long_to_wait() -> None:
    limiter = RateLimiter()
    for _ in range(3):
        limiter.take("sign-in", "10.0.0.1", AT, 3, MINUTE)
    with pytest.raises(TooManyError) as refused:
        limiter.take("sign-in", "10.0.0.1", AT + timedelta(seconds=20), 3, MINUTE)
    assert refused.value.wait_s == 41
    limiter.take("sign-in", "10.0.0.2", AT, 3, MINUTE)
    limiter.take("sign-in", "10.0.0.1", AT + MINUTE, 3, MINUTE)


def test_a_crowd_of_strangers_with_short_windows_does_not_wash_a_long_one_away() -> None:
    limiter = RateLimiter()
    limiter.take("digits", "somebody", AT, 1, HOUR)
    for number in range(45_000):
        limiter.take("phone", str(number), AT + timedelta(seconds=number // 100), 1, MINUTE)
    with pytest.raises(TooManyError):
        limiter.take("digits", "somebody", AT + timedelta(minutes=10), 1, HOUR)


def test_a_clock_that_was_set_back_shuts_nobody_out() -> None:
    limiter = RateLimiter()
    limiter.take("sign-in", "10.0.0.1", AT, 1, MINUTE)
    limiter.take("sign-in", "10.0.0.1", AT - HOUR, 1, MINUTE)
