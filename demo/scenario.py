from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any

from demo.disguise import Wear
from demo.events import (
    Black,
    Blur,
    Bow,
    Cardboard,
    Cover,
    Cut,
    Event,
    Freeze,
    Hole,
    Jacket,
    Leave,
    Monitor,
    Move,
    Print,
    Rise,
    SeatEvent,
    TimedEvent,
    Turn,
    TurnAway,
)
from demo.furniture import Furnishing
from demo.layout import SeatLayout
from demo.motion import Glances
from demo.perspective import OPEN, Perspective
from facts.errors import InputError
from facts.footage import LapseKind
from facts.span import SHANGHAI, Span

_BENCH_GLANCES = 0.35
_LAPSE_KINDS: dict[type[TimedEvent], LapseKind] = {
    Cover: LapseKind.COVERED,
    Black: LapseKind.BLACK,
    Blur: LapseKind.BLURRED,
    Freeze: LapseKind.FROZEN,
    TurnAway: LapseKind.MOVED,
}
_STILLS = (Print, Monitor)


class Container(StrEnum):
    """What a recorder or an export tool may wrap the video in."""

    MP4 = "mp4"
    FASTSTART = "faststart"
    FRAGMENTED = "fragmented"
    MKV = "mkv"
    TS = "ts"
    FLV = "flv"
    AVI = "avi"
    PS = "ps"
    IMKH = "imkh"
    DAV = "dav"


class Naming(StrEnum):
    """How the files are called, which decides whether they tell their time."""

    PLAIN = "plain"
    HIKVISION = "hikvision"
    HIKVISION_WEB = "hikvision_web"
    DAHUA = "dahua"
    DAHUA_PATH = "dahua_path"
    FRIGATE = "frigate"


class RoomKind(StrEnum):
    """A classroom with desks, or a workshop where people stand and move about at benches."""

    CLASSROOM = "classroom"
    WORKSHOP = "workshop"


@dataclass(frozen=True, slots=True)
class Lens:
    """One camera: which seats it shows (all where none are named) and how its recorder writes."""

    id: str = "CH02"
    seats: tuple[int, ...] = ()
    size: tuple[int, int] = (1280, 720)
    fps: int = 1
    keyframe_s: int = 2
    codec: str = "h264"
    container: Container = Container.MP4
    naming: Naming = Naming.PLAIN
    clock_error_s: float = 0.0
    clock_on_screen: bool = True
    bit_rate: int = 0


@dataclass(frozen=True, slots=True)
class SceneMoment:
    """What is true in one second: who is in which seat, whose face can be found, who is hidden, what is live."""

    at_s: int
    occupied: frozenset[int]
    faces: frozenset[int]
    hidden: frozenset[int]
    jackets: frozenset[int]
    teacher: bool
    lapse: LapseKind | None
    recorded: bool

    @property
    def people(self) -> int:
        """Trainees in the room, seen or not."""
        return len(self.occupied)

    @property
    def in_view(self) -> int:
        """Trainees of whom the picture shows something."""
        return len(self.occupied - self.hidden) if self.recorded and not self.lapse else 0

    @property
    def live(self) -> bool:
        """Whether the recording shows the room as it is."""
        return self.recorded and self.lapse is None


