"""Faces on labelled pictures that the user names: how often strangers match, oneself does not, and nothing can be told.

    python -m benchmarks.identity_bench FOLDER
    python -m benchmarks.identity_bench --drawn     # eight drawn faces: what it costs; nothing of people

FOLDER/姓名甲/*.jpg is one person, FOLDER/姓名乙/*.jpg another; the first picture by name stands for the roster's
photograph, the others for faces in a class. Pictures stay where they are, and no name is printed.
"""

import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from math import dist
from pathlib import Path

import cv2
import numpy as np

from demo.appearance import Appearance
from demo.head import face
from demo.pose import Pose
from facts.counting import counted
from facts.recognition import FaceAnswer, FaceLinkKind, FaceModel
from facts.span import Span
from pipeline.recognition.face_match import LEAST_COMPARED, LEAST_FACES, HourFaces, SeatFaces, recognise
from pipeline.recognition.ports import Embedding
from vision.face_engine import DlibEngine

_ENDINGS = {".jpg", ".jpeg", ".png"}
_CLASS, _CLASSES, _LEAST_PICTURES = 12, 200, 3
_BY_ANOTHER = "by another's face"
_MONDAY = datetime(2025, 4, 7, 1, tzinfo=UTC)


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
    for line in classes(model, {name: [one for one in own if one] for name, own in made.items()}):
        print(line)
    print(
        f"seconds          {each_s:.3f} CPU s a face; a class hour of 40 seats with 4 faces each: {160 * each_s:.0f} s"
    )
    print(
        f"bytes kept       {statistics.median(_bytes(own[0]) for own in made.values() if own[0]):.0f} a face before sealing"
    )


def classes(model: FaceModel, faces: Mapping[str, Sequence[Embedding]]) -> Iterator[str]:
    """What the product's own rules say of classes made of these people: one picture stands for a seat's hour."""
    people = [name for name in faces if len(faces[name]) >= _LEAST_PICTURES]
    size = min(_CLASS, len(people) // 2)
    if size < LEAST_COMPARED:
        yield f"classes          got {counted(len(people), 'person')} with {counted(_LEAST_PICTURES, 'face')} or more, expected {2 * LEAST_COMPARED}: none was made"
        return
    rolls, counts = random.Random(1), Counter[str]()
    for _ in range(_CLASSES):
        rolls.shuffle(people)
        own, strangers = people[:size], people[size : 2 * size]
        picks = {name: rolls.sample(faces[name], _LEAST_PICTURES) for name in people}
        came, sent = own[: size // 2], strangers[: size - size // 2]
        mixed = recognise(model, {name: picks[name][0] for name in own}, [_hour(0, [*came, *sent], picks, 1)])
        for one in mixed.trainees:
            there = one.trainee_key in came
            right = there and one.answer is FaceAnswer.SEEN and one.seat == f"S{came.index(one.trainee_key)}"
            counts[f"{there} {one.answer.value}"] += 1
            counts[_BY_ANOTHER] += one.answer is FaceAnswer.SEEN and not right
        counts["came"], counts["stayed away"] = counts["came"] + len(came), counts["stayed away"] + size - len(came)
        first, again = _hour(0, own, picks, 1), _hour(1, own, picks, 2)
        halved = _hour(1, [*own[: size // 2], *sent], picks, 2)
        counts["two seats"] += any(link.kind is FaceLinkKind.TWO_SEATS for link in recognise(model, {}, [first]).links)
        meeting = recognise(model, {}, [first], [replace(_hour(0, strangers, picks, 1), class_id=2)])
        counts["two classes"] += any(link.kind is FaceLinkKind.TWO_CLASSES for link in meeting.links)
        for name, day in {"same": again, "half": halved, "all": _hour(1, strangers, picks, 2)}.items():
            links = recognise(model, {}, [first, day]).links
            counts[f"changed {name}"] += any(link.kind is FaceLinkKind.CHANGED for link in links)
    came, away = counts["came"], counts["stayed away"]
    yield f"classes of {size:<6}{_CLASSES} drawn, half of each on its seats, strangers on the other seats:"
    yield f"  who came       seen {_share(counts['True seen'], came)}, not seen {_share(counts['True not_seen'], came)}"
    yield f"  who did not    seen {_share(counts['False seen'], away)}, not seen {_share(counts['False not_seen'], away)}"
    yield f"  by another's face: {counts[_BY_ANOTHER]} of {counts['True seen'] + counts['False seen']} who are seen"
    yield f"  one face, two seats: {_share(counts['two seats'], _CLASSES)} of classes of different people"
    yield f"  one face, two classes: {_share(counts['two classes'], _CLASSES)} of pairs of classes of different people"
    yield (
        f"  other people the next day: nobody changed {_share(counts['changed same'], _CLASSES)}, half"
        f" {_share(counts['changed half'], _CLASSES)}, all {_share(counts['changed all'], _CLASSES)}"
    )


def _hour(day: int, names: Sequence[str], picks: Mapping[str, Sequence[Embedding]], pick: int) -> HourFaces:
    start = _MONDAY + timedelta(days=day)
    seats = (SeatFaces("", f"S{place}", (picks[name][pick],) * LEAST_FACES) for place, name in enumerate(names))
    return HourFaces(f"h{day}", Span(start, start + timedelta(minutes=45)), tuple(seats))


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.2f} %)" if whole else "0 of 0"


def _bytes(one: Embedding) -> int:
    return len(str(list(one)))


if __name__ == "__main__":
    main()
