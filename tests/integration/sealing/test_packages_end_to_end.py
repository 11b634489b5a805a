"""Masked, identified, fetched and forged packages, each looked at by the three who may look: us, a stranger, and bagit."""

import base64
import io
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bagit
import pytest

from storage.evidence_log.keyring import KeyRing
from storage.sealing.examination import TAGMANIFEST
from tests.fixtures.folders import honest, xueshi
from tests.fixtures.forged_packages import resealed
from tests.fixtures.sealed_packages import SealingWorkspace, checked, copied, edited, faults, papers, relisted

VARIANTS = {
    "masked": (False, False, False),
    "masked, named": (False, True, False),
    "masked, stored": (False, True, True),
    "identified": (True, False, False),
    "identified, stored": (True, False, True),
    "identified, named": (True, True, False),
    "identified, named and stored": (True, True, True),
}


@dataclass(frozen=True)
class Variant:
    """One kind of package, the originals that it speaks of, and the head that was handed out with it."""

    package: Path
    originals: Path
    head: Path

    @property
    def fetched(self) -> list[list[str]]:
        """The lines of fetch.txt: address, size, path."""
        place = self.package / "fetch.txt"
        return [line.split(None, 2) for line in place.read_text("utf-8").splitlines()] if place.exists() else []


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers."""
    return papers(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module", params=VARIANTS)
def variant(
    request: pytest.FixtureRequest, bench: SealingWorkspace, tmp_path_factory: pytest.TempPathFactory
) -> Variant:
    """Each kind of package."""
    identified, without, stored = VARIANTS[request.param]
    base = tmp_path_factory.mktemp("variant")
    store = str(base / "store") if stored else ""
    made = bench.seal(base / "out", identified=identified, without_originals=without, store=store)
    return Variant(made.packages[0], bench.folder, made.head_file)


def test_it_checks_with_the_originals_the_head_and_a_second_judgement(variant: Variant) -> None:
    found = checked(variant.package, originals=variant.originals, heads=variant.head, recompute=True)
    assert found.sound, [line.en for line in found.lines]
    assert any(re.fullmatch(r"\d originals are (the same byte for byte|in the package)", one.en) for one in found.lines)


def test_a_stranger_with_python_alone_can_check_it(variant: Variant, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", "verify.py", "--heads", str(variant.head)]
    place = copied(variant.package, tmp_path / "mailed")
    done = subprocess.run(command, capture_output=True, check=False, cwd=place, env={})  # noqa: S603 - the package's own verifier
    assert done.returncode == 0, done.stdout.decode()
    assert not list(place.rglob("__pycache__"))


def test_the_library_of_congress_validates_it_unchanged_once_what_lies_elsewhere_is_fetched(
    variant: Variant, tmp_path: Path
) -> None:
    place = copied(variant.package, tmp_path / "bag")
    by_digest = {line.split()[0]: line.split(None, 1)[1] for line in manifest(place)}
    for address, size, path in variant.fetched:
        digest = re.split(r"[/?]", address)[3]
        assert by_digest[digest] == path
        source = next(one for one in variant.originals.iterdir() if one.is_file() and digest_is(one, digest))
        assert source.stat().st_size == int(size)
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place / path)
    bagit.Bag(str(place)).validate()
    assert faults(place) == []


def manifest(package: Path) -> list[str]:
    return (package / "manifest-sha256.txt").read_text("utf-8").splitlines()


def digest_is(path: Path, digest: str) -> bool:
    return checked_sha256(path) == digest


def checked_sha256(path: Path) -> str:
    done = subprocess.run(["sha256sum", str(path)], capture_output=True, check=True)  # noqa: S603, S607 - a second opinion
    return done.stdout.split()[0].decode()


def test_every_original_is_named_with_digest_size_version_and_retention(variant: Variant) -> None:
    listed = json.loads((variant.package / "data/originals.json").read_text("utf-8"))
    assert listed["originals"]
    for entry in listed["originals"]:
        assert re.fullmatch(r"[0-9a-f]{64}", entry["sha256"])
        assert entry["size_bytes"] > 0
        assert "version_id" in entry
        assert bool(entry["retain_until"]) == (listed["store"]["enforcement"] != "none")


NEEDED = {
    "README.md",
    "bag-info.txt",
    "bagit.txt",
    "data/facts.json",
    "data/originals.json",
    "data/report/report.html",
    "data/report/report.json",
    "data/settings.json",
    "data/verdicts.jsonl",
    "log/heads.json",
    "log/keys.json",
    "log/leaves.jsonl",
    "manifest-sha256.txt",
    "signature.json",
    "tagmanifest-sha256.txt",
    "verify.py",
}


def test_nothing_that_a_package_promises_is_missing(variant: Variant) -> None:
    names = {path.relative_to(variant.package).as_posix() for path in variant.package.rglob("*") if path.is_file()}
    assert names >= NEEDED
    assert any(re.fullmatch(r"data/rulebook/.+\.toml", name) for name in names)
    settings = json.loads((variant.package / "data/settings.json").read_text("utf-8"))
    assert {"python", "av", "opencv", "numpy", "engine"} <= set(settings["versions"])
    assert settings["senses"][0]["name"] == "centerface"
    info = (variant.package / "bag-info.txt").read_text("utf-8")
    assert f"Xueshi-Masked: {'yes' if settings['masked'] else 'no'}" in info
    readme = (variant.package / "README.md").read_text("utf-8")
    assert "证据包" in readme
    assert "Evidence package" in readme


def test_a_changed_original_is_found_wherever_it_lies(variant: Variant, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(variant.originals, tmp_path / "originals"))
    (folder / "课表.xlsx").write_bytes((folder / "课表.xlsx").read_bytes()[::-1])
    found = faults(variant.package, originals=folder)
    inside = (variant.package / "data/originals").is_dir()
    assert (found == []) if inside else any("课表.xlsx" in fault for fault in found)


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every name and every byte, those within archives too."""
    for path in sorted(folder.rglob("*")):
        yield path.name, path.name.encode()
        if path.is_file():
            yield from within(path.name, path.read_bytes())


