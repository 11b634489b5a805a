"""What stands against a hold and its release, decided without a database, a service or a page."""

from datetime import UTC, datetime

import pytest

from facts.refusals import RefusalKind
from facts.retention import Hold, Scope
from pipeline.retention.refusals import hold_refusals, release_refusals

HOLD = Hold("3fa91c07", Scope("JZ-2024-02"), "投诉", "12号", "王科员", datetime(2026, 3, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("target", "reason", "day", "in_reach", "expected"),
    [
        ("JZ-2024-02", "投诉", "", True, []),
        ("JZ-2024-02", "投诉", "2024-02-07", True, []),
        ("JZ-2024-02", "投诉", "2024-02-30", True, ["day"]),
        ("not-mine", " ", "7 February", False, ["class_id", "reason", "day"]),
    ],
)
def test_every_reason_against_a_hold_is_told_at_once(
    target: str, reason: str, day: str, *, in_reach: bool, expected: list[str]
) -> None:
    assert [one.where for one in hold_refusals(target, reason, day, in_reach=in_reach)] == expected


def test_a_spot_checks_hold_is_not_released_by_a_reason() -> None:
    assert not [*release_refusals(HOLD, "已结案", of_spot_check=False)]
    (blank,) = release_refusals(HOLD, "  ", of_spot_check=False)
    assert blank.where == "reason"
    (of_spot_check,) = release_refusals(HOLD, "已结案", of_spot_check=True)
    assert of_spot_check.kind is RefusalKind.CONFLICT
