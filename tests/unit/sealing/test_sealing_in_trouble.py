"""Sealing under bad conditions: what is wrong is said, nothing is half-sealed, and the next attempt works."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from facts.errors import InputError, SetupError
from runtime.sealing.command import SealResult, seal
from runtime.sealing.request import SealRequest
from runtime.verification.command import Verification, VerificationRequest, begin_verification, hash_inputs
from tests.fixtures.disks import make_read_only, tiny_disk
from tests.fixtures.folders import xueshi
from tests.fixtures.sealed_packages import SealingWorkspace, checked, papers, silent


@pytest.fixture
def bench(tmp_path: Path) -> SealingWorkspace:
    return papers(tmp_path)


def packages(out: Path) -> list[Path]:
    return sorted(path for path in out.iterdir() if path.is_dir()) if out.is_dir() else []


def test_a_disk_that_is_full_leaves_no_package_of_any_day(bench: SealingWorkspace, tmp_path: Path) -> None:
    whole = bench.seal(tmp_path / "room", identified=True)
    size = sum(-(-path.stat().st_size // 4096) * 4096 for path in whole.packages[0].rglob("*"))
    with tiny_disk(tmp_path / "disk", f"size={int(size * 1.5)}") as disk:  # room for one day and a half
        with pytest.raises(SetupError, match=r"No space left on device.*free some space or choose another place"):
            bench.seal(disk / "out", identified=True)
        assert list((disk / "out").iterdir()) == []
    again = bench.seal(tmp_path / "again", identified=True)
    assert checked(again.packages[0], heads=whole.head_file).sound


def test_a_disk_that_is_read_only_is_named(bench: SealingWorkspace, tmp_path: Path) -> None:
    with tiny_disk(tmp_path / "disk", "size=1m") as disk:
        make_read_only(disk)
        with pytest.raises(SetupError, match=r"Read-only file system.*nothing was sealed"):
            bench.seal(disk / "out")


def test_a_log_that_cannot_be_written_stops_the_seal_before_any_package(
    bench: SealingWorkspace, tmp_path: Path
) -> None:
    with tiny_disk(tmp_path / "disk", "size=1m") as disk:
        shutil.copytree(bench.home / "keys", disk / "keys")
        make_read_only(disk)
        with pytest.raises(SetupError):
            SealingWorkspace(bench.folder, disk).seal(tmp_path / "out")
    assert packages(tmp_path / "out") == []


def opened(bench: SealingWorkspace) -> Verification:
    return hash_inputs(begin_verification(VerificationRequest(bench.folder, workers=1, cache=False)))


def sealed_from(session: Verification, bench: SealingWorkspace, out: Path) -> SealResult:
    request = VerificationRequest(bench.folder, out=out, workers=1, show_faces=True, cache=False)
    return silent(lambda teller: seal(SealRequest(request, identified=True, home=bench.home), session, teller))


def altered(path: Path) -> None:
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)


@pytest.mark.parametrize(
    ("change", "says"),
    [(altered, "got other bytes than when it was verified"), (Path.unlink, "got no file any more")],
    ids=["altered", "gone"],
)
def test_a_folder_that_changes_while_it_is_sealed_is_not_sealed(
    change: Callable[[Path], None], says: str, bench: SealingWorkspace, tmp_path: Path
) -> None:
    session = opened(bench)
    change(bench.folder / "课表.xlsx")
    with pytest.raises(InputError, match=says) as raised:
        sealed_from(session, bench, tmp_path / "out")
    assert "nothing was sealed" in str(raised.value)
    assert packages(tmp_path / "out") == []
    assert not list((tmp_path / "out").glob("*.json"))


def test_bytes_that_changed_before_they_reached_the_store_are_not_stored_under_the_old_digest(
    bench: SealingWorkspace, tmp_path: Path
) -> None:
    session = opened(bench)
    altered(bench.folder / "课表.xlsx")
    request = VerificationRequest(bench.folder, out=tmp_path / "out", workers=1, cache=False)
    asked = SealRequest(request, str(tmp_path / "store"), home=bench.home)
    with pytest.raises(InputError):
        silent(lambda teller: seal(asked, session, teller))
    assert packages(tmp_path / "out") == []


def private_key(bench: SealingWorkspace) -> Path:
    return bench.home / "keys" / f"{bench.ring.entries()[-1].public.key_id}.pem"


def open_to_all(path: Path) -> None:
    path.chmod(0o644)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def folder_in_its_place(path: Path) -> None:
    path.unlink()
    path.mkdir(mode=0o700)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (open_to_all, "run chmod 600"),
        (Path.unlink, "got no key"),
        (emptied, "got no private key in PEM"),
        (folder_in_its_place, "got a key that cannot be read"),
    ],
    ids=["open to all", "missing", "empty", "a folder"],
)
def test_a_key_that_cannot_be_used_stops_the_seal_before_anything_is_written(
    spoil: Callable[[Path], None], says: str, bench: SealingWorkspace, tmp_path: Path
) -> None:
    spoil(private_key(bench))
    with pytest.raises((InputError, SetupError), match=says):
        bench.seal(tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_key_that_its_user_may_not_read_is_named_by_the_command(bench: SealingWorkspace, tmp_path: Path) -> None:
    private_key(bench).write_bytes(b"not a key")
    words = ("seal", bench.folder, "--key", private_key(bench), "--out", tmp_path / "out", "--progress", "none")
    ran = xueshi(*words, cache=tmp_path / "cache", home=tmp_path / "home")
    assert ran.code == 2
    assert "got no private key in PEM" in ran.err
    assert "Traceback" not in ran.err
