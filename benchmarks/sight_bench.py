"""Drawn people before the networks that were taught with real ones: who finds whom, and what else they find.

    python -m benchmarks.sight_bench [NAME ...] [--models ../shared/models] [--judge [--heads [--found 0.9]]] [--twins]

Three frames of every honest drawn class for the eye (those whose name contains one of NAME) are shown to CenterFace,
to bhh heads and to Intel 0005 persons. A head counts as found where a quarter of it shows and a box lies on it. What
should be seen must be seen by one of them at least; what should tempt (writing hands, mirrors, posters) must tempt.
``--judge`` puts the eye and the rule to each class instead, and prints verdict, truth and CPU seconds; ``--found`` lets
only that share of heads be found, some people seldom, as among real ones. The second
needs its weights, the third its weights and OpenVINO; without them they are left out.
"""

import argparse
import importlib
import importlib.util
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.film import CameraFeed
from demo.sheet import HeadInView
from tests.fixtures import sights
from tests.fixtures.sights import SightCase
from tests.fixtures.sights.eyes import Eye, faces_only
from tests.fixtures.sights.judged import judged
from vision.cards import DetectionTarget, Family, Fit, InputSpec, ModelCard, OutputSpec
from vision.centerface import centerface
from vision.detector import HeadDetector
from vision.onnx import OnnxDetector
from vision.ports import Picture

SECONDS = (67, 223, 411)
IN_VIEW = 0.25
# A box belongs to a head whose middle is less than this many heads away.
NEAR = 0.75
SCORE, OVERLAP = 0.35, 0.45
BHH = ModelCard(
    name="bhh-nano", url="https://github.com/PINTO0309/PINTO_model_zoo/tree/main/426_YOLOX-Body-Head-Hand", licence="Apache-2.0", finds=DetectionTarget.HEAD,
    sha256="4163e7c35f89e08d7db81b410ea0e2393392f4c0b15ea32299279787d54f4c5b",
    input=InputSpec(960, 544, fit=Fit.LETTERBOX), output=OutputSpec(Family.YOLOX, SCORE, OVERLAP, classes=(1,)),
)  # fmt: skip
PERSONS = "person-detection-action-recognition-0005"


@dataclass
class Persons:
    """Intel 0005: SSD with its own priors; a body's head is taken to lie in its upper fifth."""

    model: Any

    def detect(self, bgr: Picture) -> list[tuple[float, float]]:
        height, width = bgr.shape[:2]
        blob = cv2.resize(bgr, (680, 400)).astype(np.float32).transpose(2, 0, 1)[None]
        result = self.model([blob])
        found = {output.any_name: result[output] for output in self.model.outputs}
        score = found["mbox_main_conf/out/conv/flat/softmax/flat"].reshape(-1, 2)[:, 1]
        moved = found["mbox_loc1/out/conv/flat"].reshape(-1, 4)
        prior, spread = (row.reshape(-1, 4) for row in found["mbox/priorbox"][0])
        size = prior[:, 2:] - prior[:, :2]
        middle = spread[:, :2] * moved[:, :2] * size + (prior[:, 2:] + prior[:, :2]) / 2
        kept = score >= SCORE
        boxes = np.hstack([middle, np.exp(spread[:, 2:] * moved[:, 2:]) * size])[kept]
        corners = np.hstack([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, 2:]])
        best = cv2.dnn.NMSBoxes(corners.tolist(), score[kept].tolist(), 0.0, OVERLAP)
        return [
            (float(x * width), float((y - 0.3 * h) * height)) for x, y, _, h in boxes[np.asarray(best, int).ravel()]
        ]


Finder = Callable[[Picture], list[tuple[float, float]]]


def middles(detector: HeadDetector) -> Finder:
    def find(bgr: Picture) -> list[tuple[float, float]]:
        height, width = bgr.shape[:2]
        boxes = [head.box for head in detector.detect(bgr)]
        return [((box.x + box.w / 2) * width, (box.y + box.h / 2) * height) for box in boxes]

    return find


def finders(models: Path) -> dict[str, Finder]:
    found = {"CenterFace": middles(centerface())}
    heads, persons = models / "bhh_960x544.onnx", models / f"{PERSONS}.xml"
    if heads.is_file():
        found["bhh heads"] = middles(OnnxDetector(BHH, heads))
    if persons.is_file() and importlib.util.find_spec("openvino"):
        core = importlib.import_module("openvino").Core()
        found["0005 persons"] = Persons(core.compile_model(persons, "CPU", {"INFERENCE_NUM_THREADS": 1})).detect
    for name in {"bhh heads", "0005 persons"} - found.keys():
        print(f"left out: {name} (weights in {models}, OpenVINO for persons)", file=sys.stderr)
    return found


