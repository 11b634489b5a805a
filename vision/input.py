"""A frame brought to the size, colours and scale that a network wants."""

from dataclasses import dataclass

import cv2
import numpy as np

from vision.card_parts import STRIDE, Channels, Fit, InputSpec
from vision.ports import Picture, Tensor


@dataclass(frozen=True, slots=True)
class NetworkInput:
    """A frame brought to the network's input, and how many input pixels its width and height take up."""

    blob: Tensor
    size: tuple[int, int]
    taken: tuple[float, float]


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
    return NetworkInput(_blob(shown, spec), (into_w, into_h), taken)


def _blob(shown: Picture, spec: InputSpec) -> Tensor:
    """Batch, channels, height, width; the mean is given in the order in which the network takes colours."""
    colours = cv2.split(shown)[:: -1 if spec.channels is Channels.RGB else 1]
    planes = np.stack(colours)[None].astype(np.float32)
    if any(spec.mean):
        planes -= np.array(spec.mean, np.float32)[None, :, None, None]
    return planes if spec.scale == 1 else planes * np.float32(spec.scale)


def _free(width: int, height: int, spec: InputSpec) -> tuple[int, int]:
    ratio = min(spec.width / width, spec.height / height, 1.0)
    return _stepped(width * ratio), _stepped(height * ratio)


def _stepped(side: float) -> int:
    return max(STRIDE, int(np.ceil(round(side, 3) / STRIDE)) * STRIDE)


def _resized(bgr: Picture, width: int, height: int) -> Picture:
    if bgr.shape[1] == width and bgr.shape[0] == height:
        return bgr
    # Down to a half, linear sampling still weighs every pixel, in a third of the time.
    how = cv2.INTER_AREA if bgr.shape[1] > 2 * width else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(bgr, (width, height), interpolation=how), np.uint8)
