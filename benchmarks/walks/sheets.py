"""The screens of a walk on one sheet for each reader: ``python -m benchmarks.walks.sheets build/walks docs``."""

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vision.ports import Picture

_SHEETS = {
    "arrival": ("set-up", "administrator", "security"),
    "clerk": ("clerk",),
    "classroom": ("teacher", "trainee"),
    "inspector": ("inspector",),
    "second": ("second-shi",),
    "leader": ("leader",),
}
# How many stand in a row, and how wide and high each is: a screen of 1366 × 900, or of 390 × 844.
_SIZES = {"desk": (3, 520, 343), "phone": (6, 240, 519)}
_GAP = 6


def main() -> None:
    """Writes twelve sheets."""
    if len(sys.argv) != 3:  # noqa: PLR2004 - the program and its two arguments
        sys.exit("python -m benchmarks.walks.sheets SCREENS FOLDER: got other arguments, expected these two")
    screens, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for size, (columns, width, height) in _SIZES.items():
        for name, walks in _SHEETS.items():
            files = [file for walk in walks for file in sorted((screens / size / walk).glob("*.png"))]
            if not files:
                sys.exit(
                    f"{screens / size}: got no screen of {' or '.join(walks)}, expected some; run make walks first"
                )
            cells = [_cell(file, width, height) for file in files]
            made = cv2.imencode(".jpg", _sheet(cells, columns), [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
            (folder / f"walk-{size}-{name}.jpg").write_bytes(made.tobytes())


def _cell(file: Path, width: int, height: int) -> Picture:
    """The screen's top in its cell, with a white rim; what is narrower stands at its left."""
    screen = cv2.imread(str(file))
    if screen is None:
        sys.exit(f"{file}: got no picture, expected a PNG")
    tall, wide = screen.shape[:2]
    scale = min(width / wide, 1.0)
    if tall > wide and width > height:  # a phone's screen among a desk's
        scale = min(scale, height / tall)
    sized = cv2.resize(screen, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:height, :width]
    cell = np.full((height + 2 * _GAP, width + 2 * _GAP, 3), 255, np.uint8)
    cell[_GAP : _GAP + sized.shape[0], _GAP : _GAP + sized.shape[1]] = sized
    return cell


def _sheet(cells: Sequence[Picture], columns: int) -> Picture:
    blank = np.full_like(cells[0], 255)
    filled = [*cells, *[blank] * (-len(cells) % columns)]
    rows = [np.hstack(filled[at : at + columns]) for at in range(0, len(filled), columns)]
    return np.vstack(rows)


if __name__ == "__main__":
    main()
