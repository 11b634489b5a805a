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
from ingest.cameras.camera_certificates import CertificatePins
from ingest.cameras.onvif_client import CertificateChangedError, OnvifClient, OnvifError, OnvifStream
from ingest.cameras.onvif_discovery import FoundCamera
from runtime.platform.environment import environment
from runtime.platform.folders import camera_certificates_file
from runtime.platform.home import home
from runtime.platform.networks import Address, Network, open_to_cameras, resolved

_AT_ONCE, _CLOCK_WAIT_S = 8, 3.0
_HTTP, _HTTPS = 80, 443
MayAsk = Callable[[Address], bool]


@dataclass(frozen=True, slots=True)
class AskedCamera:
    """A camera that was found, and what it told; ``fault`` where it told less than it was asked."""

    found: FoundCamera
    clock: CameraClock | None = None
    streams: Sequence[OnvifStream] = field(default=())
    fault: str = ""
    is_other: bool = False  # it has another certificate than at first


def anywhere(_: Address) -> bool:
    """For one office: whoever types the command may ask what the machine can reach."""
    return True


def own_pins() -> CertificatePins:
    """For one office: those of the user's own home."""
    return CertificatePins(camera_certificates_file(home(environment())))


def within(networks: Sequence[Network]) -> MayAsk:
    """For the service: as for streams, never its own host unless the operator names it."""
    return lambda address: open_to_cameras(address, networks)


def ask_cameras(
    found: Sequence[FoundCamera],
    user: str,
    password: str,
    now: Callable[[], datetime],
    pins: CertificatePins,
    may_ask: MayAsk = anywhere,
) -> list[AskedCamera]:
    """Each one's clock, and with a user its streams; several at once, because a dead one costs seconds."""
    with ThreadPoolExecutor(_AT_ONCE, "xueshi-onvif") as pool:
        return list(pool.map(lambda one: _asked(_client(one, now, pins), one, (user, password), may_ask), found))


def _client(one: FoundCamera, now: Callable[[], datetime], pins: CertificatePins) -> OnvifClient:
    where = ipaddress.ip_address(one.address)
    return OnvifClient(where, one.port, one.path, clock=now, pins=pins if one.secure else None)


def _asked(client: OnvifClient, one: FoundCamera, account: tuple[str, str], may_ask: MayAsk) -> AskedCamera:
    if not may_ask(client.where):
        return AskedCamera(
            one, fault=f"{client.where}: got an address that is not allowed, expected one of the cameras' networks"
        )
    clock = None
    try:
        clock = client.clock()
        streams = client.streams(*account) if account[0] else []
    except OnvifError as error:
        return AskedCamera(one, clock, fault=hidden(str(error)), is_other=isinstance(error, CertificateChangedError))
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
        port = parts.port or (_HTTPS if parts.scheme == "https" else _HTTP)
        (where, *_) = resolved(parts.hostname or "", port)
    except (ValueError, OSError) as error:
        told = f"{hidden(text)[:60]}: got no address that leads anywhere, expected 192.168.1.64 or its ONVIF address"
        raise InputError(told) from error
    return FoundCamera(str(where), port, parts.path or "/", secure=parts.scheme == "https")


def camera_clock(
    address: CameraAddress, now: Callable[[], datetime], pins: CertificatePins, may_ask: MayAsk = anywhere
) -> CameraClock | None:
    """What time the camera has, where it speaks ONVIF at the usual places; ``CertificateChangedError`` where it is another."""
    if address.scheme == "device":
        return None
    try:
        (where, *_) = resolved(urlsplit(address.shown).hostname or "", _HTTP)
    except (OSError, ValueError):
        return None
    places = ((_HTTP, None), (_HTTPS, pins)) if may_ask(where) else ()
    for port, known in places:
        try:
            return OnvifClient(where, port, clock=now, wait_s=_CLOCK_WAIT_S, pins=known).clock()
        except CertificateChangedError:
            raise
        except OnvifError:
            continue
    return None
