"""Model cards: what a user must say about a network before its boxes are believed."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

from facts.codec import build
from facts.counting import counted
from facts.digest import Digest
from facts.errors import Fault, FaultsError, InputError
from vision.card_parts import (
    ON_A_GRID,
    SCHEMES,
    SHA256,
    STRIDE,
    DetectionTarget,
    InputSpec,
    OutputSpec,
    Probe,
    WeightsFile,
    WeightsKind,
    refuse,
)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One network: where it comes from, by what right it is used, how it is fed and read.

    One ONNX file may be named by ``url`` and ``sha256`` alone, anything else by ``files``. A second card that feeds the
    same weights otherwise names the first in ``same_weights_as``, so that they are fetched and kept once.
    """

    name: str
    licence: str
    finds: DetectionTarget
    input: InputSpec
    output: OutputSpec
    url: str = ""
    sha256: str = ""
    source: str = ""
    files: tuple[WeightsFile, ...] = ()
    probe: Probe | None = None
    same_weights_as: str = ""

    def __post_init__(self) -> None:
        refuse(self._faults())

    @property
    def weights(self) -> tuple[WeightsFile, ...]:
        """The files of the network, the one that describes it first."""
        return self.files or (WeightsFile(WeightsKind.ONNX, self.sha256, (self.url,)),)

    @property
    def digest(self) -> Digest:
        """The digest of the weights; of two files, that of both their digests."""
        digests = [file.sha256 for file in self.weights]
        return Digest(digests[0]) if len(digests) == 1 else Digest.of(" ".join(digests).encode())

    @property
    def targets(self) -> frozenset[DetectionTarget]:
        """Everything that this network finds."""
        return frozenset(self.output.targets.values()) or frozenset({self.finds})

    @property
    def embedded(self) -> bool:
        """Whether the weights come with an installed package, so that there is nothing to pull."""
        return any(urlsplit(url).scheme == "package" for file in self.weights for url in file.urls)

    def _faults(self) -> Iterator[Fault]:
        if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", self.name):
            yield Fault("name", repr(self.name), "lower-case letters, digits, dots and dashes; it names a file")
        if not self.licence.strip():
            yield Fault("licence", "nothing", "the licence of the weights, as their author states it")
        sides = (self.input.width, self.input.height)
        if self.output.family in ON_A_GRID and any(side % STRIDE for side in sides):
            yield Fault("input", f"{sides[0]} x {sides[1]}", f"multiples of {STRIDE} for {self.output.family.value}")
        yield from self._file_faults()

    def _file_faults(self) -> Iterator[Fault]:
        if self.files:
            if self.url or self.sha256:
                yield Fault("url", "a url or sha256 beside files", "one of the two ways to name weights")
            if [file.kind for file in self.files] not in _KINDS:
                got = ", ".join(file.kind.value for file in self.files)
                yield Fault("files", got, "one onnx, or an xml followed by its bin")
            return
        if urlsplit(self.url).scheme not in SCHEMES:
            yield Fault("url", repr(self.url), "an address that begins with https://")
        if not SHA256.fullmatch(self.sha256):
            yield Fault("sha256", repr(self.sha256), "64 lower-case hex digits", "run sha256sum on the weights")


_KINDS = ([WeightsKind.ONNX], [WeightsKind.XML, WeightsKind.BIN])


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
    refuse(faults)
    return tuple(cards)


def _twins(cards: list[ModelCard]) -> Iterator[Fault]:
    names = [card.name for card in cards]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Fault(f"model {name}", counted(names.count(name), "card"), "one", "rename or remove the others")


def shipped_cards() -> tuple[ModelCard, ...]:
    """The recommended networks: the embedded one first, then those whose weights may be pulled."""
    return tuple(shipped_card(name) for name in ("centerface", "bhh-nano", "bhh-nano-half", "person-0005"))


def shipped_card(name: str) -> ModelCard:
    """One card of this package."""
    text = (files("vision") / "model_cards" / f"{name}.toml").read_text("utf-8")
    return build(ModelCard, tomllib.loads(text), name)
