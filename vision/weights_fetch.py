"""Weights come in: from the addresses on a card, or from a folder that somebody carried to an offline machine."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from facts.digest import Digest
from facts.errors import InputError, SetupError
from vision.archive import extract_member
from vision.card_parts import WeightsFile
from vision.cards import ModelCard
from vision.conversion import yolox_onnx
from vision.download import MOST_BYTES, Deadline, begun_address, discard, download
from vision.weights import read_weights, weights_of

_CHUNK = 1 << 20
_MOST_FILES = 10_000
_SUFFIXES = frozenset({".onnx", ".xml", ".bin", ".tflite", ".zip", ".gz", ".tgz", ".tar"})
_NO_LIMIT = Deadline()


def pull(card: ModelCard, cache: Path, folder: Path | None = None, deadline: Deadline = _NO_LIMIT) -> tuple[Path, ...]:
    """Brings the weights unless they are here, from ``folder`` alone where one is named.

    Nothing is kept that is not what the card says.
    """
    places = weights_of(card, cache)
    for file, place in zip(card.weights, places, strict=True):
        if not place.exists():
            _bring(card, file, place, folder, deadline)
    read_weights(card, places)
    return places


def _bring(card: ModelCard, file: WeightsFile, place: Path, folder: Path | None, deadline: Deadline) -> None:
    if folder is not None:
        found = _in_folder(folder, file)
        if found is None:
            names = sorted({_last_name(url) for url in file.urls} - {""})
            raise SetupError(
                f"{folder}: got no file of {card.name} with sha256 {file.made_from or file.sha256}, expected "
                f"{' or '.join(names) or 'one'}; fetch it on a machine with a network"
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        _install(card, file, found, place)
        return
    _fetch(card, file, place, deadline)


def _fetch(card: ModelCard, file: WeightsFile, place: Path, deadline: Deadline) -> None:
    """From the first address that gives what the card names; one that was begun goes on before the others."""
    part = place.with_name(f".{place.name}.part")
    begun = begun_address(part)
    reasons = []
    for url in sorted(file.urls, key=lambda one: one != begun):
        # What was taken up again may have become half of another version: then the whole comes once more.
        for _ in range(2):
            resumed = begun_address(part) == url
            try:
                download(url, part, deadline)
            except SetupError as error:
                reasons.append(str(error))
                if not begun_address(part):
                    discard(part)
                break
            try:
                _install(card, file, part, place)
            except SetupError as error:
                if not resumed:
                    reasons.append(f"{url}: {error}; nothing was kept")
                    break
            else:
                return
            finally:
                discard(part)
    raise SetupError("; ".join(reasons) or f"model {card.name}: got no address on its card, expected one")


def _last_name(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _in_folder(folder: Path, file: WeightsFile) -> Path | None:
    """The file in this folder that is what the card names, by its digest; or the archive that should hold it, by name."""
    if not folder.is_dir():
        raise InputError(f"{folder}: got no folder, expected one that holds the weights; check --from")
    wanted, names = {file.sha256, file.made_from}, {_last_name(url) for url in file.urls}
    for path in _candidates(folder):
        if file.member and path.name in names:
            return path
        if _digest(path) in wanted:
            return path
    return None


def _candidates(folder: Path) -> Iterator[Path]:
    for index, path in enumerate(sorted(folder.iterdir())):
        if index >= _MOST_FILES:
            return
        if path.suffix.lower() in _SUFFIXES and path.is_file() and path.stat().st_size <= MOST_BYTES:
            yield path


def _install(card: ModelCard, file: WeightsFile, got: Path, place: Path) -> None:
    """Unpacks, converts and checks; only what the card names takes its place, whole."""
    ready = place.with_name(f".{place.name}.new")
    try:
        source = got
        if file.member and _digest(got) not in {file.sha256, file.made_from}:
            extract_member(got, file.member, ready, MOST_BYTES)
            source = ready
        content = source.read_bytes()
        if file.made_from and Digest.of(content).sha256 != file.sha256:
            _expect(Digest.of(content).sha256, file.made_from)
            content = yolox_onnx(content, card.input.width, card.input.height)
        _expect(Digest.of(content).sha256, file.sha256)
        with ready.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        ready.replace(place)
    except OSError as error:
        raise SetupError(f"{place}: cannot be written ({error.strerror}); make room or set XDG_CACHE_HOME") from error
    except InputError as error:
        raise SetupError(f"{got.name}: cannot be converted ({error})") from error
    finally:
        ready.unlink(missing_ok=True)


def _expect(got: str, expected: str) -> None:
    if got != expected:
        raise SetupError(f"got sha256 {got}, expected {expected} from the card")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return Digest.of(iter(lambda: file.read(_CHUNK), b"")).sha256
