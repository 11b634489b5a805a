from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from demo.appearance import Appearance
from demo.body import back, forearms, jacket, standing, torso
from demo.brush import Point, Sprite
from demo.disguise import Wear
from demo.hand import LINE_STEPS, raised, scribe
from demo.head import crown, face, nape
from demo.motion import Bearing, Fidget
from demo.pose import BOWED, TURNED, UPRIGHT
from demo.sheet import DrawingSheet, LaidHead, NobodySheet

# A bowed head sinks this far below an upright one, in head units, and moves by this share as much.
_DROP = 0.62
# Seen from behind the neck hides how far a head sinks.
_DROP_AWAY = 0.26
_CALM = 0.5
_STOOP = 0.1
_STROKE_S = 0.8
_STILL = Bearing(0.0, 0.0, 0.0, upright=0, bowed=0, turned=0, hands=0, writing=0)


@dataclass(frozen=True, slots=True)
class Posture:
    """What somebody does with head and hands at one moment.

    ``head`` is upright, bowed or turned; ``away`` means that the camera is behind them.
    """

    head: str = "upright"
    writes_s: float | None = None
    hand_up: bool = False
    away: bool = False

    @property
    def shown(self) -> str:
        """Which side of the head the camera sees: who turns round shows a face where others show none."""
        if not self.away:
            return self.head
        return {"upright": "turned", "turned": "upright", "bowed": "turned"}[self.head]


class DrawnPerson:
    """One drawn person at one size, whose pictures are painted when first needed and kept."""

    def __init__(
        self, number: int, looks: Appearance, fidget: Fidget, head_px: float, wear: Wear | None = None
    ) -> None:
        self.number, self.looks, self.fidget, self.head_px, self.wear = number, looks, fidget, head_px, wear
        self._kept: dict[tuple[str, int], Sprite] = {}

    @cached_property
    def torso(self) -> Sprite:
        """Neck to lap."""
        return torso(self.looks, self.head_px)

    @cached_property
    def back(self) -> Sprite:
        """Shoulders bent forward or turned away."""
        return back(self.looks, self.head_px)

    @cached_property
    def jacket(self) -> Sprite:
        """What stays on the chair when they leave it behind."""
        return jacket(self.looks, self.head_px)

    def head(self, kind: str, number: int) -> Sprite:
        """The head in one of its poses: ``upright``, ``bowed`` or ``turned``."""
        draw, poses = {"upright": (face, UPRIGHT), "bowed": (crown, BOWED), "turned": (nape, TURNED)}[kind]
        return self._keep((kind, number), lambda: draw(self.looks, poses[number], self.head_px, self.wear))

    def hands(self, number: int) -> Sprite:
        """The forearms on the desk in one of their poses."""
        return self._keep(("hands", number), lambda: forearms(self.looks, self.head_px, number))

    def writing(self, at_s: float) -> Sprite:
        """The forearms with the fist that writes, somewhere along its line."""
        step = int(at_s / _STROKE_S) * 7 % LINE_STEPS if int(at_s / 5) % 4 else 0
        return self._keep(("writing", step), lambda: scribe(self.looks, self.head_px, step))

    def upright_body(self, step: int, *, away: bool = False) -> Sprite:
        """On their feet, from the neck down."""
        kind = "standing away" if away else "standing"
        return self._keep((kind, step), lambda: standing(self.looks, self.head_px, step, away=away))

    def _keep(self, key: tuple[str, int], draw: Callable[[], Sprite]) -> Sprite:
        if key not in self._kept:
            self._kept[key] = draw()
        return self._kept[key]

    def sit(self, onto: DrawingSheet, at: Point, bearing: Bearing, posture: Posture, desk: Sprite) -> None:
        """Draw them at a desk, head and hands over it; ``at`` is the head when upright."""
        (x, y), unit = at, self.head_px
        bowed = posture.head == "bowed"
        body_x = x + bearing.body_x * unit
        trunk = self.torso if posture.shown == "upright" else self.back
        trunk_y = y + (0.15 * bearing.head_y + (_STOOP if bowed else 0)) * unit
        if posture.away:
            onto.lay(desk, x, y)
            onto.lay(trunk, body_x, trunk_y)
        else:
            onto.lay(trunk, body_x, trunk_y)
            onto.lay(desk, x, y)
            onto.lay(self._arms(bearing, posture), body_x, y)
        if posture.hand_up:
            onto.lay(self._keep(("raised", 0), lambda: raised(self.looks, self.head_px)), body_x, y)
        calm = 1.0 if posture.head == "upright" else _CALM
        drop = (_DROP_AWAY if posture.away else _DROP) if bowed else 0.0
        place = body_x + calm * bearing.head_x * unit, y + (drop + calm * bearing.head_y) * unit
        face = posture.shown == "upright"
        onto.lay_head(self._posed(posture.shown, bearing), LaidHead(self.number, place, unit, face))

    def stand(self, onto: DrawingSheet, at: Point, bearing: Bearing, posture: Posture, step: int) -> None:
        """Draw them standing or walking; ``at`` is the head."""
        (x, y), unit = at, self.head_px
        body_x = x + bearing.body_x * unit
        onto.lay(self.upright_body(step, away=posture.away), body_x, y)
        head_y = (_DROP / 2 if posture.head == "bowed" else 0.0) + bearing.head_y
        place = body_x + bearing.head_x * unit, y + head_y * unit
        face = posture.shown == "upright"
        onto.lay_head(self._posed(posture.shown, bearing), LaidHead(self.number, place, unit, face))

    def as_cardboard(self, onto: DrawingSheet, at: Point, desk: Sprite, *, away: bool) -> None:
        """A cut-out of them in the chair: nobody's head, and nothing about it moves by itself."""
        self.sit(NobodySheet(onto), at, _STILL, Posture(away=away), desk)

    def _arms(self, bearing: Bearing, posture: Posture) -> Sprite:
        if posture.writes_s is not None:
            return self.writing(posture.writes_s)
        return self.hands(bearing.writing if posture.head == "bowed" else bearing.hands)

    def _posed(self, kind: str, bearing: Bearing) -> Sprite:
        return self.head(kind, {"upright": bearing.upright, "bowed": bearing.bowed, "turned": bearing.turned}[kind])


PeopleOfSize = Callable[[int, float], DrawnPerson]
"""Whoever has that number, at the size of a head at that distance."""
