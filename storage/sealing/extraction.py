"""Unpacks a ZIP from a stranger; nothing that its directory claims is trusted."""

import errno
import shutil
import stat
import unicodedata
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from facts.counting import counted
from facts.errors import InputError, SetupError, XueshiError
from storage.sealing.archive_layout import refuse_long_directory, refuse_loose, refuse_overlap
from storage.sealing.examination import unsafe

_MOST_FILES = 200_000
_MOST_TIMES = 200  # JSON shrinks to a fiftieth; what shrinks to less than a two-hundredth was made to explode
_SMALL_BYTES = 64 << 20
_UNIX_MODE_SHIFT = 16
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES}


def unpacked(archive: Path, into: Path) -> Path:
    """The package's folder inside the archive, extracted; refused as a whole if any entry is odd."""
    try:
        refuse_long_directory(archive)
        with zipfile.ZipFile(archive) as opened:
            entries = [entry for entry in opened.infolist() if not entry.is_dir()]
            _refuse_odd(archive, entries)
            refuse_overlap(archive, entries, opened.start_dir)
            refuse_loose(archive, opened.infolist(), opened.start_dir)
            root = _root(archive, entries)
            for entry in entries:
                _extract(opened, entry, into)
    except OSError as error:
        raise _unwritable(archive, error) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, zipfile.LargeZipFile) as error:
        raise InputError(f"{archive}: got a damaged ZIP ({error}), expected a package or a ZIP of one") from error
    return into / root


def _root(archive: Path, entries: list[zipfile.ZipInfo]) -> str:
    """The one folder that everything lies in, or the archive itself where the package's files lie at its top."""
    names = {entry.filename for entry in entries}
    if "bagit.txt" in names:
        return ""
    tops = sorted({name.partition("/")[0] for name in names})
    if len(tops) > 1 and any(f"{top}/bagit.txt" in names for top in tops):
        raise InputError(
            f"{archive}: got {', '.join(repr(top[:40]) for top in tops[:4])} side by side, expected the folder of one"
            " package and nothing beside it; zip that folder alone"
        )
    if not tops or f"{tops[0]}/bagit.txt" not in names:
        raise InputError(f"{archive}: got a ZIP without bagit.txt, expected a package")
    return tops[0]


def _refuse_odd(archive: Path, entries: list[zipfile.ZipInfo]) -> None:
    names = [unicodedata.normalize("NFC", entry.filename).casefold() for entry in entries]
    odd = next((entry for entry in entries if _odd(entry)), None)
    if odd is not None:
        raise InputError(
            f"{archive}: got an entry {odd.filename[:80]!r} that is a link, encrypted or leads outside, expected plain"
            " files; nothing was unpacked"
        )
    if len(entries) > _MOST_FILES or len(set(names)) != len(names):
        raise InputError(f"{archive}: got {counted(len(entries), 'entry')}, some of one name, expected each file once")
    total, packed = sum(entry.file_size for entry in entries), sum(entry.compress_size for entry in entries)
    if total > _SMALL_BYTES and total > _MOST_TIMES * packed:
        raise InputError(
            f"{archive}: got {packed:,} bytes that claim to become {total:,}, expected no ZIP bomb; nothing was unpacked"
        )
    free = shutil.disk_usage(archive.parent).free
    if total > free:
        raise SetupError(f"{archive}: needs {total:,} bytes to unpack, {free:,} are free; free some space")


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
