"""One camera asked by ONVIF: what time it has, and at which addresses its streams are. It is asked and told nothing else."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from facts.digest import Digest
from facts.errors import InputError
from facts.recorder import CameraClock
from ingest.cameras.camera_certificates import CertificatePins
from ingest.cameras.soap_message import MOST_BYTES, SoapError, SoapNode, soap_answer, soap_request

SERVICE_PATH = "/onvif/device_service"
_DEVICE, _MEDIA = "http://www.onvif.org/ver10/device/wsdl", "http://www.onvif.org/ver10/media/wsdl"
_SCHEMA = "http://www.onvif.org/ver10/schema"
_WAIT_S = 5.0
_MOST_PROFILES = 16
_UNAUTHORIZED, _OK = 401, 200
_CLOCK = f'<GetSystemDateAndTime xmlns="{_DEVICE}"/>'
_CAPABILITIES = f'<GetCapabilities xmlns="{_DEVICE}"><Category>Media</Category></GetCapabilities>'
_MOMENT = (
    ("Date", "Year"),
    ("Date", "Month"),
    ("Date", "Day"),
    ("Time", "Hour"),
    ("Time", "Minute"),
    ("Time", "Second"),
)
_PROFILES = f'<GetProfiles xmlns="{_MEDIA}"/>'


class OnvifError(InputError):
    """A camera that did not answer as ONVIF has it; ``is_password`` where it would have, for the right user."""

    def __init__(self, told: str, *, is_password: bool = False) -> None:
        super().__init__(told)
        self.is_password = is_password


class CertificateChangedError(OnvifError):
    """A camera that does not have the certificate with which it was first met; it was told and asked nothing."""


@dataclass(frozen=True, slots=True)
class OnvifStream:
    """One of a camera's streams."""

    name: str
    address: str
    codec: str = ""
    width: int = 0
    height: int = 0


