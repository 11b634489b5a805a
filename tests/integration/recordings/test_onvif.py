"""Cameras found and asked by ONVIF: real SOAP over real sockets, honest devices and hostile ones."""

import ipaddress
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from facts.errors import InputError, SetupError
from facts.recorder import EntryKind
from ingest.cameras.address import CameraAddress
from ingest.cameras.camera_certificates import CertificatePins
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.onvif_client import OnvifClient, OnvifError
from ingest.cameras.onvif_discovery import FoundCamera, discover
from ingest.cameras.recorder_ledger import LedgerFile
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.recordings.camera_clocks import CameraClocks
from runtime.recordings.camera_search import anywhere, ask_cameras, camera_clock, named_camera, within
from tests.fixtures.onvif_camera import BOMB, OnvifDevice, match, onvif_camera, probed
from tests.fixtures.paths import ROOT

LOCAL = ipaddress.ip_address("127.0.0.1")


def client(device: OnvifDevice, wait_s: float = 5.0) -> OnvifClient:
    return OnvifClient(LOCAL, device.port, clock=now, wait_s=wait_s)


def place(device: OnvifDevice) -> FoundCamera:
    return FoundCamera("127.0.0.1", device.port, "/onvif/device_service", secure=device.secure)


@pytest.fixture
def pins(tmp_path: Path) -> CertificatePins:
    return CertificatePins(tmp_path / "home" / "camera-certificates.json")


@pytest.mark.parametrize("ahead_s", [0.0, 3605.0, -86_400.0])
def test_the_camera_s_clock_is_told_against_ours(ahead_s: float) -> None:
    with onvif_camera(ahead_s=ahead_s) as device:
        found = client(device).clock()
    assert found.offset_s == pytest.approx(ahead_s, abs=1.5)
    assert found.sure_s >= 0.5


def test_the_clock_is_told_to_whoever_has_no_password(pins: CertificatePins) -> None:
    with onvif_camera() as device:
        (asked,) = ask_cameras([place(device)], "", "", now, pins)
    assert (asked.fault, device.asked) == ("", ["GetSystemDateAndTime"])


@pytest.mark.parametrize("ahead_s", [0.0, 7200.0])
@pytest.mark.parametrize("secure", [False, True])
def test_streams_are_told_to_the_right_password_even_where_the_camera_s_clock_is_wrong(
    ahead_s: float,
    secure: bool,  # noqa: FBT001
    pins: CertificatePins,
) -> None:
    with onvif_camera(ahead_s=ahead_s, secure=secure) as device:
        (asked,) = ask_cameras([place(device)], device.user, device.password, now, pins)
    assert asked.fault == ""
    assert [(one.name, one.codec, one.width) for one in asked.streams] == [("main", "H264", 1920), ("sub", "H264", 640)]
    assert [one.address for one in asked.streams] == ["rtsp://127.0.0.1:554/main", "rtsp://127.0.0.1:554/sub"]


def test_a_wrong_password_is_told_as_that_and_tried_once() -> None:
    with onvif_camera() as device:
        with pytest.raises(OnvifError, match="expected the right user and password") as refused:
            client(device).streams(device.user, "wrong")
        assert refused.value.is_password
        assert device.asked == ["GetSystemDateAndTime", "GetCapabilities"]


@pytest.mark.parametrize(
    ("manner", "told"),
    [
        ("redirect", "redirects are not followed|got no XML"),
        ("large", "over 1 MB"),
        ("bomb", "document type"),
        ("words", "got no XML"),
        ("deep", "levels"),
    ],
)
def test_a_hostile_answer_is_one_line_and_nothing_more_is_asked(manner: str, told: str) -> None:
    with onvif_camera(manner=manner) as device:
        with pytest.raises(OnvifError, match=told):
            client(device).clock()
        assert device.asked == (["redirect"] if manner == "redirect" else [])


def test_a_camera_s_own_certificate_is_kept_and_another_one_is_told_and_asked_nothing(pins: CertificatePins) -> None:
    """A camera makes its certificate itself: whom nobody vouches for is held against whom we met first."""
    with onvif_camera(secure=True) as device:
        for _ in range(2):
            (asked,) = ask_cameras([place(device)], device.user, device.password, now, pins)
            assert (asked.fault, len(asked.streams)) == ("", 2)
    known = json.loads(pins.path.read_text("utf-8"))
    with onvif_camera(secure=True, port=device.port) as other:
        (refused,) = ask_cameras([place(other)], device.user, device.password, now, pins)
        assert "got another certificate" in refused.fault
        assert f"xueshi cameras find https://127.0.0.1:{device.port}/onvif/device_service --trust-new" in refused.fault
        assert (refused.is_other, refused.clock, other.asked) == (True, None, [])
        assert json.loads(pins.path.read_text("utf-8")) == known
        pins.forget(f"127.0.0.1:{device.port}")
        (again,) = ask_cameras([place(other)], device.user, device.password, now, pins)
        assert (again.fault, again.is_other) == ("", False)
    assert json.loads(pins.path.read_text("utf-8")) != known


