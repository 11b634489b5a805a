"""What looks at a frame: several networks, each with its own target, and what it means that one is not there."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from facts.codec import plain
from facts.digest import Digest
from facts.errors import SetupError
from facts.senses import Sense
from vision.card_detector import CardDetector
from vision.card_parts import DetectionTarget, target_words
from vision.cards import read_cards, shipped_cards
from vision.centerface import CENTERFACE, centerface
from vision.detector import Detection, Detector
from vision.model_trial import load
from vision.ports import Picture
from vision.weights import weights_of


@dataclass(frozen=True, slots=True)
class MissingSense:
    """A network that is not there, and why."""

    name: str
    targets: frozenset[DetectionTarget]
    reason: str


class Senses:
    """Several detectors that look at the same frame."""

    def __init__(self, detectors: Sequence[Detector], missing: Sequence[MissingSense] = ()) -> None:
        self.detectors = tuple(detectors)
        self.missing = tuple(missing)

    @property
    def names(self) -> tuple[str, ...]:
        """What the networks are called, in the order in which they look."""
        return tuple(detector.name for detector in self.detectors)

    @property
    def name(self) -> str:
        """All names in one."""
        return "+".join(self.names)

    @property
    def digest(self) -> Digest:
        """One digest over all: of the weights, and of everything a card says of feeding and reading them."""
        return Digest.of(json.dumps([_identity(one) for one in self.detectors], sort_keys=True).encode())

    @property
    def targets(self) -> frozenset[DetectionTarget]:
        """Everything that can be found."""
        return frozenset(target for detector in self.detectors for target in targets_of(detector))

    @property
    def crowded(self) -> int:
        """In how many frames a network found more than is believed, so that only its surest boxes were kept."""
        return sum(detector.crowded for detector in self.detectors if isinstance(detector, CardDetector))

    @property
    def order(self) -> tuple[Detector, ...]:
        """The detectors in the order in which they are asked: those for heads first."""
        return tuple(sorted(self.detectors, key=lambda detector: DetectionTarget.HEAD not in targets_of(detector)))

    def looking(self, bgr: Picture) -> Iterator[tuple[Detection, ...]]:
        """What each network found, network by network, each run only when it is asked for; those for heads first."""
        return (detector.detect(bgr) for detector in self.order)

    def layers(self, bgr: Picture) -> tuple[tuple[Detection, ...], ...]:
        """What every network found: one of them sees nobody twice, two of them do."""
        return tuple(detector.detect(bgr) for detector in self.detectors)

    @property
    def facts(self) -> tuple[Sense, ...]:
        """What the report says of them."""
        present = (Sense(one.name, target_words(targets_of(one)), one.digest) for one in self.detectors)
        missing = (Sense(one.name, target_words(one.targets), missing=one.reason) for one in self.missing)
        return (*present, *missing)

    def detect(self, bgr: Picture) -> tuple[Detection, ...]:
        """Everything that every network found, unmerged between networks."""
        return tuple(found for layer in self.layers(bgr) for found in layer)


def targets_of(detector: Detector) -> frozenset[DetectionTarget]:
    """What one detector finds; one without a card is taken for a finder of faces."""
    return detector.card.targets if isinstance(detector, CardDetector) else frozenset({DetectionTarget.FACE})


def _identity(detector: Detector) -> list[object]:
    card = plain(detector.card) if isinstance(detector, CardDetector) else None
    return [detector.name, detector.digest.sha256, card]


def best_senses(cache: Path, cards: Path | None = None) -> Senses:
    """Every network that is at hand: the embedded one, the recommended ones that were pulled, and the user's own.

    A recommended one whose weights are not here, are others, or fail their probe is left out and told; the user's own
    cards are what was asked for, so a fault in one of them is raised.
    """
    detectors: list[Detector] = []
    missing: list[MissingSense] = []
    for card in shipped_cards():
        try:
            detector = centerface() if card == CENTERFACE else load(card, cache)
            detector.probe()
        except SetupError as error:
            if card == CENTERFACE:
                raise
            absent = not all(path.exists() for path in weights_of(card, cache))
            reason = f"xueshi models pull {card.name}" if absent else str(error)
            missing.append(MissingSense(card.name, card.targets, reason))
        else:
            detectors.append(detector)
    own = read_cards(cards) if cards is not None and cards.is_dir() else ()
    for card in own:
        detector = load(card, cache)
        detector.probe()
        detectors.append(detector)
    return Senses(detectors, missing)
