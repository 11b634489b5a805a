"""Time codes as the service makes them, on both databases: one key, made for the hour alone, checkable by whoever asks."""

from datetime import timedelta
from pathlib import Path

from facts.course import Institution, TrainingClass
from facts.footage import Camera, ClockSource, Segment
from facts.report import ClassReport
from facts.sighting import Box, CodeReading, View
from facts.span import Span
from runtime.roll_call.register import open_register
from runtime.roll_call.time_codes import open_time_codes, public_keys_pem, room_sights
from runtime.verification.code_reading import CodeBook, folder_keys
from storage.database.connection import reading
from storage.database.roll_call.code_keys import code_keys
from storage.database.roll_call.code_times import code_times, minute_of
from tests.fixtures.roll_call import open_running_hour
from tests.fixtures.service import Running


def test_one_key_for_every_process_and_its_codes_are_read_from_the_public_file(
    running_service: Running, tmp_path: Path
) -> None:
    service, hour = running_service.service, open_running_hour(running_service)
    maker, again = open_time_codes(service), open_time_codes(service)
    roll = open_register(service).read(hour.class_id, hour.hour.id)
    shown, twice = maker.shown(roll), again.shown(roll)
    assert shown.payload
    assert twice.payload
    with reading(service.engine, "test") as connection:
        keys = code_keys(connection)
    assert len(keys) == 1
    with running_service.client() as stranger:
        answer = stranger.get("/timecode.pem")
    assert answer.content == public_keys_pem(service)
    (tmp_path / "timecode.pem").write_bytes(answer.content)
    assert folder_keys(tmp_path) == keys
    book = CodeBook(keys, TrainingClass("jz1", institution=Institution("正信职校")), (hour.hour,))
    read = book.read(CodeReading(running_service.clock(), shown.payload.hex(), Box(0, 0, 1, 1)))
    assert (bool(read.key), read.hour_id, read.other_room) == (True, hour.hour.id, False)
    other = CodeBook(keys, TrainingClass("jz2", institution=Institution("正信职校")), (hour.hour,)).read(read)
    assert (bool(other.key), other.hour_id) == (True, "")


def test_the_service_knows_in_which_minutes_a_code_was_on_a_screen(running_service: Running) -> None:
    hour = open_running_hour(running_service)
    service, clock = running_service.service, running_service.clock
    makers, roll = (
        [open_time_codes(service), open_time_codes(service)],
        open_register(service).read(hour.class_id, hour.hour.id),
    )
    begun = minute_of(clock())
    for _ in range(4):
        assert all(maker.shown(roll).payload for maker in makers), "two screens of two processes"
        clock.ahead += timedelta(seconds=30)
    clock.ahead += timedelta(minutes=2)
    assert makers[0].shown(roll).payload
    with reading(service.engine, "test") as connection:
        shown = code_times(connection, hour.class_id)
        assert code_times(connection, hour.class_id + 1) == {}
    assert list(shown) == [hour.hour.id]
    assert shown[hour.hour.id][0].start == begun
    assert len(shown[hour.hour.id]) == 2, "it was away for two minutes"


def test_no_code_is_made_when_the_hour_is_over(running_service: Running) -> None:
    hour = open_running_hour(running_service)
    maker = open_time_codes(running_service.service)
    roll = open_register(running_service.service).read(hour.class_id, hour.hour.id)
    running_service.clock.ahead += timedelta(hours=1)
    shown = maker.shown(roll)
    assert (shown.payload, shown.over, shown.next_hour) == (None, True, "")


def test_the_page_learns_from_earlier_recordings_how_large_a_code_must_be(running_service: Running) -> None:
    span = Span.of(running_service.clock(), 600)
    code = CodeReading(span.start, "", Box(0.4, 0.4, 0.13, 0.2), key="k")
    report = ClassReport(
        "test",
        span.start,
        TrainingClass("c"),
        None,
        cameras=(Camera("CH01", "201教室"), Camera("CH02", "301教室")),
        segments=tuple(
            Segment("a.mp4", camera, 1, ClockSource.FILE_NAME, width=width)
            for camera, width in (("CH01", 640), ("CH02", 1920))
        ),
        views=(View("CH01", span, codes=(code,)),),
    )
    [sight] = room_sights(report, "201教室")
    assert (sight.camera_id, sight.width_px, sight.needed_share, sight.read_shares) == ("CH01", 640, 0.15, (0.13,))
