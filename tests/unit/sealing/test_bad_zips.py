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
from storage.sealing.archive import zipped as streamed
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


def test_a_zip_whose_stream_is_torn_inside_is_refused_in_words(tmp_path: Path) -> None:
    """Found by `make attack`: the stream's own error is none of the ZIP's."""
    place = tmp_path / "torn.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bagit.txt", os.urandom(100) * 40)
    data = bytearray(place.read_bytes())
    data[39:45] = b"\xff" * 6  # where the stream begins: behind a head of 30 bytes and the name
    place.write_bytes(data)
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
    place = raw(tmp_path / "long.zip", ("bagit.txt", b"x"), *((name, b"x") for name in names))
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


def moved(data: bytes, by: int) -> bytes:
    """A ZIP whose offsets say that it begins so many bytes later: with them, a prepended one is no damage to anybody."""
    whole = bytearray(data)
    end = whole.rindex(b"PK\x05\x06")
    count, _, at = struct.unpack_from("<HII", whole, end + 10)
    struct.pack_into("<I", whole, end + 16, at + by)
    for _ in range(count):
        (offset,) = struct.unpack_from("<I", whole, at + 42)
        struct.pack_into("<I", whole, at + 42, offset + by)
        at += 46 + sum(struct.unpack_from("<3H", whole, at + 28))
    return bytes(whole)


@pytest.mark.parametrize("honest", [False, True], ids=["as it was", "offsets moved"])
def test_a_forged_zip_before_the_true_one_is_refused(honest: bool, package: Path, tmp_path: Path) -> None:  # noqa: FBT001 - a case
    true = zipped(package, tmp_path / "true.zip").read_bytes()
    forged = raw(tmp_path / "forged.zip", ("bagit.txt", b"x"), ("data/report/report.html", b"x")).read_bytes()
    (tmp_path / "both.zip").write_bytes(forged + (moved(true, len(forged)) if honest else true))
    with pytest.raises(InputError, match="belong to no entry"):
        checked(tmp_path / "both.zip")


def test_a_forged_zip_behind_the_true_one_is_refused(package: Path, tmp_path: Path) -> None:
    true = zipped(package, tmp_path / "true.zip").read_bytes()
    (tmp_path / "both.zip").write_bytes(true + b"\0" * 40)
    with pytest.raises(InputError, match="belong to no entry"):
        checked(tmp_path / "both.zip")
    with zipfile.ZipFile(tmp_path / "true.zip", "a") as archive:
        archive.comment = b"PK of somebody else"
    with pytest.raises(InputError, match="belong to no entry"):
        checked(tmp_path / "true.zip")


def test_bytes_between_two_entries_are_refused(package: Path, tmp_path: Path) -> None:
    place = zipped(package, tmp_path / "gap.zip")
    with zipfile.ZipFile(place) as archive:
        first, second = sorted(archive.infolist(), key=lambda one: one.header_offset)[:2]
    data = place.read_bytes()
    cut = second.header_offset
    loose = bytearray(moved(data, 7))
    end = loose.rindex(b"PK\x05\x06")
    (at,) = struct.unpack_from("<I", loose, end + 16)
    struct.pack_into("<I", loose, at - 7 + 42, first.header_offset)  # the first stays where it was
    place.write_bytes(bytes(loose[:cut]) + b"\0" * 7 + bytes(loose[cut:]))
    with pytest.raises(InputError, match="belong to no entry"):
        checked(place)


def test_two_packages_side_by_side_are_refused_whichever_comes_first(package: Path, tmp_path: Path) -> None:
    for name in ("a", "z", "\N{CJK UNIFIED IDEOGRAPH-4E00}"):
        place = tmp_path / f"{name}.zip"
        with zipfile.ZipFile(place, "w") as archive:
            for top in (package.name, name):
                for path in sorted(one for one in package.rglob("*") if one.is_file()):
                    archive.write(path, f"{top}/{path.relative_to(package).as_posix()}")
        with pytest.raises(InputError, match="side by side"):
            checked(place)


def test_a_file_beside_the_package_is_refused(package: Path, tmp_path: Path) -> None:
    place = zipped(package, tmp_path / "beside.zip")
    with zipfile.ZipFile(place, "a") as archive:
        archive.writestr("__MACOSX/._x", b"x")
    with pytest.raises(InputError, match="side by side"):
        checked(place)


def test_names_that_differ_by_spelling_alone_are_refused(tmp_path: Path) -> None:
    place = raw(tmp_path / "twice.zip", ("bagit.txt", b"x"), ("data/e\u0301", b"x"), ("data/é", b"x"))
    with pytest.raises(InputError, match="some of one name"):
        checked(place)


def test_our_own_zip_whose_sizes_follow_the_bodies_is_read(package: Path, tmp_path: Path) -> None:
    (tmp_path / "own.zip").write_bytes(b"".join(streamed(package)))
    assert checked(tmp_path / "own.zip").sound
