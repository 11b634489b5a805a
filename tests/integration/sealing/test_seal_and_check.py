"""A class day is sealed by its institution and checked by a stranger who has the package and Python, nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest

from demo.identity import identities
from tests.fixtures.folders import Ran, honest, xueshi

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("sealed")
    folder = honest(base / "class")
    assert command("keys", "init", base=base).code == 0
    done = command("seal", folder, "--out", base / "out", "--progress", "none", base=base)
    assert done.code == 0, done
    return next(path for path in (base / "out").iterdir() if path.is_dir())


def command(*words: object, base: Path) -> Ran:
    return xueshi(*words, cache=base / "cache", home=base / "home")


def copy(package: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(package, tmp_path / "package"))


def test_the_package_checks_and_its_verdicts_are_reached_again(sealed: Path, tmp_path: Path) -> None:
    ran = command("check", sealed, "--recompute", base=tmp_path)
    assert ran.code == 0, ran
    assert "重新判定，结论一致" in ran.out


def test_a_stranger_needs_only_the_package_and_python(sealed: Path) -> None:
    words = [sys.executable, "-I", "-S", str(sealed / "verify.py")]
    done = subprocess.run(words, capture_output=True, text=True, check=False, cwd=sealed)  # noqa: S603 - our own file
    assert done.returncode == 0, done


def test_the_library_of_congress_agrees(sealed: Path) -> None:
    assert bagit.Bag(str(sealed)).is_valid()


def test_one_altered_byte_is_told_and_fails(sealed: Path, tmp_path: Path) -> None:
    package = copy(sealed, tmp_path)
    victim = next(path for path in sorted((package / "data").rglob("*.json")))
    body = bytearray(victim.read_bytes())
    body[len(body) // 2] ^= 1
    victim.write_bytes(body)
    ran = command("check", package, base=tmp_path)
    assert ran.code == 30
    assert victim.name in ran.out


def test_no_name_and_no_number_is_in_the_masked_package(sealed: Path) -> None:

    everything = b"".join(path.read_bytes() for path in sealed.rglob("*") if path.is_file())
    for person in identities(12, 1):
        assert person.id_number.digits.encode() not in everything
        assert f'"{person.name}"'.encode() not in everything
