"""What must be said about a network for faces before its distances are believed."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError
from facts.recognition import FaceModel
from facts.text import Text

INSTALL = "pip install 'xueshi[faces]'"
_PACKAGE, _ENGINE = "face_recognition_models", "dlib"
_NET, _LANDMARKS = "dlib_face_recognition_resnet_model_v1.dat", "shape_predictor_5_face_landmarks.dat"


@dataclass(frozen=True, slots=True)
class FaceProbe:
    """A drawn picture by its seed, and single values of what a right engine makes of it."""

    seed: int
    tolerance: float
    places: tuple[int, ...]
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class FaceCard:
    """The network, its licence and source, its distances, and its probe."""

    model: FaceModel
    licence: str
    source: str
    landmarks: Digest
    probe: FaceProbe


def face_card() -> FaceCard:
    """The one network that is known."""
    told = tomllib.loads((files("vision") / "face_cards" / "dlib-resnet-v1.toml").read_text("utf-8"))
    probe, error = told["probe"], Text(told["error"]["zh"], told["error"]["en"])
    model = FaceModel(told["name"], Digest(told["sha256"]), told["same_below"], told["other_above"], error)
    tried = FaceProbe(probe["seed"], probe["tolerance"], tuple(probe["places"]), tuple(probe["values"]))
    return FaceCard(model, told["licence"], told["source"], Digest(told["landmarks_sha256"]), tried)


def face_weights() -> tuple[Path, Path]:
    """The network and the points it is aligned by, inside the installed package, which is never imported."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        found = Path(folder) / "models" / _NET, Path(folder) / "models" / _LANDMARKS
        if all(path.is_file() for path in found):
            return found
    raise SetupError(f"faces: got no weights of {face_card().model.name}, expected the package {_PACKAGE}; {INSTALL}")


def faces_missing() -> str:
    """What keeps faces from being compared here; empty where nothing does. Nothing is loaded."""
    if find_spec(_ENGINE) is None:
        return f"{_ENGINE}-bin; {INSTALL}"
    try:
        face_weights()
    except SetupError:
        return f"{_PACKAGE}; {INSTALL}"
    return ""
