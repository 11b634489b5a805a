"""Writes one BagIt 1.0 bag: staged beside its place, hashed while it is written, visible only when it is whole."""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError, SetupError
from storage.evidence.streams import opened_source, stored_pieces
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import DigitalSigner
from storage.sealing.verifier import BAGIT_TXT, MANIFEST, SIGNATURE, TAGMANIFEST

SEAL_SCHEMA = "xueshi.seal/1"


@dataclass(frozen=True, slots=True)
class Payload:
    """A file of evidence to be copied byte for byte, or named with its address where it stays elsewhere."""

    bag_path: str
    source: Path
    digest: Digest
    size_bytes: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a bag: derived files by path, originals, and what its label says."""

    info: Sequence[tuple[str, str]]
    data: Mapping[str, bytes]
    tags: Mapping[str, bytes]
    originals: Sequence[Payload] = ()
    lists: dict[str, dict[str, str]] = field(default_factory=lambda: {MANIFEST: {}, TAGMANIFEST: {}})


def write_bag(place: Path, contents: Contents, signer: DigitalSigner) -> Digest:
    """The bag at its place, and the digest of its tagmanifest, which names the whole of it."""
    if place.exists():
        raise InputError(
            f"{place}: got a package that is there already, expected a free name; packages are never redone"
        )
    with _staged(place) as stage:
        for name, body in contents.data.items():
            contents.lists[MANIFEST][name] = _write(stage / name, body)
        for original in contents.originals:
            contents.lists[MANIFEST][original.bag_path] = original.digest.sha256
            if not original.address:
                _copy(original, stage / original.bag_path)
        for name, body in _tags(contents).items():
            contents.lists[TAGMANIFEST][name] = _write(stage / name, body)
        listed = _listed(contents.lists[TAGMANIFEST])
        _write(stage / TAGMANIFEST, listed)
        digest = Digest.of(listed)
        _write(stage / SIGNATURE, seal(digest, signer))
    return digest


def seal(digest: Digest, signer: DigitalSigner) -> bytes:
    """The signature over the list of lists."""
    body = {
        "algorithm": signer.public.algorithm,
        "public_key": signer.public.raw.hex(),
        "sha256": digest.sha256,
    }
    signature = signer.sign(SEAL_SCHEMA.encode() + b"\n" + canonical(body))
    return json.dumps({"schema": SEAL_SCHEMA, **body, "signature": signature.hex()}, indent=1).encode() + b"\n"


def _tags(contents: Contents) -> dict[str, bytes]:
    absent = [original for original in contents.originals if original.address]
    present = [original for original in contents.originals if not original.address]
    octets = sum(len(body) for body in contents.data.values()) + sum(one.size_bytes for one in contents.originals)
    oxum = ("Payload-Oxum", f"{octets}.{len(contents.data) + len(absent) + len(present)}")
    info = "".join(f"{label}: {_one_line(value)}\n" for label, value in (*contents.info, oxum))
    tags = {"bagit.txt": BAGIT_TXT, "bag-info.txt": info.encode(), MANIFEST: _listed(contents.lists[MANIFEST])}
    if absent:
        tags["fetch.txt"] = "".join(f"{one.address} {one.size_bytes} {one.bag_path}\n" for one in absent).encode()
    return {**tags, **contents.tags}


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _listed(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(digests.items())).encode()


def _write(path: Path, body: bytes) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(body).hexdigest()


def _copy(original: Payload, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with opened_source(original.source) as source, target.open("xb") as file:
        for piece in stored_pieces(source):
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if digest.hexdigest() != original.digest.sha256:
        raise InputError(
            f"{original.source}: got other bytes than when it was verified, expected SHA-256"
            f" {original.digest.short}…; nothing was sealed: leave the folder alone and seal again"
        )


@contextmanager
def _staged(place: Path) -> Iterator[Path]:
    stage = place.with_name(f".{place.name}.{secrets.token_hex(4)}.partial")
    try:
        stage.mkdir(parents=True)
        (stage / "data").mkdir()
        yield stage
        for folder, _, _ in os.walk(stage):
            _sync(Path(folder))
        stage.rename(place)
        _sync(place.parent)
    except OSError as error:
        raise SetupError(
            f"{place}: cannot write the package ({error.strerror}); nothing was sealed: free some space or choose"
            " another place with --out"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def safe_path(path: str) -> str:
    """The path as every system and every BagIt tool reads it; what it was called is kept in ``originals.json``."""
    return "/".join(_safe_step(step) for step in path.replace("\\", "_").split("/") if step not in {"", "."})


def _safe_step(step: str) -> str:
    clean = "".join("_" if sign in '%:*?"<>|~' or not sign.isprintable() else sign for sign in step)
    trimmed = clean.strip().rstrip(".")
    return trimmed if trimmed == clean and trimmed else f"_{trimmed}_"
