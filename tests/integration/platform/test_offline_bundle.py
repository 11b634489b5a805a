"""The archive that installs without a network: only wheels of the lock, whole or not at all."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from deploy.offline.make_bundle import Bundle, glibc_wanted, locked_for, make, sums
from tests.fixtures.paths import ROOT

SCRIPTS = ROOT / "deploy/offline"
PYTHON = f"{sys.version_info[0]}.{sys.version_info[1]}"
LOCK = """\
always==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
elsewhere==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:cc
newer==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:dd
arm==4.0 ; platform_machine in 'aarch64 arm64' \\
    --hash=sha256:ee
"""


def wheel(folder: Path, name: str, version: str, says: str = "") -> Path:
    """The smallest wheel: one module, and a command where it says something."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"def main():\n    print({says!r})\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{one},,\n" for one in [*files, f"{info}/RECORD"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for one, text in files.items():
            packed.writestr(one, text)
    return path


def pin(path: Path) -> str:
    name, version, *_ = path.name.split("-")
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def bundle(folder: Path, commit: str, says: str) -> Path:
    """What ``make_bundle`` packs, of the smallest parts."""
    folder.mkdir()
    (folder / "requirements.txt").write_text(pin(wheel(folder / "wheels", "part", "1.0")))
    wheel(folder / "wheels", "xueshi", "0.1", says)
    (folder / "models").mkdir()
    for script in ("install.sh", "install.py"):
        (folder / script).write_bytes((SCRIPTS / script).read_bytes())
        (folder / script).chmod(0o755)
    (folder / "VERSION").write_text(f"{commit} {PYTHON} {os.uname().machine} 2.17\n")
    told(folder)
    return folder


def told(folder: Path) -> None:
    (folder / "SHA256SUMS").write_text("\n".join(sums(folder)) + "\n")


def install(folder: Path, home: Path) -> "subprocess.CompletedProcess[str]":
    """Without any network where the machine lets a process have none."""
    words = [str(folder / "install.sh"), str(home)]
    alone = ["unshare", "-rn"]
    if subprocess.run([*alone, "true"], check=False, capture_output=True).returncode == 0:  # noqa: S603
        words = [*alone, *words]
    env = os.environ | {
        "XDG_DATA_HOME": str(home.parent / "share"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    return subprocess.run(words, check=False, capture_output=True, text=True, env=env)  # noqa: S603


def said(home: Path) -> str:
    return subprocess.run([str(home / "xueshi")], check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603


def test_a_lock_is_read_for_the_machine_that_will_install() -> None:
    assert locked_for(LOCK, "3.11", "x86_64") == "always==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    names = [line.split("==")[0] for line in locked_for(LOCK, "3.12", "aarch64").splitlines() if "==" in line]
    assert names == ["always", "newer", "arm"]


def test_the_c_library_that_the_wheels_want_is_told(tmp_path: Path) -> None:
    for name in (
        "a-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64",
        "b-1-cp311-abi3-manylinux_2_28_x86_64",
        "c-1-py3-none-any",
    ):
        (tmp_path / f"{name}.whl").touch()
    assert glibc_wanted(tmp_path) == "2.28"


def test_the_archive_has_our_wheel_the_lock_s_and_the_sum_of_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = wheel(tmp_path / "index", "part", "1.0")
    lock = tmp_path / "run.txt"
    lock.write_text(pin(part))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(part.parent))
    models = tmp_path / "weights"
    models.mkdir()
    (models / "heads.onnx").write_bytes(b"weights")
    (models / "notes.txt").write_text("not weights")
    archive = make(tmp_path / "build", Bundle(PYTHON, os.uname().machine, models), [lock])
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "there", filter="data")
    (folder,) = (tmp_path / "there").iterdir()
    assert (folder / "SHA256SUMS").read_text().splitlines() == list(sums(folder))
    assert {one.name.split("-")[0] for one in (folder / "wheels").iterdir()} == {"part", "xueshi"}
    assert [one.name for one in (folder / "models").iterdir()] == ["heads.onnx"]
    assert (folder / "docs/verify.md").is_file()
    assert os.access(folder / "install.sh", os.X_OK)
    assert [one.name for one in (tmp_path / "build").iterdir()] == [archive.name]


def test_it_installs_without_a_network_and_a_later_version_takes_its_place(tmp_path: Path) -> None:
    home = tmp_path / "学时证 安装"
    first = install(bundle(tmp_path / "one", "c1", "the first"), home)
    assert first.returncode == 0, first.stderr
    assert said(home) == "the first"
    assert (tmp_path / "share/applications/xueshi.desktop").read_text().count(str(home)) == 1
    assert subprocess.run(["sh", "-n", str(home / "学时证.sh")], check=False).returncode == 0  # noqa: S603, S607
    second = install(bundle(tmp_path / "two", "c2", "the second"), home)
    assert second.returncode == 0, second.stderr
    assert said(home) == "the second"


@pytest.mark.parametrize("fault", ["changed", "missing", "further", "wheel"])
def test_a_bundle_that_is_not_as_it_was_packed_installs_nothing(tmp_path: Path, fault: str) -> None:
    home, folder = tmp_path / "home", bundle(tmp_path / "one", "c1", "the first")
    part = next((folder / "wheels").glob("part-*.whl"))
    if fault == "changed":  # ours stands in no lock: the sums alone know it
        wheel(folder / "wheels", "xueshi", "0.1", "evil")
    elif fault == "missing":
        part.unlink()
    elif fault == "further":
        (folder / "wheels/evil-1-py3-none-any.whl").touch()
    else:  # whoever changes a wheel changes the sums too: the lock still knows it
        wheel(folder / "wheels", "part", "1.0", "other content")
        told(folder)
    got = install(folder, home)
    assert got.returncode != 0
    named = {"changed": "xueshi-0.1", "missing": "part-1.0", "further": "evil-1", "wheel": "part==1.0"}[fault]
    assert named in got.stderr
    assert not (home / "xueshi").exists()


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("c1 3.9 MACHINE 2.17", "Python 3.9"),
        ("c1 PYTHON sparc 2.17", "Linux sparc"),
        ("c1 PYTHON MACHINE 2.99", "glibc 2.99"),
    ],
)
def test_another_kind_of_machine_is_told_what_it_lacks(tmp_path: Path, version: str, words: str) -> None:
    folder = bundle(tmp_path / "one", "c1", "the first")
    (folder / "VERSION").write_text(version.replace("PYTHON", PYTHON).replace("MACHINE", os.uname().machine) + "\n")
    told(folder)
    got = install(folder, tmp_path / "home")
    assert (got.returncode, words in got.stderr) == (2, True), got.stderr
    assert not (tmp_path / "home/xueshi").exists()


def test_a_python_that_travels_with_it_is_used_where_the_machine_has_none(tmp_path: Path) -> None:
    folder = bundle(tmp_path / "one", "c1", "the first")
    packed = tmp_path / "python/bin/python3"
    packed.parent.mkdir(parents=True)
    packed.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    packed.chmod(0o755)
    with tarfile.open(folder / "interpreter.tar.gz", "w:gz") as tar:
        tar.add(packed.parent.parent, "python")
    told(folder)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "dirname", "uname", "tar", "gzip", "mkdir"):
        (tools / name).symlink_to(shutil.which(name) or name)
    env = {"PATH": str(tools), "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "share"), "LANG": "C.UTF-8"}
    command = [str(folder / "install.sh"), str(tmp_path / "home")]
    got = subprocess.run(command, check=False, capture_output=True, text=True, env=env)  # noqa: S603
    assert got.returncode == 0, got.stderr
    assert said(tmp_path / "home") == "the first"
