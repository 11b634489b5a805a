"""Every drawn class for the eye, judged by the eye and the rule together, against its exact truth."""

import pytest

from facts.verdict import Headcount
from tests.fixtures import sights
from tests.fixtures.sights import SightCase
from tests.fixtures.sights.judged import Answer, judged

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("case", sights.ALL, ids=lambda case: case.name)
def test_no_more_is_said_than_is_true(case: SightCase) -> None:
    answer = judged(case)
    assert answer.status in case.allowed(heads=answer.heads), f"{case.why}: {told(case, answer)}"
    assert too_many(case, answer.curve) == [], f"{case.why}: {told(case, answer)}"


def too_many(case: SightCase, curve: Headcount) -> list[str]:
    """The rolling minutes in which more were counted than ever were in the room at once."""
    start = case.scenario.span.start
    truth = {minute.from_s: minute.present for minute in case.minutes}
    counted = [
        (round((at - start).total_seconds()), count) for at, count in zip(curve.times, curve.counts, strict=True)
    ]
    return [f"{at_s} s: {count} of {truth[at_s]}" for at_s, count in counted if count > truth[at_s]]


def told(case: SightCase, answer: Answer) -> str:
    """What was said, in one line."""
    counts, finding = answer.curve.counts, answer.finding
    return (
        f"{finding.status} {finding.reason}, counted {min(counts, default=0)}–{max(counts, default=0)}, "
        f"in view {min(minute.least for minute in case.minutes)}–{max(minute.most for minute in case.minutes)}"
    )
