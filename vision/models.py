"""The networks that this machine knows by their cards, and whether their weights lie here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from facts.errors import SetupError
from vision.card_detector import CardDetector, read_weights
from vision.cards import ModelCard, read_cards, shipped_cards
from vision.inference import engine
from vision.probe import measure_probe, probe_text
from vision.weights import weights_of


class WeightsPresence(StrEnum):
    """Whether a card's weights lie on this machine and are the ones it names."""

    READY = "ready"
    ABSENT = "absent"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class ModelState:
    """One card, where its weights belong, and whether they are there."""

    card: ModelCard
    weights: tuple[Path, ...]
    presence: WeightsPresence
    detail: str = ""


def cache_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where pulled weights lie: beside the user's other caches, never in the project."""
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache") / "xueshi" / "models"


def known_cards(folder: Path | None = None) -> tuple[ModelCard, ...]:
    """The recommended networks first, then the user's cards."""
    return (*shipped_cards(), *(read_cards(folder) if folder is not None and folder.is_dir() else ()))


def list_models(cards: Sequence[ModelCard], cache: Path) -> tuple[ModelState, ...]:
    """The state of every card's weights, digests checked."""
    return tuple(_state(card, cache) for card in cards)


def _state(card: ModelCard, cache: Path) -> ModelState:
    try:
        weights = weights_of(card, cache)
    except SetupError as error:
        return ModelState(card, (), WeightsPresence.ABSENT, str(error))
    if not all(path.exists() for path in weights):
        return ModelState(card, weights, WeightsPresence.ABSENT, f"run xueshi models pull {card.name}")
    try:
        read_weights(card, weights)
    except SetupError as error:
        return ModelState(card, weights, WeightsPresence.WRONG, str(error))
    return ModelState(card, weights, WeightsPresence.READY)


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
