"""With whom a process of ours is connected, as the kernel has it: redirects and changed names cannot hide there."""

import ipaddress
import re
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

Peer = ipaddress.IPv4Address | ipaddress.IPv6Address
_SOCKET = re.compile(r"socket:\[(\d+)\]")
_WORD = 4
_FRESH_S = 0.1


def tcp_peers(pid: int) -> frozenset[Peer]:
    """The addresses at the other ends of its TCP connections, those under way included; none once it is gone."""
    own = _sockets(Path(f"/proc/{pid}/fd"))  # first: what is opened later is seen at the next look
    return frozenset(peer for inode, peer in _TABLE.rows(pid) if inode in own)


class _PeerTable:
    """The kernel's table holds everybody's connections: processes that are looked at in one moment share one reading."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._read_s = -_FRESH_S
        self._place: Path | None = None
        self._rows: tuple[tuple[str, Peer], ...] = ()

    def rows(self, pid: int) -> tuple[tuple[str, Peer], ...]:
        """Sockets and who is at their other ends, as of a moment ago in the network that the process is in."""
        try:
            place = Path(f"/proc/{pid}/ns/net").readlink()
        except OSError:  # it is gone
            return ()
        with self._lock:
            if place != self._place or time.monotonic() - self._read_s >= _FRESH_S:
                found = [one for name in ("tcp", "tcp6") for one in _table(Path(f"/proc/{pid}/net/{name}"))]
                self._rows, self._place, self._read_s = tuple(found), place, time.monotonic()
            return self._rows


_TABLE = _PeerTable()


def _sockets(folder: Path) -> frozenset[str]:
    found = set()
    with suppress(OSError):
        for entry in folder.iterdir():
            with suppress(OSError):  # closed while we looked
                if named := _SOCKET.fullmatch(str(entry.readlink())):
                    found.add(named[1])
    return frozenset(found)


def _table(path: Path) -> list[tuple[str, Peer]]:
    try:
        rows = [line.split() for line in path.read_text("ascii").splitlines()[1:]]
    except OSError:
        return []
    return [(row[9], _address(row[2].partition(":")[0])) for row in rows if not row[2].endswith(":0000")]


def _address(text: str) -> Peer:
    """The kernel writes each word of four bytes in the machine's own order."""
    data = bytes.fromhex(text)
    plain = b"".join(data[at : at + _WORD][::-1] for at in range(0, len(data), _WORD))
    found = ipaddress.ip_address(plain)
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
