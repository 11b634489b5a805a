# ruff: noqa: INP001 - a script, as its neighbours
"""Several machines on one: network namespaces on a bridge of their own, and commands that see no other machine's folder.

It needs root and ``ip`` and ``unshare``; where this machine does not allow it, ``refusal`` says so in a line. A namespace
reaches the bridge's address and nothing else: there is no route out of it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_FIRST = 10
_HIDE = (
    'n=$1; shift; while [ "$n" -gt 0 ]; do mount -t tmpfs -o size=4k,mode=755 none "$1" || exit 1; shift; n=$((n-1));'
    ' done; exec "$@"'
)


@dataclass(frozen=True)
class Machines:
    """So many machines of their own network; named after the folder, so that a second run finds what a killed one left."""

    name: str
    net: str
    count: int

    @property
    def host(self) -> str:
        """The address by which the machines reach what runs outside of them."""
        return f"{self.net}.1"

    def address(self, number: int) -> str:
        """A machine's own address; the first has number 1."""
        return f"{self.net}.{_FIRST + number}"

    def within(self, number: int, command: Sequence[str]) -> list[str]:
        """The command as that machine runs it; it becomes the command, so that its process is the command's own."""
        return ["ip", "netns", "exec", self._namespace(number), *command]

    def _namespace(self, number: int) -> str:
        return f"{self.name}-{number}"

    def make(self) -> None:
        """The bridge and the machines, in place of those that were left over."""
        self.remove()
        _ip("link", "add", self.name, "type", "bridge")
        _ip("address", "add", f"{self.host}/24", "dev", self.name)
        _ip("link", "set", self.name, "up")
        for number in range(1, self.count + 1):
            own, outer = self._namespace(number), f"{self.name}v{number}"
            _ip("netns", "add", own)
            _ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", own)
            _ip("link", "set", outer, "master", self.name, "up")
            _ip("-n", own, "address", "add", f"{self.address(number)}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", own, "link", "set", device, "up")

    def remove(self) -> None:
        """Whatever of it is there."""
        for number in range(1, self.count + 1):
            _ip("netns", "delete", self._namespace(number), must=False)
            _ip("link", "delete", f"{self.name}v{number}", must=False)
        _ip("link", "delete", self.name, must=False)


def refusal() -> str:
    """Why this machine cannot be several; empty where it can."""
    if os.geteuid() != 0:
        return "got no root, which network namespaces need"
    lacking = [name for name in ("ip", "unshare", "mount") if shutil.which(name) is None]
    if lacking:
        return f"got no {', '.join(lacking)} (Debian: iproute2, util-linux, mount)"
    tried = Machines("xs-try", "10.254.254", 1)
    try:
        tried.make()
        subprocess.run(tried.within(1, hiding(["true"], [Path("/mnt")])), check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    except (subprocess.CalledProcessError, OSError) as error:
        told = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        return f"the kernel refuses: {told[-1] if told else error}"
    finally:
        tried.remove()
    return ""


@contextmanager
def machines(folder: Path, count: int) -> Iterator[Machines]:
    """Machines for as long as they are needed."""
    own = hashlib.sha256(str(folder).encode()).digest()
    name = f"xs-{own.hex()[:6]}"
    taken = subprocess.run(["ip", "-o", "-4", "address"], capture_output=True, text=True, check=True).stdout  # noqa: S607 - our own words
    others = "".join(line for line in taken.splitlines() if f" {name} " not in line)
    free = next(net for step in range(256) if f" {(net := f'10.213.{(own[0] + step) % 256}')}." not in others)
    made = Machines(name, free, count)
    try:
        made.make()
        yield made
    finally:
        made.remove()


def hiding(command: Sequence[str], folders: Sequence[Path]) -> list[str]:
    """The command with nothing in these folders, whatever others see there; it becomes the command as well."""
    line = ["unshare", "--mount", "--propagation", "private", "sh", "-c", _HIDE, "sh"]
    return [*line, str(len(folders)), *map(str, folders), *command]


def _ip(*words: str, must: bool = True) -> None:
    subprocess.run(["ip", *words], check=must, capture_output=True, text=True)  # noqa: S603, S607 - our own words
