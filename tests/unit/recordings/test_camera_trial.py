"""What a trial says of a stream whose pictures a busy machine takes late: a port of our own feeds it."""

from collections.abc import Callable

import pytest

from facts.recorder import CameraClock, StreamEnd, StreamFragment, StreamShape
from ingest.cameras.address import CameraAddress
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.onvif_client import CertificateChangedError
from runtime.recordings.camera_trial import try_camera

_EACH_S = 0.5


class FedStream:
    """A stream of half seconds, each here when ``arrival`` says so; the trial's clock stands where it last was."""

    def __init__(self, arrival: Callable[[float], float], speed: float) -> None:
        self.now, self.speed = 0.0, speed
        self.arrival, self.number = arrival, 0

    @property
    def shape(self) -> StreamShape:
        return StreamShape("avc1", 640, 360)

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:
        due = self.number * _EACH_S
        if self.arrival(due) > self.now + wait_s:
            self.now += wait_s
            return None
        self.now = self.arrival(due)
        sent = StreamFragment(self.now, due * self.speed, _EACH_S * self.speed, 13, self.number % 2 == 0, 50_000)
        self.number += 1
        return sent

    def stop(self) -> list[StreamFragment | StreamEnd]:
        return []


def rate_of(arrival: Callable[[float], float], speed: float = 1.0) -> float | None:
    stream = FedStream(arrival, speed)
    camera = RecordedCamera("7", "301", CameraAddress("rtsp://192.0.2.7/1"))
    found = try_camera(camera, 10.0, lambda: stream.now, opener=lambda _: stream, read_clock=lambda _: None)
    assert found.reason is None
    return found.clock_rate


@pytest.mark.parametrize("speed", [1.0, 25 / 21])
def test_a_camera_that_keeps_its_time_or_does_not_is_told(speed: float) -> None:
    assert rate_of(lambda due: due + 0.2, speed) == pytest.approx(speed, rel=1e-6)


@pytest.mark.parametrize(
    "late",
    [
        pytest.param(lambda due: due + (1.0 if 2 < due < 4 else 0.0), id="while it begins"),
        pytest.param(lambda due: due + (1.5 if due > 9 else 0.0), id="at its end"),
        pytest.param(lambda due: due + (0.7 if int(due * 2) % 3 else 0.0), id="again and again"),
    ],
)
def test_a_busy_machine_changes_no_rate(late: Callable[[float], float]) -> None:
    assert rate_of(late) == pytest.approx(1.0, rel=0.01)


def test_pictures_may_come_from_another_camera_than_the_one_that_was_met_first() -> None:
    def refused(_: RecordedCamera) -> CameraClock | None:
        raise CertificateChangedError("192.0.2.7:443: got another certificate")

    stream = FedStream(lambda due: due + 0.2, 1.0)
    camera = RecordedCamera("7", "301", CameraAddress("rtsp://192.0.2.7/1"))
    found = try_camera(camera, 10.0, lambda: stream.now, opener=lambda _: stream, read_clock=refused)
    assert (found.reason, found.codec, found.clock) == (None, "avc1", None)
    assert found.words == "192.0.2.7:443: got another certificate"
