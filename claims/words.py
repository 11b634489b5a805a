"""Whether two words of a class mean the same under a rulebook; the one place that has to learn its synonyms."""

from attendance.law import programme_of
from facts.course import TrainingClass
from policy.rulebook import Rulebook
from policy.vocabulary import in_group


def same_group(book: Rulebook, one: str, other: str) -> bool:  # noqa: ARG001 - a rulebook has words of its own
    """Whether the two words may mean the same people: they are equal, or one of them names a part of the other."""
    return one == other or in_group(one, other) or in_group(other, one)


def same_programme(book: Rulebook, one: str, other: str) -> bool:  # noqa: ARG001 - as above
    """Whether the two words mean one programme, however it is spelt (项目制, 项目制培训)."""
    return _spelt(one) == _spelt(other)


def _spelt(programme: str) -> str:
    return programme_of(TrainingClass("", programme=programme.strip()))
