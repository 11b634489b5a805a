"""The wall's pictures are decoded once for all who look, and a camera's state is green only for pictures of a moment ago."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from facts.errors import InputError, TooManyError
from ingest.recordings.wall_picture import WallPicture
from runtime.recordings.camera_condition import CameraStanding
from runtime.recordings.living_wall import recording_state
from runtime.recordings.picture_cache import AGAIN, FRESH, PictureCache
from storage.database.recordings.cameras import KeptCamera
from storage.database.recordings.leases import CameraState

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CAMERA = KeptCamera(1, 1, "301", "前门", "rtsp://192.0.2.7/1", "", "", "tcp", "timetable", False, True, 1, AT, AT, None)
KEY = ("camera", "1")


class Decoder:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    def __call__(self) -> WallPicture:
        self.asked += 1
        if self.error:
            raise self.error
        return WallPicture(b"blocks", b"small", b"large")


def test_however_many_look_it_is_decoded_once_in_some_seconds() -> None:
    cache, decoder = PictureCache(), Decoder()
    viewers = [threading.Thread(target=cache.get, args=(KEY, AT, decoder)) for _ in range(20)]
    for one in viewers:
        one.start()
    for one in viewers:
        one.join()
    assert decoder.asked == 1
    cache.get(KEY, AT + FRESH / 2, decoder)
    assert decoder.asked == 1
    cache.get(KEY, AT + FRESH, decoder)
    assert decoder.asked == 2


def test_a_picture_that_does_not_decode_is_known_and_tried_again() -> None:
    cache, decoder = PictureCache(), Decoder()
    decoder.error = InputError("damaged")
    assert cache.get(KEY, AT, decoder) is None
    assert cache.known_bad(KEY, AT)
    assert not cache.known_bad(KEY, AT + AGAIN), "a page leaves it out for a while, and then somebody looks again"
    decoder.error = None
    assert cache.get(KEY, AT + FRESH, decoder)
    assert not cache.known_bad(KEY, AT + FRESH)


def test_a_file_that_never_changes_is_not_tried_again() -> None:
    cache, decoder = PictureCache(), Decoder()
    decoder.error = InputError("damaged")
    assert cache.get(KEY, AT, decoder, None) is None
    assert cache.known_bad(KEY, AT + timedelta(days=1))
    assert cache.get(KEY, AT + timedelta(days=1), decoder, None) is None
    assert decoder.asked == 1


def test_where_every_child_is_busy_an_older_picture_is_shown_and_none_is_invented() -> None:
    cache, decoder = PictureCache(), Decoder()
    first = cache.get(KEY, AT, decoder)
    decoder.error = TooManyError(timedelta(seconds=5))
    assert cache.get(KEY, AT + FRESH, decoder) == first
    with pytest.raises(TooManyError):
        cache.get(("camera", "2"), AT, decoder)


def test_blocks_are_all_that_somebody_without_a_reason_gets() -> None:
    picture = Decoder()()
    assert picture.shown(clear=False, large=True) == b"blocks"
    assert picture.shown(clear=True, large=True) == b"large"


def told(state: str, reason: str = "") -> CameraState:
    return CameraState(1, "holder", AT, 1, state, reason, "", AT, None)


@pytest.mark.parametrize(
    ("age_s", "state", "reason", "css", "said"),
    [
        (3, "recording", "", "pass", "录制中 · 3 秒前"),
        (3, "silent", "stalled", "pass", "录制中 · 3 秒前"),
        (-5, "recording", "", "pass", "录制中 · 0 秒前"),
        (90, "recording", "", "unproven", "该录而没有画面；最新画面 1 分钟前"),
        (90, "silent", "password", "unproven", "该录而没有画面：用户名或密码不对；最新画面 1 分钟前"),
        (None, "silent", "refused", "unproven", "该录而没有画面：连接被拒绝或无应答"),
        (None, "unheld", "", "unproven", "没有录像程序在录"),
        (7200, "waiting", "", "exempt", "等下一节课；最新画面 2 小时 0 分前"),
    ],
)
def test_the_state_of_a_camera_in_words(age_s: int | None, state: str, reason: str, css: str, said: str) -> None:
    newest = AT - timedelta(seconds=age_s) if age_s is not None else None
    shown = recording_state(CameraStanding(CAMERA, state, AT, told(state, reason), ()), newest)
    assert (shown.css, shown.text.zh) == (css, said)


def test_a_camera_that_is_switched_off_is_not_green_however_fresh_its_last_picture() -> None:
    off = replace(CAMERA, enabled=False)
    assert recording_state(CameraStanding(off, "off", AT, None, ()), AT).css == "exempt"
