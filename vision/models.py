"""The networks that this machine knows by their cards, and whether their weights lie here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from facts.errors import SetupError
from facts.senses import Sense
from vision.card_parts import WeightsKind, target_words
from vision.cards import ModelCard, read_cards, shipped_cards
from vision.engine import has_openvino
from vision.weights import read_weights, weights_of


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
        return ModelState(card, weights, WeightsPresence.ABSENT, f"xueshi models pull {card.name}")
    try:
        read_weights(card, weights)
    except SetupError as error:
        return ModelState(card, weights, WeightsPresence.WRONG, str(error))
    return ModelState(card, weights, WeightsPresence.READY)


def senses_at_hand(cache: Path, cards: Path | None = None) -> tuple[Sense, ...]:
    """What ``best_senses`` would find, from digests alone: nothing is loaded and no probe runs."""
    return tuple(_at_hand(state) for state in list_models(known_cards(cards), cache))


def _at_hand(state: ModelState) -> Sense:
    card, missing = state.card, ""
    if state.presence is not WeightsPresence.READY:
        missing = state.detail
    elif card.weights[0].kind is WeightsKind.XML and not has_openvino():
        missing = "需要 openvino needs openvino"
    return Sense(card.name, target_words(card.targets), None if missing else card.digest, missing)
