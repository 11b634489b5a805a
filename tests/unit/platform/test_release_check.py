"""What must hold before a version is handed out: each point says what is wrong, and the papers and licences hold now."""

import shutil
from email.message import Message
from pathlib import Path

import pytest

from deploy.release_check import licence_faults, licence_of, paper_faults, permitted, version_faults
from tests.fixtures.paths import ROOT


def test_the_papers_and_the_licences_of_all_locked_packages_hold() -> None:
    assert list(paper_faults(ROOT)) == []
    assert list(licence_faults(ROOT)) == []


@pytest.mark.parametrize(
    ("stated", "held"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("Apache Software License", True),
        ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("GNU Affero General Public License v3", False),
        ("GPL-3.0-only", False),
        ("MIT AND LGPL-2.1-or-later", False),
        ("SSPL-1.0", False),
        ("", False),
        ("as you like", False),
    ],
)
def test_a_licence_is_permitted_only_by_name(stated: str, held: bool) -> None:  # noqa: FBT001 - a case
    assert permitted(stated) is held


def test_the_licence_is_read_from_whichever_field_states_it() -> None:
    package = Message()
    package["Classifier"] = "License :: OSI Approved :: ISC License (ISCL)"
    assert licence_of(package).strip() == "ISC License (ISCL)"  # type: ignore[arg-type]  # a message is what it reads


def test_a_version_without_its_day_in_the_changelog_is_told(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for text, faults in (("## Unreleased\n", 1), ("## 0.1.0\n", 1), ("# 更新\n\n## 0.1.0 · 2026-12-01\n", 0), ("", 1)):
        (tmp_path / "CHANGELOG.md").write_text(text, "utf-8")
        assert len(list(version_faults(tmp_path))) == faults, text


def test_a_paper_that_is_missing_is_told(tmp_path: Path) -> None:
    assert {one.partition(":")[0] for one in paper_faults(tmp_path)} == {"LICENSE", "NOTICE", "SECURITY.md"}
