from collections.abc import Callable
from functools import cached_property

from demo.body import forearms, jacket, standing, torso
from demo.brush import Picture, Sprite
from demo.head import BOWED, TURNED, UPRIGHT, crown, face, nape
from demo.looks import Looks
from demo.motion import Bearing, Fidget


class Person:
    """One drawn person at one size, whose pictures are painted when first needed and kept."""

    def __init__(self, looks: Looks, fidget: Fidget, head_px: float) -> None:
        self.looks, self.fidget, self.head_px = looks, fidget, head_px
        self._kept: dict[tuple[str, int], Sprite] = {}

    @cached_property
    def torso(self) -> Sprite:
        """Neck to lap."""
        return torso(self.looks, self.head_px)

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


def seated(onto: Picture, person: Person, bearing: Bearing, x: float, y: float, kind: str, desk: Sprite) -> None:
    """Somebody at a desk, head and hands over it; coordinates are those of the head when upright."""
    unit = person.head_px
    body_x, body_y = x + bearing.body_x * unit, y + 0.15 * bearing.head_y * unit
    calm = 1.0 if kind == "upright" else 0.5
    if kind == "bowed":
        body_y += 0.1 * unit
    person.torso.paste(onto, body_x, body_y)
    desk.paste(onto, x, y)
    person.hands(bearing.writing if kind == "bowed" else bearing.hands).paste(onto, body_x, y)
    drop = 0.42 if kind == "bowed" else 0.0
    number = {"upright": bearing.upright, "bowed": bearing.bowed, "turned": bearing.turned}[kind]
    head_x = x + (bearing.body_x + calm * bearing.head_x) * unit
    person.head(kind, number).paste(onto, head_x, y + (drop + calm * bearing.head_y) * unit)


def on_foot(onto: Picture, person: Person, bearing: Bearing, x: float, y: float, kind: str, step: int) -> None:  # noqa: PLR0913, PLR0917 - a figure is its place and its manner
    """Somebody standing or walking; coordinates are those of the head."""
    unit = person.head_px
    person.upright_body(step).paste(onto, x + bearing.body_x * unit, y)
    number = {"upright": bearing.upright, "bowed": bearing.bowed, "turned": bearing.turned}[kind]
    drop = 0.2 if kind == "bowed" else 0.0
    person.head(kind, number).paste(
        onto, x + (bearing.body_x + bearing.head_x) * unit, y + (drop + bearing.head_y) * unit
    )
