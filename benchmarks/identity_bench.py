"""Faces on labelled pictures that the user names: how often strangers match, oneself does not, and nothing can be told.

    python -m benchmarks.identity_bench FOLDER
    python -m benchmarks.identity_bench --drawn     # eight drawn faces: what it costs; nothing of people

FOLDER/姓名甲/*.jpg is one person, FOLDER/姓名乙/*.jpg another; the first picture by name stands for the roster's
photograph, the others for faces in a class. Pictures stay where they are, and no name is printed.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from itertools import product
from math import dist
from pathlib import Path

import cv2
import numpy as np

from demo.appearance import Appearance
from demo.head import face
from demo.pose import Pose
from facts.counting import counted
from pipeline.recognition.ports import Embedding
from vision.face_engine import DlibEngine

_ENDINGS = {".jpg", ".jpeg", ".png"}


def people_of(folder: Path) -> dict[str, list[Path]]:
    """Every person's pictures, the photograph first."""
    found = {
        place.name: sorted(file for file in place.iterdir() if file.suffix.lower() in _ENDINGS)
        for place in sorted(folder.iterdir())
        if place.is_dir()
    }
    return {name: files for name, files in found.items() if len(files) > 1}


def scored(
    known: Mapping[str, Embedding], shown: Mapping[str, Sequence[Embedding | None]], same: float, other: float
) -> dict[str, int]:
    """Counts over pairs of photograph and face: the same person's and strangers'."""
    counts = dict.fromkeys(("own", "own_seen", "own_missed", "strange", "strange_seen", "faces", "faceless"), 0)
    for name, own_faces in shown.items():
        for one in own_faces:
            counts["faces"] += 1
            if one is None:
                counts["faceless"] += 1
                continue
            for who, own in known.items():
                far = dist(own, one)
                if who == name:
                    counts["own"] += 1
                    counts["own_seen"] += far <= same
                    counts["own_missed"] += far > other
                else:
                    counts["strange"] += 1
                    counts["strange_seen"] += far <= same
    return counts


def draw(folder: Path) -> Path:
    """Four pictures each of eight drawn faces, moved and sized a little."""
    for who, number in product(range(8), range(4)):
        picture = np.full((360, 300, 3), (200, 205, 196), np.uint8)
        face(Appearance.of(who), Pose(), 200.0 + 12 * number).paste(picture, 141 + 6 * number, 180)
        (folder / f"{who}").mkdir(exist_ok=True)
        (folder / f"{who}" / f"{number}.png").write_bytes(bytes(cv2.imencode(".png", picture)[1]))
    return folder


def main() -> None:
    """Prints the five figures."""
    if sys.argv[1:] == ["--drawn"]:
        with tempfile.TemporaryDirectory() as folder:
            measure(draw(Path(folder)))
        return
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():  # noqa: PLR2004 - the program and its one argument
        sys.exit(f"identity_bench: got {sys.argv[1:]}, expected one folder with a folder of pictures for each person")
    measure(Path(sys.argv[1]))


def measure(folder: Path) -> None:
    """The figures of one folder."""
    people = people_of(folder)
    if len(people) < 2:  # noqa: PLR2004 - nobody is a stranger to herself
        sys.exit(f"{folder}: got {counted(len(people), 'person')} with two pictures or more, expected at least two")
    engine, begun = DlibEngine(), time.process_time()
    made = {name: engine.embeddings([file.read_bytes() for file in files]) for name, files in people.items()}
    pictures = sum(map(len, people.values()))
    each_s = (time.process_time() - begun) / pictures
    known = {name: own[0] for name, own in made.items() if own[0] is not None}
    model = engine.model
    counts = scored(known, {name: own[1:] for name, own in made.items()}, model.same_below, model.other_above)
    unclear = counts["own"] - counts["own_seen"] - counts["own_missed"]
    print(
        f"{model.name} {model.digest.short}: {counted(len(people), 'person')}, {counted(pictures, 'picture')}, {counted(len(known), 'photograph')} with a face"
    )
    print(
        f"false match      {_share(counts['strange_seen'], counts['strange'])} of pairs of strangers at {model.same_below:g}"
    )
    print(
        f"false non-match  {_share(counts['own_missed'], counts['own'])} of pairs of one person beyond {model.other_above:g}"
    )
    print(
        f"cannot tell      {_share(unclear, counts['own'])} of pairs between; no face in {_share(counts['faceless'], counts['faces'])} of pictures"
    )
    print(
        f"seconds          {each_s:.3f} CPU s a face; a class hour of 40 seats with 4 faces each: {160 * each_s:.0f} s"
    )
    print(
        f"bytes kept       {statistics.median(_bytes(own[0]) for own in made.values() if own[0]):.0f} a face before sealing"
    )


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.2f} %)" if whole else "0 of 0"


def _bytes(one: Embedding) -> int:
    return len(str(list(one)))


if __name__ == "__main__":
    main()
