"""What the camera's own clock in the picture makes people look at, and what it leaves alone."""

from datetime import timedelta

import pytest

from attendance.screen_clock_doubts import ScreenClocksSeen, screen_clock_doubts
from facts.footage import Camera
from facts.screen_clock import ScreenClock
from facts.sighting import View
from facts.verdict import Doubt
from tests.fixtures.hour_facts import HOUR, span

SLACK = timedelta(seconds=120)
DAY_S = 86_400.0


def clock(
    ahead_s: float, start: float = 0, end: float = 45, *, dated: bool = True, within_s: float = 1.5
) -> ScreenClock:
    return ScreenClock(span(start, end), ahead_s, within_s, dated, 100, "a.mp4", start * 60)


def raised(*clocks: ScreenClock, stated_s: float = 0.0) -> list[Doubt]:
    view = View("CH02", HOUR.span, screen_clocks=clocks)
    cameras = {"CH02": Camera("CH02", clock_offset_s=stated_s)}
    found = screen_clock_doubts(ScreenClocksSeen(HOUR, (view,), SLACK, cameras, "YQ-V1"))
    for doubt in found:
        assert doubt.innocent
        assert doubt.evidence
        assert (doubt.rule, doubt.hours) == ("YQ-V1", (HOUR.id,))
    return found


def kinds(*clocks: ScreenClock, stated_s: float = 0.0) -> list[str]:
    return [doubt.kind for doubt in raised(*clocks, stated_s=stated_s)]


@pytest.mark.parametrize("ahead_s", [0.0, -37.0, 119.0, -120.0])
def test_a_clock_within_what_the_rulebook_allows_is_no_doubt(ahead_s: float) -> None:
    assert kinds(clock(ahead_s)) == []


def test_no_clock_is_no_doubt() -> None:
    assert kinds() == []


def test_another_day_is_told_with_what_the_picture_showed() -> None:
    (doubt,) = raised(clock(7 * DAY_S + 180))
    assert doubt.kind == "SCREEN_CLOCK_DAY"
    assert "另一天" in doubt.text.zh
    assert "another day" in doubt.text.en
    assert "100 帧" in doubt.text.zh


def test_a_wrong_time_of_the_same_day_says_by_how_much_and_which_way() -> None:
    (doubt,) = raised(clock(200.0))
    assert doubt.kind == "SCREEN_CLOCK_OFF"
    assert "慢 3分20秒" in doubt.text.zh
    assert "3 min 20 s behind" in doubt.text.en
    assert "快 3分20秒" in raised(clock(-200.0))[0].text.zh


def test_a_clock_known_only_to_a_minute_gets_the_benefit() -> None:
    assert kinds(clock(140.0, within_s=30.0)) == []


def test_a_clock_that_is_off_by_what_was_stated_of_its_camera_confirms_that() -> None:
    assert kinds(clock(-300.0), stated_s=-300.0) == []
    assert kinds(clock(-300.0), stated_s=300.0) == ["SCREEN_CLOCK_OFF"]


def test_a_jump_is_told_with_its_moment_and_size() -> None:
    (doubt,) = raised(clock(0.0, 0, 20), clock(-95.0, 20, 45))
    assert doubt.kind == "SCREEN_CLOCK_JUMP"
    assert "前跳 1分35秒" in doubt.text.zh
    assert "1 min 35 s forward" in doubt.text.en
    assert doubt.evidence[0].at_s == 20 * 60


def test_setting_the_clock_by_seconds_is_no_jump() -> None:
    assert kinds(clock(0.0, 0, 20), clock(-6.0, 20, 45)) == []


def test_a_date_that_was_read_in_one_part_only_is_no_jump() -> None:
    assert kinds(clock(0.0, 0, 20), clock(0.0, 20, 45, dated=False)) == []


def test_an_inserted_film_of_another_day_is_both() -> None:
    found = kinds(clock(0.0, 0, 20), clock(3 * DAY_S, 20, 30), clock(0.0, 30, 45))
    assert found == ["SCREEN_CLOCK_DAY", "SCREEN_CLOCK_JUMP"]
