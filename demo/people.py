from collections.abc import Callable
from functools import cached_property

from demo.appearance import Appearance
from demo.body import back, forearms, jacket, standing, torso
from demo.brush import Picture, Point, Sprite
from demo.head import BOWED, TURNED, UPRIGHT, crown, face, nape
from demo.motion import Bearing, Fidget

# A bowed head sinks this far below an upright one, in head units, and moves by this share as much.
_DROP = 0.62
_CALM = 0.5
_STOOP = 0.1


class DrawnPerson:
    """One drawn person at one size, whose pictures are painted when first needed and kept."""

    def __init__(self, looks: Appearance, fidget: Fidget, head_px: float) -> None:
        self.looks, self.fidget, self.head_px = looks, fidget, head_px
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
        return self._keep((kind, number), lambda: draw(self.looks, poses[number], self.head_px))

    def hands(self, number: int) -> Sprite:
        """The forearms on the desk in one of their poses."""
        return self._keep(("hands", number), lambda: forearms(self.looks, self.head_px, number))

    def upright_body(self, step: int) -> Sprite:
        """On their feet, from the neck down."""
        return self._keep(("standing", step), lambda: standing(self.looks, self.head_px, step))

    def _keep(self, key: tuple[str, int], draw: Callable[[], Sprite]) -> Sprite:
        if key not in self._kept:
            self._kept[key] = draw()
        return self._kept[key]

    def sit(self, onto: Picture, at: Point, bearing: Bearing, kind: str, desk: Sprite) -> None:
        """Draw them at a desk, head and hands over it; ``at`` is the head when upright."""
        (x, y), unit = at, self.head_px
        bowed = kind == "bowed"
        body_x = x + bearing.body_x * unit
        trunk = self.torso if kind == "upright" else self.back
        trunk.paste(onto, body_x, y + (0.15 * bearing.head_y + (_STOOP if bowed else 0)) * unit)
        desk.paste(onto, x, y)
        self.hands(bearing.writing if bowed else bearing.hands).paste(onto, body_x, y)
        calm = 1.0 if kind == "upright" else _CALM
        head_y = (_DROP if bowed else 0.0) + calm * bearing.head_y
        self._posed(kind, bearing).paste(onto, body_x + calm * bearing.head_x * unit, y + head_y * unit)

    def stand(self, onto: Picture, at: Point, bearing: Bearing, kind: str, step: int) -> None:
        """Draw them standing or walking; ``at`` is the head."""
        (x, y), unit = at, self.head_px
        body_x = x + bearing.body_x * unit
        self.upright_body(step).paste(onto, body_x, y)
        head_y = (_DROP / 2 if kind == "bowed" else 0.0) + bearing.head_y
        self._posed(kind, bearing).paste(onto, body_x + bearing.head_x * unit, y + head_y * unit)

    def _posed(self, kind: str, bearing: Bearing) -> Sprite:
        return self.head(kind, {"upright": bearing.upright, "bowed": bearing.bowed, "turned": bearing.turned}[kind])
