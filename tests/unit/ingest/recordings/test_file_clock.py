from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.recordings.file_clock import NameClock, Style, Trigger, read_name

CST = timezone(timedelta(hours=8))


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=CST).astimezone(UTC)  # type: ignore[misc, arg-type]


TOLD = {
    "CH02_20250407083000_20250407093000.mp4": NameClock(
        "CH02", at(2025, 4, 7, 8, 30), at(2025, 4, 7, 9, 30), Style.PLAIN
    ),
    "video/CH02_20250407083000_20250407093000(1).MP4": NameClock(
        "CH02", at(2025, 4, 7, 8, 30), at(2025, 4, 7, 9, 30), Style.PLAIN
    ),
    "NVR_ch1_main_20241118083054_20241118083251.dav": NameClock(
        "NVR_ch1", at(2024, 11, 18, 8, 30, 54), at(2024, 11, 18, 8, 32, 51), Style.DAHUA_NVR
    ),
    "测试门店A_ch1_main_20241118230000_20241118235960.dav": NameClock(
        "测试门店A_ch1", at(2024, 11, 18, 23), at(2024, 11, 19), Style.DAHUA_NVR
    ),
    "2026-05-01/0/dav/11/11.30.00-12.00.00[R][0@0][0].dav": NameClock(
        "0", at(2026, 5, 1, 11, 30), at(2026, 5, 1, 12), Style.DAHUA_DEVICE, Trigger.TIMED
    ),
    "201教室/2026-05-01/001/dav/23/23.30.00-00.00.00[M][0@0][0].dav": NameClock(
        "201教室/001", at(2026, 5, 1, 23, 30), at(2026, 5, 2), Style.DAHUA_DEVICE, Trigger.MOTION
    ),
    "192.168.0.64_01_20190319093422939_TIMING.mp4": NameClock(
        "192.168.0.64_01", at(2019, 3, 19, 9, 34, 22, 939_000), None, Style.HIKVISION_FTP, Trigger.TIMED
    ),
    "192.168.0.64_01_20190319093422939_MOTION_x.mp4": NameClock(
        "192.168.0.64_01", at(2019, 3, 19, 9, 34, 22, 939_000), None, Style.HIKVISION_FTP, Trigger.MOTION
    ),
    "2025-04-07/00/classroom/30.15.mp4": NameClock(
        "classroom", datetime(2025, 4, 7, 0, 30, 15, tzinfo=UTC), None, Style.FRIGATE
    ),
    "2025-04-07_08-30-00.mp4": NameClock("", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "20250407_083000.mp4": NameClock("", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "20250407_083000_CH03.mp4": NameClock("CH03", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "WIN_20250407_08_30_00_Pro.mp4": NameClock("", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "cam1_2025-04-07T00-30-00Z.mp4": NameClock("cam1", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "cam1_20250407T093000+0900.mp4": NameClock("cam1", at(2025, 4, 7, 8, 30), None, Style.PLAIN),
    "a\\b\\CH1_20250407083000-20250407084500.ts": NameClock(
        "CH1", at(2025, 4, 7, 8, 30), at(2025, 4, 7, 8, 45), Style.PLAIN
    ),
}


@pytest.mark.parametrize(("name", "told"), TOLD.items())
def test_a_name_of_known_habit_tells_camera_and_time(name: str, told: NameClock) -> None:
    assert read_name(name) == told


@pytest.mark.parametrize(
    "name",
    [
        "ch01_00000000034000000.mp4",
        "hiv00001.mp4",
        "export1.mp4",
        "20250407.mp4",
        "202504070830.mp4",
        "CH02_20250407083000_20250407083000.mp4",
        "CH02_20250407093000_20250407083000.mp4",
        "CH02_20250407083000_20250409083000.mp4",
        "CH02_20250407083000_20250407093000_20250407103000.mp4",
        "CH02_20251307083000.mp4",
        "CH02_20250230083000.mp4",
        "CH02_20250407243000.mp4",
        "CH02_20250407083061.mp4",
        "CH02_2025040708300012.mp4",
        "PXL_20250407_003000123.mp4",
        "record_1712450000.mp4",
        "07-04-2025_08-30-00.mp4",
        "2025-04-07/24/classroom/30.15.mp4",
        "2025-04-07/00/30.15.mp4",
        "2025-04-07/00/classroom/30.15.mkv",
        "2025-02-30/00/classroom/30.15.mp4",
        "11.30.00-12.00.00[R][0@0][0].dav",
        "2026-05-01/2026-05-02/11.30.00-12.00.00[R][0@0][0].dav",
        "2026-05-01/0/11.30.00-11.30.00[R].dav",
        "CH02_٢٠٢٥0407083000.mp4",
        "",
        "/",
    ],
)
def test_a_name_that_leaves_a_doubt_tells_no_time(name: str) -> None:
    assert read_name(name).start is None


def test_the_channel_is_told_even_where_the_time_is_not() -> None:
    assert read_name("video/ch01_00000000034000000.mp4") == NameClock("ch01", style=Style.HIKVISION_WEB)


def test_only_timed_and_unknown_recordings_may_be_expected_to_be_complete() -> None:
    assert {trigger for trigger in Trigger if not trigger.is_partial} == {Trigger.UNKNOWN, Trigger.TIMED}
