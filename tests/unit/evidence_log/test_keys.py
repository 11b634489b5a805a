import json
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from storage.evidence_log.errors import LogInputError, LogSetupError
from storage.evidence_log.keyring import MASK, RING, KeyEntry, KeyRing, load_signer
from storage.evidence_log.signature import PublicKey
from storage.sealing.seal_examination import MOST_KEYS, vouched_keys

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def vouched(*entries: KeyEntry) -> list[bool | None]:
    """What a package's own check says of each key in the list."""
    return [good for _, _, good in vouched_keys([entry.plain() for entry in entries])]


def test_private_files_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    entry = ring.init(NOW)
    for name in (f"{entry.public.key_id}.pem", MASK):
        assert stat.S_IMODE((ring.root / name).stat().st_mode) == 0o600
    assert len(ring.mask_key()) == 32


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    before = ring.init(NOW)
    with pytest.raises(LogSetupError, match="rotate"):
        ring.init(NOW)
    ring.rotate(NOW + timedelta(days=1))
    assert ring.entries()[0] == before
    assert load_signer(ring.root / f"{before.public.key_id}.pem").public == before.public


def test_every_key_but_the_first_is_vouched_for_by_the_one_before(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.init(NOW)
    ring.rotate(NOW + timedelta(days=1))
    ring.rotate(NOW + timedelta(days=2))
    one, two, three = ring.entries()
    assert ring.signer().public == three.public
    assert vouched(one, two, three) == [True, True, True]
    assert vouched(one, three) == [True, False]
    assert vouched(two, three) == [False]
    assert vouched(one, replace(two, since=NOW), three) == [True, False]
    assert vouched(one, replace(two, voucher=three.voucher), three) == [True, False]


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    path = ring.root / f"{ring.init(NOW).public.key_id}.pem"
    path.chmod(0o644)
    with pytest.raises(LogSetupError, match="chmod 600"):
        ring.signer()


def test_the_mask_stays_when_the_key_changes_so_that_people_can_still_be_matched(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.init(NOW)
    before = ring.mask_key()
    ring.rotate(NOW)
    assert ring.mask_key() == before


def test_without_a_key_the_message_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(LogSetupError, match="xueshi keys init"):
        KeyRing(tmp_path / "none").signer()


def test_a_file_that_is_no_ed25519_key_is_refused_by_name(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name, data, says in (("ec.pem", other, "another algorithm"), ("text.pem", b"hello", "no private key")):
        path = tmp_path / name
        path.write_bytes(data)
        path.chmod(0o600)
        with pytest.raises(LogInputError, match=says):
            load_signer(path)


def test_an_algorithm_that_is_not_built_in_proves_nothing() -> None:
    assert not PublicKey("sm2", b"x" * 32).accepts(b"message", b"y" * 64)


def test_a_ring_stops_where_a_verifier_would_stop_following(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys")
    ring.init(NOW)
    listed = json.loads((ring.root / RING).read_text("utf-8"))
    (ring.root / RING).write_text(json.dumps({**listed, "keys": listed["keys"] * MOST_KEYS}), "utf-8")
    with pytest.raises(LogSetupError, match="expected fewer than 256"):
        ring.rotate(NOW)