def within(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    yield name, body
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            for entry in archive.infolist():
                yield entry.filename, entry.filename.encode()
                yield from within(entry.filename, archive.read(entry))


def people_found(bench: SealingWorkspace, package: Path) -> set[str]:
    told = set()
    for person in bench.people:
        words = {person.name, person.id_number.digits}
        spelled = {word: [word.encode(), json.dumps(word).strip('"').encode()] for word in words}
        for _, body in everything(package):
            told |= {word for word, ways in spelled.items() if any(way in body for way in ways)}
    return told


def test_no_full_name_and_no_full_number_is_anywhere_in_a_masked_package(
    variant: Variant, bench: SealingWorkspace
) -> None:
    masked = json.loads((variant.package / "data/settings.json").read_text("utf-8"))["masked"]
    told = people_found(bench, variant.package)
    if masked:
        assert told == set()
    else:
        assert {person.id_number.digits for person in bench.people} <= told  # so the search can find them


@dataclass(frozen=True)
class Forger:
    """Whoever holds the package and the key, but not the head that was handed out."""

    bench: SealingWorkspace
    package: Path

    def sign(self) -> None:
        """Every manifest made to fit, under the institution's own key."""
        relisted(self.package, self.bench.ring.signer())


@pytest.fixture
def forger(bench: SealingWorkspace, tmp_path: Path) -> Forger:
    return Forger(bench, copied(bench.seal(tmp_path / "out", identified=True).packages[0], tmp_path / "forged"))


def test_a_verdict_changed_under_the_institutions_own_key_is_not_in_the_log(forger: Forger) -> None:
    place = forger.package / "data/verdicts.jsonl"
    place.write_bytes(place.read_bytes().replace(b"UNPROVEN", b"PASS").replace(b'"FAIL"', b'"PASS"'))
    forger.sign()
    assert any("are not in the log" in fault for fault in faults(forger.package))
    assert any("differs from data/facts.json" in fault for fault in faults(forger.package, recompute=True))


def test_a_report_that_says_something_else_than_the_facts_is_found_by_judging_again(forger: Forger) -> None:
    def passed(body: dict[str, list[dict[str, str]]]) -> None:
        for hour in body["hours"]:
            hour["status"] = "PASS"

    edited(forger.package / "data/report/report.json", passed)
    forger.sign()
    assert any("says other verdicts than" in fault for fault in faults(forger.package, recompute=True))


def test_an_original_exchanged_under_the_institutions_own_key_has_two_digests(forger: Forger) -> None:
    (forger.package / "data/originals/课表.xlsx").write_bytes(b"another timetable")
    forger.sign()
    assert "课表.xlsx has two digests" in faults(forger.package)


def test_a_verifier_that_was_exchanged_is_told_by_ours(forger: Forger) -> None:
    (forger.package / "verify.py").write_text("print('✓ 证据包完好')\n", "utf-8")
    assert any("verify.py was changed" in fault for fault in faults(forger.package))


def test_the_tagmanifest_removed_together_with_its_signature_is_no_package_any_more(forger: Forger) -> None:
    (forger.package / TAGMANIFEST).unlink()
    (forger.package / "signature.json").unlink()
    assert len(faults(forger.package)) >= 2


@pytest.mark.slow
def test_no_unmasked_face_is_in_a_default_package(tmp_path: Path) -> None:
    folder, words = honest(tmp_path / "class"), ("--progress", "none")
    run = {"cache": tmp_path / "cache", "home": tmp_path / "home"}
    assert xueshi("keys", "init", **run).code == 0
    for name, more in (("masked", ()), ("identified", ("--identified", "--without-originals"))):
        assert xueshi("seal", folder, "--out", tmp_path / name, *more, *words, **run).code == 0
    pictures = {name: pictures_of(tmp_path / name) for name in ("masked", "identified")}
    assert set(pictures["masked"]) == set(pictures["identified"]) != set()
    for name, picture in pictures["masked"].items():
        assert picture != pictures["identified"][name]
    shown = re.findall(r"data:image/\w+;base64,([A-Za-z0-9+/=]+)", page_of(tmp_path / "masked"))
    assert shown
    assert {base64.b64decode(one) for one in shown} <= set(pictures["masked"].values())


@pytest.mark.slow
def test_two_pictures_exchanged_under_the_institutions_own_key_are_not_in_the_log(tmp_path: Path) -> None:
    folder, run = honest(tmp_path / "class"), {"cache": tmp_path / "cache", "home": tmp_path / "home"}
    assert xueshi("keys", "init", **run).code == 0
    assert xueshi("seal", folder, "--out", tmp_path / "out", "--progress", "none", **run).code == 0
    (package,) = (path for path in (tmp_path / "out").iterdir() if path.is_dir())
    first, second = sorted((package / "data/sheets").glob("*.jpg"))[:2]
    one, other = first.read_bytes(), second.read_bytes()
    assert one != other
    first.write_bytes(other)
    second.write_bytes(one)
    resealed(package, KeyRing(tmp_path / "home/.local/share/xueshi/keys").signer())
    assert any("manifest-sha256.txt is not in the log" in fault for fault in faults(package))


def pictures_of(out: Path) -> dict[str, bytes]:
    """Every picture in the one package, by name; there is none outside ``sheets``."""
    package = next(path for path in out.iterdir() if path.is_dir())
    found = [path for path in package.rglob("*") if path.is_file() and path.read_bytes()[:2] in {b"\xff\xd8", b"\x89P"}]
    assert {path.parent.name for path in found} == {"sheets"}
    return {path.name: path.read_bytes() for path in found}


def page_of(out: Path) -> str:
    package = next(path for path in out.iterdir() if path.is_dir())
    return (package / "data/report/report.html").read_text("utf-8")
