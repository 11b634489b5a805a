"""Cameras on the local network asked to say that they are there: WS-Discovery, one probe and whoever answers it."""

import contextlib
import ipaddress
import socket
import time
import uuid
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from facts.errors import InputError
from ingest.cameras.soap_message import SoapError, SoapNode, soap_answer

GROUP = ("239.255.255.250", 3702)
_LARGEST, _MOST_FOUND, _MOST_ANSWERS = 1 << 16, 256, 4096
_SHORT = 60
_PROBE = (
    '<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"><s:Header>'
    "<a:MessageID>uuid:{id}</a:MessageID><a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To>"
    "<a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action></s:Header><s:Body>"
    '<Probe xmlns="http://schemas.xmlsoap.org/ws/2005/04/discovery"><Types '
    'xmlns:n="http://www.onvif.org/ver10/network/wsdl">n:NetworkVideoTransmitter</Types></Probe></s:Body></s:Envelope>'
)


@dataclass(frozen=True, slots=True, order=True)
class FoundCamera:
    """Who answered: where its ONVIF is, and what it calls itself."""

    address: str
    port: int
    path: str
    name: str = ""
    model: str = ""
    secure: bool = False


def discover(wait_s: float = 3.0, group: tuple[str, int] = GROUP, interface: str = "") -> list[FoundCamera]:
    """Every camera that answers within the time; one that names another host than it speaks from is not believed."""
    found: dict[tuple[str, int], FoundCamera] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)  # the local network and no further
        try:
            if interface:
                asked.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
            asked.sendto(_PROBE.format(id=uuid.uuid4()).encode(), group)
        except OSError as error:
            told = (
                f"search: got no network to ask on ({error.strerror}), expected the cameras'; choose it by --interface"
            )
            raise InputError(told) from error
        until = time.monotonic() + wait_s
        for _ in range(_MOST_ANSWERS):
            left = until - time.monotonic()
            if left <= 0 or len(found) >= _MOST_FOUND:
                break
            asked.settimeout(left)
            with contextlib.suppress(TimeoutError, SoapError):
                data, (sender, *_) = asked.recvfrom(_LARGEST)
                for one in _matches(soap_answer(data), sender):
                    found[one.address, one.port] = one
    return sorted(found.values(), key=lambda one: (ipaddress.ip_address(one.address), one.port))


def _matches(answer: SoapNode, sender: str) -> list[FoundCamera]:
    found = []
    for match in answer.every("ProbeMatch"):
        scopes = [unquote(one) for one in match.said("Scopes").split()]
        told = (_scope(scopes, "name"), _scope(scopes, "hardware"))
        places = [one for text in match.said("XAddrs").split() if (one := _place(text, sender))]
        # Whoever could listen between could have left one out of the answer: HTTPS is for cameras that have nothing else.
        found += [FoundCamera(sender, port, path, *told, secure) for secure, port, path in sorted(places)[:1]]
    return found


def _place(text: str, sender: str) -> tuple[bool, int, str] | None:
    """Whether by HTTPS, the port and the path, where it is the sender's own."""
    try:
        parts = urlsplit(text)
        if parts.scheme in {"http", "https"} and parts.hostname == sender:
            secure = parts.scheme == "https"
            return secure, parts.port or (443 if secure else 80), parts.path or "/"
    except ValueError:
        pass
    return None


def _scope(scopes: list[str], kind: str) -> str:
    """What the camera calls itself, printable and short."""
    begins = f"onvif://www.onvif.org/{kind}/"
    text = next((one.removeprefix(begins) for one in scopes if one.startswith(begins)), "")
    return "".join(sign for sign in text if sign.isprintable())[:_SHORT]
