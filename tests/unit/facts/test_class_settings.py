"""What a class may be set to, as a table: every fault at its field, all at once."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from facts.check_in import Datum
from facts.class_settings import MOST_CAMERAS, NOTHING_SET, ClassSettings, DeviceRule, PlaceRule, setting_faults
from facts.codec import dumps, loads
from facts.footage import Camera
from facts.report import ClassReport
from facts.statements import MOST_ASIDE, MOST_RECORDINGS, ListSetAside, StatedStart
from tests.fixtures.sample_report import sample_report

RULE = PlaceRule(37.857012, 113.580034, Datum.GCJ02)
AT = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)
WHOLE = ClassSettings(
    (Camera("CH02", "201教室", -12.5), Camera("CH03")),
    RULE,
    DeviceRule(2, second_phone=True),
    (StatedStart("录像/hiv00001.mp4", AT, "CH02"), StatedStart("录像/hiv00002.mp4", AT)),
    (ListSetAside("花名册.xlsx", "证号录错，已另传更正版"),),
)


def places(settings: ClassSettings) -> list[str]:
    return [one.where for one in setting_faults(settings)]


@pytest.mark.parametrize("settings", [NOTHING_SET, WHOLE])
def test_what_an_honest_class_is_set_to_has_no_fault(settings: ClassSettings) -> None:
    assert setting_faults(settings) == ()


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"cameras": (Camera(""),)}, "cameras.0.id"),
        ({"cameras": (Camera(" CH02"),)}, "cameras.0.id"),
        ({"cameras": (Camera("CH\n02"),)}, "cameras.0.id"),
        ({"cameras": (Camera("C" * 65),)}, "cameras.0.id"),
        ({"cameras": (Camera("CH02"), Camera("CH02"))}, "cameras.1.id"),
        ({"cameras": (Camera("CH02", "室" * 81),)}, "cameras.0.room"),
        ({"cameras": (Camera("CH02", "", float("nan")),)}, "cameras.0.clock_offset_s"),
        ({"cameras": (Camera("CH02", "", 4e7),)}, "cameras.0.clock_offset_s"),
        ({"cameras": tuple(Camera(f"CH{n}") for n in range(MOST_CAMERAS + 1))}, "cameras"),
        ({"place": replace(RULE, latitude=113.58)}, "place.latitude"),
        ({"place": replace(RULE, longitude=37.85)}, "place.longitude"),
        ({"place": replace(RULE, latitude=float("nan"))}, "place.latitude"),
        ({"place": replace(RULE, datum=Datum.UNKNOWN)}, "place.datum"),
        ({"place": replace(RULE, radius_m=19)}, "place.radius_m"),
        ({"place": replace(RULE, coarse_m=5_001)}, "place.coarse_m"),
        ({"device": DeviceRule(0)}, "device.people_per_phone"),
        ({"device": DeviceRule(11)}, "device.people_per_phone"),
        ({"recordings": (StatedStart("", AT),)}, "recordings.0.file"),
        ({"recordings": (StatedStart("../a.mp4", AT),)}, "recordings.0.file"),
        ({"recordings": (StatedStart("/a.mp4", AT),)}, "recordings.0.file"),
        ({"recordings": (StatedStart("C:/a.mp4", AT),)}, "recordings.0.file"),
        ({"recordings": (StatedStart("录像\\a.mp4", AT),)}, "recordings.0.file"),
        ({"recordings": (StatedStart("a.mp4", AT), StatedStart("a.mp4", AT))}, "recordings.1.file"),
        ({"recordings": (StatedStart("a.mp4", AT.replace(year=1999)),)}, "recordings.0.start"),
        ({"recordings": (StatedStart("a.mp4", AT.replace(year=2100)),)}, "recordings.0.start"),
        ({"recordings": (StatedStart("a.mp4", AT, " CH02"),)}, "recordings.0.camera"),
        ({"recordings": tuple(StatedStart(f"{n}.mp4", AT) for n in range(MOST_RECORDINGS + 1))}, "recordings"),
        ({"aside": (ListSetAside("", "旧版"),)}, "aside.0.file"),
        ({"aside": (ListSetAside("a.xlsx", "旧版"), ListSetAside("a.xlsx", "又一次"))}, "aside.1.file"),
        ({"aside": (ListSetAside("a.xlsx", "旧"),)}, "aside.0.reason"),
        ({"aside": (ListSetAside("a.xlsx", "旧" * 201),)}, "aside.0.reason"),
        ({"aside": (ListSetAside("a.xlsx", "旧版\n新版"),)}, "aside.0.reason"),
        ({"aside": tuple(ListSetAside(f"{n}.csv", "旧版") for n in range(MOST_ASIDE + 1))}, "aside"),
    ],
)
def test_a_fault_is_told_at_its_field(changed: dict[str, object], where: str) -> None:
    assert places(replace(WHOLE, **changed)) == [where]  # type: ignore[arg-type]


def test_why_a_list_is_left_is_asked_by_its_name() -> None:
    assert WHOLE.reason_against("花名册.xlsx") == "证号录错，已另传更正版"
    assert WHOLE.reason_against("花名册（更正）.xlsx") == ""


def test_every_fault_is_told_at_once_in_both_languages() -> None:
    wrong = ClassSettings(
        (Camera(""), Camera("A"), Camera("A")), replace(RULE, latitude=0.0, radius_m=1), DeviceRule(99)
    )
    assert places(wrong) == [
        "cameras.0.id",
        "cameras.2.id",
        "place.latitude",
        "place.radius_m",
        "device.people_per_phone",
    ]
    assert all(one.expected.zh and one.expected.en for one in setting_faults(wrong))


def test_a_report_carries_the_settings_and_one_from_before_them_is_read_as_nothing_set() -> None:
    made = replace(sample_report(), settings=WHOLE)
    assert loads(ClassReport, dumps(made)).settings == WHOLE
    text = dumps(sample_report())
    assert '"settings": ' in text
    assert loads(ClassReport, text.rpartition(', "settings": ')[0] + "}}").settings == NOTHING_SET
