"""A head that was kept elsewhere catches what a package alone cannot tell of itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from runtime.platform.clock import now
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.forged_packages import forged
from tests.fixtures.sealed_packages import SealingWorkspace, edited, faults, papers, relisted


def test_a_package_whose_key_was_replaced_throughout_is_caught_by_the_kept_head_or_fingerprint(
    package: Path, bench: SealingWorkspace, tmp_path: Path
) -> None:
    kept = next(sealed_heads(bench))
    forger = KeyRing(tmp_path / "forger")
    entry = forger.init(now())
    edited(package / "log/keys.json", lambda body: body.update(keys=[entry.plain()]))
    relisted(package, forger.signer())
    assert "it was replaced" in " ".join(faults(package))
    forged(package, bench, forger.signer())
    assert faults(package) == []  # by itself it holds: only what was kept elsewhere tells
    assert "the package's key is not the head's: replaced" in faults(package, heads=kept)
    assert any("fingerprint" in fault for fault in faults(package, key=bench.ring.entries()[0].public.key_id))


def sealed_heads(bench: SealingWorkspace) -> "filter[Path]":
    out = bench.home.parent / "heads"
    bench.seal(out)
    return filter(Path.is_file, sorted(out.glob("树头-*.json")))


def test_after_a_rotation_old_and_new_packages_hold_against_one_head(tmp_path: Path) -> None:
    bench = papers(tmp_path)
    old = bench.seal(tmp_path / "old").packages[0]
    bench.ring.rotate(now() + timedelta(seconds=1))
    made = bench.seal(tmp_path / "new")
    assert faults(made.packages[0], heads=tmp_path / "old" / next((tmp_path / "old").glob("树头-*.json")).name) == []
    assert faults(made.packages[0], heads=made.head_file) == []
    assert "replaced" in " ".join(faults(old, heads=made.head_file))  # the old package cannot know the new key


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
