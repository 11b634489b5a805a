"""Drawn people before the networks that were taught with real ones: who finds whom, and what else they find.

    python -m benchmarks.sight_bench [NAME ...] [--models DIR] [--judge [--heads [--found 0.9]]] [--twins]

Three frames of every honest drawn class for the eye (those whose name contains one of NAME) are shown to every
network whose weights were pulled, each alone. A head counts as found where a quarter of it shows and a box lies on it. What
should be seen must be seen by one of them at least; what should tempt (writing hands, mirrors, posters) must tempt.
``--judge`` puts the eye and the rule to each class instead, and prints verdict, truth and CPU seconds; ``--found`` lets
only that share of heads be found, some people seldom, as among real ones.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.film import CameraFeed
from demo.sheet import HeadInView
from facts.counting import counted
from facts.verdict import Status
from runtime.verification.senses import weights_folder
from tests.fixtures import sights
from tests.fixtures.sights import SightCase
from tests.fixtures.sights.eyes import Eye, faces_only
from tests.fixtures.sights.judged import Answer, judged
from tests.fixtures.sights.truth import told, untruths
from vision.detector import Detector
from vision.people import people
from vision.ports import Picture
from vision.senses import Senses, best_senses

SECONDS = (67, 223, 411)
IN_VIEW = 0.25
# A box belongs to a head whose middle is less than this many heads away.
NEAR = 0.75
Finder = Callable[[Picture], list[tuple[float, float]]]


def middles(detector: Detector) -> Finder:
    """Where one network alone would put heads."""

    def find(bgr: Picture) -> list[tuple[float, float]]:
        height, width = bgr.shape[:2]
        boxes = [human.box for human in people([detector.detect(bgr)], width / height)]
        return [((box.x + box.w / 2) * width, (box.y + box.h / 2) * height) for box in boxes]

    return find


def finders(senses: Senses) -> dict[str, Finder]:
    """Every network at hand."""
    for missing in senses.missing:
        print(f"left out: {missing.name} ({missing.reason})", file=sys.stderr)
    return {detector.name: middles(detector) for detector in senses.detectors}


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


def show(cases: Sequence[SightCase], senses: Senses) -> int:
    nets = finders(senses)
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
    print(f"{counted(lost, 'head')} found by no network")
    return 0


def judge(cases: Sequence[SightCase], eye: Eye) -> int:
    wrong, spent_s = [], 0.0
    answers: dict[str, Answer] = {}
    for case in cases:
        started = time.process_time()
        answer = answers[case.name] = judged(case, eye)
        faults = untruths(case, answer)
        cpu_s = time.process_time() - started
        spent_s += cpu_s
        if faults:
            wrong.append(case.name)
        looks = answer.seen.cost.looks
        print(f"{'WRONG' if faults else 'right'} {case.name}: {told(case, answer)}; {looks} looks, {cpu_s:.1f} CPU s")
        sys.stdout.flush()
    print("\n".join(families(cases, answers)))
    print(f"{len(wrong)} of {len(cases)} wrong, {spent_s:.0f} CPU s: {' '.join(wrong)}")
    return 1 if wrong else 0


def families(cases: Sequence[SightCase], answers: Mapping[str, Answer]) -> Iterator[str]:
    """One row a family of classes: how the honest ones were answered, and how many of the others pass."""
    yield "| drawn classes | honest | of them PASS | UNPROVEN | FAIL | dishonest | of them PASS |"
    yield "|---|---|---|---|---|---|---|"
    for name, family in {**sights.FAMILIES, "all": sights.ALL}.items():
        own = [(case, answers[case.name].status) for case in family if case in cases]
        if not own:
            continue
        honest = [status for case, status in own if case.honest]
        others = [status for case, status in own if not case.honest]
        cells = [len(honest), *(honest.count(status) for status in (Status.PASS, Status.UNPROVEN, Status.FAIL))]
        yield f"| {name} | {' | '.join(map(str, cells))} | {len(others)} | {others.count(Status.PASS)} |"


def main() -> int:
    wanted = argparse.ArgumentParser(description="which networks find which drawn people")
    wanted.add_argument("names", nargs="*")
    wanted.add_argument("--models", type=Path, default=weights_folder(), help="where pulled weights lie")
    wanted.add_argument("--twins", action="store_true", help="show dishonest classes too")
    wanted.add_argument("--judge", action="store_true", help="verdicts against the truth instead")
    wanted.add_argument("--heads", action="store_true", help="judge by every network at hand instead of faces")
    wanted.add_argument("--found", type=float, default=1.0, help="the share of heads that --heads may find")
    chosen = wanted.parse_args()
    cv2.setNumThreads(1)
    every = best_senses(chosen.models)
    named = [case for case in sights.ALL if not chosen.names or any(name in case.name for name in chosen.names)]
    if chosen.judge:
        return judge(named, Eye(every, chosen.found, chosen.found) if chosen.heads else faces_only())
    return show([case for case in named if chosen.twins or case.honest], every)


if __name__ == "__main__":
    sys.exit(main())
