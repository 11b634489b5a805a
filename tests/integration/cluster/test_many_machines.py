"""Nodes without a common folder, Dask workers in networks of their own, against PostgreSQL and an S3 server; then they are killed."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from deploy.cluster import MARK, Cluster, cluster
from deploy.namespaces import refusal
from deploy.radosgw.start import missing_programs
from deploy.relay import order
from deploy.sample_city import City, CityClass, classes_in, draw, looks_told, waited
from deploy.stack import StackError
from storage.database.connection import reading
from storage.database.jobs import JobState
from storage.database.tables.evidence_log import LEAVES
from storage.database.tables.jobs import JOBS
from tests.fixtures.postgres import programs
from tests.fixtures.tus import PIECE, TUS, announce, new_class, send

pytestmark = [pytest.mark.s3, pytest.mark.slow, pytest.mark.timeout(2400)]
LOOKERS = ("looker-1", "looker-2")
LIMIT_S = 1500.0
AWAY_S = 60.0
LATE = "JZ2"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[CityClass]:
    city = classes_in(tmp_path_factory.mktemp("drawn"), 3)
    draw(city, lambda _: None)
    return city


@pytest.fixture
def up(drawn: list[CityClass]) -> Iterator[tuple[Cluster, City]]:
    """All of it, in a folder that the user of PostgreSQL may enter."""
    del drawn  # first, so that nothing waits beside a server
    lacking = [*missing_programs(), *([] if programs() else ["postgresql"])]
    told = f"got no {', '.join(lacking)}" if lacking else refusal()
    able = os.geteuid() == 0 and shutil.which("ip") is not None
    if told and os.environ.get("CI") and (lacking or able):
        pytest.fail(f"CI must test nodes without a common folder: {told}")
    if told:
        pytest.skip(f"needs network namespaces, PostgreSQL and an S3 server: {told}")
    with tempfile.TemporaryDirectory(prefix="xueshi-cluster-") as name:
        Path(name).chmod(0o755)
        with cluster(Path(name) / "c") as made:
            yield made


def test_nothing_is_lost_and_nothing_done_twice_whatever_is_killed(
    up: tuple[Cluster, City], drawn: list[CityClass]
) -> None:
    made, city = up
    nobody_sees_another(made)
    numbers = [handed_in(city, drawn[0])]
    killed = killed_at_work(made)
    numbers += [handed_in(city, one) for one in drawn[1:-1]]
    with closing(city.clerk_of(drawn[0].school, near="127.0.0.1")) as first:
        both_nodes_know_whoever_signed_in_at_one(made, first)
        half = half_sent(made, first)
        for name in ("scheduler", "api-1", "jobs-1"):
            kill(made, name)
        with node(made, first, "relay") as other:
            assert other.get("/api/v1/classes").status_code == 200, "the other node takes over, and knows the session"
            assert other.head(half, headers=TUS).status_code == 404, "it has no half of that file"
        made.stack.tend()
        until(lambda: made.stack.is_well("api-1"))
        with node(made, first, "api-1") as rest:
            assert rest.head(half, headers=TUS).headers["upload-offset"] == "4"
            assert rest.patch(half, content=b"5678", headers=PIECE | {"upload-offset": "4"}).status_code == 204
        numbers.append(handed_in(city, drawn[-1]))
        until(lambda: running_jobs(city) > 0)
        with store_away(made) as outage, node(made, first, "api-2") as other:
            late = sent_without_store(other)
            for found in waited(city, numbers, LIMIT_S, outage.tend):
                outcomes = found
                outage.told |= {one.fault for one in found.values()}
            assert other.head(late, headers=TUS).headers["upload-offset"] == "8"
            listed = other.get(f"/api/v1/classes/{class_of(other, LATE)}/files").json()["items"]
            assert [one["name"] for one in listed] == ["说明.txt"], "what came while the store was away is there once"
    assert [outcomes[number].verdicts for number in numbers] == [("PASS",), ("PASS",), ("UNPROVEN",)], outcomes
    assert [(one.reports, one.packages) for one in outcomes.values()] == [(1, 1)] * len(numbers), outcomes
    assert verdicts_in_the_log(city) == len(numbers)
    looks = looks_told({name: made.said(name) for name in LOOKERS})
    assert set(looks) == set(numbers), "what was looked at was looked at by the cluster"
    assert killed in LOOKERS


def nobody_sees_another(made: Cluster) -> None:
    """Each Dask worker has a network of its own, finds nothing in the others' homes and reaches no database."""
    networks = {Path(f"/proc/{made.stack.running[name].pid}/ns/net").stat().st_ino for name in LOOKERS}
    assert len(networks | {Path("/proc/self/ns/net").stat().st_ino}) == len(LOOKERS) + 1
    assert any((made.folder / "nodes" / "api-1" / "home").iterdir())
    for name in (*LOOKERS, "api-2", "jobs-1"):
        root = Path(f"/proc/{made.stack.running[name].pid}/root")
        for other in ("nodes/api-1", "volumes", "secrets", "run"):
            assert not list((root / str(made.folder / other).lstrip("/")).iterdir()), (name, other)
    assert made.shared
    port = made.stack.place.ports["postgres"]
    for host in ("127.0.0.1", made.shared.host):
        code = f"import socket; socket.create_connection(({host!r}, {port}), 2)"
        tried = subprocess.run(made.shared.within(1, [sys.executable, "-c", code]), capture_output=True, check=False)  # noqa: S603 - our own words
        assert tried.returncode != 0, f"{host}: a worker reaches the database"


