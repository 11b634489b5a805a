from dataclasses import dataclass

import numpy as np

from demo.brush import Colour

# Blue, green, red, as OpenCV orders them.
_SKINS: tuple[Colour, ...] = (
    (150, 182, 222), (138, 170, 212), (126, 160, 204), (158, 190, 228), (112, 146, 190), (142, 178, 220),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = ((24, 22, 24), (30, 28, 32), (36, 40, 52), (28, 32, 44), (58, 58, 60), (44, 56, 82))
_CLOTHES: tuple[Colour, ...] = (
    (92, 62, 40), (60, 60, 66), (150, 92, 58), (70, 74, 150), (98, 122, 74), (176, 168, 160), (58, 48, 92),
    (120, 140, 168), (44, 44, 48), (168, 142, 112), (88, 96, 60), (132, 86, 122),
)  # fmt: skip
_STYLES = ("short", "short", "parted", "fringe", "bob", "long", "bun", "long")
_GLASSES_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Appearance:
    """What one drawn person looks like, whatever they do; nobody alive sat for it."""

    skin: Colour
    hair: Colour
    style: str
    clothes: Colour
    collar: Colour
    glasses: bool
    wide: float
    long: float
    brow: float
    mouth: float
    eye: float
    build: float
    light: float

    @classmethod
    def of(cls, seed: int) -> "Appearance":
        """The looks that belong to this number, always the same."""
        rng = np.random.default_rng([seed, 77])

        def spread(middle: float, width: float) -> float:
            return float(middle + rng.uniform(-width, width))

        skin = _SKINS[rng.integers(len(_SKINS))]
        tone = spread(1.0, 0.06)
        return cls(
            skin=(skin[0] * tone, skin[1] * tone, skin[2] * tone),
            hair=_HAIRS[rng.integers(len(_HAIRS))],
            style=_STYLES[rng.integers(len(_STYLES))],
            clothes=_CLOTHES[rng.integers(len(_CLOTHES))],
            collar=_CLOTHES[rng.integers(len(_CLOTHES))],
            glasses=bool(rng.random() < _GLASSES_SHARE),
            wide=spread(1.0, 0.06),
            long=spread(1.0, 0.05),
            brow=spread(1.0, 0.3),
            mouth=spread(1.0, 0.15),
            eye=spread(1.0, 0.12),
            build=spread(1.0, 0.1),
            light=spread(0.0, 0.25),
        )
