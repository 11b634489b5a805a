"""Chinese times as browsers and hands write them."""

from datetime import UTC, datetime

import pytest
from starlette.datastructures import FormData

from api.console.time_form import TimeRow, end_of, moment, read, typed

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
    assert [one.start for one in read(rows).stated] == [START]
    assert end_of(rows[0]) == "08:40:00"


@pytest.mark.parametrize("text", ["八点半", "2025-02-30 08:30", "08:30", "2025-04-07", "2025-04-07T25:00"])
def test_what_is_no_time_is_told_at_its_row_and_nothing_is_stated(text: str) -> None:
    rows = (TimeRow("a.mp4", start="2025-04-07T08:30"), TimeRow("b.mp4", start=text))
    found = read(rows)
    assert (set(found.faults), found.stated) == ({"1.start"}, ())
    assert moment(text) is None


def test_an_emptied_time_is_no_statement_and_a_file_that_was_not_offered_is_left_out() -> None:
    form = FormData(
        [("file", "a.mp4"), ("camera", ""), ("start", ""), ("file", "x.mp4"), ("camera", ""), ("start", "1")]
    )
    rows = typed(form, [TimeRow("a.mp4", 600.0, "CH02", "2025-04-07T08:30:00")])
    assert [row.file for row in rows] == ["a.mp4"]
    assert read(rows).stated == ()
