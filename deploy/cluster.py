# ruff: noqa: INP001 - a script, as its neighbours
"""Many machines on one: PostgreSQL, an S3 server, a Dask scheduler with two workers, two API nodes, two job workers.

    python -m deploy.cluster [FOLDER] [--classes 20] [--keep]

Every node has a home of its own and sees no other's; each Dask worker is a machine of its own network that reaches the
bucket and the scheduler and nothing else, above all not the database. Then the sample city is handed in, verified and
sealed. Each run begins anew; only the drawn classes in FOLDER/city are kept. docs/cluster.md tells the rest.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from deploy.namespaces import Machines, hiding, machines, refusal
from deploy.sample_city import City, CityClass, ClassOutcome, classes_in, draw, looks_told, waited
from deploy.stack import ROOT, Service, Stack, StackError, compose, free_port, place_in, say, services
from runtime.cluster.certificates import issue
from runtime.platform.settings import settings_from
from storage.database.verification.facts_keys import FactsKeys
from storage.history.keys import keys_in

MARK = "xueshi-cluster"
_BASE = frozenset({"postgres", "s3", "setup-store", "setup-db"})
_SECRETS = ("db_url", "s3_access_key", "s3_secret_key", "service_secret")
_WORKERS, _NODES = ("looker-1", "looker-2"), ("api-1", "api-2", "jobs-1", "jobs-2")
_XUESHI = [sys.executable, "-m", "cli.main"]
_LIMIT_S = 1800.0
_NEAR = ("127.0.0.1", "127.0.0.4")  # two clients whom the relay sends to different nodes
_WORD = {"PASS": "达标 PASS", "FAIL": "不达标 FAIL", "UNPROVEN": "存疑 UNPROVEN"}


@dataclass
class Cluster:
    """All of it in one folder; ``shared`` has the network of the Dask workers, or nothing where they have this machine's."""

    stack: Stack
    shared: Machines | None
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self.stack.place.folder

    @property
    def url(self) -> str:
        """Where everybody reaches the service: the relay before both nodes."""
        return f"http://127.0.0.1:{self.ports['relay']}"

    def start(self) -> City:
        """Everything, each once what it needs is there."""
        self.stack.start(_BASE)
        self.ports = {name: free_port() for name in ("api-1", "api-2", "relay", "s3-relay", "scheduler")}
        self.ports["relay"] = free_port(8000)
        issue(self.folder / "certificates", datetime.now(UTC), 30)
        for name in (*_NODES, *_WORKERS, "scheduler"):
            self._found(name)
        city = City(settings_from(self._of_a_node("api-1")), self.url)
        self.people = city.settle()
        keys = city.settings.home / "keys"
        FactsKeys(keys).newest(first=True)  # else each node makes its own, and none reads what another sealed
        keys_in(keys, make=True)
        for name in _NODES[1:]:
            shutil.copytree(keys, self._node(name) / "home" / "keys", dirs_exist_ok=True)
        for one in self._services():
            self.stack.add(one)
        return city

    def said(self, name: str) -> str:
        """What a service has printed."""
        return (self.stack.place.logs / f"{name}.log").read_text("utf-8", "replace")

    def _services(self) -> Iterator[Service]:
        python = str(ROOT / "deploy" / "healthy.py")
        if self.shared:
            inner = f"127.0.0.1:{self.stack.place.ports['s3']}"
            yield self._plain("s3-relay", f"{self._host}:{self.ports['s3-relay']}", inner)
        yield self._member("scheduler", ["scheduler", "--engine", self._engine], {}, None)
        for number, name in enumerate(_WORKERS, start=1):
            line = ["worker", "--engine", self._engine, "--slots", "1"]
            line += ["--host", self.shared.address(number) if self.shared else "127.0.0.1"]
            yield self._member(name, line, self._of_a_worker(name), number)
        for name in ("api-1", "api-2"):
            line = [*_XUESHI, "serve", "--host", "127.0.0.1", "--port", str(self.ports[name])]
            check = [sys.executable, python, f"http://127.0.0.1:{self.ports[name]}/healthz"]
            yield self._service(name, line, self._of_a_node(name), check, None)
        for name in ("jobs-1", "jobs-2"):
            certificates = str(self._node(name) / "certificates")
            engine = {"XUESHI_ENGINE": self._engine, "XUESHI_ENGINE_CERTIFICATES": certificates}
            yield self._service(name, [*_XUESHI, "worker"], self._of_a_node(name) | engine, ["true"], None)
        targets = [f"127.0.0.1:{self.ports[name]}" for name in ("api-1", "api-2")]
        yield self._plain("relay", f"127.0.0.1:{self.ports['relay']}", *targets)

    def _member(self, name: str, line: list[str], environ: dict[str, str], machine: int | None) -> Service:
        """A member of the Dask cluster; it is there once it has said its address."""
        line = [*_XUESHI, "cluster", *line, "--certificates", str(self._node(name) / "certificates")]
        check = ["grep", "-q", "tls://", str(self.stack.place.logs / f"{name}.log")]
        return self._service(name, line, environ, check, machine)

    def _service(
        self, name: str, line: list[str], environ: dict[str, str], check: list[str], machine: int | None
    ) -> Service:
        if self.shared:
            others = [self._node(one) for one in (*_NODES, *_WORKERS, "scheduler") if one != name]
            own = [self.folder / one for one in ("volumes", "run", "secrets", "city", "certificates")]
            line = hiding(line, [one for one in (*others, *own) if one.is_dir()])
            line = self.shared.within(machine, line) if machine else line
        return Service(name, line, environ | {"HOME": str(self._node(name))}, check, {}, once=False)

    def _plain(self, name: str, listen: str, *targets: str) -> Service:
        host, _, port = listen.rpartition(":")
        check = [sys.executable, "-c", f"import socket; socket.create_connection(({host!r}, {port}), 2)"]
        return Service(name, [sys.executable, "-m", "deploy.relay", listen, *targets], {}, check, {}, once=False)

    def _found(self, name: str) -> None:
        """A node's folder with its own copies of what it is given by hand."""
        own = self._node(name)
        kinds = {"jobs-1": "service", "jobs-2": "service", "scheduler": "scheduler"} | dict.fromkeys(_WORKERS, "worker")
        for part in ("home", "cache", "secrets"):
            (own / part).mkdir(parents=True, exist_ok=True, mode=0o700)
        if name in kinds:
            shutil.copytree(self.folder / "certificates" / kinds[name], own / "certificates", dirs_exist_ok=True)
        given = {"scheduler": (), **dict.fromkeys(_WORKERS, _SECRETS[1:3])}.get(name, _SECRETS)
        for secret in given:
            shutil.copy(self.folder / "run" / "secrets" / secret, own / "secrets" / secret)

    def _of_a_node(self, name: str) -> dict[str, str]:
        """The settings of the compose file in a home of its own."""
        own = self._node(name)
        told = next(one for one in services(compose(), self.stack.place) if one.name == "api").environ
        told = {key: value.replace(f"{self.folder}/run/secrets", f"{own}/secrets") for key, value in told.items()}
        del told["XUESHI_MEDIA_ROOT"]
        mine = {"XUESHI_HOME": str(own / "home"), "XUESHI_CACHE": str(own / "cache"), "XUESHI_ADDRESS": self.url}
        return told | mine

    def _of_a_worker(self, name: str) -> dict[str, str]:
        """What a Dask worker is told: the bucket, and neither database nor evidence."""
        own, told = self._node(name), self._of_a_node(name)
        if self.shared:
            inner, outer = f"127.0.0.1:{self.stack.place.ports['s3']}", f"{self._host}:{self.ports['s3-relay']}"
            told["XUESHI_BLOBS"] = told["XUESHI_BLOBS"].replace(inner, outer)
        wanted = ("XUESHI_BLOBS", "XUESHI_S3_ACCESS_KEY_FILE", "XUESHI_S3_SECRET_KEY_FILE")
        mine = {"XUESHI_HOME": str(own / "home"), "XUESHI_CACHE": str(own / "cache")}
        return {key: told[key] for key in wanted} | mine

    @property
    def _host(self) -> str:
        return self.shared.host if self.shared else "127.0.0.1"

    @property
    def _engine(self) -> str:
        return f"dask+tls://{self._host}:{self.ports['scheduler']}"

    def _node(self, name: str) -> Path:
        return self.folder / "nodes" / name


