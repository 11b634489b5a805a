"""Where the paying office finds verdicts in a folder: sealed packages, checked and judged again, or loose reports."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from facts.codec import loads
from facts.digest import Digest
from facts.errors import InputError, XueshiError
from facts.report import ClassReport
from facts.text import Text
from report.claims.source import ReadFile
from runtime.claims.report_file import SCHEMA, report_of
from runtime.claims.report_selection import PACKAGE, REPORT, UNSEALED, ReadReport
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.sealing.examination import BAD, FACTS
from storage.sealing.extraction import unpacked

_MOST_BYTES = 256 << 20
_BAG = "bagit.txt"


def read_folder(root: Path, key: str = "") -> list[ReadReport | ReadFile]:
    """Every package and report below the folder; a damaged one is named and counts for nothing.

    ``key`` is the fingerprint of the one key whose packages count; without it any key's do, and the key is named.
    """
    if not root.exists():
        raise InputError(f"{root}: got no such folder, expected packages or reports of the class; check --reports")
    return [_read(place, root, key) for place in _places(root)]


def _places(root: Path) -> Iterator[Path]:
    """Packages as folders or ZIPs, and reports outside packages, in a stable order."""
    if root.is_file():
        yield root
        return
    inside: list[Path] = []
    for path in sorted(root.rglob("*")):
        if any(path.is_relative_to(package) for package in inside) or path.is_symlink():
            continue
        if path.name == _BAG and path.is_file():
            inside.append(path.parent)
            yield path.parent
        elif path.is_file() and (path.name.endswith("report.json") or path.suffix == ".zip"):
            yield path
    if (root / _BAG).is_file() and root not in inside:
        yield root


def _read(place: Path, root: Path, key: str) -> ReadReport | ReadFile:
    name = place.name if place == root else str(place.relative_to(root))
    try:
        if place.name.endswith(".json"):
            return _loose(place, name)
        return _package(place, name, key)
    except (XueshiError, OSError, ValueError, RecursionError) as error:
        role = REPORT if place.suffix == ".json" else PACKAGE
        note = Text(f"无法使用，其中的结论未计入：{error}", f"cannot be used, nothing of it counts: {error}")
        return ReadFile(name, role, place.stat().st_size if place.is_file() else 0, None, (note,))


def _package(place: Path, name: str, key: str) -> ReadReport | ReadFile:
    """A package counts only if it is whole, signed, logged, and its verdicts follow from its facts."""
    with _opened(place) as folder:
        content = _content(folder / FACTS)
        bad = [line for line in check(PackageCheckRequest(folder, key=key, recompute=True)).lines if line.mark == BAD]
        if bad:
            notes = tuple(
                Text(f"证据包有问题，未计入：{line.zh}", f"the package is spoilt and does not count: {line.en}")
                for line in bad[:5]
            )
            return ReadFile(name, PACKAGE, len(content), Digest.of(content), notes)
        report = loads(ClassReport, content.decode())
        masked = "~" in "".join(one.name for one in report.trainees)
        signed = () if key else (_signed_by(folder),)
        return ReadReport(report, ReadFile(name, PACKAGE, len(content), Digest.of(content), signed), masked)


def _signed_by(folder: Path) -> Text:
    """Whose key it was, as the package itself says; that it is the institution's, only the paying office can know."""
    lines = (folder / "bag-info.txt").read_text("utf-8").splitlines()
    name = next((line.partition(":")[2].strip() for line in lines if line.startswith("Xueshi-Key:")), "?")
    return Text(
        f"签名密钥 {name}；用 --key 指明机构登记的密钥，可排除他人自制的包",
        f"signed by the key {name}; name the institution's registered key with --key to rule out packages of others",
    )


@contextmanager
def _opened(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield place
    else:
        with TemporaryDirectory() as aside:
            yield unpacked(place, Path(aside))


def _loose(place: Path, name: str) -> ReadReport | ReadFile:
    content = _content(place)
    body = json.loads(content)
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise InputError(f"{name}: got no {SCHEMA}, expected a report of `xueshi verify`")
    return ReadReport(
        report_of(body), ReadFile(name, REPORT, len(content), Digest.of(content), (UNSEALED,)), masked=True
    )


def _content(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path.name}: got a missing, linked or oversized file, expected a file of the package")
    return path.read_bytes()
