#!/usr/bin/env python3
"""A real S3 server with Object Lock: one ceph-mon, one ceph-osd and one radosgw, in one folder that may be kept.

    python3 start.py --home FOLDER [--host 127.0.0.1] [--port 7480] [--check]

Three things are needed for it to come up: no ``public bind addr``, cephx left on, and one keyring that holds every
daemon's key and enters through ``mon --mkfs``. It serves S3 without a manager daemon. Tests, ``make stack`` and the
image start it by these lines; it needs Python and Debian's radosgw, ceph-mon and ceph-osd, and nothing else.

The keys come from the files that XUESHI_S3_ACCESS_KEY_FILE and XUESHI_S3_SECRET_KEY_FILE name; there is no default.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin")
START_LIMIT_S = 120.0
BLOCK_BYTES = (
    6 << 30
)  # sparse: only what is written takes space; XUESHI_S3_BLOCK_GB makes it larger before the first start
LEAST_SECRET_CHARS = 16
_STOP_S = 20.0
_FOUNDED = "founded.json"

CONF = """\
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{v2},v1:127.0.0.1:{v1}]
keyring = {home}/keyring
run dir = {home}
admin socket = {home}/$name.asok
log file = {home}/$name.log
log to stderr = false
err to stderr = false
mon allow pool size one = true
mon warn on pool no redundancy = false
mon data avail crit = 1
mon data avail warn = 1
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
osd memory target = 939524096
bluestore block size = {block}
bluestore fsck on mount = false
mon osd full ratio = .99
mon osd nearfull ratio = .98
rgw lc debug interval = 5
rgw enable usage log = false
rgw thread pool size = 64
"""


@dataclass(frozen=True)
class Wanted:
    """What is to be served, where, and for whom."""

    home: Path
    host: str
    port: int
    access_key: str
    secret_key: str
    block_bytes: int = BLOCK_BYTES
    throw_away: bool = False  # a test's server need not end tidily


def missing_programs() -> list[str]:
    """What Debian's radosgw, ceph-mon and ceph-osd would bring and this machine lacks."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@contextmanager
def serving(wanted: Wanted) -> Iterator[list[subprocess.Popen[bytes]]]:
    """The server, up and with one user; founded in an empty folder, started again in one that was founded before."""
    home = wanted.home
    founded = _founded(home)
    ports = founded or dict(zip(("v1", "v2"), free_ports(2)))  # noqa: B905 - Python 3.9
    ids = founded or {"fsid": str(uuid.uuid4()), "osd": str(uuid.uuid4()), "block": wanted.block_bytes, **ports}
    (home / "ceph.conf").write_text(
        CONF.format(home=home, **{key: ids[key] for key in ("fsid", "v1", "v2", "block")}), "utf-8"
    )
    with ExitStack() as stack:
        daemons: list[subprocess.Popen[bytes]] = []

        def start(name: str, *arguments: str) -> None:
            daemons.append(stack.enter_context(_daemon(wanted, name, *arguments)))

        if not founded:
            _keys(home)
            _found_monitor(home, ids)
        start("ceph-mon", "-f", "-i", "a", "--mon-data", str(home / "mon"))
        if not founded:
            _found_disk(home, ids)
        start("ceph-osd", "-f", "-i", "0", "--osd-data", str(home / "osd"))
        _user(wanted)
        (home / _FOUNDED).write_text(json.dumps(ids), "utf-8")
        front = f"--rgw-frontends=beast endpoint={wanted.host}:{wanted.port} tcp_nodelay=1"
        start("radosgw", "-f", "-n", "client.rgw", front)
        _wait_for_port(wanted, daemons)
        yield daemons


