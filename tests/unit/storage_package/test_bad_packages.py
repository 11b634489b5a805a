"""A package under check is a stranger's: every spoilt one is named in plain words, and nothing in it is believed."""

import json
import os
import shutil
import stat
import struct
import subprocess
import sys
import warnings
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from facts.errors import InputError
from runtime.clock import now
from storage.log.keyring import KeyRing
from storage.package.verifier import MANIFEST, SIGNATURE, TAGMANIFEST
from tests.fixtures.disks import tiny_disk
from tests.fixtures.folders import ROOT
from tests.fixtures.sealed import Bench, checked, copied, edited, faults, papers, relisted

Spoil = Callable[[Path], None]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """A class of papers."""
    return papers(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def sealed(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with its originals."""
    return bench.seal(tmp_path_factory.mktemp("out"), identified=True).packages[0]


@pytest.fixture
def package(sealed: Path, tmp_path: Path) -> Path:
    """The same, free to be spoilt."""
    return copied(sealed, tmp_path / "package")


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


def test_a_package_whose_key_was_replaced_throughout_is_caught_by_the_kept_head_or_fingerprint(
    package: Path, bench: Bench, tmp_path: Path
) -> None:
    kept = next(sealed_heads(bench))
    forger = KeyRing(tmp_path / "forger")
    entry = forger.init(now())
    edited(package / "log/keys.json", lambda body: body.update(keys=[entry.plain()]))
    relisted(package, forger.signer())
    assert "it was replaced" in " ".join(faults(package))
    head = json.loads((package / "log/heads.json").read_text("utf-8"))["heads"][-1]
    forged = resigned(head, forger)
    edited(package / "log/heads.json", lambda body: body.update(heads=[forged], consistency=[]))
    relisted(package, forger.signer())
    assert faults(package) == []  # by itself it holds: only what was kept elsewhere tells
    assert "the package's key is not the head's: replaced" in faults(package, heads=kept)
    assert any("fingerprint" in fault for fault in faults(package, key=bench.ring.entries()[0].public.key_id))


def sealed_heads(bench: Bench) -> "filter[Path]":
    out = bench.home.parent / "heads"
    bench.seal(out)
    return filter(Path.is_file, sorted(out.glob("树头-*.json")))


def resigned(head: dict[str, object], ring: KeyRing) -> dict[str, object]:
    from_head = {name: head[name] for name in ("log_id", "size", "root", "at")}
    signer = ring.signer()
    body = {**from_head, "algorithm": signer.public.algorithm, "public_key": signer.public.raw.hex()}
    spelled = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    signature = signer.sign(b"xueshi.head/1\n" + spelled).hex()
    return {"schema": "xueshi.head/1", **body, "signature": signature}


def test_after_a_rotation_old_and_new_packages_hold_against_one_head(tmp_path: Path) -> None:
    bench = papers(tmp_path)
    old = bench.seal(tmp_path / "old").packages[0]
    bench.ring.rotate(now() + timedelta(seconds=1))
    made = bench.seal(tmp_path / "new")
    assert faults(made.packages[0], heads=tmp_path / "old" / next((tmp_path / "old").glob("树头-*.json")).name) == []
    assert faults(made.packages[0], heads=made.head_file) == []
    assert "replaced" in " ".join(faults(old, heads=made.head_file))  # the old package cannot know the new key


def zipped(package: Path, place: Path) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(package.rglob("*")):
            archive.write(path, path.relative_to(package.parent))
    return place


def test_a_zip_of_a_package_is_checked_like_its_folder(package: Path, tmp_path: Path) -> None:
    assert checked(zipped(package, tmp_path / "good.zip"), recompute=True).sound
    changed(package)
    assert not checked(zipped(package, tmp_path / "bad.zip")).sound


def test_a_zip_bomb_is_refused_before_a_byte_is_unpacked(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("bagit.txt", "w") as file,
    ):
        for _ in range(128):
            file.write(bytes(1 << 20))
    with pytest.raises(InputError, match="ZIP bomb"):
        checked(bomb)


def test_a_zip_that_understates_its_size_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "liar.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bagit.txt", bytes(1 << 16))
    data = place.read_bytes()
    place.write_bytes(data.replace(struct.pack("<I", 1 << 16), struct.pack("<I", 10)))
    with pytest.raises(InputError, match="damaged ZIP"):
        checked(place)


@pytest.mark.parametrize("name", ["../out", "/etc/x", "a\\..\\b", "C:evil", "a/./b", "~x"])
def test_a_zip_that_leads_outside_is_refused_whole(name: str, tmp_path: Path) -> None:
    place = tmp_path / "climb.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("bagit.txt", "x")
        archive.writestr(zipfile.ZipInfo(name), "x")
    with pytest.raises(InputError, match="leads outside"):
        checked(place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["climb.zip"]


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "link.zip"
    entry = zipfile.ZipInfo("data/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="is a link"):
        checked(place)


def raw(place: Path, *entries: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(name, body)
    return place


def test_a_zip_within_a_zip_is_not_opened(package: Path, tmp_path: Path) -> None:
    inner = zipped(package, tmp_path / "inner.zip")
    with pytest.raises(InputError, match=r"a ZIP without bagit\.txt"):
        checked(raw(tmp_path / "outer.zip", ("inner.zip", inner.read_bytes())))


def test_entries_that_share_their_bytes_are_refused_as_a_bomb(tmp_path: Path) -> None:
    """The overlapping bomb of Fifield (2019): many names, one body, and no entry that looks odd by itself."""
    place = raw(tmp_path / "overlap.zip", ("bagit.txt", b"x" * 5000), ("data/a", b"y" * 5000))
    data = bytearray(place.read_bytes())
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 4)
    data[second + 42 : second + 46] = data[first + 42 : first + 46]  # the second name leads to the first body
    place.write_bytes(data)
    with pytest.raises(InputError, match="shares its bytes with another"):
        checked(place)


def test_a_body_that_runs_into_the_next_entry_is_refused(tmp_path: Path) -> None:
    place = raw(tmp_path / "quoted.zip", ("bagit.txt", b"x" * 50), ("data/a", b"y" * 50))
    data = bytearray(place.read_bytes())
    first = data.index(b"PK\x01\x02")
    data[first + 20 : first + 24] = struct.pack("<I", 100)  # its packed size now covers the next header
    place.write_bytes(data)
    with pytest.raises(InputError, match="shares its bytes with another"):
        checked(place)


@pytest.mark.parametrize("claimed", [10, (1 << 32) - 2])
def test_a_zip_that_lies_about_its_size_is_refused(claimed: int, tmp_path: Path) -> None:
    place = raw(tmp_path / "liar.zip", ("bagit.txt", bytes(1 << 16)))
    data = place.read_bytes()
    place.write_bytes(data.replace(struct.pack("<I", 1 << 16), struct.pack("<I", claimed)))
    with pytest.raises(InputError, match=r"damaged ZIP|ZIP bomb"):
        checked(place)


@pytest.mark.parametrize("names", [("bagit.txt", "bagit.txt"), ("bagit.txt", "BagIt.TXT"), ("data/A", "data/a")])
def test_one_name_twice_is_refused(names: tuple[str, str], tmp_path: Path) -> None:
    place = tmp_path / "twice.zip"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the writer itself warns
        raw(place, *((name, b"x") for name in names))
    with pytest.raises(InputError, match="some of one name"):
        checked(place)


def test_a_name_with_a_nul_in_it_is_refused(tmp_path: Path) -> None:
    place = raw(tmp_path / "nul.zip", ("bagit.txt", b"x"), ("data/evilXtxt", b"x"))
    place.write_bytes(place.read_bytes().replace(b"data/evilXtxt", b"data/evil\0txt"))
    with pytest.raises(InputError, match="a link, encrypted or leads outside"):
        checked(place)


@pytest.mark.parametrize(
    "names", [("n" * 300,), ("/".join(["d" * 200] * 30),), ("data", "data/a")], ids=["long", "deep", "file and folder"]
)
def test_names_that_no_disk_takes_are_told(names: tuple[str, ...], tmp_path: Path) -> None:
    place = raw(tmp_path / "long.zip", *((name, b"x") for name in names))
    with pytest.raises(InputError, match="an entry that cannot be a file here"):
        checked(place)


def test_a_disk_that_is_full_while_unpacking_is_told(package: Path, tmp_path: Path) -> None:
    place = zipped(package, tmp_path / "good.zip")
    with tiny_disk(tmp_path / "disk", "size=64k") as disk:
        words = [sys.executable, "-m", "cli.main", "check", str(place)]
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(disk), "LANG": "C.UTF-8"}
        done = subprocess.run(words, capture_output=True, check=False, env=env, cwd=ROOT)  # noqa: S603 - our own command
        assert done.returncode == 69
        assert "free some space or set TMPDIR" in done.stderr.decode()
        assert list(disk.iterdir()) == []


def test_a_package_behind_a_link_is_the_package_and_a_link_to_nowhere_is_none(package: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(package)
    assert checked(tmp_path / "link").sound
    changed(package)
    assert not checked(tmp_path / "link").sound
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="no package"):
        checked(tmp_path / "dangling")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"a":' * 50_000, b'{"heads": [{}]}', b'{"heads": [{"size": "5"}]}', b"\xff"],
)
def test_a_file_of_kept_heads_that_is_none_is_told_and_nothing_is_believed(
    body: bytes, package: Path, tmp_path: Path
) -> None:
    (tmp_path / "heads.json").write_bytes(body)
    found = faults(package, heads=tmp_path / "heads.json")
    assert any("cannot be read" in fault or "holds no head" in fault for fault in found), found


@pytest.mark.parametrize(
    "name", ["data/facts.json", "data/verdicts.jsonl", "data/originals.json", "log/keys.json", "signature.json"]
)
@pytest.mark.parametrize("body", [b"[" * 100_000, b"null", b'"x"', b"{}"], ids=["deep", "null", "text", "empty"])
def test_json_of_another_shape_breaks_nothing_and_is_never_believed(
    name: str, body: bytes, package: Path, bench: Bench
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
