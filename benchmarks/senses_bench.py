"""What looking at one frame costs: every network in both engines, and all three against CenterFace in cv2.dnn.

    python -m benchmarks.senses_bench [--frames 25]

CPU time of one thread for a 1080p frame brought to each network's size; engines take turns within one run, so that
ratios hold on a busy machine. Networks whose weights are not here are left out and named.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Sequence
from importlib.metadata import distribution
from pathlib import Path

import cv2
import numpy as np

from facts.counting import counted
from facts.errors import SetupError
from runtime.verification.senses import weights_folder
from vision.cards import ModelCard, shipped_cards
from vision.inference import OPENVINO_OPTIONS, Network, OpenCvNetwork, OpenVinoNetwork, engine
from vision.input import fit
from vision.ports import Picture
from vision.senses import best_senses
from vision.weights import read_weights, weights_of

HALF = {**OPENVINO_OPTIONS, "INFERENCE_PRECISION_HINT": "bf16"}
ENGINES: dict[str, Callable[[str, Sequence[bytes]], Network]] = {
    "cv2.dnn": OpenCvNetwork,
    "OpenVINO f32": OpenVinoNetwork,
    "OpenVINO bf16": lambda name, weights: OpenVinoNetwork(name, weights, HALF),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=25)
    count = parser.parse_args().frames
    cv2.setNumThreads(1)
    random = np.random.default_rng(11)
    frames = [random.integers(0, 256, (1080, 1920, 3), dtype=np.uint8) for _ in range(count)]
    networks = {}
    for card in shipped_cards():
        for name, opened in ENGINES.items():
            if found := _opened(card, opened):
                networks[card.name, name] = (card, found)
    spent = _timed(networks, frames)
    print(f"{engine()}, cv2 {cv2.__version__}; median CPU ms of {counted(count, 'frame')}, least in brackets")
    for (card, name), times in spent.items():
        print(f"{card:14}{name:16}{1000 * statistics.median(times):8.1f}  ({1000 * min(times):.1f})")
    base = statistics.median(spent["centerface", "cv2.dnn"])
    for name in ("OpenVINO f32", "OpenVINO bf16"):
        whole = sum(statistics.median(times) for (_, engine_name), times in spent.items() if engine_name == name)
        print(f"all at hand in {name}: {1000 * whole:.0f} ms, {whole / base:.2f} x CenterFace in cv2.dnn")
    _sizes()
    return 0


def _opened(card: ModelCard, opened: Callable[[str, Sequence[bytes]], Network]) -> Network | None:
    try:
        return opened(card.name, read_weights(card, weights_of(card, weights_folder())))
    except SetupError as error:
        print(f"left out: {error}")
        return None


def _timed(
    networks: dict[tuple[str, str], tuple[ModelCard, Network]], frames: Sequence[Picture]
) -> dict[tuple[str, str], list[float]]:
    spent: dict[tuple[str, str], list[float]] = {key: [] for key in networks}
    for index, frame in enumerate([frames[0], *frames]):
        for key, (card, network) in networks.items():
            blob = fit(frame, card.input).blob
            since = time.process_time()
            network.run(blob)
            if index:  # the first run compiles
                spent[key].append(time.process_time() - since)
    return spent


def _sizes() -> None:
    since = time.process_time()
    senses = best_senses(weights_folder())
    print(f"opening and probing {', '.join(senses.names)}: {time.process_time() - since:.2f} CPU s")
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for name in ("openvino", "openvino-telemetry", "opencv-python-headless"):
        files = [Path(str(file.locate())) for file in distribution(name).files or ()]
        size = sum(file.stat().st_size for file in files if file.exists())
        print(f"{name}: {size / 1e6:.0f} MB installed")


if __name__ == "__main__":
    raise SystemExit(main())
