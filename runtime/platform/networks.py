"""Which networks are whose: the proxies that speak for browsers, and the private ones to which webhooks may be sent."""

import ipaddress
import socket
from collections.abc import Mapping, Sequence

from facts.errors import SetupError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


def networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """The networks that a setting lists, such as ``10.20.0.0/16,192.168.7.9``."""
    given = [one.strip() for one in environ.get(name, "").split(",") if one.strip()]
    try:
        return tuple(map(ipaddress.ip_network, given))
    except ValueError as error:
        raise SetupError(f"{name}: {error}; expected networks such as 10.20.0.0/16, with commas between") from error


def open_to(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether webhooks may be sent there: to any public address, to a private one only where the operator allows it."""
    plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
    if any(plain in network for network in allowed if network.version == plain.version):
        return True
    return plain.is_global and not plain.is_multicast


def literal(host: str) -> Address | None:
    """The address that a host name spells; nothing where only a resolver could tell."""
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return LOOPBACK[0][1] if host.rstrip(".").casefold() == "localhost" else None


def resolved(host: str, port: int) -> tuple[Address, ...]:
    """Every address of the host, spelt oddly or not: what the connection itself would try."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found))


def loopback(host: str) -> bool:
    """Whether the address belongs to this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
