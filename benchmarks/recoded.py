"""The same hours through a worse recorder: whether what was re-encoded says anything else than the truth.

python -m benchmarks.recoded OUT [--ways half,small,steps] [--hours honest,absent,left,cardboard] [--only jan,stj3]

OUT is the folder that ``benchmarks.accuracy --out OUT`` filled. ``half`` spends about half the bits, ``small`` is
640 × 360, ``steps`` brightens and darkens every 90 seconds as an exposure that hunts.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.remembered import judged_room
from benchmarks.rooms import MOVING
from facts.verdict import Status

Image = NDArray[np.uint8]
_STEP_S = 90
_GAINS = (1.0, 1.25, 0.8, 1.1)


@dataclass(frozen=True, slots=True)
class Way:
    """How a recorder spoils what it is given."""

    crf: int = 27
    width: int = 0
    light: Callable[[float], float] = lambda _: 1.0


WAYS: Mapping[str, Way] = {
    "half": Way(crf=33),
    "small": Way(width=640),
    "steps": Way(light=lambda at_s: _GAINS[int(at_s // _STEP_S) % len(_GAINS)]),
}


def main() -> None:
    """Re-encodes, judges, and prints one row a way."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=Path)
    ask.add_argument("--ways", default=",".join(WAYS))
    ask.add_argument("--hours", default="honest,absent,left,cardboard")
    ask.add_argument("--only", default="")
    told = ask.parse_args()
    if not (truths := sorted(told.out.glob("*.truth.json"))):
        raise SystemExit(f"{told.out}: got no *.truth.json there, expected the --out of benchmarks.accuracy")
    print("| recorder | bytes | honest hours | PASS | FAIL | twins | PASS |\n|---|---|---|---|---|---|---|")
    for name in told.ways.split(","):
        found: Counter[tuple[bool, Status]] = Counter()
        before = after = 0
        for path in truths:
            key = path.name.removesuffix(".truth.json")
            if key in MOVING or (told.only and key not in told.only.split(",")):
                continue
            truth = {
                day: one
                for day, one in json.loads(path.read_text("utf-8")).items()
                if one["hour"].rstrip("0123456789") in told.hours.split(",")
            }
            with tempfile.TemporaryDirectory() as folder:
                own = Path(folder) / key
                sizes = worse(told.out / key, own, WAYS[name], set(truth))
                before, after = before + sizes[0], after + sizes[1]
                for day, finding in judged_room(own, Path(folder) / "memory"):
                    if day in truth:
                        found[truth[day]["want"] == "PASS", finding.status] += 1
                        print(f"{name} {key} {truth[day]['hour']}: {finding.status} {finding.reason}", file=sys.stderr)
        honest, twins = (sum(count for (good, _), count in found.items() if good is kind) for kind in (True, False))
        print(
            f"| {name} | {after / max(before, 1):.2f} | {honest} | {found[True, Status.PASS]} | {found[True, Status.FAIL]}"
            f" | {twins} | {found[False, Status.PASS]} |",
            flush=True,
        )


def worse(source: Path, target: Path, way: Way, days: set[str]) -> tuple[int, int]:
    """A copy of the class folder with the recordings of these days spoilt; the bytes of them before and after."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.mp4"))
    before = after = 0
    for path in sorted((source / "录像").glob("*.mp4")):
        stamp = path.stem.split("_")[1]
        if f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" not in days:
            continue
        copy = target / "录像" / path.name
        recode(path, copy, way)
        before, after = before + path.stat().st_size, after + copy.stat().st_size
    return before, after


def recode(source: Path, target: Path, way: Way) -> None:
    """Every frame decoded, spoilt and encoded anew, keyframes where they were."""
    with av.open(str(source)) as given, av.open(str(target), "w") as made:
        own = given.streams.video[0]
        width = way.width or own.width
        height = round(own.height * width / own.width / 2) * 2
        stream = made.add_stream("libx264", rate=own.average_rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": str(way.crf), "sc_threshold": "0", "g": "1000"}
        for frame in given.decode(own):
            image: Image = frame.reformat(width, height).to_ndarray(format="bgr24")
            spoilt = np.clip(image * way.light(float(frame.time or 0)), 0, 255).astype(np.uint8)
            again = av.VideoFrame.from_ndarray(spoilt, format="bgr24")
            again.pts, again.time_base = frame.pts, frame.time_base
            again.pict_type = av.video.frame.PictureType.I if frame.key_frame else av.video.frame.PictureType.NONE
            made.mux(stream.encode(again))
        made.mux(stream.encode())


if __name__ == "__main__":
    main()
