"""What a child gives up before it opens anything of a stranger's: every file but its own, the network, other processes.

Landlock rules the files, seccomp the calls; both are asked of the Linux kernel directly, because the binding that
is kept for Python (pyseccomp) needs a C library on each machine and knows no Landlock (decision 0041). Where a kernel
lacks one of them the other still holds, and ``confinement_here`` says so.
"""

import ctypes
import importlib
import os
import platform
import struct
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from facts.errors import SetupError

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every machine
_PATH_BENEATH, _ASK_VERSION = 1, 1
_EXECUTE, _WRITE, _READ, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_FILE, _REMOVE_DIR, _MAKE_DIR, _MAKE_FILE = 1 << 5, 1 << 4, 1 << 7, 1 << 8
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}  # how many kinds of access a version of Landlock rules
_WITH_NETWORK, _WITH_SCOPES = 4, 6
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _GET_SECCOMP, _FILTER = 38, 22, 21, 2
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _REFUSE, _UNKNOWN_CALL = (
    0x7FFF0000,
    0x00050001,
    0x00050026,
)  # EPERM; ENOSYS, so that libraries use the older call
_OTHER_TABLE = 0x40000000  # x86-64 answers to a second table of numbers as well
_NUMBER_AT, _MACHINE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_THREAD = 0x10000


_TOPS = ("facts", "policy", "attendance", "claims", "pipeline", "ingest", "vision", "storage", "report", "runtime")
_LIBRARIES = ("/usr/lib", "/usr/local/lib", "/lib", "/lib64", "/usr/share/zoneinfo", "/etc/localtime", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Confinement:
    """What the kernel offers: the version of Landlock (0 for none), and whether calls can be filtered."""

    landlock: int
    calls: bool

    def __str__(self) -> str:
        files = f"Landlock {self.landlock}" if self.landlock else "no Landlock: a child can read what the service can"
        return f"{files}; {'seccomp' if self.calls else 'no seccomp: a child can reach the network'}"


@dataclass(frozen=True, slots=True)
class _Machine:
    """The calls of one kind of processor by their numbers: what is refused, and how programs and processes are begun."""

    token: int
    refused: tuple[int, ...]
    programs: tuple[int, ...]
    clone: int
    clone3: int = 435


_ANYWHERE = (424, 425, 438)  # of one number on every machine: pidfd_send_signal, io_uring_setup, pidfd_getfd
# Sockets, programs, other processes, and the doors through which the same can be had: io_uring, namespaces, bpf.
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        (41, 42, 62, 101, 129, 165, 200, 234, 248, 249, 250, 272, 297, 298, 308, 310, 311, 321, 323, *_ANYWHERE),
        programs=(57, 58, 59, 322),
        clone=56,
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (40, 97, 117, 129, 130, 131, 138, 198, 203, 217, 218, 219, 240, 241, 268, 270, 271, 280, 282, *_ANYWHERE),
        programs=(221, 281),
        clone=220,
    ),
}


@lru_cache(maxsize=1)
def confinement_here() -> Confinement:
    """What this machine's kernel offers."""
    if platform.system() != "Linux":
        return Confinement(0, calls=False)
    system = ctypes.CDLL(None)
    version = int(system.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION))
    calls = platform.machine() in _MACHINES and system.prctl(_GET_SECCOMP, 0, 0, 0, 0) >= 0
    return Confinement(max(version, 0), calls)


def code_folders() -> tuple[Path, ...]:
    """Where Python, its libraries and this program lie; nothing of a class is there."""
    own = [Path(found) for top in _TOPS for found in importlib.import_module(top).__path__]
    python = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return (*own, *python, *map(Path, _LIBRARIES))


def confine(reads: Iterable[Path], writes: Iterable[Path], code: Sequence[Path], *, programs: bool = False) -> None:
    """From here on this process reaches these paths and its open files alone, as far as the kernel can see to it.

    It begins no other process unless it may run ``programs``, which are then confined as it is.
    """
    offered = confinement_here()
    if not (offered.landlock or offered.calls):
        return
    system = ctypes.CDLL(None, use_errno=True)
    _done(system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no new privileges")
    if offered.landlock:
        _only_files(system, offered.landlock, reads, writes, code)
    if offered.calls:
        _only_harmless_calls(system, _MACHINES[platform.machine()], programs=programs)


def _only_files(
    system: ctypes.CDLL, version: int, reads: Iterable[Path], writes: Iterable[Path], code: Sequence[Path]
) -> None:
    handled = (1 << _FILE_RIGHTS.get(version, _FILE_RIGHTS[max(_FILE_RIGHTS)])) - 1
    words = [handled]
    words += [0b11] if version >= _WITH_NETWORK else []
    words += [0b11] if version >= _WITH_SCOPES else []
    attributes = struct.pack(f"={len(words)}Q", *words)
    ruleset = _done(system.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), 0), "Landlock")
    try:
        look = _READ | _READ_DIR
        change = look | _WRITE | _TRUNCATE | _REMOVE_FILE | _REMOVE_DIR | _MAKE_DIR | _MAKE_FILE
        for paths, rights in ((reads, look), (writes, change), (code, look | _EXECUTE)):
            for path in paths:
                _allow(system, ruleset, path, rights & handled)
        _done(system.syscall(_RESTRICT_SELF, ruleset, 0), "Landlock")
    finally:
        os.close(ruleset)


def _allow(system: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    """A path that is not there allows nothing, and needs nothing."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = rights if path.is_dir() else rights & _OF_FILES
        rule = struct.pack("=Qi", rights, place)
        _done(system.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0), f"Landlock for {path}")
    finally:
        os.close(place)


def _only_harmless_calls(system: ctypes.CDLL, machine: _Machine, *, programs: bool) -> None:
    steps = [*_filter(machine, machine.refused if programs else machine.refused + machine.programs, programs=programs)]
    program = ctypes.create_string_buffer(b"".join(steps))
    told = struct.pack("=H6xQ", len(steps), ctypes.addressof(program))
    _done(system.prctl(_SET_SECCOMP, _FILTER, told, 0, 0), "seccomp")


def _filter(machine: _Machine, calls: Sequence[int], *, programs: bool) -> Iterator[bytes]:
    """A program for the kernel: jumps count from the step after the one that jumps."""
    count = len(calls)
    yield _step(_LOAD, _MACHINE_AT)
    yield _step(_EQUAL, machine.token, no=count + 6)
    yield _step(_LOAD, _NUMBER_AT)
    yield _step(_AT_LEAST, _OTHER_TABLE, yes=count + 4)
    yield _step(_EQUAL, machine.clone3, yes=count + 5)
    for place, number in enumerate(calls):
        yield _step(_EQUAL, number, yes=count - place + 2)
    # A thread of its own is allowed always, another process to those that may run programs.
    yield _step(_EQUAL, machine.clone, no=3)
    yield _step(_LOAD, _FIRST_ARGUMENT_AT)
    yield _step(_ANY_BIT, 0xFFFFFFFF if programs else _THREAD, yes=1)
    yield _step(_RETURN, _REFUSE)
    yield _step(_RETURN, _ALLOW)
    yield _step(_RETURN, _UNKNOWN_CALL)


def _step(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _done(result: int, what: str) -> int:
    """A confinement that fails where the kernel offers it must not be taken for one that holds."""
    if result < 0:
        raise SetupError(f"{what}: got {os.strerror(ctypes.get_errno())}, expected the kernel to confine this process")
    return result
