"""``xueshi demo`` ends with a sealed package that two checks believe, and touches nothing of the user's own."""

from pathlib import Path

import pytest

from runtime.demo.sealing import DEMO_HOME, seal_and_check
from runtime.platform.folders import REPORT_FOLDER
from runtime.verification.command import VerificationRequest, begin_verification, hash_inputs
from storage.sealing.examination import OK
from tests.fixtures.folders import xueshi
from tests.fixtures.sealed_packages import SealingWorkspace, papers, silent


@pytest.fixture
def bench(tmp_path: Path) -> SealingWorkspace:
    return papers(tmp_path)


def test_the_end_of_the_demo_seals_and_checks_with_keys_of_its_own(bench: SealingWorkspace) -> None:
    session = hash_inputs(begin_verification(VerificationRequest(bench.folder, workers=1, cache=False)))
    shown = [silent(lambda teller: seal_and_check(session, teller)) for _ in range(2)]
    assert [one.sound for one in shown] == [True, True]
    assert shown[0].package != shown[1].package
    assert shown[0].sealed.fingerprint == shown[1].sealed.fingerprint  # the demo's keys are made once
    assert (bench.folder / REPORT_FOLDER / DEMO_HOME / "keys" / "keys.json").is_file()
    assert shown[0].sealed.fingerprint != bench.ring.entries()[0].public.key_id
    marks = {line.part: line.mark for line in shown[0].checked.lines}
    assert {"包 bag", "签名 seal", "日志 log", "原件 originals", "树头 heads", "复算 recompute"} == set(marks)
    assert marks["复算 recompute"] == OK


@pytest.mark.slow
@pytest.mark.timeout(600)  # it draws a whole class day
def test_the_command_ends_with_a_tree_and_the_paths_to_open(tmp_path: Path) -> None:
    folder = tmp_path / "示范班"
    own = {"cache": tmp_path / "cache", "home": tmp_path / "home"}
    ran = xueshi("demo", folder, "--progress", "none", "--lang", "en", limit_s=540, **own)
    assert ran.code == 0, ran
    assert "✓ the package holds" in ran.out
    assert "the verify.py inside, run by Python alone: passes" in ran.out
    closing = [line for line in ran.out.splitlines() if ": " in line][-4:]
    for line in closing[:3]:
        assert Path(line.partition(": ")[2]).exists(), line
    assert closing[3].startswith("check it yourself: python3 ")
    assert not list((tmp_path / "home").rglob("*.pem"))
