# ruff: noqa: INP001, T201 - a script, as its neighbours
"""What must hold before a version is handed out, each point on a line; ``make release-check`` runs bundle, sbom and advisories too.

    python deploy/release_check.py

Exit codes: 0 everything holds · 30 something does not.
"""

import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
_LOCKS = ("requirements/run.txt", "requirements/weights.txt")
_PIN = re.compile(r"^[A-Za-z0-9._-]+==[^\\\n]+", re.MULTILINE)
_FAILS = 30
# As NOTICE lists them; a word of a licence's name, in whichever field the package states it.
_PERMITTED = re.compile(
    r"\b(MIT(-0)?|0?BSD|Apache|ISC|ISCL|PSF|Python Software Foundation|MPL|Mozilla|Zlib|CC0|Unlicense)\b"
)
_REFUSED = re.compile(r"\b(AGPL|GPL|LGPL|Affero|General Public|SSPL|BUSL|Proprietary|Commons Clause)", re.IGNORECASE)
_PAPERS: Mapping[str, tuple[str, ...]] = {
    "LICENSE": ("Apache License", "Version 2.0"),
    "NOTICE": ("Xueshi", "GNU GPL", "LGPL", "MPL-2.0", "MIT", "BSD", "Apache-2.0"),
    "SECURITY.md": ("xueshi --version", "docs/retention.md"),
}


def version_faults(root: Path) -> Iterator[str]:
    """Version and changelog agree, and nothing is left under "Unreleased"."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    heads = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if not heads or not re.fullmatch(rf"{re.escape(version)} · [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}", heads[0]):
        yield f"CHANGELOG.md: got {heads[:1]}, expected '{version} · YYYY-MM-DD' first, as pyproject.toml says"


def tree_faults(root: Path) -> Iterator[str]:
    """What is handed out is what is committed."""
    asked = ["git", "-C", str(root), "status", "--porcelain"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    if told.returncode:
        yield f"git: got {told.stderr.strip()[:100]}, expected a checkout"
    yield from (f"git: got {line.strip()}, expected it committed or gone" for line in told.stdout.splitlines()[:5])


def paper_faults(root: Path) -> Iterator[str]:
    """The papers that an adopter looks for, and that each says what it is there for."""
    for name, words in _PAPERS.items():
        text = (root / name).read_text("utf-8") if (root / name).is_file() else ""
        yield from (f"{name}: got no {word!r}, expected it" for word in words if word not in text)


def licence_faults(root: Path) -> Iterator[str]:
    """The licence of every package that is locked for a machine like this one, as its own wheel states it."""
    pins = [Requirement(one.strip()) for file in _LOCKS for one in _PIN.findall((root / file).read_text("utf-8"))]
    for name in sorted(one.name for one in pins if one.marker is None or one.marker.evaluate()):
        try:
            stated = licence_of(metadata(name))
        except PackageNotFoundError:
            yield f"{name}: got no such package here, expected it installed, so that its licence can be read"
            continue
        if not permitted(stated):
            yield f"{name}: got the licence {stated!r}, expected one that NOTICE lists; do without it, or say why in NOTICE"


def licence_of(package: PackageMetadata) -> str:
    """In the words of the package: an expression, else the classifiers, else the free field."""
    marks = [one.rpartition("::")[2] for one in package.get_all("Classifier") or () if one.startswith("License ::")]
    stated = package.get("License-Expression") or "; ".join(marks) or (package.get("License") or "")[:200]
    return " ".join(stated.split())


def permitted(stated: str) -> bool:
    """Whether at least one is on the list and none is a licence that binds what is linked."""
    return bool(_PERMITTED.search(stated)) and not _REFUSED.search(stated)


def wheel_faults(root: Path) -> Iterator[str]:
    """The wheel builds, and what is installed from it names version, schema and commit."""
    with tempfile.TemporaryDirectory() as work:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
        build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", work, str(root)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        wheels = [*Path(work).glob("xueshi-*.whl")]
        if done.returncode or len(wheels) != 1:
            yield f"wheel: got {(done.stderr or done.stdout)[-300:].strip()}, expected one wheel"
            return
        place = Path(work) / "installed"
        install = [*pip, "install", "--no-deps", "--no-index", "--target", str(place), str(wheels[0])]
        subprocess.run(install, capture_output=True, check=False)  # noqa: S603 - as above
        code = f"import sys; sys.path.insert(0, {str(place)!r}); from cli.main import run; run(['--version'])"
        asked = [sys.executable, "-P", "-c", code]
        told = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=work, env={}).stdout  # noqa: S603
        head = subprocess.run(  # noqa: S603
            ["git", "-C", str(root), "rev-parse", "HEAD"],  # noqa: S607 - as it lies on the path
            capture_output=True,
            text=True,
            check=False,
        ).stdout.strip()
        version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        schema = max(one.name[1:5] for one in (root / "storage/database/migrations/versions").glob("v[0-9]*_*.py"))
        wanted = f"xueshi {version} · schema {schema} · commit {head[:12]}"
        if told.strip() != wanted:
            yield f"xueshi --version of the wheel: got {told.strip()!r}, expected {wanted!r}"


POINTS: Mapping[str, Callable[[Path], Iterator[str]]] = {
    "version and changelog": version_faults,
    "tree": tree_faults,
    "papers": paper_faults,
    "licences": licence_faults,
    "wheel": wheel_faults,
}


def main() -> int:
    """Every point, so that whoever releases sees all of it at once."""
    failed = 0
    for name, look in POINTS.items():
        faults = list(look(ROOT))
        failed += bool(faults)
        print(f"{'✗' if faults else '✓'} {name}", *(f"    {one}" for one in faults), sep="\n")
    return _FAILS if failed else 0


if __name__ == "__main__":
    sys.exit(main())
