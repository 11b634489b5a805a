"""``xueshi check`` put together: the verifier that travels in every package, and a second judgement from the facts."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from attendance.law import Law
from facts.codec import build, loads
from facts.counting import counted
from facts.errors import InputError, XueshiError
from facts.report import ClassReport
from facts.span import local
from facts.verdict import Finding, HourVerdict
from pipeline.sealing.day_facts import differences, law_again, statuses
from pipeline.verification.judgement import judged_again, picked_reviews
from policy.package_text import parse_sealed
from runtime.platform.child_limits import Reach
from runtime.sealing.page_version import (
    PAGES_VERSION,
    REPORT_HTML,
    REPORT_JSON,
    drawn_again,
    pages_version,
    sheet_keys,
    sheet_path,
)
from runtime.verification.code_reading import CodeBook
from storage.evidence_log.openssl import openssl_program
from storage.evidence_log.signature import ED25519, PublicKey
from storage.evidence_log.tsa import trust_fault, trusted_roots
from storage.sealing.examination import BAD, FACTS, MOST_BYTES, NOTE, OK, PACKAGE_VERSION, VERDICTS, Line
from storage.sealing.extraction import unpacked
from storage.sealing.verifier import PackageExamination

RECOMPUTE = "复算 recompute"


@dataclass(frozen=True, slots=True)
class PackageCheckRequest:
    """What is to be checked, and against what; a ZIP is unpacked in ``aside``, or in the system's temporary folder."""

    package: Path
    originals: Path | None = None
    heads: Path | None = None
    key: str = ""
    recompute: bool = False
    roots: Path | None = None
    aside: Path | None = None


