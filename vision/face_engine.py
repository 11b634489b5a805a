"""Faces become embeddings by dlib's network, which is loaded by path; only where the extra ``faces`` is installed."""

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from facts.digest import Digest
from facts.errors import SetupError
from facts.recognition import FaceModel
from vision.face_card import INSTALL, FaceCard, face_card, face_weights
from vision.ports import Picture
from vision.probe import blocks_and_noise

LEAST_PX = 40
_CHIP_PX = 150  # the network's input
_SIDE_PX = 320  # a crop of a head is brought to this width before its face is sought
_MOST_PX = 4096
_CHIP_MARGIN = 0.25


class DlibEngine:
    """Implements the pipeline's ``FaceEngine``; refused unless weights and probe are those of its card."""

    def __init__(self, card: FaceCard | None = None, weights: tuple[Path, Path] | None = None) -> None:
        self.card = card or face_card()
        net, landmarks = weights or face_weights()
        for path, wanted in ((net, self.card.model.digest), (landmarks, self.card.landmarks)):
            if (got := Digest.of(path.read_bytes())) != wanted:
                raise SetupError(f"{path.name}: got sha256 {got.sha256}, expected {wanted.sha256}; {INSTALL} again")
        self._dlib = _dlib()
        self._net = self._dlib.face_recognition_model_v1(str(net))
        self._points = self._dlib.shape_predictor(str(landmarks))
        self._finder = self._dlib.get_frontal_face_detector()
        self._probe()

    @property
    def model(self) -> FaceModel:
        """See ``FaceEngine``."""
        return self.card.model

    def embeddings(self, crops: Sequence[bytes]) -> tuple[tuple[float, ...] | None, ...]:
        """See ``FaceEngine``."""
        return tuple(self._embedding(crop) for crop in crops)

    def _embedding(self, crop: bytes) -> tuple[float, ...] | None:
        picture = decoded(crop)
        if picture is None:
            return None
        scale = _SIDE_PX / min(picture.shape[:2])
        sized = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else 1)
        rgb = np.ascontiguousarray(sized[:, :, ::-1])
        found = self._finder(rgb)
        if not found:
            return None
        face = max(found, key=lambda one: one.area())
        if face.height() / scale < LEAST_PX:
            return None
        chip = self._dlib.get_face_chip(rgb, self._points(rgb, face), _CHIP_PX, _CHIP_MARGIN)
        return self._numbers(chip)

    def _numbers(self, chip: Any) -> tuple[float, ...]:  # noqa: ANN401 - the library has no types
        return tuple(float(one) for one in self._net.compute_face_descriptor(chip))

    def _probe(self) -> None:
        asked = self.card.probe
        got = self._numbers(np.ascontiguousarray(blocks_and_noise(asked.seed, _CHIP_PX, _CHIP_PX, 15)))
        for place, wanted in zip(asked.places, asked.values, strict=True):
            if abs(got[place] - wanted) > asked.tolerance:
                raise SetupError(
                    f"{self.model.name}: got {got[place]:.4f} for value {place} of its probe, expected {wanted:.4f};"
                    f" this engine computes something else: {INSTALL} again"
                )


def decoded(crop: bytes) -> Picture | None:
    """The picture in blue, green, red; nothing where the bytes are none, or a giant."""
    packed = np.frombuffer(crop, np.uint8)
    try:
        found = cv2.imdecode(packed, cv2.IMREAD_COLOR) if packed.size else None
    except cv2.error:
        return None
    if found is None or not 0 < max(found.shape[:2]) <= _MOST_PX or min(found.shape[:2]) < LEAST_PX:
        return None
    return np.asarray(found, np.uint8)


def _dlib() -> Any:  # noqa: ANN401 - the library has no types
    try:
        return importlib.import_module("dlib")
    except ImportError as error:
        raise SetupError(f"faces: got no dlib, expected dlib-bin; {INSTALL}") from error
