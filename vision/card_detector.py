from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from facts.counting import counted
from facts.digest import Digest
from facts.errors import SetupError
from facts.sighting import Box
from vision.card_parts import DetectionTarget, InputSpec
from vision.cards import ModelCard
from vision.decoder import decode, merge
from vision.detector import Detection
from vision.inference import open_network
from vision.input import fit
from vision.ports import Picture, Tensor
from vision.probe import probe_picture, try_probe
from vision.weights import read_weights

# No classroom holds more; a network that finds thousands is wrong, and sorting them out would take minutes.
MOST_PER_TARGET = 300
_MOST_MERGED = 4 * MOST_PER_TARGET


class CardDetector:
    """Any network with a model card; one instance serves one thread.

    Weights are read once and run from memory, so that what was checked is what sees, even if the file changes.
    The card's probe runs before the first frame.
    """

    def __init__(self, card: ModelCard, weights: Sequence[Path]) -> None:
        contents = read_weights(card, weights)
        self.card = card
        self.crowded = 0
        self._probed = card.probe is None
        self._network = open_network(card.name, contents)
        self._wanted = card.output.names or self._network.outputs
        if missing := sorted(set(self._wanted) - set(self._network.outputs)):
            got = ", ".join(self._network.outputs)
            raise SetupError(f"model {card.name}: got outputs {got}, expected {', '.join(missing)}; check names")

    @property
    def name(self) -> str:
        """What the card calls it."""
        return self.card.name

    @property
    def digest(self) -> Digest:
        """The digest of the weights, equal to the card's because it was checked on loading."""
        return self.card.digest

    def blank(self) -> Picture:
        """A grey frame of the input size, to try the network on."""
        return np.full((self.card.input.height, self.card.input.width, 3), 128, np.uint8)

    def probe_outputs(self, seed: int) -> Mapping[str, Tensor]:
        """The tensors that this machine's engine gives for the picture of this seed."""
        found = self._network.run(fit(probe_picture(seed, self.card.input), self.card.input).blob)
        return {name: found[name] for name in self._wanted}

    def probe(self) -> None:
        """Refuses an engine that does not compute what the card expects; a second call does nothing."""
        if self.card.probe is not None and not self._probed:
            try_probe(self.name, self.card.probe, self.probe_outputs(self.card.probe.seed))
        self._probed = True

    def detect(self, bgr: Picture) -> tuple[Detection, ...]:
        """Everything found in the frame, the surest of each target first, at most ``MOST_PER_TARGET`` of each."""
        self.probe()
        spec, output = self.card.input, self.card.output
        fitted = fit(_coloured(bgr), spec)
        found = self._network.run(fitted.blob)
        tensors = [self._finite(name, found[name]) for name in self._wanted]
        width, height = fitted.size
        try:
            rows = decode(output.family, tensors, InputSpec(width, height), output.threshold)
        except SetupError as error:
            raise SetupError(f"model {self.name}: {error}") from error
        if output.classes:
            rows = rows[np.isin(rows[:, 5].astype(int), output.classes)]
        detections: list[Detection] = []
        crowded = False
        for target, own in self._by_target(rows):
            kept = merge(_surest(own, _MOST_MERGED), output.overlap)
            crowded |= len(own) > _MOST_MERGED or len(kept) > MOST_PER_TARGET
            detections += boxes(kept[:MOST_PER_TARGET], fitted.taken, target)
        self.crowded += crowded
        return tuple(detections)

    def _finite(self, name: str, tensor: Tensor) -> Tensor:
        if not np.isfinite(tensor).all():
            count = int(tensor.size - np.isfinite(tensor).sum())
            raise SetupError(
                f"model {self.name}: got {counted(count, 'value that is no number', 'values that are no numbers')} (NaN, inf) in output {name!r} of {tensor.size}, "
                "expected numbers; the weights or the scale on the card are wrong; run xueshi models check"
            )
        return tensor

    def _by_target(self, rows: Tensor) -> Iterator[tuple[DetectionTarget, Tensor]]:
        if not self.card.output.targets:
            yield self.card.finds, rows
            return
        kinds = rows[:, 5].astype(int)
        for target in sorted(self.card.targets):
            numbers = [int(number) for number, found in self.card.output.targets.items() if found is target]
            yield target, rows[np.isin(kinds, numbers)]


def _surest(rows: Tensor, most: int) -> Tensor:
    return rows if len(rows) <= most else rows[np.argsort(-rows[:, 4], kind="stable")[:most]]


def _coloured(bgr: Picture) -> Picture:
    """A grey picture as three equal colours."""
    return bgr if bgr.ndim == 3 else np.repeat(bgr[:, :, None], 3, axis=2)  # noqa: PLR2004 - rows, columns, colours


def boxes(rows: Tensor, taken: tuple[float, float], target: DetectionTarget) -> list[Detection]:
    """Boxes in input pixels as fractions of the frame, cut at its edges; what lies outside is dropped."""
    scale = np.array([taken[0], taken[1], taken[0], taken[1]], np.float32)
    corners = np.clip(rows[:, :4] / scale, 0.0, 1.0)
    found = []
    for (x1, y1, x2, y2), score in zip(corners.tolist(), rows[:, 4].tolist(), strict=True):
        if x2 > x1 and y2 > y1:
            found.append(Detection(Box(x1, y1, x2 - x1, y2 - y1), min(score, 1.0), target))
    return found