class OnvifClient:
    """Speaks to one address and no other: redirects are not followed, and of what it says of itself only the path counts."""

    def __init__(
        self,
        where: IPv4Address | IPv6Address,
        port: int = 80,
        path: str = SERVICE_PATH,
        *,
        clock: Callable[[], datetime],
        wait_s: float = _WAIT_S,
        pins: CertificatePins | None = None,
    ) -> None:
        """With ``pins`` it speaks HTTPS; nobody signs a camera's certificate, so the one that was met first is the right one."""
        self.where, self.port, self.path, self._pins = where, port, path, pins
        self._clock, self._wait_s = clock, wait_s
        self._offset = timedelta()

    def clock(self) -> CameraClock:
        """The camera's time against ours; needs no password, so every camera answers it."""
        asked, began_s = self._clock(), time.monotonic()
        found = self._ask(self.path, _CLOCK, "", "")
        took_s = time.monotonic() - began_s
        told = found.first("UTCDateTime")
        if told is None:
            raise OnvifError("got no UTC time, expected the camera's clock")
        try:
            parts = [int(told.said(*path)) for path in _MOMENT]
            year, month, day, hour, minute, second = parts
            there = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError as error:
            raise OnvifError(f"got no date and time ({error}), expected the camera's clock") from error
        ours = asked + timedelta(seconds=took_s / 2)
        self._offset = there + timedelta(seconds=0.5) - ours  # it tells whole seconds
        return CameraClock(round(self._offset.total_seconds(), 2), round(0.5 + took_s / 2, 2))

    def streams(self, user: str, password: str) -> list[OnvifStream]:
        """Every stream with its address; ``clock`` is asked first, because a password's proof carries the camera's time."""
        self.clock()
        able = self._ask(self.path, _CAPABILITIES, user, password)
        path = _path(able.said("Media", "XAddr")) or self.path
        profiles = self._ask(path, _PROFILES, user, password)
        found = []
        for profile in list(profiles.every("Profiles"))[:_MOST_PROFILES]:
            token = profile.attributes.get("token", "")
            about = profile.first("VideoEncoderConfiguration")
            size = [
                int(text) if (text := about.said("Resolution", one) if about else "").isdecimal() else 0
                for one in ("Width", "Height")
            ]
            address = self._ask(path, _stream_uri(token), user, password).said("MediaUri", "Uri")
            if address:
                found.append(
                    OnvifStream(profile.said("Name") or token, address, about.said("Encoding") if about else "", *size)
                )
        if not found:
            raise OnvifError("got no stream, expected at least one profile with a stream address")
        return found

    def _ask(self, path: str, body: str, user: str, password: str) -> SoapNode:
        data = soap_request(body, user, password, self._clock() + self._offset)
        status, answer = self._post(path, data)
        try:
            found = soap_answer(answer)
        except SoapError as error:
            if status == _UNAUTHORIZED:
                raise OnvifError("got no access, expected the right user and password", is_password=True) from error
            raise OnvifError(f"status {status}: {error}") from error
        if fault := found.first("Fault"):
            codes = {one.text.strip().rpartition(":")[2] for one in fault.every("Value")}
            refused = bool(codes & {"NotAuthorized", "FailedAuthentication", "FailedCheck"}) or status == _UNAUTHORIZED
            told = "the right user and password" if refused else "an answer"
            words = fault.said("Reason", "Text")[:120] or ", ".join(sorted(codes))
            raise OnvifError(f"got a refusal ({words}), expected {told}", is_password=refused)
        if status != _OK:
            raise OnvifError(
                f"got status {status}, expected 200; redirects are not followed", is_password=status == _UNAUTHORIZED
            )
        return found

    def _shake_hands(self, connection: http.client.HTTPConnection, pins: CertificatePins) -> None:
        """Before a word is said: whose certificate it is."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # cameras sign for themselves
        connection.connect()
        secure = context.wrap_socket(connection.sock, do_handshake_on_connect=False)
        connection.sock = secure
        secure.do_handshake()
        met = secure.getpeercert(binary_form=True) or b""
        at = f"{self.where}:{self.port}"
        first, now = pins.first_met(at, met), Digest.of(met).sha256
        if first != now:
            raise CertificateChangedError(
                f"{at}: got another certificate ({now[:16]}…) than at first ({first[:16]}…), expected the same; if the camera"
                f" was exchanged or made a new one: xueshi cameras find https://{at}{self.path} --trust-new"
            )

    def _post(self, path: str, data: bytes) -> tuple[int, bytes]:
        """Within the time in all, however slowly it drips, and within the size."""
        connection = http.client.HTTPConnection(str(self.where), self.port, timeout=self._wait_s)
        over = threading.Event()
        timer = threading.Timer(self._wait_s, _end, (connection, over))
        timer.daemon = True
        timer.start()
        try:
            if self._pins:
                self._shake_hands(connection, self._pins)
            connection.request("POST", path, data, {"Content-Type": "application/soap+xml; charset=utf-8"})
            with connection.getresponse() as answer:  # one that is cut short would keep the socket
                found = answer.read(MOST_BYTES + 1)
            if over.is_set():
                raise TimeoutError
        except (OSError, http.client.HTTPException) as error:
            if over.is_set() or isinstance(error, TimeoutError):
                raise OnvifError(
                    f"got no whole answer within {self._wait_s:g} s, expected one; is ONVIF on?"
                ) from error
            told = getattr(error, "strerror", None) or type(error).__name__
            raise OnvifError(f"got no answer ({told}), expected ONVIF at {self.where}:{self.port}") from error
        finally:
            timer.cancel()
            connection.close()
        return answer.status, found


def _path(address: str) -> str:
    """Of an address that a camera says of itself: the host may be one that it has behind a router."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _end(connection: http.client.HTTPConnection, over: threading.Event) -> None:
    over.set()
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def _stream_uri(token: str) -> str:
    return (
        f'<GetStreamUri xmlns="{_MEDIA}"><StreamSetup><Stream xmlns="{_SCHEMA}">RTP-Unicast</Stream>'
        f'<Transport xmlns="{_SCHEMA}"><Protocol>RTSP</Protocol></Transport></StreamSetup>'
        f"<ProfileToken>{escape(token)}</ProfileToken></GetStreamUri>"
    )
