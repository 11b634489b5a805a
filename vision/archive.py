"""One member read out of an archive, bounded, with nothing else unpacked."""

import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import IO

from facts.errors import SetupError

_CHUNK = 1 << 16


def extract_member(archive: Path, member: str, into: Path, most_bytes: int) -> None:
    """Writes the member of this name out of a zip or tar (packed or not) to ``into``."""
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as packed, packed.open(member) as content:
                _copy(content, member, into, most_bytes)
            return
        # Read in one go from the front, as a stream: the rest is never unpacked.
        with tarfile.open(archive, "r|*") as tape:
            for entry in tape:
                content_of = tape.extractfile(entry) if entry.name == member and entry.isfile() else None
                if content_of:
                    _copy(content_of, member, into, most_bytes)
                    return
    except KeyError:
        pass
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise SetupError(f"{archive.name}: cannot be unpacked ({error}), expected a zip or tar archive") from error
    raise SetupError(f"{archive.name}: got no member {member!r}, expected it; check member on the card")


def _copy(content: IO[bytes], member: str, into: Path, most_bytes: int) -> None:
    size = 0
    with into.open("wb") as file:
        while chunk := content.read(_CHUNK):
            size += len(chunk)
            if size > most_bytes:
                raise SetupError(f"{member}: got more than {most_bytes} bytes, expected weights; check the card")
            file.write(chunk)
