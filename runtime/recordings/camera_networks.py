"""Cameras of the service are at allowed addresses only: looked up before each connection, and seen while it lasts."""

import ipaddress
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from facts.recorder import GapReason, StreamEnd, StreamFragment, StreamShape
from ingest.cameras.address import CameraAddress
from ingest.cameras.camera_list import RecordedCamera
from ingest.cameras.ffmpeg_stream import FfmpegStream
from ingest.cameras.stream_peers import tcp_peers
from pipeline.recordings.ports import CameraStream
from runtime.platform.networks import Address, Network, open_to_cameras, resolved
from runtime.recordings.recorder import open_stream

_LOOKED_UP = frozenset(
    {"rtsp", "srt"}
)  # their servers ask for no name, so ffmpeg gets the very address that was checked
_EAGER_S, _CALM_S, _FIRST_S = 0.2, 15.0, 10.0
_PORTS = {"rtsp": 554, "rtsps": 322, "rtmp": 1935, "rtmps": 443, "http": 80, "https": 443, "srt": 9000}


class ClosedStream:
    """A connection that is not made, and why."""

    def __init__(self, reason: GapReason, words: str) -> None:
        self._end = StreamEnd(reason, words)
        self.shape: StreamShape | None = None

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:  # noqa: ARG002 - the port's own words
        """The end."""
        return self._end

    def stop(self) -> list[StreamFragment | StreamEnd]:
        """The same."""
        return [self._end]


class GuardedStream:
    """A connection that ends where it leads to an address that is not allowed, by a redirect or a changed name."""

    def __init__(
        self, inner: FfmpegStream, allowed: Sequence[Network], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner, self._allowed, self._monotonic = inner, allowed, monotonic
        self._began_s = self._looked_s = monotonic()

    @property
    def shape(self) -> StreamShape | None:
        """What the pictures are, once the first was here."""
        return self._inner.shape

    def take(self, wait_s: float) -> StreamFragment | StreamEnd | None:
        """The next fragment, the end, or nothing within the time; looks at the other end meanwhile."""
        until = self._monotonic() + wait_s
        while True:
            now = self._monotonic()
            every = _EAGER_S if now - self._began_s < _FIRST_S else _CALM_S
            if now - self._looked_s >= every and (closed := self._closed()):
                self._inner.stop()
                return StreamEnd(GapReason.NOT_ALLOWED, f"it led to {closed}")
            event = self._inner.take(max(0.0, min(until - now, every)))
            if event is not None or self._monotonic() >= until:
                return event

    def stop(self) -> list[StreamFragment | StreamEnd]:
        """End it now."""
        return self._inner.stop()

    def _closed(self) -> Address | None:
        self._looked_s = self._monotonic()
        return next((one for one in tcp_peers(self._inner.pid) if not open_to_cameras(one, self._allowed)), None)


def open_allowed(camera: RecordedCamera, binary: str, allowed: Sequence[Network]) -> CameraStream:
    """A connection to this camera, if every address that its name has is allowed."""
    address = camera.address
    if address.scheme == "device":
        return ClosedStream(GapReason.NOT_ALLOWED, "a device of the service's own host")
    parts = urlsplit(address.shown)
    try:
        found = resolved(parts.hostname or "", parts.port or _PORTS[address.scheme])
    except (OSError, UnicodeError):
        return ClosedStream(GapReason.NO_ADDRESS, f"no address for {parts.hostname}")
    closed = next((one for one in found if not open_to_cameras(one, allowed)), None)
    if closed or not found:
        return ClosedStream(GapReason.NOT_ALLOWED, f"{closed} is not within XUESHI_CAMERA_NETWORKS")
    if address.scheme in _LOOKED_UP:
        camera = replace(camera, address=at_address(address, found[0]))
    return GuardedStream(open_stream(camera, binary), allowed)


def at_address(address: CameraAddress, where: Address) -> CameraAddress:
    """The same with the host's address in place of its name, so that nobody looks the name up again."""
    parts = urlsplit(address.shown)
    host = f"[{where}]" if isinstance(where, ipaddress.IPv6Address) else str(where)
    port = f":{parts.port}" if parts.port else ""
    return replace(address, shown=parts._replace(netloc=host + port).geturl())
