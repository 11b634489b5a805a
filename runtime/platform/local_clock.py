"""Whether this host's clock is kept by NTP: the kernel knows it from chrony, ntpd or timesyncd alike, whoever runs."""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

_UNSYNC = 0x0040
_FAILED = -1
_WORDS = 32  # more than the rest of the kernel's record


class _Timex(ctypes.Structure):
    """``struct timex`` of Linux as far as it is read here; nothing is set."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * _WORDS),
    )


@dataclass(frozen=True, slots=True)
class HostClock:
    """What the kernel says of its clock; how far it may be from the truth at most, as its keeper estimates."""

    synchronised: bool
    most_error_ms: float


def host_clock() -> HostClock | None:
    """The state; nothing where the system does not tell (no Linux, or a container that may not ask)."""
    if sys.platform != "linux":
        return None
    asked = _Timex()
    if _asker()(ctypes.byref(asked)) == _FAILED:
        return None
    return HostClock(not asked.status & _UNSYNC, asked.maxerror / 1000)


@cache
def _asker() -> Callable[[object], int]:
    return getattr(ctypes.CDLL(None), "adjtimex", lambda _: _FAILED)


def told_clock(clock: HostClock | None) -> dict[str, object]:
    """The same for a ledger."""
    if clock is None:
        return {"synchronised": None}
    return {"synchronised": clock.synchronised, "most_error_ms": round(clock.most_error_ms, 1)}
