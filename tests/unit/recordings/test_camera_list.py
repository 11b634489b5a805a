"""CAMERAS.toml: each fault in one clear line, no password in any."""

from pathlib import Path

import pytest

from ingest.cameras.address import CameraAddress, address_of, hidden
from ingest.cameras.camera_list import CameraListError, read_cameras
from ingest.cameras.ffmpeg_command import list_of_one, record_command

SECRET = "pä'ss wörd"  # noqa: S105 - of a test
GOOD = '[[camera]]\nid = "CH02"\nroom = "301"\naddress = "rtsp://192.0.2.7/Streaming/Channels/101"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "CAMERAS.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_short_list_is_enough(tmp_path: Path) -> None:
    (camera,) = read_cameras(written(tmp_path, GOOD), {}).cameras
    assert (camera.id, camera.room, camera.when, camera.transport, camera.audio) == (
        "CH02",
        "301",
        "always",
        "tcp",
        False,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "write at least one [[camera]] table"),
        ("[[camera]]\nid = 'CH02'\n", "expected an address that begins with one of rtsp"),
        (GOOD + "adress = 'x'\n", "unknown 'adress'; did you mean address?"),
        (GOOD + "audio = 'yes'\n", "got 'yes', expected true or false"),
        (GOOD + "transport = 'quic'\n", "expected tcp or udp"),
        (GOOD + GOOD.replace("CH02", "ch02"), "ch02 is the id, hence the folder, of [[camera]] 第1个"),
        (GOOD.replace("CH02", "../x"), "expected 1 to 40 letters"),
        (GOOD.replace("CH02", "a20250407"), "without four digits in a row"),
        (GOOD.replace("/Streaming", "/$(reboot)"), "holds a space, quote or shell character"),
        (GOOD.replace("/Streaming", "/a'b"), "holds a space, quote or shell character"),
        (GOOD.replace("/Streaming", "/a|b;c"), "holds a space, quote or shell character"),
        (GOOD.replace("rtsp://", "file://"), "expected an address that begins with one of rtsp"),
        (GOOD.replace("192.0.2.7", "127.0.0.1"), "write allow_loopback = true into [recorder]"),
        (GOOD.replace("192.0.2.7", "localhost"), "write allow_loopback = true into [recorder]"),
        (GOOD.replace("192.0.2.7", "[::1]"), "write allow_loopback = true into [recorder]"),
        (GOOD + "when = 'timetable'\n", "none is named; write timetable"),
        ("[recorder]\ntimetable = '没有.xlsx'\n" + GOOD, "got no such file or folder"),
        ("[recorder]\nsegment_minutes = 0\n" + GOOD, "got 0, expected 1 to 60"),
        (GOOD + "password_env = 'NOT_SET'\n", "the environment variable NOT_SET is not set"),
        (GOOD + "[", "got no TOML in UTF-8"),
    ],
)
def test_each_fault_has_one_line_that_says_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(CameraListError) as told:
        read_cameras(written(tmp_path, text), {})
    lines = str(told.value).splitlines()
    assert len([line for line in lines if said in line]) == 1, lines


def test_every_fault_is_told_at_once_and_none_shows_a_password(tmp_path: Path) -> None:
    text = GOOD.replace("rtsp://", "ftp://viewer:hunter22@") + "room2 = 'x'\n" + "[[camera]]\nid = '?'\n"
    with pytest.raises(CameraListError) as told:
        read_cameras(written(tmp_path, text), {})
    assert len(str(told.value).splitlines()) == 3
    assert "hunter22" not in str(told.value)


def test_a_missing_list_says_where(tmp_path: Path) -> None:
    with pytest.raises(CameraListError, match=r"nothing\.toml: got no readable file"):
        read_cameras(tmp_path / "nothing.toml", {})


def test_a_password_comes_from_the_environment_or_the_address_and_is_never_shown(tmp_path: Path) -> None:
    named = GOOD + "user = 'viewer'\npassword_env = 'CH02_PASSWORD'\n"
    inside = GOOD.replace("rtsp://", "rtsp://viewer:p%C3%A4'ss%20w%C3%B6rd@").replace("'", "%27")
    for text in (named, inside):
        (camera,) = read_cameras(written(tmp_path, text), {"CH02_PASSWORD": SECRET}).cameras
        assert (camera.address.user, camera.address.password) == ("viewer", SECRET)
        assert camera.address.shown == "rtsp://192.0.2.7/Streaming/Channels/101"
        assert SECRET not in repr(camera)


def test_the_command_line_holds_no_address_and_the_list_a_quoted_one() -> None:
    address = CameraAddress("rtsp://192.0.2.7/1", "viewer", SECRET)
    command = record_command(address, audio=False, binary="ffmpeg")
    assert not [word for word in command if "192.0.2.7" in word or "viewer" in word]
    assert command[command.index("-c") + 1] == "copy"
    assert "0:a:0?" not in command
    feed = list_of_one(address, "tcp")
    assert "file 'rtsp://viewer:p%C3%A4%27ss%20w%C3%B6rd@192.0.2.7/1'" in feed
    assert SECRET not in feed


def test_a_local_device_is_opened_by_name() -> None:
    address = address_of("/dev/video0", "", "", allow_loopback=False)
    assert isinstance(address, CameraAddress)
    command = record_command(address, audio=False, binary="ffmpeg")
    assert command[command.index("-i") + 1] == "/dev/video0"
    assert command[command.index("-f") + 1] == "v4l2"


@pytest.mark.parametrize(
    "words",
    [
        "Impossible to open 'rtsp://viewer:p%C3%A4%27ss%20w%C3%B6rd@192.0.2.7/1'",
        f"password {SECRET} refused",
        "srt://192.0.2.7:9000?mode=caller&passphrase=hunter22",
    ],
)
def test_ffmpeg_s_own_words_lose_what_could_let_one_in(words: str) -> None:
    told = CameraAddress("rtsp://192.0.2.7/1", "viewer", SECRET).without_secrets(words)
    assert "***" in told
    assert not [secret for secret in (SECRET, "w%C3%B6rd", "hunter22") if secret in told]
    assert hidden("http://192.0.2.7/live?channel=1&subtype=0") == "http://192.0.2.7/live?channel=1&subtype=0"


def test_a_passphrase_among_the_parameters_of_an_address_is_not_told() -> None:
    address = address_of("srt://192.0.2.7:9000?mode=caller&passphrase=hunter22", "", "", allow_loopback=False)
    assert isinstance(address, CameraAddress)
    assert address.told == "srt://192.0.2.7:9000?mode=caller&passphrase=***"
    assert "hunter22" not in repr(address)
    assert "hunter22" in list_of_one(address, "tcp")
