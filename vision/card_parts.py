"""What a model card is made of: how a network is fed, how it is read, where its files come from, how it is tried."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from facts.counting import counted
from facts.errors import Fault, FaultsError

STRIDE = 32
_STEP = 8
_MAX_SIDE = 4096
_COLOURS = 3
_MOST_GREY = 255
SHA256 = re.compile(r"[0-9a-f]{64}")
SCHEMES = frozenset({"https", "http", "package"})


class Family(StrEnum):
    """How the output tensors spell boxes."""

    CENTERFACE = "centerface"
    YOLOX = "yolox"
    YUNET = "yunet"
    NMS = "nms"
    SSD = "ssd"


ON_A_GRID = frozenset({Family.CENTERFACE, Family.YOLOX, Family.YUNET})


class DetectionTarget(StrEnum):
    """What one box encloses; a face is found from the front only, a head or person from every side."""

    FACE = "face"
    HEAD = "head"
    PERSON = "person"
    HAND = "hand"


def target_words(targets: Iterable[DetectionTarget]) -> tuple[str, ...]:
    """Targets as facts and reports spell them."""
    return tuple(sorted(target.value for target in targets))


class Fit(StrEnum):
    """How a frame is brought to the input size: by stretching, or to scale with a margin right and below."""

    STRETCH = "stretch"
    LETTERBOX = "letterbox"


class Channels(StrEnum):
    """The order in which the network was taught colours."""

    BGR = "bgr"
    RGB = "rgb"


class WeightsKind(StrEnum):
    """What a file of weights is: an ONNX network, or one of the two files of an OpenVINO network (IR)."""

    ONNX = "onnx"
    XML = "xml"
    BIN = "bin"


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
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        step = _STEP if self.fixed else STRIDE
        for name, side in (("width", self.width), ("height", self.height)):
            if side % step or not 0 < side <= _MAX_SIDE:
                yield Fault(name, str(side), f"a multiple of {step} up to {_MAX_SIDE}")
        if len(self.mean) != _COLOURS:
            yield Fault("mean", counted(len(self.mean), "number"), "3, one per channel")
        if not self.scale > 0:
            yield Fault("scale", str(self.scale), "a number above 0")
        if not 0 <= self.margin <= _MOST_GREY:
            yield Fault("margin", str(self.margin), "a grey level from 0 to 255")


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """How boxes are read: layout family, lowest score believed, overlap merged, classes kept (none means all).

    ``targets`` says by class number what a network finds that finds several things; classes without one are dropped.
    """

    family: Family
    threshold: float = 0.3
    overlap: float = 0.4
    classes: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    targets: Mapping[str, DetectionTarget] = field(default_factory=dict)

    def __post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for name, share in (("threshold", self.threshold), ("overlap", self.overlap)):
            if not 0 < share < 1:
                yield Fault(name, str(share), "a number between 0 and 1")
        if any(number < 0 for number in self.classes):
            yield Fault("classes", str(self.classes), "class numbers from 0")
        for number in self.targets:
            if not (number.isascii() and number.isdigit()):
                yield Fault("targets", repr(number), "class numbers from 0, each with what it finds")


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """One file of weights: its digest, and where it is had from, the first address that answers.

    ``member`` names the file inside an archive (tar.gz or zip) that lies at the addresses. ``made_from`` is the
    digest of what lies there where that is not yet what is run, but first needs ``xueshi models pull``'s conversion.
    """

    kind: WeightsKind
    sha256: str
    urls: tuple[str, ...] = ()
    member: str = ""
    made_from: str = ""

    def __post_init__(self) -> None:
        refuse(self._faults())

    def _faults(self) -> Iterator[Fault]:
        for url in self.urls:
            if urlsplit(url).scheme not in SCHEMES:
                yield Fault("url", repr(url), "an address that begins with https://")
        for digest in (self.sha256, *([self.made_from] if self.made_from else [])):
            if not SHA256.fullmatch(digest):
                yield Fault("sha256", repr(digest), "64 lower-case hex digits", "run sha256sum on the weights")


@dataclass(frozen=True, slots=True)
class ProbeOutput:
    """What one output tensor shows for the probe's picture: shape, mean, spread, and single values by flat index."""

    name: str
    shape: tuple[int, ...]
    mean: float
    spread: float
    places: tuple[int, ...] = ()
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.places) != len(self.values):
            refuse(
                [Fault("values", f"{len(self.values)} for {counted(len(self.places), 'place')}", "one for each place")]
            )


@dataclass(frozen=True, slots=True)
class Probe:
    """A picture drawn from a seed and the numbers that a right engine gives for it.

    ``tolerance`` is a share of each output's spread.
    """

    seed: int
    outputs: tuple[ProbeOutput, ...]
    tolerance: float = 0.002


def refuse(faults: Iterable[Fault]) -> None:
    """Raises every fault together, if there is one."""
    found = tuple(faults)
    if found:
        raise FaultsError(found)
