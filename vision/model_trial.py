"""A network is loaded by its card and tried, so that a wrong one fails before a class is looked at."""

from dataclasses import replace
from pathlib import Path

from vision.card_detector import CardDetector
from vision.cards import ModelCard
from vision.inference import engine
from vision.probe import measure_probe, probe_text
from vision.weights import weights_of


def load(card: ModelCard, cache: Path) -> CardDetector:
    """The detector of this card; its weights must be here already, because judging makes no network calls."""
    return CardDetector(card, weights_of(card, cache))


def check(card: ModelCard, cache: Path) -> str:
    """Loads the network, tries its probe and runs it on grey, so that a wrong card fails here and not in a class."""
    detector = load(card, cache)
    found = detector.detect(detector.blank())
    targets = ", ".join(sorted(card.targets))
    probed = "probe passed" if card.probe else "no probe on its card"
    size = f"{card.input.width}x{card.input.height}"
    return f"{card.name}: {card.output.family.value}, {targets}, {size}, {len(found)} on grey, {probed}, {engine()}"


def probe_lines(card: ModelCard, cache: Path, seed: int = 11) -> str:
    """The probe to put on this card: what this machine's engine computes, to be believed once a second one agrees."""
    detector = load(replace(card, probe=None), cache)
    return probe_text(measure_probe(seed, detector.probe_outputs(seed)))
