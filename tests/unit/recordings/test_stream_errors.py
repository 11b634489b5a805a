"""ffmpeg 9's own lines, as it wrote them in trials, and what they mean."""

import pytest

from facts.recorder import GapReason
from ingest.cameras.stream_errors import reason_of

READ = "[in#0/concat @ 0x55]   Input stream #0:0 (video): {} packets read (27250 bytes); "


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[rtsp @ 0x56] method DESCRIBE failed: 401 (Unauthorized)", GapReason.PASSWORD),
        ("[rtsp @ 0x56] method DESCRIBE failed: 404 (Not Found)", GapReason.NO_ADDRESS),
        ("[tcp @ 0x56] Failed to resolve hostname nowhere.invalid: Name or service not known", GapReason.NO_ADDRESS),
        ("[tcp @ 0x56] Connection to tcp://192.0.2.7:1?timeout=5000000 failed: Connection refused", GapReason.REFUSED),
        ("[tcp @ 0x56] Connection to tcp://192.0.2.7:1 failed: Connection timed out", GapReason.REFUSED),
        ("[in#0 @ 0x55] Error opening input: Invalid data found when processing input", GapReason.UNDECODABLE),
        ("Could not find codec parameters for stream 0 (Video: h264, none): unspecified size", GapReason.NO_KEYFRAME),
        (READ.format(137), GapReason.NO_KEYFRAME),
        ("[rtsp @ 0x56] Failed reading RTSP data: Immediate exit requested", GapReason.STALLED),
        ("Error opening input: Input/output error", GapReason.LOST),
    ],
)
def test_what_a_line_means(line: str, reason: GapReason) -> None:
    assert reason_of(["Input #0, concat, from 'pipe:0':", line], began=False)[0] is reason


def test_once_pictures_came_the_connection_was_lost_whatever_is_said() -> None:
    assert reason_of(["method TEARDOWN failed: 401 (Unauthorized)"], began=True) == (GapReason.LOST, "")
