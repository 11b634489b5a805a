"""Who does many pieces of the same work: processes of this machine, or the workers of a cluster."""

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

Task = TypeVar("Task")
Result_co = TypeVar("Result_co", covariant=True)

MOST_TRIES = 3  # a piece of work that brings its process down so often is given up


class Crew(Protocol[Task, Result_co]):
    """Does pieces of work in any order."""

    def run(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Result_co]]:
        """Each piece with its result as soon as it is there; whoever stops listening ends the work."""
        ...
