import hashlib
from collections.abc import Callable
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError

_HASH_CHUNK = 1 << 20


def digest_file(path: Path, progress: Callable[[int], None] | None = None) -> Digest:
    """The SHA-256 of a whole file, holes included; ``progress`` hears how many bytes each step took."""
    if not path.is_file():
        raise InputError(f"{path}: got no regular file to digest, expected a recording; check the path")
    digest = hashlib.sha256()
    with path.open("rb", buffering=0) as file:
        while chunk := file.read(_HASH_CHUNK):
            digest.update(chunk)
            if progress:
                progress(len(chunk))
    return Digest(digest.hexdigest())