@dataclass(frozen=True, slots=True)
class PackageCheckResult:
    """Every line of the examination."""

    lines: tuple[Line, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return bool(self.lines) and all(line.mark != BAD for line in self.lines)


def package_reach(folder: Path) -> Reach:
    """What an examination needs: the package's own folder, to unpack in as well, and the program that knows SM2."""
    program = openssl_program()
    return Reach(writes=(folder,), programs=(Path(program),) if program else ())


def check(request: PackageCheckRequest, told: Callable[[int, int], None] | None = None) -> PackageCheckResult:
    """Examines a package, a folder or a ZIP, offline; every fault is reported at once."""
    for path in (request.originals, request.heads):
        if path and not path.exists():
            raise InputError(f"{path}: got no such file or folder, expected one; check the path")
    with _opened(request.package, request.aside) as root:
        lines = PackageExamination(
            root, request.originals, request.heads, request.key, told, _stamp_fault(request.roots)
        ).run()
        if request.recompute:
            lines += _recomputed(root)
    return PackageCheckResult(tuple(lines))


def _stamp_fault(roots: Path | None) -> Callable[[bytes, bytes], str] | None:
    if roots is None:
        return None
    trusted = trusted_roots(roots)
    return lambda response, message: trust_fault(response, message, trusted)


@contextmanager
def _opened(package: Path, beside: Path | None) -> Iterator[Path]:
    if package.is_dir():
        yield package
    elif package.is_file():
        with TemporaryDirectory(dir=beside) as aside:
            yield unpacked(package, Path(aside))
    else:
        raise InputError(f"{package}: got no package, expected its folder or a ZIP of it; check the path").in_chinese(
            f"{package}：没有这个证据包，应为证据包的文件夹或 ZIP；请核对路径"
        )


def _recomputed(root: Path) -> list[Line]:
    """Judges again from the facts; what the package holds is read as strictly as if a stranger had written it."""
    try:
        sealed = loads(ClassReport, _text(root / FACTS))
        again = judged_again(sealed, _law(root, sealed))
        faults = [Line(RECOMPUTE, BAD, text.zh, text.en) for text in differences(sealed, again)]
        faults += _spoken(root, sealed)
        faults += _picked(sealed)
        codes = list(_codes(sealed))
        pages = list(_drawn(root, sealed))
    except (XueshiError, OSError, ValueError, RecursionError) as error:
        return [Line(RECOMPUTE, BAD, f"无法重新判定：{error}", f"cannot be judged again: {error}")]
    count, under = len(again.verdicts), again.policy
    by = (f"按 {under.id} 第 {under.version} 版", f" under {under.id} version {under.version}") if under else ("", "")
    good = Line(
        RECOMPUTE,
        OK,
        f"{count} 个学时{by[0]}重新判定，结论一致",
        f"{counted(count, 'class hour')} judged again{by[1]}, same verdicts",
    )
    return faults + codes + pages if faults else [good, *codes, *pages]


def _spoken(root: Path, sealed: ClassReport) -> Iterator[Line]:
    """Whether the log's lines and the page for people say what the facts say."""
    lines = tuple(build(HourVerdict, json.loads(line), VERDICTS) for line in _text(root / VERDICTS).split("\n") if line)
    if lines != sealed.verdicts:  # as records: what a later version adds to them, an earlier one's line does not say
        yield Line(RECOMPUTE, BAD, f"{VERDICTS} 与事实文件不同", f"{VERDICTS} differs from {FACTS}")
    name = "data/report/report.json"
    said = statuses(json.loads(_text(root / name)))
    if said != {verdict.hour_id: verdict.status.value for verdict in sealed.verdicts}:
        yield Line(RECOMPUTE, BAD, f"{name} 的结论与事实文件不同", f"{name} says other verdicts than {FACTS}")


def _picked(sealed: ClassReport) -> Iterator[Line]:
    """Whether people marked the frames that the evidence chose, and not others in their place."""
    for review in picked_reviews(sealed):
        where = f"{review.hour_id} {review.camera_id}"
        yield Line(
            RECOMPUTE,
            BAD,
            f"{where}：复核标的画面不是证据抽定的那些",
            f"{where}: the review marks other frames than those that the evidence chose",
        )


def _codes(sealed: ClassReport) -> Iterator[Line]:
    """Whether the time codes say and are signed as the facts have it; those of other days' hours only by their signature."""
    every = [one for view in sealed.views for one in view.codes]
    book, hours = CodeBook(sealed.code_keys, sealed.training_class, sealed.hours), {hour.id for hour in sealed.hours}
    for one in every:
        again = book.read(one)
        if again.key != one.key or (again != one and {again.hour_id, one.hour_id} & hours):
            at = f"{local(one.at):%H:%M:%S}"
            yield Line(
                RECOMPUTE,
                BAD,
                f"{at} 的亮码与事实文件所述不符",
                f"the time code of {at} is not what {FACTS} says of it",
            )
            return
    if every and sealed.code_keys:
        names = ", ".join(PublicKey(ED25519, bytes.fromhex(key)).key_id for key in sealed.code_keys)
        yield Line(
            RECOMPUTE,
            OK,
            f"画面中 {len(every)} 次亮码按公钥 {names} 重新核对，一致；公钥指纹请与出具亮码的系统核对",
            f"{counted(len(every), 'time code')} read again by the keys {names}, the same; compare the fingerprints with the service's",
        )


def _drawn(root: Path, sealed: ClassReport) -> Iterator[Line]:
    """Whether the pages are what the facts draw; another version's drawing is bound by the manifest alone."""
    if PACKAGE_VERSION not in sealed.versions:
        return
    if sealed.versions.get(PAGES_VERSION) != pages_version():
        zh = "报告页由另一版本绘制，未重画比较；清单约束它"
        yield Line(
            RECOMPUTE, NOTE, zh, "the pages were drawn by another version, not drawn again; the manifest binds them"
        )
        return
    keys = {key: root / sheet_path(key) for key in sheet_keys([hour.id for hour in sealed.hours])}
    spoken, pages = drawn_again(sealed, {key: path.read_bytes() for key, path in keys.items() if path.is_file()})
    wrong = [REPORT_JSON] if json.loads(_text(root / REPORT_JSON)) != json.loads(json.dumps(spoken)) else []
    wrong += [REPORT_HTML] if _text(root / REPORT_HTML).encode() not in pages else []
    for name in wrong:
        yield Line(RECOMPUTE, BAD, f"{name} 不是由事实画出的", f"{name} is not what the facts draw")
    if not wrong:
        yield Line(RECOMPUTE, OK, "报告页由事实重画，逐字一致", "the pages drawn again from the facts are the same")


def _law(root: Path, sealed: ClassReport) -> Law:
    """The very text that the package was judged by; nobody else's copy of the document stands in for it."""
    none = root / "data/rulebook/none.json"
    finding = loads(Finding, _text(none)) if none.is_file() and not none.is_symlink() else None
    books = sorted((root / "data/rulebook").glob("*.toml"))
    if finding and not books:
        return law_again(sealed, None, finding)
    if len(books) != 1:
        raise InputError(f"data/rulebook: got {counted(len(books), 'rulebook')}, expected one")
    book = parse_sealed(_text(books[0]), books[0].name)
    if sealed.policy and sealed.policy.sha256 and sealed.policy.sha256 != book.sha256:
        raise InputError(
            f"data/rulebook/{books[0].name}: got the version {book.sha256[:12]}…, expected {sealed.policy.sha256[:12]}…,"
            " by which the facts were judged; that version is not at hand"
        )
    return law_again(sealed, book, finding)


def _text(path: Path) -> str:
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MOST_BYTES:
        raise InputError(f"{path.name}: got a missing, linked or oversized file, expected a file of the package")
    return path.read_bytes().decode()  # its very bytes: a digest of them is compared
