"""What the use cases need from outside: a looker at recordings, and a listener for progress."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Protocol

from facts.digest import Digest
from facts.footage import Lapse
from facts.motion import MotionRecord, Replay
from facts.sighting import Box, View
from facts.span import Span, local_day


@dataclass(frozen=True, slots=True)
class Goal:
    """What would be proof, so that looking can stop: so many people, this share of the minutes, a window this long."""

    expected: int
    window_s: float
    share: Fraction


@dataclass(frozen=True, slots=True)
class LookJob:
    """One stretch of one camera to look at, for one class hour; people in ``ignore`` are nobody, or all may walk.

    In ``code_times`` a time code was on a screen, as far as the service knows.
    """

    hour_id: str
    camera_id: str
    span: Span
    paths: tuple[str, ...]
    seed: Digest
    goal: Goal | None = None
    ignore: tuple[Box, ...] = ()
    walking: bool = False
    code_times: tuple[Span, ...] = ()

    @property
    def day(self) -> date:
        """The day that progress is shown by."""
        return local_day(self.span.start)


@dataclass(frozen=True, slots=True)
class LookResult:
    """What looking at one stretch found, and what it cost."""

    view: View
    lapses: tuple[Lapse, ...] = ()
    keyframes: int = 0
    looks: int = 0
    undecodable: int = 0
    cached: bool = False


class Looker(Protocol):
    """Looks at stretches of recordings in any order, on any number of processors."""

    def look(self, jobs: Sequence[LookJob]) -> Iterator[tuple[LookJob, LookResult]]:
        """Each job with what was found, as soon as it is found."""
        ...


class CloserLook(Protocol):
    """Looks once more at minutes that may have been seen before, at every keyframe of them."""

    def motion(self, job: LookJob, span: Span) -> MotionRecord | None:
        """What moved in this part of a job's stretch; nothing where too few pictures decode."""
        ...


class ReplayFinder(Protocol):
    """Knows footage that was seen before by what moved in it."""

    def replays(self, looked: Sequence[tuple[LookJob, LookResult]]) -> Sequence[Replay]:
        """Minutes of these stretches that lie in another of them, or in recordings of other classes."""
        ...


class Progress(Protocol):
    """Hears how far the work is."""

    def planned(self, jobs: Sequence[LookJob]) -> None:
        """What is going to be looked at."""
        ...

    def looked(self, job: LookJob, looked: LookResult) -> None:
        """One job is done."""
        ...
