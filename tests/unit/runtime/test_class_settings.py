"""Settings written into class.toml are read back as they were, whatever a room is called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.console.setting_form import draft_of, read, with_found
from facts.checkin import Datum
from facts.class_settings import DATUMS, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.footage import Camera
from ingest.manifest import parse_manifest
from runtime.class_settings import pressed
from runtime.class_toml import toml_lines
from storage.database.checkins import SignIn

plain = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)
cameras = st.lists(
    st.builds(Camera, plain.filter(bool), plain, st.floats(-10_000, 10_000).map(lambda number: round(number, 3))),
    max_size=4,
    unique_by=lambda camera: camera.id,
).map(tuple)
places = st.builds(
    PlaceRule,
    st.floats(4, 53).map(lambda number: round(number, 6)),
    st.floats(74, 135).map(lambda number: round(number, 6)),
    st.sampled_from(DATUMS),
    st.integers(20, 5_000),
    st.integers(10, 5_000),
)
settings = st.builds(
    ClassSettings, cameras, st.none() | places, st.builds(DeviceRule, st.integers(1, 10), st.booleans())
)


@given(settings)
def test_class_toml_says_what_the_class_is_set_to(own: ClassSettings) -> None:
    assert setting_faults(own) == ()
    assert parse_manifest("\n".join(["[class]", 'id = "x"', *toml_lines(own)]).encode()).settings == own


@given(settings)
def test_a_form_that_nobody_touched_says_what_is_in_force(own: ClassSettings) -> None:
    found = read(draft_of(own))
    assert found.faults == {}
    assert found.settings == own


def test_a_form_offers_a_row_for_each_camera_of_the_recordings_that_is_not_stated() -> None:
    own = ClassSettings((Camera("CH02", "201教室"),), PlaceRule(37.8, 113.5, Datum.WGS84))
    rows = with_found(draft_of(own), ["CH02", "CH03"], 2).rows
    assert [(row.id, row.found) for row in rows] == [("CH02", False), ("CH03", True), ("", False), ("", False)]
    assert [row.blank for row in rows] == [False, True, True, True]


def test_whoever_came_first_is_first_whatever_place_the_log_gave_them() -> None:
    at = datetime(2026, 4, 7, 0, 31, tzinfo=UTC)
    owner = SignIn("1", 7, "h1", "201", "owner", "甲", "", "code", at, at, device="p", leaf=6)
    borrower = replace(owner, nonce="2", trainee="borrower", arrived_at=at + timedelta(seconds=20), leaf=5)
    assert [one.trainee for one in pressed([borrower, owner])] == ["owner", "borrower"]
    assert [one.witnessed for one in pressed([replace(owner, witness="account:3")])] == [True]
