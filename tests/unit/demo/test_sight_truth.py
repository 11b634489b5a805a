"""What is allowed to be said of a drawn class for the eye follows from what is drawn, never from today's answers."""

import pytest

from facts.verdict import Status
from tests.fixtures import sights
from tests.fixtures.scenarios.case import NEVER_PASSES, PASSES
from tests.fixtures.sights import Sense, SightCase

_WINDOW_MINUTES = 55
_SHARE = 0.8


def fullest_window(case: SightCase, *, surely: bool) -> float:
    """The largest share of a ten-minute window's rolling minutes that show everybody who signed in."""
    full = [(m.least if surely else m.most) >= case.signed_in for m in case.minutes]
    windows = [full[start : start + _WINDOW_MINUTES] for start in range(len(full) - _WINDOW_MINUTES + 1)]
    return max(sum(window) / _WINDOW_MINUTES for window in windows)


def test_there_are_enough_and_each_has_its_own_name() -> None:
    names = {case.name for case in sights.ALL}
    assert len(names) == len(sights.ALL) >= 120


@pytest.mark.slow
@pytest.mark.parametrize("case", sights.ALL, ids=lambda case: case.name)
def test_what_may_be_said_fits_what_is_drawn(case: SightCase) -> None:
    if case.says == PASSES:
        assert fullest_window(case, surely=True) >= _SHARE
    if case.says == NEVER_PASSES:
        assert fullest_window(case, surely=False) < _SHARE
    if Status.FAIL in case.says:
        assert not case.honest


def test_without_a_sense_for_heads_hair_is_no_proof_and_no_fault() -> None:
    hair = [case for case in sights.ALL if case.sense is Sense.HEADS and case.honest]
    assert len(hair) >= 5
    assert {case.allowed(heads=False) for case in hair} == {frozenset({Status.UNPROVEN})}


@pytest.mark.parametrize("heads", [True, False])
def test_no_sense_lets_a_twin_pass(heads: bool) -> None:  # noqa: FBT001 - a parameter of the test
    twins = [case for case in sights.ALL if not case.honest]
    assert len(twins) >= 60
    assert all(Status.PASS not in case.allowed(heads=heads) for case in twins)
