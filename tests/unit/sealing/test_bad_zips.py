"""A ZIP under check is a stranger's: bombs, lies and ways out are refused before anything is unpacked."""

import os
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import pytest

from facts.errors import InputError
from tests.fixtures.disks import tiny_disk
from tests.fixtures.folders import ROOT
from tests.fixtures.sealed_packages import checked


def zipped(package: Path, place: Path) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(package.rglob("*")):
            archive.write(path, path.relative_to(package.parent))
    return place


def test_a_zip_of_a_package_is_checked_like_its_folder(package: Path, tmp_path: Path) -> None:
    assert checked(zipped(package, tmp_path / "good.zip"), recompute=True).sound
    (package / "data/originals/课表.xlsx").write_bytes(b"another")
    assert not checked(zipped(package, tmp_path / "bad.zip")).sound


def test_a_zip_bomb_is_refused_before_a_byte_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("bagit.txt", "w") as file,
    ):
        for _ in range(128):
            file.write(bytes(1 << 20))
    with pytest.raises(InputError, match="ZIP bomb"):
        checked(bomb)


def test_a_zip_that_understates_its_size_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "liar.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bagit.txt", bytes(1 << 16))
    data = place.read_bytes()
    place.write_bytes(data.replace(struct.pack("<I", 1 << 16), struct.pack("<I", 10)))
    with pytest.raises(InputError, match="damaged ZIP"):
        checked(place)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a\\..\\b", "C:evil", "a/./b", "~x"])
def test_a_zip_that_leads_outside_is_refused_whole(name: str, tmp_path: Path) -> None:
    place = tmp_path / "climb.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("bagit.txt", "x")
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(InputError, match="leads outside"):
        checked(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["climb.zip"]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "link.zip"
    entry = zipfile.ZipInfo("data/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        checked(place)


def raw(place: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return place


def test_a_zip_within_a_zip_is_not_opened(package: Path, tmp_path: Path) -> None:
    inner = zipped(package, tmp_path / "inner.zip")
    with pytest.raises(InputError, match=r"a ZIP without bagit\.txt"):
        checked(raw(tmp_path / "outer.zip", ("inner.zip", inner.read_bytes())))


def test_entries_that_share_their_bytes_are_refused_as_a_bomb(tmp_path: Path) -> None:
    """The overlapping bomb of Fifield (2019): many names, one body, and no entry that looks odd by itself."""
    place = raw(tmp_path / "overlap.zip", ("bagit.txt", b"x" * 5000), ("data/a", b"y" * 5000))
    data = bytearray(place.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # the second name leads to the first body
    place.write_bytes(data)
    with pytest.raises(InputError, match="shares its bytes with another"):
        checked(place)


def test_a_body_that_runs_into_the_next_entry_is_refused(tmp_path: Path) -> None:
    place = raw(tmp_path / "quoted.zip", ("bagit.txt", b"x" * 50), ("data/a", b"y" * 50))
    data = bytearray(place.read_bytes())
    first = data.index(b"PK\x01\x02")
    data[first + 20 : first + 24] = struct.pack("<I", 100)  # its packed size now covers the next header
    place.write_bytes(data)
    with pytest.raises(InputError, match="shares its bytes with another"):
        checked(place)


@pytest.mark.parametrize("claimed", [10, (1 << 32) - 2])
def test_a_zip_that_lies_about_its_size_is_refused(claimed: int, tmp_path: Path) -> None:
    place = raw(tmp_path / "liar.zip", ("bagit.txt", bytes(1 << 16)))
    data = place.read_bytes()
    place.write_bytes(data.replace(struct.pack("<I", 1 << 16), struct.pack("<I", claimed)))
    with pytest.raises(InputError, match=r"damaged ZIP|ZIP bomb"):
        checked(place)


@pytest.mark.parametrize("names", [("bagit.txt", "bagit.txt"), ("bagit.txt", "BagIt.TXT"), ("data/A", "data/a")])
def test_one_name_twice_is_refused(names: tuple[str, str], tmp_path: Path) -> None:
    place = tmp_path / "twice.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the writer itself warns
        raw(place, *((name, b"x") for name in names))
    with pytest.raises(InputError, match="some of one name"):
        checked(place)


def test_a_name_with_a_nul_in_it_is_refused(tmp_path: Path) -> None:
    place = raw(tmp_path / "nul.zip", ("bagit.txt", b"x"), ("data/evilXtxt", b"x"))
    place.write_bytes(place.read_bytes().replace(b"data/evilXtxt", b"data/evil\0txt"))
    with pytest.raises(InputError, match="a link, encrypted or leads outside"):
        checked(place)


@pytest.mark.parametrize(
    "names", [("n" * 300,), ("/".join(["d" * 200] * 30),), ("data", "data/a")], ids=["long", "deep", "file and folder"]
)
def test_names_that_no_disk_takes_are_told(names: tuple[str, ...], tmp_path: Path) -> None:
    place = raw(tmp_path / "long.zip", *((name, b"x") for name in names))
    with pytest.raises(InputError, match="an entry that cannot be a file here"):
        checked(place)


def test_a_disk_that_is_full_while_unpacking_is_told(package: Path, tmp_path: Path) -> None:
    place = zipped(package, tmp_path / "good.zip")
    with tiny_disk(tmp_path / "disk", "size=64k") as disk:
        words = [sys.executable, "-m", "cli.main", "check", str(place)]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(disk), "LANG": "C.UTF-8"}
        done = subprocess.run(words, capture_output=True, check=False, env=env, cwd=ROOT)  # noqa: S603 - our own command
        assert done.returncode == 69
        assert "free some space or set TMPDIR" in done.stderr.decode()
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("big", [False, True], ids=["plain", "zip64"])
def test_a_directory_that_would_fill_the_memory_is_refused_before_it_is_read(big: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    place = tmp_path / "directory.zip"
    with place.open("wb") as file:
        file.seek(100 << 20)  # a hole: only the end says what stands before it
        if big:
            file.write(struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 9, 9, 100 << 20, 0))
            file.write(struct.pack("<4sIQI", b"PK\x06\x07", 0, 100 << 20, 1))
        size = 0xFFFFFFFF if big else 100 << 20
        file.write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, size, 0, 0))
    with pytest.raises(InputError, match="directory of 104,857,600 bytes"):
        checked(place)


def test_an_end_within_the_end_hides_no_directory(tmp_path: Path) -> None:
    place, size = tmp_path / "directory.zip", int.from_bytes(b"PK\x05\x06", "little")
    with place.open("wb") as file:
        file.seek(size)
        file.write(struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 9, 9, size, 0, 0))
    with pytest.raises(InputError, match="directory of 101,010,256 bytes"):
        checked(place)
