"""What is allowed to be said of the drawn classes for the eye, before anybody looks at them."""

import pytest

from facts.verdict import Status
from tests.fixtures import sights
from tests.fixtures.sights import Sense


def test_there_are_enough_and_each_has_its_own_name() -> None:
    names = {case.name for case in sights.ALL}
    assert len(names) == len(sights.ALL) >= 120


def test_an_honest_class_is_never_at_fault() -> None:
    honest = [case for case in sights.ALL if case.honest]
    assert len(honest) >= 50
    assert not any(Status.FAIL in case.allowed(heads=heads) for case in honest for heads in (True, False))


def test_without_a_sense_for_heads_hair_is_no_proof_and_no_fault() -> None:
    hair = [case for case in sights.ALL if case.sense is Sense.HEADS and case.honest]
    assert len(hair) >= 5
    assert {case.allowed(heads=False) for case in hair} == {frozenset({Status.UNPROVEN})}


@pytest.mark.parametrize("heads", [True, False])
def test_no_sense_lets_a_twin_pass(heads: bool) -> None:  # noqa: FBT001 - a parameter of the test
    twins = [case for case in sights.ALL if not case.honest]
    assert len(twins) >= 80
    assert not any(Status.PASS in case.allowed(heads=heads) for case in twins)
