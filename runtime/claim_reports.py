"""Where the paying desk finds verdicts: sealed packages, checked and judged again, or reports, joined with the claim."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from facts.claim import Claim
from facts.codec import loads
from facts.digest import Digest
from facts.errors import InputError, XueshiError
from facts.report import ClassReport
from facts.text import Text
from pipeline.pseudonyms import Pseudonyms
from report.desk.source import ReadFile
from runtime.check import CheckWishes, check
from runtime.claim_joins import JoinedTo
from runtime.claim_report_file import SCHEMA, report_of
from storage.package.unpack import unpacked
from storage.package.verifier import BAD, FACTS

_MOST_BYTES = 256 << 20
_BAG = "bagit.txt"
_MOST_NAMED = 5
_UNSEALED = Text(
    "未封存的核验报告：任何人都可改动；付款前请以证据包（xueshi seal）核对",
    "a report that is not sealed: anybody could change it; before paying, compare with the package (xueshi seal)",
)
_OVERRULED = Text("这些学时已有证据包，以证据包为准，未用", "packages speak of these hours; this file was not used")
_MASKED_JOIN = Text(
    "遮盖的名单按姓氏、字数与证号后四位对应，重合者不对应",
    "a masked list is joined by surname, length of the name and last four; where two agree, nobody is joined",
)


@dataclass(frozen=True, slots=True)
class FoundReports:
    """The reports of the claim's class (``pipeline.claim.Reports``), with the file behind each class hour."""

    reports: tuple[ClassReport, ...] = ()
    files: tuple[ReadFile, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[Text, ...] = ()

    def of(self, claim: Claim) -> Sequence[ClassReport]:
        """The reports of the claim's class."""
        return [one for one in self.reports if one.training_class.id == claim.training_class.id]


@dataclass(frozen=True, slots=True)
class _Read:
    """One package or report that was read."""

    report: ClassReport
    file: ReadFile
    masked: bool


def find_reports(root: Path, claim: Claim, pseudonyms: Pseudonyms | None, key: str = "") -> FoundReports:
    """Everything below the folder that speaks of the claim's class; what is spoilt is told and believed in nothing.

    ``key`` is the fingerprint of the one key whose packages count; without it any key's do, and its name is told.
    """
    if not root.exists():
        raise InputError(f"{root}: got no such folder, expected packages or reports of the class; check --reports")
    read, files, others = [], [], []
    for place in _places(root):
        found = _read(place, root, key)
        if isinstance(found, ReadFile):
            files.append(found)
        elif found.report.training_class.id == claim.training_class.id:
            read.append(found)
        else:
            others.append(found.report.training_class.id)
    kept = [_beside(read)(one) for one in read]
    used = [one for one in kept if one.report.hours]
    files += [one.file if one.report.hours else replace(one.file, role="unused", notes=(_OVERRULED,)) for one in kept]
    masked = JoinedTo(claim, pseudonyms)
    reports = tuple(masked.joined(one.report) if one.masked else one.report for one in used)
    sources = {hour.id: one.file.path for one in used for hour in one.report.hours}
    return FoundReports(reports, tuple(files), sources, _limits(used, others, claim))


def _beside(read: Sequence[_Read]) -> Callable[[_Read], _Read]:
    """What a package says of a class hour, no loose report may overrule: it keeps only the other hours."""
    sealed = {hour.id for one in read if one.file.role == "package" for hour in one.report.hours}

    def kept(one: _Read) -> _Read:
        if one.file.role == "package":
            return one
        report = one.report
        hours = tuple(hour for hour in report.hours if hour.id not in sealed)
        verdicts = tuple(verdict for verdict in report.verdicts if verdict.hour_id not in sealed)
        return replace(one, report=replace(report, hours=hours, verdicts=verdicts))

    return kept


def _limits(used: Sequence[_Read], others: Sequence[str], claim: Claim) -> tuple[Text, ...]:
    """What the reader of the screening must know about where its verdicts come from."""
    found = [_UNSEALED for one in used if one.file.role == "report"] + [_MASKED_JOIN for one in used if one.masked]
    if others:
        named = sorted(set(others))[:_MOST_NAMED]
        text = Text(
            f"另有 {len(others)} 份报告属于其他班期（{'、'.join(named)}），未用；申领的班期编号是 {claim.training_class.id}",
            f"{len(others)} reports are of other classes ({', '.join(named)}) and were not used; the claim is for"
            f" {claim.training_class.id}",
        )
        found.append(text)
    return tuple(dict.fromkeys(found))


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


def _read(place: Path, root: Path, key: str) -> "_Read | ReadFile":
    name = place.name if place == root else str(place.relative_to(root))
    try:
        if place.name.endswith(".json"):
            return _loose(place, name)
        return _package(place, name, key)
    except (XueshiError, OSError, ValueError, RecursionError) as error:
        role = "report" if place.suffix == ".json" else "package"
        note = Text(f"无法使用，其中的结论未计入：{error}", f"cannot be used, nothing of it counts: {error}")
        return ReadFile(name, role, place.stat().st_size if place.is_file() else 0, None, (note,))


def _package(place: Path, name: str, key: str) -> "_Read | ReadFile":
    """A package counts only if it is whole, signed, logged, and its verdicts follow from its facts."""
    with _opened(place) as folder:
        content = _content(folder / FACTS)
        bad = [line for line in check(CheckWishes(folder, key=key, recompute=True)).lines if line.mark == BAD]
        if bad:
            notes = tuple(
                Text(f"证据包有问题，未计入：{line.zh}", f"the package is spoilt and does not count: {line.en}")
                for line in bad[:5]
            )
            return ReadFile(name, "package", len(content), Digest.of(content), notes)
        report = loads(ClassReport, content.decode())
        masked = "~" in "".join(one.name for one in report.trainees)
        signed = () if key else (_signed_by(folder),)
        return _Read(report, ReadFile(name, "package", len(content), Digest.of(content), signed), masked)


def _signed_by(folder: Path) -> Text:
    """Whose key it was, as the package itself says; that it is the institution's, only the desk can know."""
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


def _loose(place: Path, name: str) -> "_Read | ReadFile":
    content = _content(place)
    body = json.loads(content)
    if not isinstance(body, dict) or body.get("schema") != SCHEMA:
        raise InputError(f"{name}: got no {SCHEMA}, expected a report of `xueshi verify`")
    return _Read(report_of(body), ReadFile(name, "report", len(content), Digest.of(content), (_UNSEALED,)), masked=True)


def _content(path: Path) -> bytes:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise InputError(f"{path.name}: got a missing, linked or oversized file, expected a file of the package")
    return path.read_bytes()
