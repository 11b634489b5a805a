from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from facts.digest import Digest
from facts.errors import SetupError
from facts.sighting import Box
from vision.cards import Channels, Family, Fit, InputSpec, ModelCard
from vision.decoder import DECODERS, merge
from vision.detector import Head
from vision.ports import Picture, Tensor

_STRIDE = 32
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """A frame brought to the network's input, and how many input pixels its width and height take up."""

    blob: Tensor
    size: tuple[int, int]
    taken: tuple[float, float]


class OnnxDetector:
    """Any network with a model card, run by OpenCV on the processor; one instance serves one thread."""

    def __init__(self, card: ModelCard, weights: Path) -> None:
        check_weights(card, weights)
        self.card = card
        try:
            self._net = cv2.dnn.readNetFromONNX(str(weights))
        except cv2.error as error:
            raise SetupError(
                f"{weights}: OpenCV cannot load it ({error.err}); export it to ONNX opset 11-17"
            ) from error
        self._outputs = list(self._net.getUnconnectedOutLayersNames())
        self._wanted = card.output.names or tuple(self._outputs)
        if missing := set(self._wanted) - set(self._outputs):
            raise SetupError(f"model {card.name}: got outputs {self._outputs}, expected {sorted(missing)}; check names")

    @property
    def name(self) -> str:
        """What the card calls it."""
        return self.card.name

    @property
    def digest(self) -> Digest:
        """The digest of the weights, equal to the card's because it was checked on loading."""
        return Digest(self.card.sha256)

    def blank(self) -> Picture:
        """A grey frame of the input size, to try the network on."""
        return np.full((self.card.input.height, self.card.input.width, 3), 128, np.uint8)

    def detect(self, bgr: Picture) -> tuple[Head, ...]:
        """Everyone found in the frame, the surest first."""
        spec, output = self.card.input, self.card.output
        fitted = fit(bgr, spec)
        self._net.setInput(fitted.blob)
        try:
            found = dict(zip(self._outputs, self._net.forward(self._outputs), strict=True))
        except cv2.error as error:
            raise SetupError(
                f"model {self.name}: does not run at {fitted.size} ({error.err}); check its card"
            ) from error
        width, height = fitted.size
        tensors = [np.asarray(found[name], np.float32) for name in self._wanted]
        rows = DECODERS[output.family](tensors, InputSpec(width, height), output.threshold)
        if output.classes:
            rows = rows[np.isin(rows[:, 5].astype(int), output.classes)]
        return heads(merge(rows, output.overlap), fitted.taken)


def fit(bgr: Picture, spec: InputSpec) -> NetworkInput:
    """The frame as the network wants it; a network of free size gets no more pixels than the frame has."""
    height, width = bgr.shape[:2]
    into_w, into_h = (spec.width, spec.height) if spec.fixed else _free(width, height, spec)
    if spec.fit is Fit.STRETCH:
        shown, taken = _resized(bgr, into_w, into_h), (float(into_w), float(into_h))
    else:
        ratio = min(into_w / width, into_h / height)
        inner_w, inner_h = max(1, round(width * ratio)), max(1, round(height * ratio))
        shown = np.full((into_h, into_w, 3), spec.margin, np.uint8)
        shown[:inner_h, :inner_w] = _resized(bgr, inner_w, inner_h)
        taken = (float(inner_w), float(inner_h))
    blob = cv2.dnn.blobFromImage(shown, spec.scale, (into_w, into_h), spec.mean, spec.channels is Channels.RGB)
    return NetworkInput(np.asarray(blob, np.float32), (into_w, into_h), taken)


def heads(rows: Tensor, taken: tuple[float, float]) -> tuple[Head, ...]:
    """Boxes in input pixels as fractions of the frame, cut at its edges; what lies outside is dropped."""
    scale = np.array([taken[0], taken[1], taken[0], taken[1]], np.float32)
    corners = np.clip(rows[:, :4] / scale, 0.0, 1.0)
    found = []
    for (x1, y1, x2, y2), score in zip(corners.tolist(), rows[:, 4].tolist(), strict=True):
        if x2 > x1 and y2 > y1:
            found.append(Head(Box(x1, y1, x2 - x1, y2 - y1), min(score, 1.0)))
    return tuple(found)


def check_weights(card: ModelCard, weights: Path) -> None:
    """Refuses weights that are missing or not the ones on the card: other weights see other people."""
    try:
        with weights.open("rb") as file:
            got = Digest.of(iter(lambda: file.read(_CHUNK), b"")).sha256
    except OSError as error:
        remedy = "make" if card.output.family is Family.CENTERFACE else f"xueshi models pull {card.name}"
        raise SetupError(
            f"{weights}: weights of {card.name} cannot be read ({error.strerror}); run {remedy}"
        ) from error
    if got != card.sha256:
        raise SetupError(f"{weights}: got sha256 {got}, expected {card.sha256}; remove the file and fetch it again")


def _free(width: int, height: int, spec: InputSpec) -> tuple[int, int]:
    ratio = min(spec.width / width, spec.height / height, 1.0)
    return _stepped(width * ratio), _stepped(height * ratio)


def _stepped(side: float) -> int:
    return max(_STRIDE, int(np.ceil(round(side, 3) / _STRIDE)) * _STRIDE)


def _resized(bgr: Picture, width: int, height: int) -> Picture:
    if bgr.shape[1] == width and bgr.shape[0] == height:
        return bgr
    # Down to a half, linear sampling still weighs every pixel, in a third of the time.
    how = cv2.INTER_AREA if bgr.shape[1] > 2 * width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(bgr, (width, height), interpolation=how), np.uint8)
