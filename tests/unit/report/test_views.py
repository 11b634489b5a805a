"""Where a task of the first page lands: on something that was recorded."""

from copy import deepcopy
from datetime import timedelta

import pytest

from report.document import document
from report.times import span_of, written
from report.views import calendar, recorded_moment, steps
from tests.fixtures.sample_report import sample_report

DAYS = {day.day: day.hours for day in calendar(document(sample_report()))}
HOURS = [(day, hour["id"]) for day, hours in DAYS.items() for hour in hours]


@pytest.mark.parametrize(("day", "name"), HOURS)
def test_every_class_hour_is_landed_on_where_something_was_recorded(day: str, name: str) -> None:
    hour = next(one for one in DAYS[day] if one["id"] == name)
    span = span_of(hour["span"])
    there = recorded_moment(DAYS[day], span.start)
    cameras = [item for item in hour["coverage"] if item["recorded_s"]]
    if not cameras:
        assert there == span.start
        return
    assert there in span
    assert any(not any(there in span_of(gap) for gap in item["gaps"]) for item in cameras)


def test_a_recorded_moment_is_left_as_it_is_and_one_outside_every_hour_too() -> None:
    hour = next(one for hours in DAYS.values() for one in hours if one["window"])
    window = span_of(hour["window"]["span"])  # type: ignore[index]
    inside = window.start + timedelta(seconds=90)
    hours = next(some for some in DAYS.values() if hour in some)
    assert recorded_moment(hours, inside) == inside
    before = span_of(hours[0]["span"]).start - timedelta(hours=1)
    assert recorded_moment(hours, before) == before


def test_an_hour_whose_recording_begins_late_is_landed_on_at_its_window_or_its_first_picture() -> None:
    hour = deepcopy(next(one for hours in DAYS.values() for one in hours if one["window"]))
    start = span_of(hour["span"]).start
    late = written(start + timedelta(minutes=5))
    for item in hour["coverage"]:
        item["gaps"] = [{"start": hour["span"]["start"], "end": late}]
    assert hour["window"]
    window = span_of(hour["window"]["span"]).start
    assert recorded_moment([hour], start) == window
    hour["window"], hour["longest"]["span"] = None, None
    assert recorded_moment([hour], start) == start + timedelta(minutes=5)


def test_what_many_hours_ask_for_is_one_step() -> None:
    found = steps(document(sample_report()))
    assert [len(step.hours) for step in found] == [1, 1, 1, 1, 3]
    assert [step.status for step in found] == ["FAIL", "FAIL", "UNPROVEN", "UNPROVEN", "UNPROVEN"]
    assert {hour["id"][:10] for hour in found[-1].hours} == {"2025-04-10"}
