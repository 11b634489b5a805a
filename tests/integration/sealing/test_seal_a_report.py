"""``xueshi seal REPORT`` seals the very files that the report speaks of, or says in one line what is needed."""

import shutil
from pathlib import Path

import pytest

from facts.errors import InputError
from runtime.sealing.report_location import SealTarget, refuse_changed, seal_target
from runtime.verification.command import (
    Verification,
    VerificationRequest,
    begin_verification,
    finish_verification,
    hash_inputs,
)
from tests.fixtures.folders import xueshi
from tests.fixtures.sealed_packages import SealingWorkspace, checked, papers, silent

REPORT = "核验报告/report.json"


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> SealingWorkspace:
    """A class of papers with its report."""
    made = papers(tmp_path_factory.mktemp("verified"))
    silent(lambda teller: finish_verification(session(made), teller))
    return made


@pytest.fixture
def bench(verified: SealingWorkspace, tmp_path: Path) -> SealingWorkspace:
    """The same, free to be changed."""
    return SealingWorkspace(Path(shutil.copytree(verified.folder, tmp_path / "class")), verified.home)


def session(bench: SealingWorkspace) -> Verification:
    return hash_inputs(begin_verification(VerificationRequest(bench.folder, workers=1, cache=False)))


def test_the_command_takes_a_report_for_its_class_folder(bench: SealingWorkspace, tmp_path: Path) -> None:
    words = ("seal", bench.folder / REPORT, "--out", tmp_path / "out", "--progress", "none")
    key = next(path for path in (bench.home / "keys").glob("*.pem") if not path.name.endswith(".pub.pem"))
    ran = xueshi(*words, "--key", key, cache=tmp_path, home=tmp_path)
    assert ran.code == 0, ran
    packages = sorted(path for path in (tmp_path / "out").iterdir() if path.is_dir())
    assert len(packages) == 2
    assert checked(packages[0], recompute=True).sound


@pytest.mark.parametrize("named", [REPORT, "核验报告", "核验报告/report.html"])
def test_a_report_leads_to_its_class_folder(named: str, bench: SealingWorkspace) -> None:
    asked = seal_target(bench.folder / named)
    assert asked.folder == bench.folder
    refuse_changed(asked, session(bench))


def test_a_folder_is_itself(bench: SealingWorkspace) -> None:
    assert seal_target(bench.folder) == SealTarget(bench.folder)


def test_files_that_changed_since_the_report_are_not_sealed_under_it(bench: SealingWorkspace) -> None:
    next(bench.folder.glob("*请假条.xlsx")).unlink()
    shutil.copyfile(bench.folder / "花名册.xlsx", bench.folder / "补充名册.xlsx")
    with (bench.folder / "补充名册.xlsx").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match=r"got 1 file that the report does not know.*run `xueshi verify` again"):
        refuse_changed(seal_target(bench.folder / REPORT), session(bench))


def test_a_report_away_from_its_folder_says_in_one_line_what_is_needed(bench: SealingWorkspace, tmp_path: Path) -> None:
    away = tmp_path / "mailed"
    away.mkdir()
    shutil.copyfile(bench.folder / REPORT, away / "report.json")
    for named in (away, away / "report.json"):
        with pytest.raises(InputError, match="run `xueshi seal FOLDER` with the class folder") as raised:
            seal_target(named)
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"schema": "other", "inputs": []}', b'{"schema": 1}', b"[" * 90_000])
def test_a_file_that_is_no_report_is_said_to_be_none(body: bytes, bench: SealingWorkspace) -> None:
    (bench.folder / REPORT).write_bytes(body)
    with pytest.raises(InputError, match=r"expected xueshi\.report/1"):
        refuse_changed(seal_target(bench.folder / REPORT), session(bench))
