"""Weights on this machine: which cards there are, which weights lie here, and how the others come in."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from facts.errors import SetupError
from vision.card_detector import CardDetector, read_weights
from vision.card_parts import WeightsFile
from vision.cards import ModelCard, read_cards, shipped_cards
from vision.centerface import centerface_weights
from vision.inference import engine

_CHUNK = 1 << 16
_TIMEOUT_S = 60
# The largest head detector in public use has 400 MB; an endless answer must not fill the disk.
_MOST_BYTES = 1 << 30


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


def weights_of(card: ModelCard, cache: Path) -> tuple[Path, ...]:
    """Where the weights of this card belong; each name holds their digest, so that two versions never mix."""
    return tuple(_place(card, file, cache) for file in card.weights)


def _place(card: ModelCard, file: WeightsFile, cache: Path) -> Path:
    if any(urlsplit(url).scheme == "package" for url in file.urls):
        return centerface_weights()
    return cache / f"{card.name}-{file.sha256[:12]}.{file.kind.value}"


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


def pull(card: ModelCard, cache: Path) -> tuple[Path, ...]:
    """Fetches the weights unless they are here; nothing is kept that is not what the card says."""
    weights = weights_of(card, cache)
    if all(path.exists() for path in weights):
        read_weights(card, weights)
        return weights
    cache.mkdir(parents=True, exist_ok=True)
    for file, path in zip(card.weights, weights, strict=True):
        _pull(card, file, path)
    return weights


def _pull(card: ModelCard, file: WeightsFile, weights: Path) -> None:
    handle, name = tempfile.mkstemp(prefix=f".{card.name}-", suffix=".part", dir=weights.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as into:
            got = _download(file.urls[0], into)
            into.flush()
            os.fsync(into.fileno())
        if got != file.sha256:
            raise SetupError(
                f"{file.urls[0]}: got sha256 {got}, expected {file.sha256} from the card; nothing was kept"
            )
        part.replace(weights)
    finally:
        part.unlink(missing_ok=True)


def _download(url: str, into: BinaryIO) -> str:
    digest, size = sha256(), 0
    try:
        with urlopen(url, timeout=_TIMEOUT_S) as answer:  # noqa: S310 - the card allows http and https only
            while chunk := answer.read(_CHUNK):
                size += len(chunk)
                if size > _MOST_BYTES:
                    raise SetupError(f"{url}: got more than {_MOST_BYTES} bytes, expected weights; check the card")
                digest.update(chunk)
                into.write(chunk)
    except (URLError, HTTPException, TimeoutError, ConnectionError) as error:
        raise SetupError(
            f"{url}: cannot be fetched ({error}); check the network, or put the file at the listed place by hand"
        ) from error
    return digest.hexdigest()


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
