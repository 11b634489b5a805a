"""Every drawn class for the eye, judged by the eye and the rule together, against its exact truth."""

import os
from functools import cache

import pytest

from facts.verdict import Headcount
from tests.fixtures import sights
from tests.fixtures.scenarios.case import PASSES
from tests.fixtures.shared_models import pulled
from tests.fixtures.sights import SightCase
from tests.fixtures.sights.eyes import Eye
from tests.fixtures.sights.judged import Answer, judged
from vision.senses import Senses, best_senses

pytestmark = pytest.mark.slow
_WINDOW_MINUTES = 55
_MINUTE_S = 60
_SHARE = 0.8
# So few minutes prove nothing, and these reasons say themselves that others may be among those counted.
_STRAY = 0.25
_OTHERS = frozenset({"MORE_THAN_EXPECTED", "MAYBE_TEACHER"})


@pytest.mark.parametrize("case", sights.ALL, ids=lambda case: case.name)
def test_no_more_is_said_than_is_true(case: SightCase) -> None:
    fits_what_is_drawn(case)
    holds(case, judged(case))


@pytest.mark.skipif("XUESHI_TEST_MODELS" not in os.environ, reason="left out: make test-senses runs it with weights")
@pytest.mark.parametrize("case", sights.ALL, ids=lambda case: case.name)
def test_nor_with_all_senses(case: SightCase, tmp_path_factory: pytest.TempPathFactory) -> None:
    holds(case, judged(case, Eye(all_senses(tmp_path_factory))))


@cache
def all_senses(folders: pytest.TempPathFactory) -> Senses:
    """Every recommended network."""
    return best_senses(pulled(folders.mktemp("models")))


def holds(case: SightCase, answer: Answer) -> None:
    """Nothing is said of the class that is not true, and of no minute more people than were there."""
    assert answer.status in case.allowed(heads=answer.heads), f"{case.why}: {told(case, answer)}"
    over = too_many(case, answer.curve)
    if answer.status not in PASSES:
        # Reflections and whoever looks in at a window are people in view; what is said of the hour is that it is open.
        over = over[int(_STRAY * len(case.minutes)) :] if answer.finding.reason not in _OTHERS else []
    assert over == [], f"{case.why}: {told(case, answer)}"
    if answer.finding.reason == "NOBODY":
        assert max(minute.most for minute in case.minutes) == 0, f"{case.why}: {told(case, answer)}"


def fits_what_is_drawn(case: SightCase) -> None:
    """What may be said follows from who can be seen, minute by minute, whatever today's code answers."""
    if case.says == PASSES:
        assert fullest_window(case, surely=True) >= _SHARE
    if not case.honest:
        assert fullest_window(case, surely=False) < _SHARE


def fullest_window(case: SightCase, *, surely: bool) -> float:
    """The largest share of a ten-minute window's rolling minutes that show everybody who signed in."""
    full = [(m.least if surely else m.most) >= case.signed_in for m in case.minutes]
    windows = [full[start : start + _WINDOW_MINUTES] for start in range(len(full) - _WINDOW_MINUTES + 1)]
    return max(sum(window) / _WINDOW_MINUTES for window in windows)


def too_many(case: SightCase, curve: Headcount) -> list[str]:
    """The rolling minutes in which more were counted than were in the room at once, then or a minute before or after.

    Who is out for less than a minute may be carried over the look between.
    """
    start = case.scenario.span.start
    present = {minute.from_s: minute.countable for minute in case.minutes}
    near = range(-_MINUTE_S, _MINUTE_S + 1, 10)
    truth = {at_s: max(present.get(at_s + away, 0) for away in near) for at_s in present}
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
