"""Networks reach workers by digest: a worker keeps each set apart, so that it looks with exactly what the asker has."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError
from vision.models import WeightsPresence, cache_folder, known_cards, list_models

_FOLDER = "weights"


@dataclass(frozen=True, slots=True)
class WeightsSet:
    """Files of weights by their names, each with its SHA-256."""

    files: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """One name for the whole set."""
        return Digest.of("\n".join(f"{name} {sha256}" for name, sha256 in self.files).encode()).sha256


def weights_here(folder: Path) -> WeightsSet:
    """What lies in this machine's folder of weights; those that come with the program are on every machine."""
    found = {
        path.name: file.sha256
        for state in list_models(known_cards(), folder)
        if state.presence is WeightsPresence.READY and not state.card.embedded
        for path, file in zip(state.weights, state.card.weights, strict=True)
    }
    return WeightsSet(tuple(sorted(found.items())))


@dataclass(frozen=True, slots=True)
class WeightsShelf:
    """A worker's sets of weights below its own cache folder."""

    cache: Path

    def home(self, wanted: WeightsSet) -> Path:
        """What stands for the cache folder of a process that looks with this set alone."""
        return self.cache / _FOLDER / wanted.digest[:32]

    def folder(self, wanted: WeightsSet) -> Path:
        """Where the files of this set lie."""
        return cache_folder({"XDG_CACHE_HOME": str(self.home(wanted))}, self.cache)

    def missing(self, wanted: WeightsSet) -> tuple[str, ...]:
        """The files of the set that are not here, or are others."""
        folder = self.folder(wanted)
        return tuple(name for name, sha256 in wanted.files if not _is(folder / name, sha256))

    def keep(self, wanted: WeightsSet, name: str, content: bytes) -> None:
        """One file of the set, whole or not at all; refused where it is not the one of that digest."""
        expected = dict(wanted.files).get(name, "none of this name")
        if (got := Digest.of(content).sha256) != expected:
            raise SetupError(f"{name}: got weights of sha256 {got}, expected {expected}; they were spoilt on their way")
        folder = self.folder(wanted)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("wb", dir=folder, delete=False) as staged:
            staged.write(content)
        Path(staged.name).replace(folder / name)


def _is(path: Path, sha256: str) -> bool:
    return path.is_file() and Digest.of(path.read_bytes()).sha256 == sha256
