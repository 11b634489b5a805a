# ruff: noqa: INP001 - a script, as its neighbours
"""One archive that installs Xueshi where there is no network: wheels, weights, documents, and the sums of all of them.

    python deploy/offline/make_bundle.py build                                   # for a machine like this one
    python deploy/offline/make_bundle.py build --machine aarch64 --python 3.12   # for another: 鲲鹏、飞腾
    python deploy/offline/make_bundle.py build --models FOLDER                   # weights from a folder, as `xueshi models pull --from`
    python deploy/offline/make_bundle.py build --interpreter FILE.tar.gz         # with a Python, where the machine has an older one

Every wheel is one that the lock names by its hash; the installing machine holds them to the same lock.
"""

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent.parent
MACHINES = ("x86_64", "aarch64")
_GLIBC = (
    31,
    28,
    27,
    26,
    24,
    17,
    12,
    5,
)  # newest first; 麒麟 V10 and 统信 V20 have 2.28, OpenVINO for aarch64 wants 2.31
_OLDER = {"manylinux2014": 17, "manylinux2010": 12, "manylinux1": 5}
_PAPERS = ("README.md", "README.zh-CN.md", "LICENSE", "NOTICE", "SECURITY.md", "CHANGELOG.md", "docs")
_WHOLE = "requirements.txt"
_SUMS = "SHA256SUMS"


def locked_for(lock: str, python: str, machine: str) -> str:
    """The lines of a lock that hold on such a machine, without their conditions."""
    there = {**default_environment(), "sys_platform": "linux", "platform_system": "Linux", "platform_machine": machine}
    there |= {"os_name": "posix", "python_version": python, "python_full_version": f"{python}.0"}
    kept = []
    for entry in lock.replace("\\\n", " ").splitlines():
        if not (words := entry.split("#")[0].strip()):
            continue
        named, *hashes = words.split(" --hash=")
        wanted = Requirement(named.strip())
        if wanted.marker is None or wanted.marker.evaluate(there):
            kept.append(
                " \\\n    ".join([f"{wanted.name}{wanted.specifier}", *(f"--hash={one.strip()}" for one in hashes)])
            )
    return "\n".join(kept) + "\n"


def platforms(machine: str) -> tuple[str, ...]:
    """What wheels for such a machine may call themselves."""
    return (*(f"manylinux_2_{one}_{machine}" for one in _GLIBC), *(f"{one}_{machine}" for one in _OLDER))


def glibc_wanted(wheels: Path) -> str:
    """The oldest C library on which every wheel loads, by the wheels' names."""
    newest = 0
    for wheel in wheels.glob("*.whl"):
        names = wheel.stem.rsplit("-", 1)[1]
        own = [int(one) for one in re.findall(r"manylinux_2_(\d+)", names)]
        own += [least for name, least in _OLDER.items() if name in names]
        newest = max(newest, min(own, default=0))
    return f"2.{newest}"


def pip(*words: str) -> None:
    """Run this environment's pip in the project's folder."""
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", *words], check=True, cwd=ROOT)  # noqa: S603


def fetch(lock: Path, wheels: Path, python: str, machine: str) -> None:
    """Wheels alone: what must be compiled would need a compiler, and often a network, where it arrives."""
    names = [word for one in platforms(machine) for word in ("--platform", one)]
    pip(
        "download", "-q", "--require-hashes", "--no-deps", "--only-binary", ":all:",
        "--python-version", python, "--implementation", "cp", *names, "-d", str(wheels), "-r", str(lock),
    )  # fmt: skip


def sums(folder: Path) -> Iterator[str]:
    """A line for each file, as ``sha256sum -c`` reads it."""
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != _SUMS):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"


def packed(folder: Path, archive: Path) -> None:
    """The same files give the same archive: sorted, nobody's, of no date."""

    def plain(one: tarfile.TarInfo) -> tarfile.TarInfo:
        one.uid = one.gid = one.mtime = 0
        one.uname = one.gname = ""
        one.mode = 0o755 if one.isdir() or one.mode & 0o100 else 0o644
        return one

    part = archive.with_suffix(".part")
    with tarfile.open(part, "w") as tar:
        for path in [folder, *sorted(folder.rglob("*"))]:
            tar.add(path, folder.name + path.as_posix().removeprefix(folder.as_posix()), recursive=False, filter=plain)
    part.replace(archive)


