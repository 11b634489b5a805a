"""A folder that holds last week's class under today's name proves nothing before a person saw both."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from runtime.platform.folders import REPORT_FOLDER
from tests.fixtures.folders import xueshi
from tests.fixtures.replayed_folder import two_mondays

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second Monday is the first one's film."""
    return two_mondays(tmp_path_factory.mktemp("replayed"), replayed=True)


@pytest.fixture(scope="module")
def replayed(folder: Path, cache: Path) -> dict[str, Any]:
    """The report of that folder."""
    return report_of(folder, cache)


def report_of(folder: Path, cache: Path) -> dict[str, Any]:
    xueshi("verify", folder, cache=cache)
    return dict(json.loads((folder / REPORT_FOLDER / "report.json").read_text("utf-8")))


def reasons(report: dict[str, Any]) -> list[tuple[str, str]]:
    """Status and reason of the finding about the view, hour by hour."""
    views = [one for hour in report["hours"] for one in hour["findings"] if one["rule"] == "YQ-V2"]
    return [(one["status"], one["reason"]) for one in views]


def test_both_hours_are_open_until_somebody_saw_both(replayed: dict[str, Any]) -> None:
    assert reasons(replayed) == [("UNPROVEN", "SEEN_BEFORE")] * 2


def test_the_doubt_names_which_minutes_match_which(replayed: dict[str, Any]) -> None:
    (doubt,) = [one for one in replayed["doubts"] if one["kind"].startswith("SEEN")]
    assert doubt["kind"] == "SEEN_OTHER_DAY"
    assert "4月14日" in doubt["text"]["zh"]
    assert "08:30–08:41 的动作与2025年4月7日" in doubt["text"]["zh"]
    assert "CH02 08:30–08:41 相同" in doubt["text"]["zh"]
    assert len(doubt["evidence"]) == 2
    assert doubt["innocent"]


def test_two_names_and_a_reason_in_class_toml_settle_it_and_the_report_says_so(
    folder: Path, cache: Path, replayed: dict[str, Any], tmp_path: Path
) -> None:
    folder = shutil.copytree(folder, tmp_path / "class")
    (doubt,) = replayed["doubts"]
    manifest = folder / "class.toml"
    before = manifest.read_text("utf-8") if manifest.exists() else ""
    lines = (
        f'[[settled]]\nkind = "{doubt["kind"]}"\nsource = "{doubt["source"]}"\nby = "张看"\nreason = "同一节课补传"\n'
    )
    manifest.write_text(f'{before}\n{lines}second = "张看"\n', "utf-8")
    assert "两个名字才算数" in xueshi("verify", folder, cache=cache).err
    manifest.write_text(f'{before}\n{lines}second = "李看"\n', "utf-8")
    settled = report_of(folder, cache)
    assert [status for status, _ in reasons(settled)] == ["PASS", "PASS"]
    assert [one["source"] for one in settled["doubts"]] == [doubt["source"]], "it stays a doubt that everybody sees"
    (said,) = [one for one in settled["assumptions"] if one["id"] == "S8"]
    assert "张看、李看：同一节课补传" in said["value"]


def test_the_same_people_in_the_same_room_a_week_later_are_innocent(tmp_path: Path) -> None:
    report = report_of(two_mondays(tmp_path / "class", replayed=False), tmp_path / "cache")
    assert [status for status, _ in reasons(report)] == ["PASS", "PASS"]
    assert [one["kind"] for one in report["doubts"]] == []
