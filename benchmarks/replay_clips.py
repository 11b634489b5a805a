"""Footage seen before, on real clips: a film of three minutes and more as it is, of seconds in pieces.

python -m benchmarks.replay_clips WORK CLIP [CLIP …]

Of a film of three minutes and more three minutes are changed and handed in again; innocent is one half of it against
the other. Of a shorter clip a recording is made: a row of pieces of the clip, each beginning where the lot says and lasting three keyframes of two
seconds in the clip's own time: real people, pictures, noise and movement. A replay of three minutes is the same draw of
the changed clip; innocent is another draw, so that the very same moments return in another order. What it cannot show
is how long real poses last: within a few pieces the same seconds are back.
"""

import argparse
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.replay_bench import TRICKS, Known, changed_whole, found_among, signature, verified
from vision.motion import ROWS, shrunk
from vision.ports import Picture

_STEP_S, _PIECE = 2.0, 3
_LENGTH_S, _FILM_S = 180, 900
_KNOWN_S = 20.0
_SINCE_S = 332
# Keyframes of the copy fall elsewhere.
_ASIDE_S = 0.7


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


def stretch(clip: tuple[list[Picture], float], since_s: float, until_s: float) -> dict[float, Picture]:
    """These seconds of a film as it is, a keyframe every two."""
    frames, rate = clip
    until_s = min(until_s, len(frames) / rate)
    return {
        at_s - since_s: frames[int(at_s * rate)] for at_s in np.arange(since_s, until_s - 1 / rate, _STEP_S).tolist()
    }


def pieces_row(path: Path, work: Path) -> None:
    """A row for each manipulation of a clip of seconds."""
    film = recording(frames_of(path), 1, 0, _FILM_S)
    known = [Known(signature(film, _KNOWN_S), film)]
    for trick in (one for one in TRICKS if "PTS" not in one.filters):
        copy = frames_of(changed_whole(path, trick, work / "clip.mp4"))
        cells = [_found(recording(copy, seed, _SINCE_S, _LENGTH_S), known) for seed in (1, 2)]
        print(f"| {path.stem} | {trick.name} | {cells[0]} | {cells[1]} |", flush=True)


def film_rows(path: Path, film: tuple[list[Picture], float], work: Path) -> None:
    """A row for each manipulation of a film of minutes; known closely and sparsely."""
    length_s = len(film[0]) / film[1]
    whole, first = stretch(film, 0.0, length_s), stretch(film, 0.0, length_s / 2)
    for trick in TRICKS:
        copy = frames_of(changed_whole(path, trick, work / "clip.mp4"))
        speed = length_s / (len(copy[0]) / copy[1])
        since_s = (length_s - _LENGTH_S) / 2 / speed + _ASIDE_S
        own = stretch(copy, since_s, since_s + _LENGTH_S / speed)
        later = stretch(copy, length_s / 2 / speed + _ASIDE_S, length_s)
        cells = []
        for known_s in (6.0, _KNOWN_S):
            cells.append(_found(own, [Known(signature(whole, known_s), whole)]))
            enough = length_s / 2 >= ROWS * known_s  # what is usual in a film needs so many keyframes
            cells.append(_found(later, [Known(signature(first, known_s), first)]) if enough else "too short")
        print(f"| {path.stem} | {trick.name} | {' | '.join(cells)} |", flush=True)


def _found(own: dict[float, Picture], known: list[Known]) -> str:
    found = found_among(verified(own), own, known)
    return "samples" if found.sure else "one side" if found.one_side else "both" if found.both else "no"


def main() -> None:
    """Prints a row for each clip and manipulation."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("work", type=Path)
    ask.add_argument("clips", type=Path, nargs="+")
    told = ask.parse_args()
    told.work.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    for path in told.clips:
        film = frames_of(path)
        if len(film[0]) / film[1] < _LENGTH_S:
            print("| clip | manipulation | the same draw | another draw |\n|---|---|---|---|")
            pieces_row(path, told.work)
            continue
        print(f"{path.stem}: {len(film[0]) / film[1]:.0f} s\n\n| film | manipulation | known every 6 s | its other half"
              f" | known every {_KNOWN_S:g} s | its other half |\n|---|---|---|---|---|---|")  # fmt: skip
        film_rows(path, film, told.work)


if __name__ == "__main__":
    main()
