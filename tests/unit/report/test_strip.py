"""The day strip: everything that happened is drawn, nothing touches, every hour can be reached."""

import re

import pytest

from facts.report import ClassReport
from facts.verdict import Status
from report.document import document
from report.panel import days
from report.svg import TextLabel, place
from tests.fixtures.odd_reports import busy, empty, hostile, two_rooms, without_recordings
from tests.fixtures.sample_report import sample_report
from tests.fixtures.strip_words import clashes, drawn

REPORTS = {
    "sample": sample_report(),
    "busy": busy(),
    "two rooms": two_rooms(),
    "no recordings": without_recordings(),
    "hostile": hostile(),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", REPORTS)
def test_no_words_touch_each_other_or_leave_the_picture(name: str, lang: str) -> None:
    for layout, svg in drawn(REPORTS[name]):
        assert clashes(svg, layout, lang) == []


def spoken(report: ClassReport, layout: str = "wide") -> str:
    return "\n".join("\n".join(svg.itertext()) for name, svg in drawn(report) if name == layout)


def test_gaps_are_hatched_with_their_length_and_lapses_named() -> None:
    said = spoken(sample_report())
    for label in ("断 4′18″", "断 8′06″", "断 0′40″", "未录 45′00″", "画面冻结 12′00″", "? 时间不明"):
        assert label in said
    hatched = [item for _, svg in drawn(sample_report()) for item in svg.iter("rect") if item.get("class") == "gap"]
    assert hatched
    assert all(item.attrib["fill"].startswith("url(#gap-") for item in hatched)


def test_a_gap_is_as_long_as_it_was_beside_the_recording() -> None:
    wide = [svg for layout, svg in drawn(sample_report()) if layout == "wide"]
    morning = next(svg for svg in wide if "断 8′06″" in "".join(svg.itertext()))
    gaps = sorted(float(item.attrib["width"]) for item in morning.iter("rect") if item.get("class") == "gap")
    assert gaps[2] / gaps[1] == pytest.approx(486 / 258, rel=0.02)


def test_lengths_references_and_doubts_are_written_where_the_eye_is() -> None:
    said = spoken(sample_report())
    for label in ("45′00″ ✓", "9′36″ ✗", "名册 30", "应到 28", "连续 ≥10分", "最多 20 人", "◆ 疑点3 同一设备", "28 次"):
        assert label in said


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_every_verdict_has_a_glyph_and_a_word(layout: str) -> None:
    said = spoken(sample_report(), layout)
    for status in (Status.PASS, Status.FAIL, Status.UNPROVEN, Status.EXEMPT):
        assert f"{status.glyph} {status.zh}" in said
        assert f"{status.glyph} {status.en}" in said


def test_every_hour_is_a_link_to_its_line_in_the_table() -> None:
    for layout in ("wide", "narrow"):
        links = [
            item.attrib["href"] for name, svg in drawn(sample_report()) if name == layout for item in svg.iter("a")
        ]
        assert links == [f"#hour-{no}" for no in range(1, 26)]


def test_the_picture_says_in_words_what_it_shows() -> None:
    for _, svg in drawn(sample_report()):
        assert "img" in svg.attrib["role"]
        assert "班日时间条" in svg.attrib["aria-label"]
    labels = " ".join(svg.attrib["aria-label"] for _, svg in drawn(sample_report()))
    assert "第3学时不达标" in labels


def test_hours_at_the_same_time_in_two_rooms_get_panels_of_their_own() -> None:
    panels = [svg for layout, svg in drawn(two_rooms()) if layout == "wide"]
    assert sum("".join(svg.itertext()).count("第1学时 · 理论") > 0 for svg in panels) >= 1
    rooms = [re.findall("201教室|302教室", svg.attrib["aria-label"]) for svg in panels]
    assert ["302教室"] in rooms


def test_without_a_camera_the_strip_says_so_for_every_hour() -> None:
    said = spoken(without_recordings())
    assert "没有摄像机" in said
    assert said.count("未录 45′00″") == 25


def test_a_class_without_hours_has_no_strip() -> None:
    assert days(document(empty())) == []


def test_a_minute_is_as_wide_in_each_panel_of_a_day() -> None:
    plans: dict[str, set[str]] = {}
    for layout, svg in drawn(sample_report()):
        found = {item.attrib["width"] for item in svg.iter("rect") if item.get("class") == "plan"}
        plans.setdefault(layout, set()).update(found)
    for widths in plans.values():
        assert max(map(float, widths)) - min(map(float, widths)) < 0.3


def test_the_weightiest_label_is_placed_first_and_one_without_room_is_left_to_the_table() -> None:
    labels = [TextLabel(50, "断 1′00″", 60), TextLabel(52, "断 9′00″", 540), TextLabel(54, "断 2′00″", 120)]
    placed = place(labels, 12, (0, 400), 1)
    assert [item.label.words for item in placed] == ["断 9′00″"]
    assert {item.lane for item in place(labels, 12, (0, 400), 3)} == {0, 1, 2}
