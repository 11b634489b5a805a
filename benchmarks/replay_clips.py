"""Footage seen before, on real clips of seconds: recordings of minutes made of six-second pieces in random order.

python -m benchmarks.replay_clips WORK CLIP [CLIP …]

A made recording is a row of pieces of the clip, each beginning where the lot says and lasting three keyframes of two
seconds in the clip's own time: real people, pictures, noise and movement. A replay of three minutes is the same draw of
the changed clip; innocent is another draw, so that the very same moments return in another order. What it cannot show
is how long real poses last: within a few pieces the same seconds are back.
"""

import argparse
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.replay_bench import TRICKS, Known, changed_whole, found_among, signature
from vision.motion import shrunk
from vision.ports import Picture

_STEP_S, _PIECE = 2.0, 3
_LENGTH_S, _FILM_S = 180, 900
_KNOWN_S, _OWN_S = 20.0, 6.0
_SINCE_S = 332


def frames_of(path: Path) -> tuple[list[Picture], float]:
    """Every frame of the clip at the size of the signature, and how many there are in a second."""
    with av.open(str(path)) as given:
        rate = float(given.streams.video[0].average_rate or 25)
        frames = [shrunk(np.asarray(one.to_ndarray(format="gray"), np.uint8)) for one in given.decode(video=0)]
    return frames, rate


def recording(clip: tuple[list[Picture], float], seed: int, since_s: int, length_s: int) -> dict[float, Picture]:
    """These seconds of the draw of that seed, a keyframe every two."""
    frames, rate = clip
    step = round(_STEP_S * rate)
    lot = np.random.default_rng(seed).random(_FILM_S)
    found = {}
    for number in range(int(length_s // _STEP_S)):
        piece, inside = divmod(number + int(since_s // _STEP_S), _PIECE)
        begun = int(lot[piece] * (len(frames) - (_PIECE - 1) * step - 2))
        found[number * _STEP_S] = frames[begun + inside * step]
    return found


def main() -> None:
    """Prints a row for each clip and manipulation."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("work", type=Path)
    ask.add_argument("clips", type=Path, nargs="+")
    told = ask.parse_args()
    told.work.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    print("| clip | manipulation | the same draw | another draw |\n|---|---|---|---|")
    for path in told.clips:
        film = recording(frames_of(path), 1, 0, _FILM_S)
        known = [Known(signature(film, _KNOWN_S), film)]
        for trick in (one for one in TRICKS if "PTS" not in one.filters):
            copy = frames_of(changed_whole(path, trick, told.work / "clip.mp4"))
            cells = []
            for seed in (1, 2):
                own = recording(copy, seed, _SINCE_S, _LENGTH_S)
                found = found_among(signature(own, _OWN_S), own, known)
                cells.append(
                    "samples" if found.sure else "one side" if found.one_side else "both" if found.both else "no"
                )
            print(f"| {path.stem} | {trick.name} | {cells[0]} | {cells[1]} |", flush=True)


if __name__ == "__main__":
    main()