def frames(case: SightCase) -> Iterator[tuple[Picture, list[HeadInView]]]:
    feed = CameraFeed(case.scenario, case.scenario.lenses[0])
    for at_s in SECONDS:
        bgr = np.asarray(cv2.cvtColor(feed.picture_at(at_s), cv2.COLOR_YUV2BGR_I420), np.uint8)
        yield bgr, [head for head in feed.scene.heads_at(at_s) if head.share >= IN_VIEW]


def matched(heads: Sequence[HeadInView], spots: Sequence[tuple[float, float]]) -> set[int]:
    """The heads on which a spot lies, each spot used once, the nearest first."""
    if not heads or not spots:
        return set()
    middle = np.array([(x + w / 2, y + h / 2) for (x, y, w, h) in (head.box for head in heads)])
    tall = np.array([head.box[3] for head in heads])
    away: NDArray[np.float64] = np.abs(middle[:, None] - np.array(spots)[None]).max(axis=2) / tall[:, None]
    found: set[int] = set()
    while away.size and float(away.min()) < NEAR:
        head, spot = np.unravel_index(int(away.argmin()), away.shape)
        found.add(int(head))
        away[head, :], away[:, spot] = np.inf, np.inf
    return found


def show(cases: Sequence[SightCase], models: Path) -> int:
    nets = finders(models)
    print(f"| class | heads | {' | '.join(f'{name} (+ else)' for name in nets)} | by none |")
    print("|---" * (len(nets) + 3) + "|")
    lost = 0
    for case in cases:
        found, other, total, nobody = dict.fromkeys(nets, 0), dict.fromkeys(nets, 0), 0, 0
        for bgr, heads in frames(case):
            total, seen = total + len(heads), set()
            for name, find in nets.items():
                spots = find(bgr)
                mine = matched(heads, spots)
                found[name] += len(mine)
                other[name] += len(spots) - len(mine)
                seen |= mine
            nobody += len(heads) - len(seen)
        lost += nobody
        print(
            f"| {case.name} | {total} | {' | '.join(f'{found[n]} (+{other[n]})' for n in nets)} | {nobody} |",
            flush=True,
        )
    print(f"{lost} heads found by no network")
    return 0


def judge(cases: Sequence[SightCase], eye: Eye) -> int:
    wrong, spent_s, heads = [], 0.0, eye.heads
    for case in cases:
        started = time.process_time()
        minutes = case.minutes
        answer = judged(case, eye)
        cpu_s = time.process_time() - started
        spent_s += cpu_s
        counts = answer.curve.counts
        over = sum(count > minute.present for count, minute in zip(counts, minutes, strict=False))
        if over or answer.status not in case.allowed(heads=heads):
            wrong.append(case.name)
        print(
            f"{'WRONG' if case.name in wrong[-1:] else 'right'} {case.name}: {answer.status} {answer.finding.reason}, "
            f"may be {'/'.join(sorted(case.allowed(heads=heads)))}; counted {min(counts, default=0)}–"
            f"{max(counts, default=0)}, in view {min(m.least for m in minutes)}–{max(m.most for m in minutes)}"
            f"{f', too many in {over} minutes' if over else ''}; {answer.seen.cost.looks} looks, {cpu_s:.1f} CPU s",
            flush=True,
        )
    print(f"{len(wrong)} of {len(cases)} wrong, {spent_s:.0f} CPU s: {' '.join(wrong)}")
    return 1 if wrong else 0


def by_heads(models: Path, found: float) -> Eye:
    return Eye(OnnxDetector(BHH, models / "bhh_960x544.onnx"), found, found)


def main() -> int:
    wanted = argparse.ArgumentParser(description="which networks find which drawn people")
    wanted.add_argument("names", nargs="*")
    wanted.add_argument("--models", type=Path, default=Path("../shared/models"))
    wanted.add_argument("--twins", action="store_true", help="show dishonest classes too")
    wanted.add_argument("--judge", action="store_true", help="verdicts against the truth instead")
    wanted.add_argument("--heads", action="store_true", help="judge by bhh heads instead of faces")
    wanted.add_argument("--found", type=float, default=1.0, help="the share of heads that --heads may find")
    chosen = wanted.parse_args()
    cv2.setNumThreads(1)
    named = [case for case in sights.ALL if not chosen.names or any(name in case.name for name in chosen.names)]
    if chosen.judge:
        return judge(named, by_heads(chosen.models, chosen.found) if chosen.heads else faces_only())
    return show([case for case in named if chosen.twins or case.honest], chosen.models)


if __name__ == "__main__":
    sys.exit(main())
