"""Settings written into class.toml are read back as they were, whatever a room is called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from api.classes.pages.settings_form import draft_of, read, with_found
from facts.check_in import Datum
from facts.class_settings import DATUMS, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.footage import Camera
from facts.statements import ListSetAside, StatedStart
from ingest.manifest import parse_manifest
from runtime.classes.manifest import toml_lines
from runtime.roll_call.presence import sign_in_records
from storage.database.roll_call.check_ins import CheckInRow

plain = st.text(st.characters(exclude_categories=("C", "Z")), max_size=12)
cameras = st.lists(
    st.builds(
        Camera,
        plain.filter(bool),
        plain,
        st.floats(-10_000, 10_000).map(lambda number: round(number, 3)),
        st.sampled_from(["", "none", "0.1 0.5 0.2 0.4"]),
    ),
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


names = st.lists(
    plain.filter(lambda name: bool(name) and "\\" not in name and ":" not in name), max_size=4, unique=True
)
moments = st.integers(0, 3_000_000_000).map(
    lambda seconds: datetime(2001, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
files = names.map(lambda found: [f"录像/{name}".replace("//", "/x") for name in found if name not in {".", ".."}])


@given(settings, files, files, moments)
def test_class_toml_says_what_is_said_of_the_material(
    own: ClassSettings, recorded: list[str], left: list[str], at: datetime
) -> None:
    camera = own.cameras[0].id if own.cameras else ""
    stated = tuple(StatedStart(name, at, camera) for name in recorded)
    own = replace(own, recordings=stated, aside=tuple(ListSetAside(name, "证号录错") for name in left))
    assume(setting_faults(own) == ())
    assert parse_manifest("\n".join(["[class]", 'id = "x"', *toml_lines(own)]).encode()).settings == own


def test_a_camera_that_only_a_recording_names_is_listed_so_that_the_file_can_be_read() -> None:
    at = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
    own = ClassSettings((Camera("CH01", "201教室"),), recordings=(StatedStart("a.mp4", at, "CH02"),))
    read_back = parse_manifest("\n".join(["[class]", *toml_lines(own)]).encode())
    assert [camera.id for camera in read_back.cameras] == ["CH01", "CH02"]
    assert read_back.settings.recordings == own.recordings


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
    owner = CheckInRow("1", 7, "h1", "201", "owner", "甲", "", "code", at, at, device="p", leaf=6)
    borrower = replace(owner, nonce="2", trainee="borrower", arrived_at=at + timedelta(seconds=20), leaf=5)
    assert [one.trainee for one in sign_in_records([borrower, owner])] == ["owner", "borrower"]
    assert [one.witnessed for one in sign_in_records([replace(owner, witness="account:3")])] == [True]