@dataclass(frozen=True, slots=True)
class Truth:
    """What a scenario really shows, second by second, and what of it each camera recorded."""

    seconds: tuple[SceneMoment, ...]
    recorded: dict[str, tuple[Span, ...]]
    live: dict[str, tuple[Span, ...]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A short recipe for one drawn stretch of class; equal recipes give equal pixels.

    ``glances`` is the share of time in which each head is down by itself; ``performed`` is when the footage was
    really taken, where it is passed off as that of another time. ``from_behind`` hangs the camera at the back, so
    that row 0 is the front row and everybody shows their hair; ``worn`` says who wears what all hour.
    """

    name: str
    title_zh: str
    people: int = 20
    rows: int = 4
    start: datetime = datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)
    length_s: int = 720
    seed: int = 1
    events: tuple[Event, ...] = ()
    lenses: tuple[Lens, ...] = (Lens(),)
    room: RoomKind = RoomKind.CLASSROOM
    portraits: int = 0
    teacher: bool = False
    glances: float = 0.0
    performed: datetime | None = None
    noise: float = 1.3
    from_behind: bool = False
    perspective: Perspective = OPEN
    worn: tuple[tuple[Wear, tuple[int, ...]], ...] = ()
    furnishings: tuple[Furnishing, ...] = ()

    def __post_init__(self) -> None:
        faults = [*self._seat_faults(), *self._time_faults(), *self._lens_faults()]
        if faults:
            raise InputError(f"scenario {self.name}: " + "; ".join(faults))

    @property
    def span(self) -> Span:
        """From the first to the last second of the story."""
        return Span.of(self.start, self.length_s)

    @property
    def take(self) -> tuple[int, int]:
        """What the movements and the noise depend on: the same class never moves alike twice."""
        return self.seed, int((self.performed or self.start).timestamp())

    @property
    def looking_down(self) -> float:
        """The share of time in which heads are down by themselves; work at a bench draws eyes down."""
        return self.glances or (_BENCH_GLANCES if self.room is RoomKind.WORKSHOP else 0.0)

    def glances_of(self, seat: int) -> Glances:
        """When the owner of that seat looks down by themselves."""
        return Glances(self.take, seat, self.length_s, self.looking_down)

    def with_lens(self, **changes: Any) -> "Scenario":  # noqa: ANN401 - whatever fields a lens has
        """The same story from cameras that write otherwise."""
        return replace(self, lenses=tuple(replace(lens, **changes) for lens in self.lenses))

    @property
    def layout(self) -> SeatLayout:
        """Where everybody's seat is when one camera shows them all."""
        return SeatLayout(self.people, self.rows, self.perspective)

    def wears(self, seat: int) -> Wear | None:
        """What the owner of that seat has on the head, if anything."""
        return next((wear for wear, seats in self.worn if seat in seats), None)

    def shows(self, lens: Lens) -> tuple[int, ...]:
        """The seats in that camera's picture."""
        return lens.seats or tuple(range(self.people))

    def during(self, kind: type[Event], at_s: float, camera: str = "") -> Sequence[Event]:
        """The events of that kind that hold at that second."""
        return [event for event in self.events if isinstance(event, kind) and event.on(at_s, camera)]

    def seats_of(self, kind: type[SeatEvent], at_s: float) -> frozenset[int]:
        """The seats whose owners do that at that second."""
        return frozenset(
            seat for event in self.events if isinstance(event, kind) and event.on(at_s) for seat in event.seats
        )

    def occupied(self, at_s: float) -> frozenset[int]:
        """The seats whose owners are in the room."""
        gone = [self.seats_of(kind, at_s) for kind in (Leave, Jacket, Cardboard)]
        return frozenset(range(self.people)).difference(*gone)

    def chair_of(self, seat: int, at_s: float) -> int:
        """The chair in which the owner of that seat sits: mostly their own."""
        moves = (event for event in self.events if isinstance(event, Move) and event.on(at_s))
        return next((move.to for move in moves if seat in move.seats), seat)

    def hidden(self, at_s: float) -> frozenset[int]:
        """The seats behind somebody who stands."""
        hidden = {self.behind(seat) for seat in self.seats_of(Rise, at_s) & self.occupied(at_s)}
        return frozenset(seat for seat in hidden if seat is not None)

    def behind(self, seat: int) -> int | None:
        """The seat that is hidden when this one's owner stands up."""
        for lens in self.lenses:
            shown = self.shows(lens)
            if seat in shown:
                place = SeatLayout(len(shown), self.rows, self.perspective).behind(shown.index(seat))
                return None if place is None else shown[place]
        return None

    def lapse(self, at_s: float, camera: str) -> LapseKind | None:
        """Why that camera's picture shows nothing of the room, where it does not."""
        return next((kind for event, kind in _LAPSE_KINDS.items() if self.during(event, at_s, camera)), None)

    def is_still(self, at_s: float, camera: str = "") -> bool:
        """Whether that camera is shown a print or a monitor instead of the room."""
        return any(self.during(kind, at_s, camera) for kind in _STILLS)

    def files(self, lens: Lens) -> tuple[tuple[float, float], ...]:
        """The stretches, in seconds, that become one file each."""
        mine = [event for event in self.events if event.camera in ("", lens.id)]
        ends = [0.0, float(self.length_s)]
        ends += [event.from_s for event in mine if isinstance(event, Cut)]
        holes = [(hole.from_s, hole.to_s) for hole in mine if isinstance(hole, Hole) and not hole.inside_file]
        ends += [end for hole in holes for end in hole]
        pieces = [pair for pair in pairwise(sorted(set(ends))) if pair not in holes]
        return tuple((start, end) for start, end in pieces if 0 <= start < end <= self.length_s)

    def is_recorded(self, at_s: float, camera: str) -> bool:
        """Whether that camera's recorder was writing at that second."""
        return not self.during(Hole, at_s, camera)

    def truth(self) -> Truth:
        """Everything that a judge of this footage ought to find out."""
        glances = [self.glances_of(seat) for seat in range(self.people)]
        return Truth(
            seconds=tuple(self._moment(at_s, glances) for at_s in range(self.length_s)),
            recorded={lens.id: self._spans(lens.id, live=False) for lens in self.lenses},
            live={lens.id: self._spans(lens.id, live=True) for lens in self.lenses},
        )

    def _moment(self, at_s: int, glances: Sequence[Glances]) -> SceneMoment:
        occupied, hidden = self.occupied(at_s), self.hidden(at_s)
        down = self.seats_of(Bow, at_s) | self.seats_of(Turn, at_s)
        down |= {seat for seat, glance in enumerate(glances) if glance.down(at_s)} - self.seats_of(Rise, at_s)
        cameras = [lens.id for lens in self.lenses]
        recorded = [camera for camera in cameras if self.is_recorded(at_s, camera)]
        lapses = [self.lapse(at_s, camera) for camera in recorded]
        return SceneMoment(
            at_s, occupied, occupied - hidden - down, hidden, self.seats_of(Jacket, at_s), self.teacher,
            lapses[0] if lapses and all(lapses) else None, bool(recorded),
        )  # fmt: skip

    def _spans(self, camera: str, *, live: bool) -> tuple[Span, ...]:
        stops: tuple[type[TimedEvent], ...] = (Hole, *_LAPSE_KINDS) if live else (Hole,)
        breaks = [e for e in self.events if isinstance(e, stops) and e.camera in ("", camera)]
        ends = sorted(
            {0.0, float(self.length_s), *(t for e in breaks for t in (e.from_s, e.to_s) if 0 <= t <= self.length_s)}
        )
        kept: list[tuple[float, float]] = []
        for start, end in pairwise(ends):
            if any(e.from_s <= start < e.to_s for e in breaks):
                continue
            if kept and kept[-1][1] == start:
                kept[-1] = (kept[-1][0], end)
            else:
                kept.append((start, end))
        return tuple(Span(self._when(start), self._when(end)) for start, end in kept)

    def _when(self, at_s: float) -> datetime:
        return self.start + timedelta(seconds=at_s)

    def _seat_faults(self) -> list[str]:
        wanted = {seat for event in self.events for seat in getattr(event, "seats", ())}
        wanted |= {event.to for event in self.events if isinstance(event, Move)}
        wanted |= {seat for _, seats in self.worn for seat in seats}
        wanted |= {seat for lens in self.lenses for seat in lens.seats}
        return [
            f"got seat {seat}, expected 0 to {self.people - 1}"
            for seat in sorted(wanted)
            if not 0 <= seat < self.people
        ]

    def _lens_faults(self) -> list[str]:
        avi = [lens for lens in self.lenses if lens.container is Container.AVI]
        faults = [f"camera {lens.id}: got h265 in AVI, expected h264" for lens in avi if lens.codec != "h264"]
        if avi and any(isinstance(event, Hole) and event.inside_file for event in self.events):
            faults.append("got a hole inside an AVI file, expected none: AVI has no timestamps; leave inside_file out")
        for lens in self.lenses:
            width, height = lens.size
            if width * 9 != height * 16 or height % 4:
                faults.append(f"camera {lens.id}: got {width}×{height}, expected 16:9 with a height that 4 divides")
        return faults

    def _time_faults(self) -> list[str]:
        return [
            f"{type(event).__name__}: got {event.from_s} to {event.to_s} s, expected a part of 0 to {self.length_s} s"
            for event in self.events
            if not 0 <= event.from_s <= event.to_s <= self.length_s
        ]
