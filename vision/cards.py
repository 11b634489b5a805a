"""Model cards: what a user must say about an ONNX network before its boxes are believed."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from facts.codec import build
from facts.errors import Fault, FaultsError, InputError

_STRIDE = 32
_MAX_SIDE = 4096
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Family(StrEnum):
    """How the output tensors spell boxes."""

    CENTERFACE = "centerface"
    YOLOX = "yolox"
    YUNET = "yunet"
    NMS = "nms"


class DetectionTarget(StrEnum):
    """What one box encloses; a face is found from the front only, a head or person from every side."""

    FACE = "face"
    HEAD = "head"
    PERSON = "person"


class Fit(StrEnum):
    """How a frame is brought to the input size: by stretching, or to scale with a margin right and below."""

    STRETCH = "stretch"
    LETTERBOX = "letterbox"


class Channels(StrEnum):
    """The order in which the network was taught colours."""

    BGR = "bgr"
    RGB = "rgb"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """The picture that the network wants: ``(pixel - mean) * scale`` at this size."""

    width: int
    height: int
    channels: Channels = Channels.BGR
    mean: tuple[float, ...] = (0.0, 0.0, 0.0)
    scale: float = 1.0
    fit: Fit = Fit.STRETCH
    margin: int = 114
    fixed: bool = True

    def __post_init__(self) -> None:
        _refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for name, side in (("width", self.width), ("height", self.height)):
            if side % _STRIDE or not 0 < side <= _MAX_SIDE:
                yield Fault(name, str(side), f"a multiple of {_STRIDE} up to {_MAX_SIDE}")
        if len(self.mean) != 3:  # noqa: PLR2004 - one mean per colour
            yield Fault("mean", f"{len(self.mean)} numbers", "3, one per channel")
        if not self.scale > 0:
            yield Fault("scale", str(self.scale), "a number above 0")
        if not 0 <= self.margin <= 255:  # noqa: PLR2004 - a grey level
            yield Fault("margin", str(self.margin), "a grey level from 0 to 255")


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """How boxes are read: layout family, lowest score believed, overlap merged, classes kept (none means all)."""

    family: Family
    threshold: float = 0.3
    overlap: float = 0.4
    classes: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for name, share in (("threshold", self.threshold), ("overlap", self.overlap)):
            if not 0 < share < 1:
                yield Fault(name, str(share), "a number between 0 and 1")
        if any(number < 0 for number in self.classes):
            yield Fault("classes", str(self.classes), "class numbers from 0")


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One ONNX network: where it comes from, by what right it is used, how it is fed and read."""

    name: str
    url: str
    sha256: str
    licence: str
    finds: DetectionTarget
    input: InputSpec
    output: OutputSpec
    source: str = ""

    def __post_init__(self) -> None:
        _refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", self.name):
            yield Fault("name", repr(self.name), "lower-case letters, digits, dots and dashes; it names a file")
        if urlsplit(self.url).scheme not in {"https", "http", "package"}:
            yield Fault("url", repr(self.url), "an address that begins with https://")
        if not _SHA256.fullmatch(self.sha256):
            yield Fault("sha256", repr(self.sha256), "64 lower-case hex digits", "run sha256sum on the weights")
        if not self.licence.strip():
            yield Fault("licence", "nothing", "the licence of the weights, as their author states it")


def read_card(path: Path) -> ModelCard:
    """The card in this TOML file; every fault of it is raised together."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}), expected a model card in TOML") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: got text that is not TOML ({error}), expected a model card") from error
    return build(ModelCard, table, path.name)


def read_cards(folder: Path) -> tuple[ModelCard, ...]:
    """All cards of a folder in order of name; the faults of all files are raised together."""
    cards: list[ModelCard] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            cards.append(read_card(path))
        except FaultsError as error:
            faults.extend(error.faults)
        except InputError as error:
            faults.append(Fault(path.name, str(error), "a model card"))
    faults.extend(_twins(cards))
    _refuse(faults)
    return tuple(cards)


def _twins(cards: list[ModelCard]) -> Iterator[Fault]:
    names = [card.name for card in cards]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(f"model {name}", f"{names.count(name)} cards", "one", "rename or remove the others")


def _refuse(faults: Iterator[Fault] | list[Fault]) -> None:
    found = tuple(faults)
    if found:
        raise FaultsError(found)
