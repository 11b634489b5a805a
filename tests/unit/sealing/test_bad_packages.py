"""A package under check is a stranger's: every spoilt one is named in plain words, and nothing in it is believed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facts.errors import InputError
from storage.sealing.examination import MANIFEST, SIGNATURE, TAGMANIFEST
from tests.fixtures.sealed_packages import SealingWorkspace, checked, edited, faults, relisted

Spoil = Callable[[Path], None]


def original(package: Path) -> Path:
    return package / "data/originals/课表.xlsx"


def changed(package: Path) -> None:
    body = bytearray(original(package).read_bytes())
    body[len(body) // 2] ^= 1
    original(package).write_bytes(body)


def cut(package: Path) -> None:
    original(package).write_bytes(original(package).read_bytes()[:-1])


def missing(package: Path) -> None:
    original(package).unlink()


def extra(package: Path) -> None:
    (package / "data" / "补充说明.txt").write_text("请相信我", "utf-8")


def extra_at_the_top(package: Path) -> None:
    (package / "sitecustomize.py").write_text("", "utf-8")


def manifest_changed(package: Path) -> None:
    changed(package)
    relisted_payload_only(package)


def relisted_payload_only(package: Path) -> None:
    tags = (package / TAGMANIFEST).read_bytes()
    relisted(package)
    (package / TAGMANIFEST).write_bytes(tags)


def both_manifests_changed(package: Path) -> None:
    changed(package)
    relisted(package)


def tagmanifest_removed(package: Path) -> None:
    (package / TAGMANIFEST).unlink()


def signature_removed(package: Path) -> None:
    (package / SIGNATURE).unlink()


def signature_emptied(package: Path) -> None:
    edited(package / SIGNATURE, lambda body: body.update(signature=""))


def signature_told_otherwise(package: Path) -> None:
    edited(package / SIGNATURE, lambda body: body.update(schema="xueshi.seal/1 "))


def signature_relined(package: Path) -> None:
    with (package / SIGNATURE).open("a") as file:
        file.write("\n")


def algorithm_of_nobody(package: Path) -> None:
    edited(package / SIGNATURE, lambda body: body.update(algorithm="none"))


def log_cut(package: Path) -> None:
    path = package / "log/leaves.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def log_gone(package: Path) -> None:
    (package / "log/leaves.jsonl").unlink()


def leaf_changed(package: Path) -> None:
    path = package / "log/leaves.jsonl"
    path.write_bytes(path.read_bytes().replace(b"UNPROVEN", b"PASS", 1).replace(b"FAIL", b"PASS", 1))


def head_grown(package: Path) -> None:
    edited(package / "log/heads.json", lambda body: body["heads"][-1].update(size=10**6))


def not_json(package: Path) -> None:
    (package / "log/heads.json").write_bytes(b"[" * 100_000)


def link_for_a_file(package: Path) -> None:
    aside = package.parent / "aside"
    shutil.copyfile(original(package), aside)
    original(package).unlink()
    original(package).symlink_to(aside)


def link_for_a_folder(package: Path) -> None:
    shutil.copytree(package / "data/originals", package.parent / "elsewhere")
    shutil.rmtree(package / "data/originals")
    (package / "data/originals").symlink_to(package.parent / "elsewhere")


def pipe(package: Path) -> None:
    os.mkfifo(package / "data" / "pipe")


def climbing_path(package: Path) -> None:
    with (package / MANIFEST).open("a") as file:
        file.write(f"{'0' * 64}  data/../../../etc/passwd\n")


def absolute_path(package: Path) -> None:
    with (package / MANIFEST).open("a") as file:
        file.write(f"{'0' * 64}  /etc/passwd\n")


def named_twice(package: Path) -> None:
    lines = (package / MANIFEST).read_text("utf-8").splitlines(keepends=True)
    (package / MANIFEST).write_text("".join([*lines, lines[0]]), "utf-8")


def fetched_from_nowhere(package: Path) -> None:
    (package / "fetch.txt").write_text("https://example.org/x 5 data/x\n", "utf-8")


def other_bagit(package: Path) -> None:
    (package / "bagit.txt").write_text("BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-16\n", "utf-8")


SPOILT: dict[Spoil, str] = {
    changed: "data/originals/课表.xlsx was changed",
    cut: "data/originals/课表.xlsx was changed",
    missing: "missing file data/originals/课表.xlsx",
    extra: "a file that nothing names: data/补充说明.txt",
    extra_at_the_top: "a file that nothing names: sitecustomize.py",
    manifest_changed: "manifest-sha256.txt was changed",
    both_manifests_changed: "tagmanifest-sha256.txt is not the one that was signed",
    tagmanifest_removed: "tagmanifest-sha256.txt is missing",
    signature_removed: "signature.json 不存在",
    signature_emptied: "the seal is not valid",
    signature_told_otherwise: "signature.json is not as it was written",
    signature_relined: "signature.json is not as it was written",
    algorithm_of_nobody: "unknown algorithm none, not checked",
    log_cut: "log/leaves.jsonl was changed",
    log_gone: "missing file log/leaves.jsonl",
    leaf_changed: "is not in the log",
    head_grown: "the head of 1000000 leaves",
    not_json: "cannot be read: RecursionError",
    link_for_a_file: "课表.xlsx is a link or a device",
    link_for_a_folder: "data/originals is a link or a device",
    pipe: "data/pipe is a link or a device",
    climbing_path: "data/../../../etc/passwd",
    absolute_path: "/etc/passwd",
    named_twice: "manifest-sha256.txt line",
    fetched_from_nowhere: "fetch.txt names what no manifest does",
    other_bagit: "bagit.txt does not declare BagIt 1.0",
}


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: one.__name__)
def test_a_spoilt_package_is_named_in_plain_words(spoil: Spoil, package: Path) -> None:
    spoil(package)
    found = faults(package)
    assert any(SPOILT[spoil] in fault for fault in found), found


@pytest.mark.parametrize("spoil", SPOILT, ids=lambda one: one.__name__)
def test_the_file_inside_the_package_says_the_same_alone(spoil: Spoil, package: Path) -> None:
    spoil(package)
    command = [sys.executable, "-I", str(package / "verify.py"), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False, cwd=package)  # noqa: S603 - the package's own verifier
    assert done.returncode == 30
    assert SPOILT[spoil] in done.stdout.decode()
    assert b"Traceback" not in done.stderr


def test_every_fault_is_told_at_once(package: Path) -> None:
    changed(package)
    extra(package)
    signature_removed(package)
    assert len(faults(package)) >= 3


def test_an_untouched_package_holds_alone_and_here(sealed: Path) -> None:
    assert checked(sealed, recompute=True).sound
    command = [sys.executable, "-I", str(sealed / "verify.py")]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)  # noqa: S603 - the package's own verifier
    assert done.returncode == 0, done.stdout.decode()


def test_a_package_behind_a_link_is_the_package_and_a_link_to_nowhere_is_none(package: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(package)
    assert checked(tmp_path / "link").sound
    changed(package)
    assert not checked(tmp_path / "link").sound
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no package"):
        checked(tmp_path / "dangling")


@pytest.mark.parametrize(
    "name", ["data/facts.json", "data/verdicts.jsonl", "data/originals.json", "log/keys.json", "signature.json"]
)
@pytest.mark.parametrize("body", [b"[" * 100_000, b"null", b'"x"', b"{}"], ids=["deep", "null", "text", "empty"])
def test_json_of_another_shape_breaks_nothing_and_is_never_believed(
    name: str, body: bytes, package: Path, bench: SealingWorkspace
) -> None:
    (package / name).write_bytes(body)
    if name != "signature.json":
        relisted(package, bench.ring.signer())  # even where its own institution signed it
    assert not checked(package, recompute=True).sound


def test_something_that_is_no_package_at_all_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_bytes(b"hello")
    with pytest.raises(InputError, match="damaged ZIP"):
        checked(tmp_path / "text.zip")
    with pytest.raises(InputError, match="no package"):
        checked(tmp_path / "nowhere")
    assert not checked(tmp_path).sound
