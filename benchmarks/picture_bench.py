"""Doubts from the pictures: which drawn clocks are read, and what looking for them costs.

    python -m benchmarks.picture_bench [--font FILE …]

A class of 20 is drawn for 45 minutes, one keyframe in twenty seconds (ten in the first twelve minutes, as verification
samples), each packed as JPEG of quality 50; the clock is 37 s fast.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

import cv2
import numpy as np

from demo.film import CameraFeed
from demo.scenario import Lens, Scenario
from facts.counting import counted
from facts.span import SHANGHAI, local
from vision.backdrop import backdrop
from vision.ports import Picture
from vision.repeats import repeat_in
from vision.screen_clock import screen_clocks

START = datetime(2025, 4, 8, 8, 30, tzinfo=SHANGHAI)
FAST_S = 37
FORMS = {"iso": "%Y-%m-%d %H:%M:%S", "american": "%m/%d/%Y %H:%M:%S", "chinese": "%Y年%m月%d日 星期二 %H:%M:%S"}
# Width, height and the height of a figure: 1080p shrunk to 960, 720p shrunk to 960, 360p as it is.
SIZES = {"1080p": ((960, 540), 15), "720p": ((960, 540), 13), "360p": ((640, 360), 12)}
Film = Mapping[datetime, Picture]


def room(size: tuple[int, int]) -> Film:
    """The class without a clock."""
    story = Scenario(
        "clock", "时钟", people=20, start=START, length_s=2700, lenses=(Lens(size=size, clock_on_screen=False),)
    )
    feed = CameraFeed(story, story.lenses[0])
    seconds = [*range(0, 720, 10), *range(720, 2700, 20)]
    return {START + timedelta(seconds=each): feed.picture_at(float(each))[: size[1]].copy() for each in seconds}


def with_clock(film: Film, font: str, form: str, px: int) -> Film:
    """The film with the clock above at the left, the Chinese one below."""
    face = cv2.FontFace(font) if font else None
    return {at: packed(_stamped(frame, face, at, form, px)) for at, frame in film.items()}


def _stamped(frame: Picture, face: "cv2.FontFace | None", at: datetime, form: str, px: int) -> Picture:
    text = local(at + timedelta(seconds=FAST_S)).strftime(FORMS[form])
    x, y = px, frame.shape[0] - px if form == "chinese" else 2 * px
    canvas = cv2.merge([frame] * 3)
    for grey, steps in ((20, ((1, 1), (-1, -1), (1, -1), (-1, 1))), (250, ((0, 0),))):
        for dx, dy in steps:
            place, colour = (x + dx, y + dy), (grey,) * 3
            if face is None:
                cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, px / 21, colour, 1, cv2.LINE_AA)
            else:
                cv2.putText(canvas, text, place, colour, face, round(px * 1.3), 500)
    return np.ascontiguousarray(canvas[:, :, 0])


def packed(frame: Picture) -> Picture:
    """The picture after a JPEG of quality 50."""
    packed = cv2.imencode(".jpg", frame, [int(cv2.IMWRITE_JPEG_QUALITY), 50])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def clocks(fonts: list[str]) -> Iterator[str]:
    """One row for each drawn clock, then how many were read and how many of these rightly."""
    read = right = dated = every = 0
    for name, (size, px) in SIZES.items():
        film = room(size)
        for font in fonts:
            for form in FORMS:
                if form == "chinese" and font in ("", "sans"):
                    continue  # these fonts have no Chinese
                every += 1
                found = screen_clocks(with_clock(film, font, form, px))
                told = "; ".join(f"{-one.ahead_s:+.1f} ± {one.within_s} s, dated {one.dated}" for one in found)
                yield f"{name} {font or 'plotter'} {form}: {told or 'not read'}"
                good = len(found) == 1 and abs(found[0].ahead_s + FAST_S) <= found[0].within_s
                read, right, dated = read + bool(found), right + good, dated + (good and found[0].dated)
    yield f"{counted(every, 'clock')}: {read} read, {right} rightly, {dated} of these with their date"


def costs() -> Iterator[str]:
    """CPU seconds of one hour's keyframes, with a clock and without."""
    plain = room((960, 540))
    cases = {
        "with a clock": with_clock(plain, "sans", "iso", 15),
        "without": {at: packed(one) for at, one in plain.items()},
    }
    parts: tuple[Callable[[Film], object], ...] = (screen_clocks, backdrop, repeat_in)
    for name, film in cases.items():
        for part in parts:
            begun = time.process_time()
            part(film)
            yield f"{name}, {counted(len(film), 'keyframe')}, {part.__name__}: {time.process_time() - begun:.3f} CPU s"


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--font", action="append", default=[], help="a further TrueType font")
    chosen = parser.parse_args()
    for row in (*clocks(["", "sans", "uni", *chosen.font]), *costs()):
        print(row)


if __name__ == "__main__":
    main()
