"""Footage seen before, on real clips of seconds: recordings of minutes made by drawing their frames in random order.

python -m benchmarks.replay_clips WORK CLIP [CLIP …]

Every two seconds of a made recording show one frame of the clip, drawn by lot: real people, pictures and noise, poses
that change at once and come back. A replay of three minutes is the same draw of the changed clip; innocent is another
draw of it, so that the very same frames return in another order. What it cannot show is how long real poses last.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.replay_bench import TRICKS, Known, changed_whole, found_among, signature
from vision.motion import shrunk
from vision.ports import Picture

_STEP_S = 2.0
_LENGTH_S, _FILM_S = 180, 900
_KNOWN_S, _OWN_S = 20.0, 6.0
_SINCE_S = 332


def frames_of(path: Path) -> list[Picture]:
    """Every frame of the clip at the size of the signature."""
    with av.open(str(path)) as given:
        return [shrunk(np.asarray(one.to_ndarray(format="gray"), np.uint8)) for one in given.decode(video=0)]


def recording(frames: Sequence[Picture], seed: int, since_s: int, length_s: int) -> dict[float, Picture]:
    """These seconds of the draw of that seed, a keyframe every two."""
    lot = np.random.default_rng(seed).integers(0, len(frames), _FILM_S)
    first = int(since_s // _STEP_S)
    return {number * _STEP_S: frames[int(lot[first + number])] for number in range(int(length_s // _STEP_S))}


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
