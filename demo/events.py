from dataclasses import dataclass
from enum import StrEnum

# Every time is in seconds from the scenario's start; every stretch is half-open.


@dataclass(frozen=True, slots=True)
class TimedEvent:
    """Something that is so from one second to another, for one ``camera`` where it names one."""

    from_s: float
    to_s: float
    camera: str = ""

    def on(self, at_s: float, camera: str = "") -> bool:
        """Whether it holds at that second, for that camera where one is asked about."""
        return self.from_s <= at_s < self.to_s and self.camera in ("", camera)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatEvent(TimedEvent):
    """Something that the owners of these seats do."""

    seats: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bow(SeatEvent):
    """Heads bowed over notes: no face to find, the writing hand and the shoulders still move."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn(SeatEvent):
    """Heads turned right round to a neighbour: only hair to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave(SeatEvent):
    """Out of the room; the chair stands empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jacket(SeatEvent):
    """Out of the room, with a jacket left over the back of the chair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise(SeatEvent):
    """On their feet at their own desk, so that whoever sits behind is hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write(SeatEvent):
    """A fist with a pen that runs over the paper, at desk height and not far from a face in shape and colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseHand(SeatEvent):
    """One hand up beside the head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean(SeatEvent):
    """Head and body at one of two spots in turn, ``reach`` heads apart: a chair shifted, a lean to the neighbour."""

    reach: float = 0.9
    stay_s: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm(SeatEvent):
    """Sitting quietly: every movement comes ``slower`` times as seldom and is half as wide."""

    slower: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkAbout(SeatEvent):
    """On their feet between the benches, standing a while here and there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(SeatEvent):
    """The owner sits in the chair of seat ``to`` instead of their own, which stands empty."""

    to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cardboard(SeatEvent):
    """Out of the room, with a life-size cut-out of themselves in the chair, pushed a little every ``push_s``."""

    push_s: float = 0.0


class StaffRole(StrEnum):
    """What a person who is no trainee does here."""

    TEACHER = "teacher"
    ASSISTANT = "assistant"
    VISITOR = "visitor"


class Spot(StrEnum):
    """Where somebody who is no trainee keeps."""

    LECTERN = "lectern"
    SIDE_SEAT = "side_seat"
    AISLES = "aisles"
    DOOR = "door"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay(TimedEvent):
    """Somebody who is no trainee is in the room; with their ``back`` to the camera there is no face to find."""

    role: StaffRole
    spot: Spot
    back: bool = False


@dataclass(frozen=True, slots=True)
class LightsOff(TimedEvent):
    """The lamps are out; what daylight is left is this share."""

    light: float = 0.16


@dataclass(frozen=True, slots=True)
class Slides(TimedEvent):
    """Lamps dimmed for slides; the projector's light changes with every slide."""

    light: float = 0.42


@dataclass(frozen=True, slots=True)
class Exposure(TimedEvent):
    """The camera's automatic exposure jumps by this factor."""

    gain: float = 1.15


@dataclass(frozen=True, slots=True)
class Cover(TimedEvent):
    """Something held or hung over the lens."""


@dataclass(frozen=True, slots=True)
class Black(TimedEvent):
    """The camera delivers black, without even noise."""


@dataclass(frozen=True, slots=True)
class Blur(TimedEvent):
    """The lens out of focus."""

    sigma_px: float = 9.0


@dataclass(frozen=True, slots=True)
class Freeze(TimedEvent):
    """The recorder repeats the picture of ``from_s``, its clock and its noise included."""


@dataclass(frozen=True, slots=True)
class TurnAway(TimedEvent):
    """The camera looks at the side wall."""


@dataclass(frozen=True, slots=True)
class Pan(TimedEvent):
    """A PTZ camera, zoomed in, sweeps over the room and back once in ``period_s``."""

    zoom: float = 1.6
    period_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Loop(TimedEvent):
    """What was seen from ``source_s`` on is seen again, on-screen clock and all."""

    source_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Curtain(TimedEvent):
    """A curtain that moves in the draught: life where nobody is."""


@dataclass(frozen=True, slots=True)
class Print(TimedEvent):
    """A printed picture of the room at ``from_s`` is held before the lens and trembles by so many pixels."""

    tremor_px: float = 0.0


@dataclass(frozen=True, slots=True)
class Monitor(TimedEvent):
    """The lens looks at a monitor that shows the room as it was at ``from_s``: a still that flickers."""

    flicker: float = 5.0


@dataclass(frozen=True, slots=True)
class Sway(TimedEvent):
    """The mast sways by so many pixels to either side."""

    reach_px: float = 3.0
    period_s: float = 7.0


@dataclass(frozen=True, slots=True)
class Drift(TimedEvent):
    """The bracket gives way little by little, by so many pixels in all."""

    across_px: float = 10.0
    down_px: float = 6.0


@dataclass(frozen=True, slots=True)
class Blocks(TimedEvent):
    """A recorder that saves bits: the blocks and ringing of a JPEG of this quality."""

    quality: int = 25


@dataclass(frozen=True, slots=True)
class Hole(TimedEvent):
    """Nothing recorded; a new file begins after it unless ``inside_file``, where only the timestamps jump."""

    inside_file: bool = False


@dataclass(frozen=True, slots=True)
class Cut(TimedEvent):
    """At ``from_s`` the recorder closes a file and begins the next without loss; ``to_s`` is not looked at."""

    @classmethod
    def at(cls, at_s: float) -> "Cut":
        """The cut at that second."""
        return cls(at_s, at_s)


LAPSES = (Cover, Black, Blur, Freeze, TurnAway)
Event = TimedEvent