def both_nodes_know_whoever_signed_in_at_one(made: Cluster, clerk: httpx.Client) -> None:
    for name in ("api-1", "api-2"):
        with node(made, clerk, name) as one:
            assert one.get("/api/v1/me/sessions").status_code == 200, name
    with httpx.Client(trust_env=False) as nobody, node(made, nobody, "api-2") as one:
        assert one.get("/api/v1/me/sessions").status_code == 401


def node(made: Cluster, clerk: httpx.Client, name: str) -> httpx.Client:
    """The same clerk at one node alone."""
    url = f"http://127.0.0.1:{made.ports[name]}"
    proof = {key: value for key, value in clerk.headers.items() if key == "x-csrf-token"}
    return httpx.Client(base_url=url, cookies=clerk.cookies, headers=proof, timeout=60, trust_env=False)


def half_sent(made: Cluster, clerk: httpx.Client) -> str:
    """A file of which one node has half."""
    with node(made, clerk, "api-1") as one:
        place = str(announce(one, new_class(one), "说明.txt", 8, role="paper").headers["location"])
        assert send(one, place, 0, b"1234").status_code == 204
    return place


def handed_in(city: City, one: CityClass) -> int:
    with closing(city.clerk_of(one.school)) as clerk:
        return city.hand_in(one, clerk)


def killed_at_work(made: Cluster) -> str:
    """The first Dask worker that has a child which looks, killed."""
    found: list[str] = []

    def busy() -> bool:
        found[:] = [name for name in LOOKERS if children(made.stack.running[name].pid)]
        return bool(found)

    until(busy)
    kill(made, found[0])
    return found[0]


def children(process: int) -> list[str]:
    told = [(task / "children").read_text("ascii").split() for task in Path(f"/proc/{process}/task").iterdir()]
    return [child for one in told for child in one]


def kill(made: Cluster, name: str) -> None:
    process = made.stack.running[name]
    process.send_signal(signal.SIGKILL)
    process.wait()


@dataclass
class StoreOutage:
    """The store is dead until a minute has gone and somebody at work has missed it."""

    made: Cluster
    dead: subprocess.Popen[bytes]
    since: float
    told: set[str] = field(default_factory=set)

    def tend(self) -> None:
        """Whatever else has ended is begun again, the store in its time."""
        missed = any("could not be reached" in one for one in self.told)
        if missed and time.monotonic() - self.since > AWAY_S:
            self.made.stack.running.setdefault("s3", self.dead)
        self.made.stack.tend()


@contextmanager
def store_away(made: Cluster) -> Iterator[StoreOutage]:
    """All its daemons killed at once."""
    dead = made.stack.running.pop("s3")
    os.killpg(dead.pid, signal.SIGKILL)
    dead.wait()
    outage = StoreOutage(made, dead, time.monotonic())
    yield outage
    assert "s3" in made.stack.running, f"nobody missed the store: {outage.told}"


def sent_without_store(clerk: httpx.Client) -> str:
    """A file that comes whole while the store is away: nobody is told that it is kept."""
    place = str(announce(clerk, new_class(clerk, LATE), "说明.txt", 8, role="paper").headers["location"])
    refused = send(clerk, place, 0, b"12345678")
    assert refused.status_code == 503, refused.text
    return place


def class_of(clerk: httpx.Client, code: str) -> int:
    """The number of the class of that code."""
    return next(int(one["id"]) for one in clerk.get("/api/v1/classes").json()["items"] if one["code"] == code)


def running_jobs(city: City) -> int:
    """How many somebody is at."""
    engine = city.engine()
    with reading(engine, "counting jobs") as connection:
        found = connection.execute(select(func.count()).where(JOBS.c.state == JobState.RUNNING.value)).scalar_one()
    engine.dispose()
    return int(found)


def verdicts_in_the_log(city: City) -> int:
    """Those that reports entered; each package enters the verdicts that it holds once more."""
    engine = city.engine()
    told = LEAVES.c.kind == "verdict", LEAVES.c.subject.like("class:% report:%")
    with reading(engine, "counting leaves") as connection:
        found = connection.execute(select(func.count()).select_from(LEAVES).where(*told)).scalar_one()
    engine.dispose()
    return int(found)


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 300
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_a_folder_of_somebody_elses_or_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "volumes").mkdir()
    with pytest.raises(StackError, match="got a folder with other files"), cluster(tmp_path):
        pass
    assert (tmp_path / "volumes").is_dir()
    (tmp_path / MARK).touch()
    with (tmp_path / MARK).open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(StackError, match="got a cluster that runs there"), cluster(tmp_path):
            pass
    assert (tmp_path / "volumes").is_dir()


def test_a_client_keeps_its_node_and_has_another_behind_it() -> None:
    servers = ["a:1", "b:1", "c:1"]
    assert order("127.0.0.1", servers) == order("127.0.0.1", servers)
    assert {order(f"10.0.0.{number}", servers)[0] for number in range(50)} == set(servers)
    assert sorted(order("127.0.0.1", servers)) == servers
