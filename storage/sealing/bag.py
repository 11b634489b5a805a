"""Writes one BagIt 1.0 bag: staged beside its place, hashed while it is written, visible only when it is whole."""

import hashlib
import json
import os
import secrets
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError, SetupError
from storage.evidence.streams import opened_source, stored_pieces
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import DigitalSigner
from storage.sealing.bag_examination import BAGIT_TXT
from storage.sealing.examination import MANIFEST, SIGNATURE, TAGMANIFEST, TAGS

SEAL_SCHEMA, TAGS_SCHEMA = "xueshi.seal/1", "xueshi.tags/1"
_NO_DIGEST = "0" * 64


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
    """What goes into a bag before any log is asked: derived files by path, originals, tags, and what its label says.

    One of the derived files, ``data/tags.json``, names the digest of every tag, so that the manifest binds those too, and
    what ``log`` says of the log's word, which comes later: the digests of its leaves and of the heads that were there.
    """

    info: Sequence[tuple[str, str]]
    files: Mapping[str, bytes]
    papers: Mapping[str, bytes]
    originals: Sequence[Payload] = ()
    log: Mapping[str, str] = field(default_factory=dict)

    @property
    def tags(self) -> dict[str, bytes]:
        """The files beside the payload, with the label."""
        absent = [original for original in self.originals if original.address]
        octets = sum(map(len, self.files.values())) + sum(one.size_bytes for one in self.originals)
        names = {"bag-info.txt", "bagit.txt", *(["fetch.txt"] if absent else []), *self.papers}
        octets += len(_tag_list(dict.fromkeys(names, _NO_DIGEST), self.log))
        oxum = ("Payload-Oxum", f"{octets}.{len(self.files) + 1 + len(self.originals)}")
        info = "".join(f"{label}: {_one_line(value)}\n" for label, value in (*self.info, oxum))
        tags = {"bagit.txt": BAGIT_TXT, "bag-info.txt": info.encode()}
        if absent:
            fetched = (f"{one.address} {one.size_bytes} {one.bag_path}\n" for one in absent)
            tags["fetch.txt"] = "".join(fetched).encode()
        return {**tags, **self.papers}

    @property
    def data(self) -> dict[str, bytes]:
        """The derived files, with the list that binds the tags."""
        tags = {name: _digest(body) for name, body in self.tags.items()}
        return {**self.files, TAGS: _tag_list(tags, self.log)}

    @property
    def manifest(self) -> bytes:
        """The list of the payload; its digest is what the log says of the package."""
        own = {name: _digest(body) for name, body in self.data.items()}
        return _listed(own | {one.bag_path: one.digest.sha256 for one in self.originals})


def write_bag(place: Path, contents: Contents, extract: Mapping[str, bytes], signer: DigitalSigner) -> Digest:
    """The bag at its place with what the log says of it, and the digest of its tagmanifest, which names the whole of it."""
    if place.exists():
        raise InputError(
            f"{place}: got a package that is there already, expected a free name; packages are never redone"
        )
    with _staged(place) as stage:
        for name, body in contents.data.items():
            _write(stage / name, body)
        for original in contents.originals:
            if not original.address:
                _copy(original, stage / original.bag_path)
        tags = {**contents.tags, MANIFEST: contents.manifest, **extract}
        listed = _listed({name: _write(stage / name, body) for name, body in tags.items()})
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


def _tag_list(digests: Mapping[str, str], log: Mapping[str, str]) -> bytes:
    body = {"schema": TAGS_SCHEMA, "tags": dict(sorted(digests.items())), "log": dict(sorted(log.items()))}
    return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"


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
    return _digest(body)


def _digest(body: bytes) -> str:
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
    return "/".join(
        _safe_step(step)
        for step in unicodedata.normalize("NFC", path).replace("\\", "_").split("/")
        if step not in {"", "."}
    )


def _safe_step(step: str) -> str:
    clean = "".join("_" if sign in '%:*?"<>|~' or not sign.isprintable() else sign for sign in step)
    trimmed = clean.strip().rstrip(".")
    return trimmed if trimmed == clean and trimmed else f"_{trimmed}_"