def _founded(home: Path) -> dict[str, Any] | None:
    """What an earlier start chose; a founding that was killed half-way holds no evidence and is begun anew."""
    home.mkdir(parents=True, exist_ok=True)
    if (home / _FOUNDED).exists():
        return dict(json.loads((home / _FOUNDED).read_text("utf-8")))
    if (home / "osd" / "whoami").exists() and not (home / "keyring").exists():
        raise RuntimeError(f"{home}: got a disk without {_FOUNDED} and keyring; restore them from the backup")
    for name in ("mon", "osd"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in ("keyring", "monmap", "ceph.conf"):
        (home / name).unlink(missing_ok=True)
    return None


def _keys(home: Path) -> None:
    everything = [word for part in ("mon", "osd", "mgr") for word in ("--cap", part, "allow *")]
    for name in ("mon.", "client.admin", "osd.0", "client.rgw"):
        create = () if (home / "keyring").exists() else ("--create-keyring",)
        _call(home, "ceph-authtool", str(home / "keyring"), *create, "--gen-key", "-n", name, *everything)


def _found_monitor(home: Path, ids: Mapping[str, Any]) -> None:
    (home / "mon").mkdir()
    address = f"[v2:127.0.0.1:{ids['v2']},v1:127.0.0.1:{ids['v1']}]"
    _call(home, "monmaptool", "--create", "--addv", "a", address, "--fsid", ids["fsid"], str(home / "monmap"))
    keyring = ("--monmap", str(home / "monmap"), "--keyring", str(home / "keyring"))
    _call(home, "ceph-mon", "--mkfs", "-i", "a", "--mon-data", str(home / "mon"), *keyring)


def _found_disk(home: Path, ids: Mapping[str, Any]) -> None:
    (home / "osd").mkdir()
    _call(home, "ceph", "--connect-timeout", "60", "osd", "new", ids["osd"])
    _call(home, "ceph-osd", "--mkfs", "-i", "0", "--osd-data", str(home / "osd"), "--osd-uuid", ids["osd"])


def _user(wanted: Wanted) -> None:
    """The one user; keys that were changed since are taken over, and the earlier ones stop working."""
    keys = (f"--access-key={wanted.access_key}", f"--secret-key={wanted.secret_key}")
    shown = _run(wanted.home, "radosgw-admin", "user", "info", "--uid=xueshi")
    if shown.returncode:
        _call(wanted.home, "radosgw-admin", "user", "create", "--uid=xueshi", "--display-name=xueshi", *keys)
        return
    present = {(one["access_key"], one["secret_key"]) for one in json.loads(shown.stdout)["keys"]}
    if present == {(wanted.access_key, wanted.secret_key)}:
        return
    _call(wanted.home, "radosgw-admin", "key", "create", "--uid=xueshi", "--key-type=s3", *keys)
    for access_key, _ in present - {(wanted.access_key, wanted.secret_key)}:
        if access_key != wanted.access_key:
            remove = ("--uid=xueshi", "--key-type=s3", f"--access-key={access_key}")
            _call(wanted.home, "radosgw-admin", "key", "rm", *remove)


@contextmanager
def _daemon(wanted: Wanted, name: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with (wanted.home / f"{name}.out").open("wb") as out:
        line = [name, "-c", str(wanted.home / "ceph.conf"), *arguments]
        process = subprocess.Popen(line, stdout=out, stderr=out, stdin=subprocess.DEVNULL)  # noqa: S603 - our own words
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL if wanted.throw_away and name != "radosgw" else signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _run(home: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    own = () if name in {"ceph-authtool", "monmaptool"} else ("-c", str(home / "ceph.conf"))
    line = [name, *own, *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=START_LIMIT_S, check=False)  # noqa: S603 - our own words


def _call(home: Path, name: str, *arguments: str) -> None:
    done = _run(home, name, *arguments)
    if done.returncode:
        told = [word.partition("=")[0] if "key=" in word else word for word in arguments]
        raise RuntimeError(f"{name} {' '.join(told)}: exit {done.returncode}: {done.stderr[-2000:]}")


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for item in sockets:
            item.bind(("127.0.0.1", 0))
        return [item.getsockname()[1] for item in sockets]


def answers(port: int) -> bool:
    """Whether something accepts connections there."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1):
            return True
    except OSError:
        return False


def _wait_for_port(wanted: Wanted, daemons: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if answers(wanted.port):
            return
        if any(daemon.poll() is not None for daemon in daemons):
            break
        time.sleep(0.2)
    raise RuntimeError(f"radosgw: got no answer on port {wanted.port}; see the logs in {wanted.home}")


def _secret(name: str) -> str:
    file = os.environ.get(f"{name}_FILE", "")
    value = Path(file).read_text("utf-8").strip() if file else os.environ.get(name, "")
    if len(value) < LEAST_SECRET_CHARS:
        raise RuntimeError(
            f"{name}_FILE: got a value of length {len(value)}, expected a file with {LEAST_SECRET_CHARS} characters or more"
        )
    return value


def main() -> int:
    """Serve until SIGTERM or Ctrl-C; a daemon that ends takes the others with it, so that a supervisor starts anew."""
    options = argparse.ArgumentParser(description="an S3 server with Object Lock, from Debian's radosgw")
    options.add_argument("--home", type=Path, default=Path("/var/lib/radosgw"))
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=7480)
    options.add_argument("--check", action="store_true", help="only say whether the port answers")
    asked = options.parse_args()
    if asked.check:
        return 0 if answers(asked.port) else 1
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    block = int(os.environ.get("XUESHI_S3_BLOCK_GB", "0")) << 30 or BLOCK_BYTES
    try:
        keys = _secret("XUESHI_S3_ACCESS_KEY"), _secret("XUESHI_S3_SECRET_KEY")
        with serving(Wanted(asked.home.absolute(), asked.host, asked.port, *keys, block)) as daemons:
            sys.stdout.write(f"S3 with Object Lock on {asked.host}:{asked.port}\n")
            sys.stdout.flush()
            while not stop.wait(1):
                if any(daemon.poll() is not None for daemon in daemons):
                    raise RuntimeError(f"a daemon ended; see the logs in {asked.home}")  # noqa: TRY301 - one way out
    except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"radosgw: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
