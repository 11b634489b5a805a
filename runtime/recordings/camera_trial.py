"""One camera tried for ten seconds: what it sends, or one line of what is wrong."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise

from facts.recorder import CameraClock, CameraTrial, GapReason, StreamEnd, StreamFragment
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.ffmpeg_command import ffmpeg_binary
from ingest.cameras.onvif_client import CertificateChangedError
from pipeline.recordings.ports import CameraStream
from runtime.recordings.camera_clocks import ReadCameraClock
from runtime.recordings.recorder import open_stream, read_camera_clock

TRIAL_S = 10.0
_FEWEST = 2
_SETTLING_S = 2.0


def try_camera(
    camera: RecordedCamera,
    seconds: float = TRIAL_S,
    monotonic: Callable[[], float] = time.monotonic,
    *,
    opener: Callable[[str], CameraStream] | None = None,
    read_clock: ReadCameraClock = read_camera_clock,
) -> CameraTrial:
    """Look at the camera for so long, connecting included."""
    until, binary = monotonic() + seconds, ffmpeg_binary()
    stream: CameraStream = opener(binary) if opener else open_stream(camera, binary)
    with ThreadPoolExecutor(1, "xueshi-clock") as beside:
        asked = beside.submit(read_clock, camera)
        end, found = _listen(stream, until, monotonic)
        if end is None:
            end = next((one for one in stream.stop() if isinstance(one, StreamEnd)), None)
    clock, words = _told_clock(asked)
    about = (camera.id, camera.room, camera.address.told)
    if stream.shape is None or len(found) < _FEWEST:
        words = " ".join(filter(None, (end.words if end else "", words)))
        return CameraTrial(*about, reason=end.reason if end else GapReason.STALLED, words=words, clock=clock)
    length, rate = found[-1].end_s - found[0].start_s, _rate(found)
    keys = [one.start_s for one in found if one.key]
    return CameraTrial(
        *about,
        stream.shape.codec,
        stream.shape.width,
        stream.shape.height,
        sum(one.packets for one in found) / length * (rate or 1.0) if length else 0.0,
        max(after - before for before, after in pairwise(keys)) if len(keys) > 1 else None,
        8 * sum(one.size_bytes for one in found) / length * (rate or 1.0) if length else 0.0,
        rate,
        words=words,
        clock=clock,
    )


def _listen(
    stream: CameraStream, until: float, monotonic: Callable[[], float]
) -> tuple[StreamEnd | None, list[StreamFragment]]:
    found: list[StreamFragment] = []
    while (left := until - monotonic()) > 0:
        event = stream.take(left)
        if isinstance(event, StreamEnd):
            return event, found
        if event is not None:
            found.append(event)
    return None, found


def _rate(found: list[StreamFragment]) -> float | None:
    """Stamped seconds for each second that passed, once the first burst is over; nothing where too little came.

    A busy machine only ever takes pictures late, so the least delayed of each end are held against each other.
    """
    late = [one for one in found if one.arrived_s - found[0].arrived_s > _SETTLING_S]
    if len(late) < _FEWEST:
        return None
    share = max(1, len(late) // 3)
    first, last = (min(part, key=lambda one: one.arrived_s - one.end_s) for part in (late[:share], late[-share:]))
    passed_s = last.arrived_s - first.arrived_s
    return (last.end_s - first.end_s) / passed_s if passed_s > 0 else None


def _told_clock(asked: "Future[CameraClock | None]") -> tuple[CameraClock | None, str]:
    """The camera's clock, or that another camera answers than at first."""
    try:
        return asked.result(), ""
    except CertificateChangedError as error:
        return None, str(error)
