"""What an earlier version sealed and kept is opened, checked and recomputed by this one."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from facts.codec import loads
from facts.report import ClassReport
from facts.text import Text
from pipeline.accounts.rights import Role
from pipeline.sealing.day_facts import differences, law_again
from pipeline.verification.judgement import judged_again
from policy.package_text import parse_sealed
from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import reading, sqlite_address
from storage.database.schema import open_database, schema_of
from storage.database.verification.reports import facts_of, reports
from tests.fixtures.earlier_version import earlier_database, earlier_head, earlier_package
from tests.fixtures.service import Running, running, settings_at


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return earlier_package(tmp_path)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    """A service over the earlier database; its files lie elsewhere, as on a machine that restored the database alone."""
    with running(settings_at(sqlite_address(earlier_database(tmp_path)), tmp_path / "home")) as found:
        yield found


def test_the_earlier_package_is_sound_fits_its_head_and_is_judged_alike(package: Path) -> None:
    found = check(PackageCheckRequest(package, heads=earlier_head(package), recompute=True))
    assert [line.en for line in found.lines if line.mark == "✗"] == []
    assert any(
        "1 class hour judged again under yangquan-2024 version 1, same verdicts" in line.en for line in found.lines
    )


def test_a_changed_fact_of_the_earlier_package_is_still_found(package: Path) -> None:
    facts = package / "data" / "facts.json"
    facts.write_text(facts.read_text("utf-8").replace('"201教室"', '"202教室"'), "utf-8")
    assert not check(PackageCheckRequest(package, recompute=True)).sound


def test_the_verifier_that_travelled_in_it_says_the_same(package: Path) -> None:
    line = [sys.executable, "-I", str(package / "verify.py")]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=package.parent)  # noqa: S603 - our own
    assert done.returncode == 0, done.stdout


def test_the_earlier_database_has_the_newest_schema_and_a_log_without_a_fault(tmp_path: Path) -> None:
    engine = open_database(sqlite_address(earlier_database(tmp_path)))
    assert schema_of(engine).current
    engine.dispose()


def test_the_report_that_the_earlier_service_judged_is_judged_alike(served: Running, package: Path) -> None:
    text = (package / "data" / "rulebook" / "yangquan-2024.toml").read_text("utf-8")
    served.service.log.verify()
    with reading(served.service.engine, "test") as connection:
        first, *_ = reports(
            connection
        )  # the demo's other classes are cut from this one and were never judged by themselves
        sealed = loads(ClassReport, facts_of(connection, first.id))
    assert len(sealed.verdicts) == 3
    law = law_again(sealed, parse_sealed(text, "yangquan-2024.toml"), None)
    assert list(differences(sealed, judged_again(sealed, law))) == []


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.INSPECTOR, "/"),
        (Role.INSPECTOR, "/classes"),
        (Role.INSPECTOR, "/classes/1"),
        (Role.INSPECTOR, "/classes/1/days/2025-04-07"),
        (Role.INSPECTOR, "/checks"),
        (Role.INSPECTOR, "/packages"),
        (Role.INSPECTOR, "/retention"),
        (Role.REVIEWER, "/claims"),
        (Role.REVIEWER, "/claims/1"),
        (Role.AUDITOR, "/audit"),
        (Role.SYSTEM_ADMIN, "/accounts"),
    ],
)
def test_its_pages_open(served: Running, role: Role, path: str) -> None:
    with served.as_(role) as person:
        assert person.get(path).status_code == 200


def test_a_changed_doubt_of_the_earlier_report_is_still_found(served: Running, package: Path) -> None:
    text = (package / "data" / "rulebook" / "yangquan-2024.toml").read_text("utf-8")
    with reading(served.service.engine, "test") as connection:
        sealed = loads(ClassReport, facts_of(connection, reports(connection)[0].id))
    law = law_again(sealed, parse_sealed(text, "yangquan-2024.toml"), None)
    first, *others = sealed.doubts
    fewer = replace(sealed, doubts=tuple(others))
    other = replace(sealed, doubts=(replace(first, text=Text("别的话", "other words")), *others))
    for changed in (fewer, other):
        assert [one.en for one in differences(changed, judged_again(sealed, law))] == [
            "doubts differ when judged again"
        ]