@pytest.mark.parametrize("manner", ["plain", "drip"])
def test_whoever_speaks_no_tls_at_the_place_of_https_is_one_line(manner: str, pins: CertificatePins) -> None:
    with onvif_camera(manner=manner) as device:
        began = time.monotonic()
        asked = OnvifClient(LOCAL, device.port, clock=now, wait_s=1.0, pins=pins)
        with pytest.raises(OnvifError, match=r"got no (whole )?answer"):
            asked.clock()
        assert time.monotonic() - began < 8.0
        assert device.asked == []
    assert not pins.path.exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"127.0.0.1:443": 1}'])
def test_a_spoilt_list_of_certificates_trusts_nobody(content: str, pins: CertificatePins) -> None:
    pins.path.parent.mkdir()
    pins.path.write_text(content, "utf-8")
    with onvif_camera(secure=True) as device, pytest.raises(SetupError, match="expected the certificates of cameras"):
        OnvifClient(LOCAL, device.port, clock=now, pins=pins).clock()
    assert (device.asked, pins.path.read_text("utf-8")) == ([], content)


def test_cameras_that_speak_https_alone_say_so() -> None:
    with onvif_camera(secure=True) as device, probed(device) as group:
        (found,) = discover(1.0, group)
    assert (found.port, found.secure) == (device.port, True)


def test_http_is_taken_where_a_camera_offers_both() -> None:
    both = match("https://127.0.0.1:8443/onvif/device_service http://127.0.0.1:8080/onvif/device_service")
    with probed(OnvifDevice(port=9), extra=both) as group:
        assert {(one.port, one.secure) for one in discover(1.0, group)} == {(8080, False), (9, False)}


def test_an_answer_that_drips_ends_with_the_time_for_all_of_it() -> None:
    with onvif_camera(manner="drip") as device:
        began = time.monotonic()
        with pytest.raises(OnvifError, match="no whole answer within"):
            client(device, wait_s=0.5).clock()
        assert time.monotonic() - began < 8.0, "it would have gone on for ten seconds"


def test_cameras_say_that_they_are_there() -> None:
    with onvif_camera() as one, onvif_camera() as other, probed(one, other) as group:
        found = discover(1.0, group)
    assert {each.port for each in found} == {one.port, other.port}
    assert {(each.address, each.path) for each in found} == {("127.0.0.1", "/onvif/device_service")}
    assert {(each.name, each.model) for each in found} == {("Front camera", "DS-2CD")}


@pytest.mark.parametrize(
    "extra", [b"", b"\xff\x00", BOMB, match("http://169.254.169.254/latest"), match("file:///etc/passwd")]
)
def test_whoever_answers_a_probe_for_somebody_else_is_not_believed(extra: bytes) -> None:
    with onvif_camera() as device, probed(device, extra=extra) as group:
        assert [one.port for one in discover(1.0, group)] == [device.port]


def test_nobody_there_is_an_empty_list() -> None:
    with probed() as group:
        assert discover(0.2, group) == []


def test_no_network_to_ask_on_is_one_line() -> None:
    with pytest.raises(InputError, match="got no network to ask on"):
        discover(0.2, ("255.255.255.255", 9))


def test_the_service_asks_nothing_at_its_own_host(pins: CertificatePins) -> None:
    with onvif_camera() as device:
        (refused,) = ask_cameras([place(device)], "viewer", "x", now, pins, within(()))
        assert "not allowed" in refused.fault
        assert device.asked == []
        (named,) = ask_cameras([place(device)], "", "", now, pins, within((ipaddress.ip_network("127.0.0.0/8"),)))
        assert named.clock
        assert anywhere(LOCAL)


@pytest.mark.parametrize("text", ["", "http://", "no such host.", "192.168.1.64:99999"])
def test_what_is_no_address_is_told(text: str) -> None:
    with pytest.raises(InputError, match="got no address"):
        named_camera(text)