def weights(folder: Path, source: Path | None) -> list[str]:
    """What ``models pull --from`` will take on the other machine; empty where none could be had."""
    folder.mkdir()
    if source is None or not source.is_dir():
        return []
    for path in sorted(one for one in source.iterdir() if one.suffix in {".onnx", ".tflite", ".xml", ".bin"}):
        shutil.copyfile(path, folder / path.name)
    return [path.name for path in sorted(folder.iterdir())]


def commit() -> str:
    """Of which commit the bundle is."""
    command = [shutil.which("git") or "git", "rev-parse", "--short=12", "HEAD"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return told.stdout.strip() or "unknown"


@dataclass(frozen=True)
class Bundle:
    """For which machine, and what goes in beside the wheels of the locks."""

    python: str
    machine: str
    models: Path | None = None
    interpreter: Path | None = None


def make(target: Path, wanted: Bundle, locks: Sequence[Path]) -> Path:
    """The finished archive; a broken run leaves none."""
    target.mkdir(parents=True, exist_ok=True)
    python, machine = wanted.python, wanted.machine
    name = f"xueshi-offline-{commit()}-py{python}-linux-{machine}"
    with tempfile.TemporaryDirectory(dir=target) as work:
        folder = Path(work) / name
        wheels = folder / "wheels"
        wheels.mkdir(parents=True)
        lock = folder / _WHOLE
        lock.write_text("".join(locked_for(one.read_text("utf-8"), python, machine) for one in locks), "utf-8")
        print(f"{name}: wheels …", flush=True)  # noqa: T201
        fetch(lock, wheels, python, machine)
        pip("wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(wheels), str(ROOT))
        if not weights(folder / "models", wanted.models):
            print("! 没有带上权重，装好后只看人脸 | no weights in it: faces alone will be seen (--models FOLDER)")  # noqa: T201
        for paper in _PAPERS:
            place = ROOT / paper
            (shutil.copytree if place.is_dir() else shutil.copyfile)(place, folder / paper)
        if wanted.interpreter:
            shutil.copyfile(wanted.interpreter, folder / "interpreter.tar.gz")
        for script in ("install.sh", "install.py"):
            shutil.copy(Path(__file__).parent / script, folder / script)
        (folder / "VERSION").write_text(f"{commit()} {python} {machine} {glibc_wanted(wheels)}\n", "utf-8")
        (folder / _SUMS).write_text("\n".join(sums(folder)) + "\n", "utf-8")
        archive = target / f"{name}.tar"
        packed(folder, archive)
    return archive


def main() -> None:
    """Make the archive that the arguments ask for, and say where it is."""
    ask = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    ask.add_argument("target", type=Path, help="folder for the archive")
    ask.add_argument("--python", default=f"{sys.version_info[0]}.{sys.version_info[1]}", help="3.11, 3.12 …")
    ask.add_argument("--machine", choices=MACHINES, default=platform.machine())
    ask.add_argument("--models", type=Path, help="folder with weights")
    ask.add_argument("--interpreter", type=Path, help="python/bin/python3 and what it needs, packed")
    given = ask.parse_args()
    if given.interpreter and not given.interpreter.is_file():
        ask.error(f"{given.interpreter}: no such file")
    locks = [ROOT / "requirements" / one for one in ("run.txt", "weights.txt")]
    archive = make(given.target, Bundle(given.python, given.machine, given.models, given.interpreter), locks)
    size = f"{archive.stat().st_size / 1e6:.0f} MB"
    with archive.open("rb") as file:
        print(f"{archive} ({size})\n  sha256 {hashlib.file_digest(file, 'sha256').hexdigest()}")  # noqa: T201


if __name__ == "__main__":
    main()
