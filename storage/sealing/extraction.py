"""Unpacks a ZIP from a stranger; nothing that its directory claims is trusted."""

import errno
import shutil
import stat
import struct
import zipfile
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path, PurePosixPath

from facts.errors import InputError, SetupError, XueshiError
from storage.sealing.verifier import unsafe

_MOST_FILES = 200_000
_MOST_TIMES = 200  # JSON shrinks to a fiftieth; what shrinks to less than a two-hundredth was made to explode
_SMALL_BYTES = 64 << 20
_UNIX_MODE_SHIFT = 16
_LOCAL_HEADER_BYTES = 30
_MOST_DIRECTORY_BYTES = 64 << 20  # of which Python makes an object each, all of them at once
_END, _END_64 = struct.Struct("<4s4H2IH"), struct.Struct("<4sQ2H2I4Q")
_LOCATOR_64_BYTES, _LONGEST_COMMENT = 20, 0xFFFF
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES}


def unpacked(archive: Path, into: Path) -> Path:
    """The package's folder inside the archive, extracted; refused as a whole if any entry is odd."""
    try:
        _refuse_long_directory(archive)
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _refuse_odd(archive, entries)
            _refuse_overlap(archive, entries, opened.start_dir)
            for entry in entries:
                _extract(opened, entry, into)
    except OSError as error:
        raise _unwritable(archive, error) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zipfile.LargeZipFile) as error:
        raise InputError(f"{archive}: got a damaged ZIP ({error}), expected a package or a ZIP of one") from error
    roots = [into, *(path for path in into.iterdir() if path.is_dir())]
    found = [path for path in roots if (path / "bagit.txt").is_file()]
    if not found:
        raise InputError(f"{archive}: got a ZIP without bagit.txt, expected a package")
    return found[0]


def _refuse_long_directory(archive: Path) -> None:
    """What the end says of the directory before it, which ``ZipFile`` would read whole."""
    with archive.open("rb") as file:
        file.seek(max(0, archive.stat().st_size - _LONGEST_COMMENT - _END.size - _END_64.size - _LOCATOR_64_BYTES))
        tail = file.read()
    long = max(map(partial(_told_bytes, tail), _ends(tail)), default=0)
    if long > _MOST_DIRECTORY_BYTES:
        raise InputError(
            f"{archive}: got a directory of {long:,} bytes, expected at most {_MOST_DIRECTORY_BYTES:,}; nothing was"
            " unpacked"
        )


def _ends(tail: bytes) -> Iterator[int]:
    """Wherever an end may stand; which of them a reader takes for the true one is not ours to guess."""
    at = tail.find(b"PK\5\6")
    while 0 <= at <= len(tail) - _END.size:
        yield at
        at = tail.find(b"PK\5\6", at + 1)


def _told_bytes(tail: bytes, at: int) -> int:
    told, at_64 = _END.unpack_from(tail, at)[5], at - _LOCATOR_64_BYTES - _END_64.size
    is_64 = at_64 >= 0 and tail.startswith(b"PK\6\6", at_64)
    return int(_END_64.unpack_from(tail, at_64)[8] if is_64 else told)


def _refuse_odd(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.casefold() for entry in entries]
    odd = next((entry for entry in entries if _odd(entry)), None)
    if odd is not None:
        raise InputError(
            f"{archive}: got an entry {odd.filename[:80]!r} that is a link, encrypted or leads outside, expected plain"
            " files; nothing was unpacked"
        )
    if len(entries) > _MOST_FILES or len(set(names)) != len(names):
        raise InputError(f"{archive}: got {len(entries)} entries, some of one name, expected each file once")
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if total > _SMALL_BYTES and total > _MOST_TIMES * packed:
        raise InputError(
            f"{archive}: got {packed:,} bytes that claim to become {total:,}, expected no ZIP bomb; nothing was unpacked"
        )
    free = shutil.disk_usage(archive.parent).free
    if total > free:
        raise SetupError(f"{archive}: needs {total:,} bytes to unpack, {free:,} are free; free some space")


def _refuse_overlap(archive: Path, entries: list[zipfile.ZipInfo], end: int) -> None:
    """Entries that share their bytes become many times what the archive holds."""
    starts = [*sorted(entry.header_offset for entry in entries), end]
    following = dict(pairwise(starts))
    for entry in entries:
        after = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
        if after > following[entry.header_offset] or starts.count(entry.header_offset) > 1:
            raise InputError(
                f"{archive}: got an entry {entry.filename[:80]!r} that shares its bytes with another, expected no ZIP"
                " bomb; nothing was unpacked"
            )


def _unwritable(archive: Path, error: OSError) -> XueshiError:
    if error.errno in _FULL:
        return SetupError(f"{archive}: cannot be unpacked ({error.strerror}); free some space or set TMPDIR")
    return InputError(
        f"{archive}: got an entry that cannot be a file here ({error.strerror}), expected a package's short and"
        " consistent names"
    )


def _odd(entry: zipfile.ZipInfo) -> bool:
    mode = entry.external_attr >> _UNIX_MODE_SHIFT
    special = stat.S_IFMT(mode) not in {0, stat.S_IFREG}
    return special or bool(entry.flag_bits & 1) or unsafe(entry.filename) or "\0" in entry.orig_filename


def _extract(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, into: Path) -> None:
    target = into / PurePosixPath(entry.filename)
    target.parent.mkdir(parents=True, exist_ok=True)
    left = entry.file_size
    with opened.open(entry) as source, target.open("xb") as file:
        while piece := source.read(1 << 20):
            left -= len(piece)
            if left < 0:
                raise zipfile.BadZipFile(f"{entry.filename[:80]!r} is longer than it says")
            file.write(piece)
