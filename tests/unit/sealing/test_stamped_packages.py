"""A package whose heads were stamped: what a stranger is told, with a root that he trusts and without one."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import bagit
import pytest

from runtime.evidence_log.time_stamps import Authority as Asked
from runtime.platform.clock import now
from storage.sealing.examination import STAMPS, Line
from tests.fixtures.folders import xueshi
from tests.fixtures.sealed_packages import SealingWorkspace, checked, copied, edited, faults, papers, relisted
from tests.fixtures.tsa import Authority, StampServer, openssl

pytestmark = pytest.mark.usefixtures("openssl_program")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A time stamping authority of our own."""
    return Authority.founded(tmp_path_factory.mktemp("tsa") / "own")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers."""
    return papers(tmp_path_factory.mktemp("bench"))


@pytest.fixture(scope="module")
def sealed(authority: Authority, bench: SealingWorkspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package whose head was stamped."""
    with StampServer(authority.answer) as server:
        made = bench.seal(tmp_path_factory.mktemp("out"), tsa=Asked(server.url, authority.root))
    assert made.stamp_faults == ()
    assert made.head_file.with_suffix(".tsr").is_file()
    return made.packages[0]


@pytest.fixture
def package(sealed: Path, tmp_path: Path) -> Path:
    """The same, free to be spoilt."""
    return copied(sealed, tmp_path / "package")


def stamps(package: Path, **asked: object) -> list[Line]:
    return [line for line in checked(package, **asked).lines if line.part.endswith("stamps")]


def test_with_a_trusted_root_the_stamp_is_checked_offline(sealed: Path, authority: Authority) -> None:
    (line,) = stamps(sealed, roots=authority.root)
    assert line.mark == "✓"
    assert "Test TSA" in line.en
    assert checked(sealed, roots=authority.root, recompute=True).sound


def test_without_a_root_it_is_only_noted_and_the_command_to_run_is_true(sealed: Path, authority: Authority) -> None:
    (line,) = stamps(sealed)
    assert line.mark == "!"
    assert "not checked against a trusted root here" in line.en
    words = (
        line.en.partition("run: openssl ")[2].replace("log/", f"{sealed}/log/").replace("ROOT.pem", str(authority.root))
    )
    assert b"Verification: OK" in openssl(*words.split())


def test_the_verifier_inside_says_that_it_did_not_check_the_signature(sealed: Path) -> None:
    command = [sys.executable, "-I", "-S", str(sealed / "verify.py"), "--lang", "en"]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the package's own verifier
    said = done.stdout.decode()
    assert done.returncode == 0, said
    assert "! head of" in said
    assert "not checked against a trusted root here, run: openssl ts -verify" in said


def test_the_list_of_stamps_says_who_stamped_and_the_bag_is_valid(sealed: Path) -> None:
    assert "Test TSA" in (sealed / STAMPS).read_text("utf-8")  # the label is bound before the head that is stamped
    assert bagit.Bag(str(sealed)).is_valid()


def test_the_next_package_carries_the_stamps_of_earlier_heads(
    sealed: Path, bench: SealingWorkspace, tmp_path: Path
) -> None:
    assert sealed.is_dir()
    made = bench.seal(tmp_path / "again")
    assert len(stamps(made.packages[0])) == 2  # of the package's head and of the one that was handed out
    assert made.stamp.en == "no time stamp (no --tsa was named)"


def test_another_root_vouches_for_nothing(sealed: Path, tmp_path: Path) -> None:
    stranger = Authority.founded(tmp_path / "stranger")
    (line,) = stamps(sealed, roots=stranger.root)
    assert line.mark == "✗"
    assert "its signature is not trusted" in line.en


def test_a_root_without_any_stamp_to_check_is_a_fault(authority: Authority, tmp_path: Path) -> None:
    plain = papers(tmp_path / "plain").seal(tmp_path / "out").packages[0]
    assert stamps(plain) == []
    assert "the package holds no time stamp" in faults(plain, roots=authority.root)


