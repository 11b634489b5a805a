"""A class hour's recording laid out for judgement: the room's footage, and the runs of it inside the hour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from attendance.demands import ContinuityDemand
from attendance.runs import longest
from facts.course import ClassHour
from facts.digest import EvidenceRef
from facts.footage import Camera, Lapse, Run, Segment
from facts.sighting import CodeReading
from facts.span import total
from facts.text import Text
from facts.verdict import Finding, Status


@dataclass(frozen=True, slots=True)
class RoomFootage:
    """Everything known about the recordings of one class hour's room: files, lapses, cameras.

    ``unplaced`` are cameras that recorded during the hour and whose room nobody stated. ``codes`` are the time codes that
    each camera saw in the hour, ``timetable`` the class hours that they may name.
    """

    segments: tuple[Segment, ...] = ()
    lapses: tuple[Lapse, ...] = ()
    cameras: Mapping[str, Camera] = field(default_factory=dict)
    unplaced: tuple[str, ...] = ()
    codes: Mapping[str, tuple[CodeReading, ...]] = field(default_factory=dict)
    timetable: tuple[ClassHour, ...] = ()

    @property
    def camera_names(self) -> str:
        """The cameras as the remedy names them."""
        found = {segment.camera_id for segment in self.segments if segment.camera_id}
        return "、".join(sorted(found or set(self.cameras)))


@dataclass(frozen=True, slots=True)
class ContinuityCase:
    """One class hour, what is asked of its recording, and what was recorded."""

    hour: ClassHour
    demand: ContinuityDemand
    footage: RoomFootage
    recorded: tuple[Run, ...]
    live: tuple[Run, ...]

    @property
    def needed(self) -> timedelta:
        """How long a run has to be."""
        whole = self.hour.span.length - self.demand.tolerance
        return whole if self.demand.whole else self.demand.minimum

    @property
    def longest(self) -> timedelta:
        """The longest run's length."""
        best = longest(self.recorded)
        return best.span.length if best else timedelta()

    @property
    def longest_live(self) -> timedelta:
        """The longest live run's length."""
        best = longest(self.live)
        return best.span.length if best else timedelta()

    @property
    def numbers(self) -> dict[str, float]:
        """What every finding tells."""
        cameras = {run.camera_id for run in self.recorded}
        return {
            "demanded_s": self.needed.total_seconds(),
            "longest_s": self.longest.total_seconds(),
            "longest_live_s": self.longest_live.total_seconds(),
            "recorded_s": total(run.span for run in self.recorded).total_seconds(),
            "breaks": len(self.recorded) - len(cameras),
        }

    def finding(self, status: Status, reason: str, text: Text, remedy: Text | None = None) -> Finding:
        """The finding with the rule's words, the numbers and the files of the longest run."""
        clause = self.demand.clause
        best = longest(self.live) or longest(self.recorded)
        evidence = tuple(EvidenceRef(path) for path in best.paths) if best else ()
        return Finding(clause.rule, status, reason, text, self.numbers, clause.quote, clause.article, remedy, evidence)
