"""SM2 through OpenSSL behind the same port as Ed25519: made, rotated, vouched for, and never half-believed."""

import json
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.head import HeadFile, sign_head
from storage.evidence_log.keyring import KeyRing, load_signer
from storage.evidence_log.signature import PublicKey
from storage.sealing.seal_examination import vouched_keys
from tests.fixtures.paths import ROOT
from tests.fixtures.sealed_packages import SealingWorkspace, checked, faults, papers
from tests.fixtures.tsa import openssl

pytestmark = pytest.mark.usefixtures("openssl_program")

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    ring = KeyRing(tmp_path_factory.mktemp("keys") / "keys")
    ring.init(NOW, "sm2")
    return ring


def test_a_key_is_made_private_and_named_by_its_algorithm(ring: KeyRing) -> None:
    entry = ring.entries()[0]
    assert entry.public.algorithm == "sm2"
    assert stat.S_IMODE((ring.root / f"{entry.public.key_id}.pem").stat().st_mode) == 0o600
    assert load_signer(ring.root / f"{entry.public.key_id}.pem").public == entry.public


def test_the_head_names_sm2_and_is_read_back_sound(ring: KeyRing) -> None:
    head = sign_head(ring.signer(), "log", 3, bytes(32), NOW)
    again = HeadFile.from_bytes(HeadFile((head,)).to_bytes()).heads[0]
    assert again.plain()["algorithm"] == "sm2"
    assert again.sound


def test_openssl_agrees_with_our_signature_under_the_published_public_key(ring: KeyRing, tmp_path: Path) -> None:
    signer = ring.signer()
    (tmp_path / "sig").write_bytes(signer.sign(b"hello"))
    key = ring.root / f"{signer.public.key_id}.pub.pem"
    way = ("-rawin", "-digest", "sm3", "-pkeyopt", "distid:1234567812345678")
    said = openssl("pkeyutl", "-verify", "-pubin", "-inkey", key, *way, "-sigfile", tmp_path / "sig", given=b"hello")
    assert b"Verified Successfully" in said


def test_another_message_key_or_signature_is_refused(ring: KeyRing, tmp_path: Path) -> None:
    signer = ring.signer()
    good = signer.sign(b"hello")
    other = KeyRing(tmp_path / "other").init(NOW, "sm2").public
    bent = good[:-1] + bytes([good[-1] ^ 1])
    assert signer.public.accepts(b"hello", good)
    assert not signer.public.accepts(b"hello!", good)
    assert not other.accepts(b"hello", good)
    assert not signer.public.accepts(b"hello", bent)
    assert not signer.public.accepts(b"hello", b"")
    assert not PublicKey("ed25519", signer.public.raw).accepts(b"hello", good)


def test_a_signature_by_ed25519_passes_for_none_by_sm2(ring: KeyRing, tmp_path: Path) -> None:
    other = KeyRing(tmp_path / "other")
    other.init(NOW)
    assert not ring.signer().public.accepts(b"hello", other.signer().sign(b"hello"))


def test_the_chain_of_vouchers_holds_across_algorithms(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.init(NOW)
    ring.rotate(NOW + timedelta(days=1), "sm2")
    ring.rotate(NOW + timedelta(days=2))
    ring.rotate(NOW + timedelta(days=3), "ed25519")
    entries = ring.entries()
    assert [entry.public.algorithm for entry in entries] == ["ed25519", "sm2", "sm2", "ed25519"]
    listed = [entry.plain() for entry in entries]
    assert [good for _, _, good in vouched_keys(listed)] == [True, True, True, True]
    assert [good for _, _, good in vouched_keys([listed[0], *listed[2:]])] == [True, False]


def test_an_algorithm_that_nobody_knows_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(LogInputError, match="expected one of ed25519, sm2"):
        KeyRing(tmp_path / "keys").init(NOW, "rot13")
    assert not (tmp_path / "keys").exists()


def test_without_openssl_the_message_says_what_is_missing_and_nothing_is_believed(
    ring: KeyRing, tmp_path: Path
) -> None:
    head = sign_head(ring.signer(), "log", 3, bytes(32), NOW)
    place = tmp_path / "head.json"
    place.write_bytes(HeadFile((head,)).to_bytes())
    code = (
        "from pathlib import Path; from storage.evidence_log.head import HeadFile; "
        f"print(HeadFile.from_bytes(Path({str(place)!r}).read_bytes()).heads[0].sound)"
    )
    done = without_openssl("-c", code, path=tmp_path)
    assert done.returncode != 0
    assert "install openssl" in done.stderr.decode()
    assert b"True" not in done.stdout


def without_openssl(*words: object, path: Path) -> subprocess.CompletedProcess[bytes]:
    """Python in a world whose path holds no program at all."""
    env = {"PATH": str(path), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, capture_output=True, check=False, env=env)  # noqa: S603 - our own words


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers whose institution went over to SM2."""
    bench = papers(tmp_path_factory.mktemp("bench"))
    bench.ring.rotate(datetime.now(UTC), "sm2")
    return bench


def test_a_package_sealed_after_going_over_to_sm2_checks_here_and_alone(
    bench: SealingWorkspace, tmp_path: Path
) -> None:
    made = bench.seal(tmp_path / "out")
    package = made.packages[0]
    assert checked(package, recompute=True, heads=made.head_file).sound
    assert json.loads((package / "signature.json").read_text("utf-8"))["algorithm"] == "sm2"
    command = [sys.executable, "-I", "-S", str(package / "verify.py")]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - the package's own verifier
    assert done.returncode == 0, done.stdout.decode()
    (package / "signature.json").write_bytes((package / "signature.json").read_bytes().replace(b"30", b"31"))
    assert faults(package)


def test_the_verifier_inside_never_calls_an_sm2_signature_good_that_it_could_not_check(
    bench: SealingWorkspace, tmp_path: Path
) -> None:
    package = bench.seal(tmp_path / "out").packages[0]
    done = without_openssl("-I", "-S", package / "verify.py", "--lang", "en", path=tmp_path)
    said = done.stdout.decode()
    assert done.returncode == 30
    assert "✗ the seal: SM2 needs OpenSSL 3 on this machine, not checked" in said
    assert "✓ the seal" not in said


def test_a_program_called_openssl_beside_the_package_is_not_run(bench: SealingWorkspace, tmp_path: Path) -> None:
    package = bench.seal(tmp_path / "out").packages[0]
    trap = package / "openssl"
    trap.write_text("#!/bin/sh\necho Signature Verified Successfully\n")
    trap.chmod(0o755)
    env = {"PATH": f".:{package}", "LANG": "C.UTF-8"}
    command = [sys.executable, "-I", "-S", "verify.py", "--lang", "en"]
    done = subprocess.run(command, capture_output=True, check=False, env=env, cwd=package)  # noqa: S603 - the package's own verifier
    assert done.returncode == 30
    assert "the seal: SM2 needs OpenSSL 3" in done.stdout.decode()


def test_a_key_that_openssl_cannot_read_is_named(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    path = ring.root / f"{ring.init(NOW, 'sm2').public.key_id}.pem"
    body = path.read_text().splitlines()
    path.write_text("\n".join([body[0], body[1][:44] + "AAAA", *body[2:]]))
    with pytest.raises((LogInputError, LogSetupError)):
        ring.signer().sign(b"hello")