def found(*words: str, password: str = "", home: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """The command as a user runs it."""
    command = [sys.executable, "-m", "cli.main", "cameras", "find", *words]
    env = {**environment(), "CAMERA_PASSWORD": password, "COLUMNS": "200"} | (
        {"XUESHI_HOME": str(home)} if home else {}
    )
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env=env)  # noqa: S603


def test_the_command_tells_where_the_streams_are_and_how_wrong_the_clock_is() -> None:
    with onvif_camera(ahead_s=120.0) as device:
        asked = (f"127.0.0.1:{device.port}", "--user", device.user, "--password-env", "CAMERA_PASSWORD")
        told, shown = found(*asked, "--json", password=device.password), found(*asked, password=device.password)
        none = found(*asked, "--lang", "en", password=device.password[::-1])
    (one,) = json.loads(told.stdout)
    assert (told.returncode, one["clock"]["offset_s"]) == (0, pytest.approx(120, abs=1.5))
    assert [each["address"] for each in one["streams"]] == ["rtsp://127.0.0.1:554/main", "rtsp://127.0.0.1:554/sub"]
    assert "摄像机的钟比本机快" in shown.stdout
    assert "the right user and password" in " ".join(none.stdout.split())
    for words in (told, shown, none):
        assert "secret-word" not in words.stdout + words.stderr
        assert device.password not in words.stdout + words.stderr


def test_the_command_meets_a_certificate_once_and_another_one_when_told_so(tmp_path: Path) -> None:
    with onvif_camera(secure=True) as device:
        address = f"https://127.0.0.1:{device.port}/onvif/device_service"
        assert found(address, home=tmp_path).returncode == 0
    with onvif_camera(secure=True, port=device.port):
        refused, trusted = found(address, "--json", home=tmp_path), found(address, "--trust-new", home=tmp_path)
        again = found(address, home=tmp_path)
    assert (refused.returncode, trusted.returncode, again.returncode) == (1, 0, 0)
    assert "got another certificate" in json.loads(refused.stdout)[0]["fault"]
    assert found("--trust-new", home=tmp_path).returncode == 2


def test_a_recorder_s_ledger_tells_that_another_camera_answers(tmp_path: Path, pins: CertificatePins) -> None:
    ledger = LedgerFile(tmp_path)
    camera = RecordedCamera("CH02", "301", CameraAddress("rtsp://127.0.0.1/1"))
    with onvif_camera(secure=True) as device:
        OnvifClient(LOCAL, device.port, clock=now, pins=pins).clock()
    with onvif_camera(secure=True, port=device.port):
        clocks = CameraClocks([camera], ledger, lambda _: OnvifClient(LOCAL, device.port, clock=now, pins=pins).clock())
        clocks.look()
        until = time.monotonic() + 20
        while not ledger.lines() and time.monotonic() < until:
            time.sleep(0.02)
    (told,) = ledger.lines()
    assert (told.kind, told.told["certificate"]) == (EntryKind.CLOCK, "changed")
    assert "got another certificate" in told.told["words"]
    ledger.close()


@pytest.mark.parametrize("words", [("--interface", "eth0"), ("--password-env", "NO_SUCH_VARIABLE"), ("no such host.",)])
def test_what_cannot_be_asked_is_one_line(words: tuple[str, ...]) -> None:
    done = found(*words)
    assert (done.returncode, "got no" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_recorder_s_ledger_tells_what_time_its_camera_has(tmp_path: Path) -> None:
    ledger = LedgerFile(tmp_path)
    with onvif_camera(ahead_s=-600.0) as device:
        camera = RecordedCamera("CH02", "301", CameraAddress("rtsp://127.0.0.1/1"))
        clocks = CameraClocks([camera], ledger, lambda _: client(device).clock())
        clocks.look()
        until = time.monotonic() + 20
        while not ledger.lines() and time.monotonic() < until:
            time.sleep(0.02)
        clocks.look()
    (told,) = ledger.lines()
    assert (told.kind, told.camera) == (EntryKind.CLOCK, "CH02")
    assert told.told["camera_offset_s"] == pytest.approx(-600, abs=1.5)
    ledger.close()


def test_a_camera_without_onvif_tells_no_clock_and_costs_no_recording(pins: CertificatePins) -> None:
    assert camera_clock(CameraAddress("/dev/video0"), now, pins) is None
    assert camera_clock(CameraAddress("rtsp://127.0.0.1/1"), now, pins, within(())) is None
    assert camera_clock(CameraAddress("rtsp://no-such-host.invalid/1"), now, pins) is None
