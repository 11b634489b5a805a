"""Archives of weights that are damaged, hostile or too large: one line, bounded memory, nothing kept."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from facts.errors import SetupError
from vision.archive import extract_member

CONTENT = b"weights" * 1000
MEMBER = "net.onnx"


def tar(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:", format=tarfile.PAX_FORMAT) as tape:
        for name, content in members:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tape.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def zipped(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as packed:
        packed.writestr(MEMBER, CONTENT)
    return out.getvalue()


def scrambled(content: bytes, at: float = 0.5) -> bytes:
    """The same with a stretch of noise in its middle."""
    start = int(len(content) * at)
    return content[:start] + bytes(range(1, 41)) + content[start + 40 :]


def extracted(tmp_path: Path, content: bytes, most_bytes: int = 1 << 20) -> bytes:
    archive = tmp_path / "weights.archive"
    archive.write_bytes(content)
    extract_member(archive, MEMBER, tmp_path / "out", most_bytes)
    return (tmp_path / "out").read_bytes()


def refusal(tmp_path: Path, content: bytes, most_bytes: int = 1 << 20) -> str:
    with pytest.raises(SetupError) as caught:
        extracted(tmp_path, content, most_bytes)
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_member_is_read_out_of_a_tar_packed_in_any_way(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert extracted(tmp_path, pack(tar(("other", b"x" * 5000), (MEMBER, CONTENT)))) == CONTENT


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_is_read_out_of_a_zip_packed_in_any_way(tmp_path: Path, method: int) -> None:
    assert extracted(tmp_path, zipped(method)) == CONTENT


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("damage", [scrambled, lambda packed: packed[: len(packed) // 2], lambda packed: packed[:12]])
def test_a_damaged_tar_is_one_line(
    tmp_path: Path, pack: Callable[[bytes], bytes], damage: Callable[[bytes], bytes]
) -> None:
    noise = b"".join(bytes([number * 7 % 251, number * 13 % 241]) for number in range(20_000))
    assert "weights.archive: cannot be unpacked" in refusal(tmp_path, damage(pack(tar((MEMBER, noise)))))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_damaged_zip_is_one_line(tmp_path: Path, method: int) -> None:
    assert "weights.archive: cannot be unpacked" in refusal(tmp_path, scrambled(zipped(method), 0.3))


def test_an_archive_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be unpacked"):
        extract_member(tmp_path / "gone", MEMBER, tmp_path / "out", 1 << 20)


@pytest.mark.parametrize("content", [tar((MEMBER, CONTENT)), zipped(zipfile.ZIP_DEFLATED)], ids=["tar", "zip"])
def test_no_member_larger_than_the_bound_is_written(tmp_path: Path, content: bytes) -> None:
    assert extracted(tmp_path, content, len(CONTENT)) == CONTENT
    assert f"got more than {len(CONTENT) - 1} bytes" in refusal(tmp_path, content, len(CONTENT) - 1)


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_that_wants_gigabytes_is_refused_unread(tmp_path: Path, kind: bytes) -> None:
    entry = tarfile.TarInfo("header")
    entry.type, entry.size = kind, 4 << 30
    assert "a header of 4294967296 bytes" in refusal(tmp_path, entry.tobuf(tarfile.GNU_FORMAT) + bytes(4096))


def test_what_stands_before_the_member_is_not_unpacked_without_end(tmp_path: Path) -> None:
    bomb = gzip.compress(tar(("zeros", bytes(8 << 20)), (MEMBER, CONTENT)))
    assert extracted(tmp_path, bomb, 4 << 20) == CONTENT
    assert "more than 4194304 bytes before the member's end" in refusal(tmp_path, bomb, 1 << 20)
