from dataclasses import dataclass

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
