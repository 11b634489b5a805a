#!/usr/bin/env python3
"""``docker-compose.yml`` without containers: the same commands, settings and health checks, on loopback, in one folder.

    python -m deploy.stack [FOLDER] [--only postgres,s3] [--free-ports]

What differs from containers is only where things lie: ``/run/secrets/X`` is FOLDER/secrets/X, a volume is
FOLDER/volumes/NAME, ``/opt/deploy`` is FOLDER/run/deploy, and every service listens on 127.0.0.1. A service that ends is
started again, as ``restart: unless-stopped`` says; Ctrl-C ends all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from deploy.make_secrets import make

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yml"
WAIT_S, STOP_S, SETTLE_S, REST_S = 180.0, 45.0, 0.3, 2.0
_VARIABLE = re.compile(r"\$\{(\w+):?-([^}]*)\}")
_PYTHON3 = Path("/usr/bin/python3")  # the start scripts need nothing else, and every user may run it
_KEPT = ("PATH", "LANG", "TZ", "VIRTUAL_ENV")


class StackError(RuntimeError):
    """A service could not be started or has ended."""


@dataclass(frozen=True)
class Service:
    """One service as compose describes it, with every place and port translated to this machine."""

    name: str
    command: list[str]
    environ: dict[str, str]
    check: list[str]
    needs: dict[str, str]
    once: bool


@dataclass(frozen=True)
class Place:
    """The folder in which everything lies, and the ports that were chosen once and are kept."""

    folder: Path
    ports: Mapping[str, int]

    @property
    def logs(self) -> Path:
        """What the services print."""
        return self.folder / "logs"


def compose() -> dict[str, Any]:
    """The compose file with its variables resolved."""
    text = COMPOSE.read_text("utf-8")
    return dict(yaml.safe_load(_VARIABLE.sub(lambda found: os.environ.get(found[1], found[2]), text)))


def inner_ports(file: Mapping[str, Any]) -> dict[str, int]:
    """The port on which each service listens inside its container."""
    listening = {}
    for name, one in file["services"].items():
        told = [*one.get("expose", ()), *(each.rpartition(":")[2] for each in one.get("ports", ()))]
        if told:
            listening[name] = int(told[0])
    return listening


def services(file: Mapping[str, Any], place: Place) -> list[Service]:
    """Every service, after those that it needs."""
    translate = _translator(file, place)
    found = {
        name: Service(
            name,
            [*_program(translate([str(word) for word in one["command"]], name))],
            dict(zip(one["environment"], translate([str(v) for v in one["environment"].values()], name), strict=True)),
            [*_program(translate([str(word) for word in one.get("healthcheck", {}).get("test", ["CMD"])[1:]], name))],
            {need: how["condition"] for need, how in one.get("depends_on", {}).items()},
            one.get("restart") == "no",
        )
        for name, one in file["services"].items()
    }
    ordered: list[Service] = []
    while len(ordered) < len(found):
        ordered += [one for one in found.values() if one not in ordered and set(one.needs) <= {o.name for o in ordered}]
    return ordered


def _translator(file: Mapping[str, Any], place: Place) -> Any:  # noqa: ANN401 - a function of words and a name
    inner = inner_ports(file)
    moved = {
        "/run/secrets/": f"{place.folder}/run/secrets/",
        "/opt/deploy/": f"{place.folder}/run/deploy/",
        "0.0.0.0": "127.0.0.1",  # noqa: S104 - never listened on here
    }
    for one in file["services"].values():
        for volume in one.get("volumes", ()):
            name, _, target = volume.partition(":")
            moved[target] = f"{place.folder}/volumes/{name}"
    for name, port in inner.items():
        moved[f"//{name}:{port}"] = f"//127.0.0.1:{place.ports[name]}"
        moved[f"@{name}:{port}"] = f"@127.0.0.1:{place.ports[name]}"
        moved[f"//127.0.0.1:{port}"] = f"//127.0.0.1:{place.ports[name]}"

    def translate(words: list[str], name: str) -> list[str]:
        out = []
        for word in words:
            text = str(place.ports[name]) if name in inner and word == str(inner[name]) else word
            for before, after in moved.items():
                text = text.replace(before, after)
            out.append(text)
        return out

    return translate


def _program(command: list[str]) -> Iterator[str]:
    own = {
        "xueshi": [sys.executable, "-m", "cli.main"],
        "python3": [str(_PYTHON3 if _PYTHON3.exists() else sys.executable)],
    }
    if command:
        yield from own.get(command[0], command[:1])
        yield from command[1:]


class Stack:
    """The services, started in order and ended in the opposite one, each by its own process."""

    def __init__(self, place: Place, file: Mapping[str, Any]) -> None:
        self.place, self._file = place, file
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.environ: dict[str, dict[str, str]] = {}
        self._services = {one.name: one for one in services(file, place)}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        """Make the folders and the secrets."""
        for folder in (self.place.logs, self.place.folder / "volumes", self.place.folder / "run" / "secrets"):
            folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(ROOT / "deploy", self.place.folder / "run" / "deploy", dirs_exist_ok=True)
        make(self.place.folder / "secrets")
        translate = _translator(self._file, self.place)
        for secret in (self.place.folder / "secrets").iterdir():
            copy = self.place.folder / "run" / "secrets" / secret.name
            copy.unlink(missing_ok=True)
            copy.touch(mode=0o600)
            copy.write_text(translate([secret.read_text("utf-8")], "")[0], "utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        """End everything that was started."""
        self._stack.close()

    def start(self, only: frozenset[str] = frozenset()) -> None:
        """Start the services, or those that were named, each when what it needs is healthy or done."""
        for one in self._services.values():
            if not only or one.name in only:
                self._start(one)

    def add(self, one: Service) -> None:
        """Start one more service that the compose file has not, once what it needs is there; it is tended like the others."""
        self._services[one.name] = one
        self._start(one)

    def tend(self) -> None:
        """Start again what has ended, without whatever it left running, as a container that ends leaves nothing."""
        for name, process in self.running.items():
            if process.poll() is not None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                time.sleep(REST_S)
                say(f"↻ {name} 已结束（{process.returncode}），重新启动 has ended and is started again")
                self.running[name] = self._begin(self._services[name])

    def _start(self, one: Service) -> None:
        process = self._begin(one)
        if one.once:
            if process.wait(WAIT_S):
                raise StackError(f"{one.name}: exit {process.returncode}: {self._tail(one.name)}")
            say(f"✓ {one.name}")
            return
        self.running[one.name] = process
        self._wait(one, process)

    def _begin(self, one: Service) -> subprocess.Popen[bytes]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        own = {"PYTHONPATH": str(ROOT), "HOME": str(self.place.folder / "volumes")}
        self.environ[one.name] = kept | own | one.environ
        user = self._owner(one)
        with (self.place.logs / f"{one.name}.log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - the compose file's own words
                one.command,
                env=self.environ[one.name],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.place.folder,
                start_new_session=True,
                **user,
            )
        self._stack.callback(_end, process)
        return process

    def _wait(self, one: Service, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise StackError(f"{one.name}: exit {process.returncode}: {self._tail(one.name)}")
            if self.is_well(one.name):
                say(f"✓ {one.name} {self._where(one.name)}")
                return
            time.sleep(SETTLE_S)
        raise StackError(f"{one.name}: not healthy in {WAIT_S:.0f} s: {self._tail(one.name)}")

    def is_well(self, name: str) -> bool:
        """What its health check says now."""
        asked = subprocess.run(  # noqa: S603 - the compose file's own words
            self._services[name].check,
            env=self.environ[name],
            capture_output=True,
            check=False,
            cwd=self.place.folder,
        )
        return asked.returncode == 0

    def _where(self, name: str) -> str:
        port = self.place.ports.get(name)
        return f"127.0.0.1:{port}" if port else ""

    def _tail(self, name: str) -> str:
        return (self.place.logs / f"{name}.log").read_text("utf-8", "replace")[-1500:].strip()

    def _owner(self, one: Service) -> dict[str, Any]:
        """PostgreSQL refuses to run as root; where we are, it runs as the user that its package made."""
        if one.name != "postgres" or os.getuid() != 0:
            return {}
        entry = pwd.getpwnam("postgres")
        home, secret = self.place.folder / "volumes" / "postgres", self.place.folder / "run" / "secrets" / "db_password"
        home.mkdir(exist_ok=True)
        for path in (home, secret):
            shutil.chown(path, entry.pw_uid, entry.pw_gid)
        return {"user": entry.pw_uid, "group": entry.pw_gid}


def place_in(folder: Path, file: Mapping[str, Any], *, free: bool) -> Place:
    """The folder with its ports: the compose file's own where nobody has them, chosen once and then kept."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / "ports.json"
    if kept.exists():
        return Place(folder, json.loads(kept.read_text("utf-8")))
    ports = {name: free_port(0 if free else port) for name, port in inner_ports(file).items()}
    kept.write_text(json.dumps(ports), "utf-8")
    return Place(folder, ports)


def free_port(wanted: int = 0) -> int:
    """The port that is wanted where nobody has it, else another."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", wanted))
        except OSError:
            return free_port()
        return int(one.getsockname()[1])


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def say(line: str) -> None:
    """A line for whoever started it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run until Ctrl-C."""
    options = argparse.ArgumentParser(description="docker-compose.yml without containers")
    options.add_argument("folder", nargs="?", type=Path, default=Path("stack"))
    options.add_argument("--only", default="", help="only these services, with commas between")
    options.add_argument("--free-ports", action="store_true", help="never the usual ports")
    asked = options.parse_args()
    stop, file = threading.Event(), compose()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    place = place_in(asked.folder.absolute(), file, free=asked.free_ports)
    try:
        with Stack(place, file) as stack:
            stack.start(frozenset(filter(None, asked.only.split(","))))
            say(f"学时证 http://127.0.0.1:{place.ports['api']} · {place.logs} · Ctrl-C 结束 ends all")
            while not stop.wait(1):
                stack.tend()
    except (StackError, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
