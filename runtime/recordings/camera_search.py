"""Cameras looked for by ONVIF: who answers, what time each has, and where its streams are."""

import ipaddress
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from facts.errors import InputError
from facts.recorder import CameraClock
from ingest.cameras.address import CameraAddress, hidden
from ingest.cameras.onvif_client import OnvifClient, OnvifError, OnvifStream
from ingest.cameras.onvif_discovery import FoundCamera
from runtime.platform.networks import Address, Network, open_to_cameras, resolved

_AT_ONCE, _CLOCK_WAIT_S = 8, 3.0
_HTTP = 80
MayAsk = Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class AskedCamera:
    """A camera that was found, and what it told; ``fault`` where it told less than it was asked."""

    found: FoundCamera
    clock: CameraClock | None = None
    streams: Sequence[OnvifStream] = field(default=())
    fault: str = ""


def anywhere(_: Address) -> bool:
    """For one office: whoever types the command may ask what the machine can reach."""
    return True


def within(networks: Sequence[Network]) -> MayAsk:
    """For the service: as for streams, never its own host unless the operator names it."""
    return lambda address: open_to_cameras(address, networks)


def ask_cameras(
    found: Sequence[FoundCamera], user: str, password: str, now: Callable[[], datetime], may_ask: MayAsk = anywhere
) -> list[AskedCamera]:
    """Each one's clock, and with a user its streams; several at once, because a dead one costs seconds."""
    with ThreadPoolExecutor(_AT_ONCE, "xueshi-onvif") as pool:
        return list(pool.map(lambda one: _asked(one, user, password, now, may_ask), found))


def _asked(one: FoundCamera, user: str, password: str, now: Callable[[], datetime], may_ask: MayAsk) -> AskedCamera:
    where = ipaddress.ip_address(one.address)
    if not may_ask(where):
        return AskedCamera(
            one, fault=f"{where}: got an address that is not allowed, expected one of the cameras' networks"
        )
    client, clock = OnvifClient(where, one.port, one.path, clock=now), None
    try:
        clock = client.clock()
        streams = client.streams(user, password) if user else []
    except OnvifError as error:
        return AskedCamera(one, clock, fault=hidden(str(error)))
    return AskedCamera(one, clock, [_plain(each) for each in streams])


def _plain(stream: OnvifStream) -> OnvifStream:
    """Some cameras put user and password into the address; whoever takes it over gives them beside it."""
    try:
        parts = urlsplit(stream.address)
        address = hidden(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
    except ValueError:
        address = ""
    return OnvifStream(stream.name, address, stream.codec, stream.width, stream.height)


def named_camera(text: str) -> FoundCamera:
    """The camera at an address that somebody typed: ``192.168.1.64``, ``192.168.1.64:8080`` or its whole ONVIF address."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}/onvif/device_service")
        port = parts.port or _HTTP
        (where, *_) = resolved(parts.hostname or "", port)
    except (ValueError, OSError) as error:
        told = f"{hidden(text)[:60]}: got no address that leads anywhere, expected 192.168.1.64 or its ONVIF address"
        raise InputError(told) from error
    return FoundCamera(str(where), port, parts.path or "/")


def camera_clock(address: CameraAddress, now: Callable[[], datetime], may_ask: MayAsk = anywhere) -> CameraClock | None:
    """What time the camera has, where it speaks ONVIF at the usual place; nothing where it does not."""
    if address.scheme == "device":
        return None
    try:
        (where, *_) = resolved(urlsplit(address.shown).hostname or "", _HTTP)
        return OnvifClient(where, clock=now, wait_s=_CLOCK_WAIT_S).clock() if may_ask(where) else None
    except (OnvifError, OSError, ValueError):
        return None
