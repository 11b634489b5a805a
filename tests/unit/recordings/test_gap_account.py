"""The account of a camera in the moments between two words of the recorder."""

from datetime import UTC, datetime, timedelta

from facts.recorder import CameraLife, EntryKind, RecorderEntry
from facts.span import Span
from pipeline.recordings.gap_account import ALWAYS, camera_account

BEGUN = datetime(2025, 4, 7, 0, 30, tzinfo=UTC)


def second(number: float) -> datetime:
    return BEGUN + timedelta(seconds=number)


CUT = [
    RecorderEntry(EntryKind.BEGIN, second(0), told={"plans": {"CH02": ALWAYS}}),
    RecorderEntry(EntryKind.SEGMENT, second(0), "CH02", second(0), file="a.mp4"),
    RecorderEntry(EntryKind.CLOSED, second(10), "CH02", second(0), second(10), "a.mp4"),
    RecorderEntry(EntryKind.SEGMENT, second(10), "CH02", second(10), file="b.mp4", follows=True),
]


def test_a_file_just_begun_of_which_the_recorder_said_nothing_yet_leaves_no_second_unexplained() -> None:
    """The ledger names the file at once, the recorder's word about it comes up to a second later."""
    stale = CameraLife("a.mp4", second(0), second(8))
    for life in (stale, None, CameraLife(newest=second(10))):
        account = camera_account(CUT, "CH02", second(11.5), life)
        assert account.unexplained == ()
        assert account.recorded == (Span(second(0), second(10)),)


def test_a_word_about_the_open_file_counts() -> None:
    account = camera_account(CUT, "CH02", second(12), CameraLife("b.mp4", second(10), second(11)))
    assert account.recorded == (Span(second(0), second(11)),)
    assert account.unexplained == ()
