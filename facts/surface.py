"""What a camera's whole picture does by itself (画面整体): a print is held and trembles, a screen has bands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Surface:
    """Stripes of so many grey levels from row to row, usually, and the share of pictures in which all lay elsewhere."""

    bands: float = 0.0
    swayed: float = 0.0