@contextmanager
def cluster(folder: Path, classes: Sequence[CityClass] = ()) -> Iterator[tuple[Cluster, City]]:
    """All of it, up, once the classes are drawn; ended by its own process ids."""
    with ExitStack() as opened:
        opened.enter_context(_claimed(folder))
        draw(classes, say)
        file = compose()
        place = place_in(folder, file, free=True)
        if told := refusal():
            say(
                f"! 不用网络命名空间，各节点也看得到彼此的文件夹 without network namespaces, and folders are not hidden: {told}"
            )
        shared = None if told else opened.enter_context(machines(folder, len(_WORKERS)))
        made = Cluster(opened.enter_context(Stack(place, file)), shared)
        yield made, made.start()


@contextmanager
def _claimed(folder: Path) -> Iterator[None]:
    """The folder without what an earlier run left, but for the drawn classes; one of anybody else's, or in use, is refused."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise StackError(f"{folder}: got a folder with other files in it, expected an empty or new one; name another")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / MARK).open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                f"{folder}: got a cluster that runs there, expected none; end it, or name another"
            ) from error
        for one in ("volumes", "run", "nodes", "logs", "certificates", "secrets"):
            shutil.rmtree(folder / one, ignore_errors=True)
        (folder / "ports.json").unlink(missing_ok=True)
        yield


def run_city(made: Cluster, city: City, classes: list[CityClass]) -> bool:
    """Hand in, wait, and tell; whether every class was verified and sealed exactly once."""
    began, numbers = time.monotonic(), {}
    with ExitStack() as opened:
        clerks: dict[str, httpx.Client] = {}
        for one in classes:
            if one.school not in clerks:
                near = _NEAR[len(clerks) % len(_NEAR)]
                clerks[one.school] = opened.enter_context(closing(city.clerk_of(one.school, near=near)))
            numbers[city.hand_in(one, clerks[one.school])] = one
    say(f"✓ 交了 handed in {len(classes)}，{time.monotonic() - began:.0f} s，经两个节点 through both nodes")
    found: dict[int, ClassOutcome] = {}
    sealed = 0
    for found in waited(city, list(numbers), _LIMIT_S, made.stack.tend):
        if (now_sealed := sum(one.done for one in found.values())) != sealed:
            sealed = now_sealed
            say(f"  封存 sealed {sealed}/{len(classes)}，{time.monotonic() - began:.0f} s")
    _tell(numbers, found, {name: made.said(name) for name in _WORKERS})
    good = all(one.done and one.reports == one.packages == 1 for one in found.values())
    say(
        f"{'✓' if good else '✗'} {sealed}/{len(classes)} 核验并封存 verified and sealed, {time.monotonic() - began:.0f} s"
    )
    return good


def _tell(numbers: dict[int, CityClass], found: dict[int, ClassOutcome], logs: dict[str, str]) -> None:
    """A line for each class."""
    from cli.terminal import grid, screen  # noqa: PLC0415 - for this table only

    table = grid("班期 class", "结论 verdict", "谁看 by", "看 for", "等 after", "包 kept")
    looks = looks_told(logs)
    for number, one in numbers.items():
        got = found[number]
        mine = looks.get(number, [])
        table.add_row(
            one.title,
            " · ".join(filter(None, [*(_WORD.get(status, status) for status in got.verdicts), got.fault])) or "—",
            ", ".join(sorted({worker.removeprefix("looker-") for worker, _ in mine})) or "—",
            f"{sum(seconds for _, seconds in mine):.1f} s" if mine else "—",
            "—" if got.verified_s is None else f"{got.verified_s:.0f} s",
            str(got.packages),
        )
    screen().print(table)


def main() -> int:
    """Run the city, and until Ctrl-C where it is to be kept."""
    options = argparse.ArgumentParser(description="many machines on one, and the sample city")
    options.add_argument("folder", nargs="?", type=Path, default=Path("cluster"))
    options.add_argument("--classes", type=int, default=20)
    options.add_argument("--keep", action="store_true", help="leave it running and print the addresses")
    asked = options.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # whatever is up by then is ended in order
        signal.signal(number, signal.default_int_handler)
    good = False
    os.umask(0o022)  # the user that PostgreSQL runs as enters the folder
    folder = asked.folder.absolute()
    classes = classes_in(folder / "city", asked.classes)
    try:
        with cluster(folder, classes) as (made, city):
            good = run_city(made, city, classes)
            if asked.keep:
                say(
                    f"学时证 {made.url} · api-1 :{made.ports['api-1']} · api-2 :{made.ports['api-2']} · {made.stack.place.logs}"
                )
                say("".join(f"{name} {password}\n" for name, password in made.people.items()) + "Ctrl-C 结束 ends all")
                while True:
                    made.stack.tend()
                    time.sleep(1)
    except KeyboardInterrupt:
        say("已结束 ended")
    except (StackError, RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"✗ {error}\n")
        return 1
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