def test_a_stamp_of_something_else_in_its_place_is_told_even_under_a_new_signature(
    package: Path, authority: Authority, bench: SealingWorkspace
) -> None:
    (package / "log/stamps/000.tsr").write_bytes(authority.answer(authority.query(b"something else")))
    relisted(package, bench.ring.signer())
    assert "log/stamps/000.tsr stamps no head of this package" in faults(package)


@pytest.mark.parametrize("name", ["../../etc/passwd", "log/stamps/000.tsr; reboot", "log/heads.json", "", 5, None])
def test_a_name_that_could_lead_elsewhere_or_into_a_shell_is_not_believed(
    name: object, package: Path, bench: SealingWorkspace
) -> None:
    edited(package / STAMPS, lambda body: body["stamps"][0].update(file=name))
    relisted(package, bench.ring.signer())
    assert faults(package)
    assert not any("openssl ts" in line.en for line in stamps(package))


@pytest.mark.parametrize("body", [b"", b"\x30\x80", b"<html>", b"\x30\x84\xff\xff\xff\xff", b"0" * 70_000])
def test_bytes_that_are_no_stamp_are_named(body: bytes, package: Path, bench: SealingWorkspace) -> None:
    (package / "log/stamps/000.tsr").write_bytes(body)
    relisted(package, bench.ring.signer())
    assert any("is no time stamp" in fault for fault in faults(package))


def test_a_head_that_claims_to_be_later_than_its_stamp_is_a_fault(
    package: Path, authority: Authority, bench: SealingWorkspace
) -> None:
    head = json.loads((package / "log/heads.json").read_text("utf-8"))["heads"][-1]
    head["at"] = f"{now() + timedelta(days=900):%Y-%m-%dT%H:%M:%S}.000Z"
    spelled = json.dumps(head, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    edited(package / "log/heads.json", lambda body: body["heads"].__setitem__(-1, head))
    (package / "log/stamps/000.tsr").write_bytes(authority.answer(authority.query(spelled)))
    relisted(package, bench.ring.signer())
    assert any("claims to be later than its own stamp" in fault for fault in faults(package))


def test_an_authority_that_fails_is_said_loudly_and_the_package_is_whole(tmp_path: Path) -> None:
    bench = papers(tmp_path / "bench")  # of its own: a log whose earlier heads were stamped hands those stamps on
    with StampServer(lambda _: b"<html>", kind="text/html") as server:
        made = bench.seal(tmp_path / "out", tsa=Asked(server.url))
        assert server.asked == 1  # whoever failed is not asked again
    assert "no time stamp: http" in made.stamp.en
    assert "text/html" in " ".join(made.stamp_faults)
    assert not (made.packages[0] / STAMPS).exists()
    assert checked(made.packages[0], recompute=True).sound


def test_the_command_stamps_the_newest_head_and_lists_it(
    authority: Authority, bench: SealingWorkspace, tmp_path: Path
) -> None:
    bench.seal(tmp_path / "out")
    log, keys = ("--db", f"sqlite:///{bench.home}/xueshi.db"), tmp_path / "cache"
    with StampServer(authority.answer) as server:
        asked = ("--tsa", server.url, "--tsa-ca", authority.root, "--out", tmp_path / "head.tsr", "--lang", "en")
        ran = xueshi("log", "stamp", *log, *asked, cache=keys, home=tmp_path / "home")
    assert ran.code == 0, ran
    assert "stamped by Test TSA" in ran.out
    assert (tmp_path / "head.tsr").read_bytes()
    shown = xueshi("log", "heads", *log, "--lang", "en", cache=keys, home=tmp_path / "home")
    assert "stamped" in shown.out
    assert shown.out.count(f"{now():%Y}") > 0
    nobody = xueshi("log", "stamp", *log, cache=keys, home=tmp_path / "home")
    assert nobody.code == 69
    assert "--tsa" in nobody.err
