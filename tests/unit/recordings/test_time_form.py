"""Chinese times as browsers and hands write them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from starlette.datastructures import FormData

from api.recordings.pages.time_form import typed
from facts.class_settings import NOTHING_SET, ClassSettings
from facts.digest import Digest
from facts.footage import ClockSource, Segment
from facts.report import InputFile
from facts.span import Span
from facts.statements import StatedStart
from report.document import document
from runtime.recordings.time_statements import TimeRow, chinese_time, end_of, stated_times, time_rows
from storage.database.classes.classes import FileRow
from tests.fixtures.sample_report import sample_report

START = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2025-04-07T08:30:00",
        "2025-04-07T08:30",
        "2025-04-07 08:30:00",
        "2025-04-07 08:30",
        "2025/4/7 8:30:00",
        "２０２５-０４-０７ ０８：３０：００",
    ],
)
def test_a_time_is_read_as_chinese_time(text: str) -> None:
    form = FormData([("file", "a.mp4"), ("camera", "CH02"), ("start", text)])
    rows = typed(form, [TimeRow("a.mp4", 600.0)])
    assert [one.start for one in stated_times(rows).stated] == [START]
    assert end_of(rows[0]) == "08:40:00"


@pytest.mark.parametrize("text", ["八点半", "2025-02-30 08:30", "08:30", "2025-04-07", "2025-04-07T25:00"])
def test_what_is_no_time_is_told_at_its_row_and_nothing_is_stated(text: str) -> None:
    rows = (TimeRow("a.mp4", start="2025-04-07T08:30"), TimeRow("b.mp4", start=text))
    found = stated_times(rows)
    assert (set(found.faults), found.stated) == ({"1.start"}, ())
    assert chinese_time(text) is None


def test_an_emptied_time_is_no_statement_and_a_file_that_was_not_offered_is_left_out() -> None:
    form = FormData(
        [("file", "a.mp4"), ("camera", ""), ("start", ""), ("file", "x.mp4"), ("camera", ""), ("start", "1")]
    )
    rows = typed(form, [TimeRow("a.mp4", 600.0, "CH02", "2025-04-07T08:30:00")])
    assert [row.file for row in rows] == ["a.mp4"]
    assert stated_times(rows).stated == ()


def test_a_report_that_hides_a_name_in_a_path_still_says_which_file_is_meant() -> None:
    own = [FileRow(1, 1, "录像/王小明.mp4", "recording", 9, "a" * 64, "account:1", START)]
    segment = Segment(
        "录像/王小明.mp4", "CH02", 9, ClockSource.NONE, digest=Digest("a" * 64), codec="h264", length_s=600
    )
    report = replace(
        sample_report(),
        segments=(segment,),
        inputs=(InputFile(segment.path, "recording", 9, segment.digest),),
        trainees=(replace(sample_report().trainees[0], name="王小明"),),
    )
    (row,) = time_rows(document(report), NOTHING_SET, own)
    assert (row.file, row.length_s, row.camera, row.blank) == ("录像/王小明.mp4", 600.0, "CH02", True)
    assert time_rows(document(report), NOTHING_SET, []) == ()


def test_what_the_report_made_of_a_statement_is_told() -> None:
    own = [FileRow(1, 1, "a.mp4", "recording", 9, "a" * 64, "account:1", START)]
    settings = ClassSettings(recordings=(StatedStart("a.mp4", START, "CH02"),))
    for source, told in ((ClockSource.MANIFEST, "used"), (ClockSource.FILE_NAME, "overruled"), (ClockSource.NONE, "")):
        segment = Segment("a.mp4", "CH02", 9, source, (Span.of(START, 600),), digest=Digest("a" * 64), codec="h264")
        report = replace(sample_report(), segments=(segment,), inputs=())
        (row,) = time_rows(document(report), settings, own)
        assert (row.verdict, row.start) == (told, "2025-04-07T08:30:00")
    (gone,) = time_rows(None, settings, [])
    assert (gone.file, gone.verdict) == ("a.mp4", "")
