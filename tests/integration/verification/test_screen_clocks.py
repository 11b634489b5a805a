"""A recording whose own clock shows last week's date, from the file to the report."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from demo.dossier import SampleManifest, honest_checkins, write_dossier
from demo.film import shoot
from demo.identity import identities
from demo.scenario import Lens, Naming, Scenario
from facts.course import ClassHour, HourKind
from facts.span import SHANGHAI, Span
from runtime.platform.folders import REPORT_FOLDER
from tests.fixtures.folders import xueshi

pytestmark = pytest.mark.slow
PEOPLE, START = 4, datetime(2025, 4, 7, 8, 30, tzinfo=SHANGHAI)


def report_of(folder: Path, cache: Path, filmed: datetime) -> dict[str, Any]:
    people = identities(PEOPLE, 1)
    lens = Lens(size=(1280, 720), naming=Naming.DAHUA)
    story = Scenario(
        "clock", "时钟", people=PEOPLE, rows=1, length_s=780, start=START, performed=filmed, lenses=(lens,)
    )
    shoot(story, folder / "录像")
    span = Span(START - timedelta(minutes=2), START + timedelta(minutes=43))
    hour = ClassHour("2025-04-07-1", span, HourKind.THEORY, "201教室", "吴老师", "第1学时")
    checkins = honest_checkins(people, span.start, START.day)
    write_dossier(folder, people=people, hours=[hour], checkins=checkins, manifest=SampleManifest())
    xueshi("verify", folder, cache=cache)
    return dict(json.loads((folder / REPORT_FOLDER / "report.json").read_text("utf-8")))


def test_last_weeks_film_under_todays_name_is_given_away_by_its_own_clock(tmp_path: Path) -> None:
    report = report_of(tmp_path / "class", tmp_path / "cache", START - timedelta(days=7))
    (doubt,) = report["doubts"]
    assert doubt["kind"] == "SCREEN_CLOCK_DAY"
    assert "2025-03-31 08:30" in doubt["text"]["zh"]
    assert doubt["evidence"][0]["path"].endswith(".mp4")
    assert doubt["innocent"]


def test_an_honest_clock_is_told_and_raises_nothing(tmp_path: Path) -> None:
    report = report_of(tmp_path / "class", tmp_path / "cache", START)
    assert report["doubts"] == []
    (clock,) = report["views"][0]["screen_clocks"]
    assert abs(clock["ahead_s"]) <= clock["within_s"]
    assert clock["dated"]
