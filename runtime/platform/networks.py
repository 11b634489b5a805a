"""Which networks are whose: of proxies that speak for browsers, of private webhooks, of cameras."""

import ipaddress
import socket
from collections.abc import Mapping, Sequence

from facts.errors import SetupError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TRANSLATED = tuple(map(ipaddress.ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "::/96")))
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
    named = any(plain in network for network in allowed if network.version == plain.version)
    if within := _carried(plain):  # a gateway may lead to the address inside: both must be open, and this one by name
        return named and all(open_to(one, allowed) for one in within)
    return named or (plain.is_global and not plain.is_multicast)


def open_to_cameras(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether a camera may be there: in one of the networks named, or, where none is, anywhere but on this host itself."""
    plain = (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
    if not all(open_to_cameras(one, allowed) for one in _carried(plain)):
        return False
    if allowed:
        return any(plain in network for network in allowed if network.version == plain.version)
    strange = plain.is_loopback or plain.is_link_local or plain.is_multicast or plain.is_unspecified
    return not strange and not plain.is_reserved and not _is_own(plain)


def _is_own(address: Address) -> bool:
    """Whether it is one of this host's: the kernel lets nobody bind to another's."""
    family = socket.AF_INET if isinstance(address, ipaddress.IPv4Address) else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.bind((str(address), 0))
    except OSError:
        return False
    return True


def _carried(address: Address) -> tuple[ipaddress.IPv4Address, ...]:
    """The IPv4 addresses inside one of IPv6 that some gateway translates or unpacks: NAT64, 6to4, Teredo, ``::a.b.c.d``."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.teredo:
        return address.teredo
    if address.sixtofour:
        return (address.sixtofour,)
    translated = any(address in network for network in _TRANSLATED)
    return (last,) if translated and address not in LOOPBACK[1] else ()


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


def neighbourhood(host: str) -> str:
    """What one owner holds of addresses: one of IPv4, a /64 of IPv6; whatever is no address stands for itself."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address) or address.ipv4_mapped:
        return str(address if isinstance(address, ipaddress.IPv4Address) else address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def loopback(host: str) -> bool:
    """Whether the address belongs to this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
