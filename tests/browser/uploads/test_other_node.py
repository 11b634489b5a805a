"""The server that has half of a file dies, and the balancer sends the browser to another one, which has nothing of it."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from deploy.relay import order
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.connection import reading
from storage.database.tables.uploads import UPLOADS
from tests.browser.console import seat
from tests.fixtures.postgres import Postgres
from tests.fixtures.sample_service import blank
from tests.fixtures.served_process import answers, free_port
from tests.fixtures.service import Running
from tests.fixtures.service_nodes import ServiceNode, ServiceNodes, service_nodes

pytestmark = pytest.mark.browser
LARGE, HALF = 6_000_000, 1_500_000
SLOW = 1_500_000  # bytes a second
ROOT = Path(__file__).resolve().parents[3]


@dataclass
class BalancedNodes:
    """Two nodes and the plain balancer before them; ``first`` is the one that our browser comes to."""

    nodes: ServiceNodes
    front: Running
    first: ServiceNode
    second: ServiceNode


@pytest.fixture
def balanced(postgres_server: Postgres, tmp_path: Path) -> Iterator[BalancedNodes]:
    """Homes of their own, one database, one place of blobs."""
    address = postgres_server.new_database()
    try:
        given = {"XUESHI_BLOBS": (tmp_path / "blobs").as_uri()}
        with service_nodes(address, tmp_path, given) as nodes, balancer(nodes) as port:
            known = {f"127.0.0.1:{one.port}": one for one in nodes.nodes}
            first, second = (known[one] for one in order("127.0.0.1", list(known)))
            front = Running(f"http://127.0.0.1:{port}", nodes.insider.service, nodes.insider.clock)
            yield BalancedNodes(nodes, front, first, second)
    finally:
        postgres_server.drop(address)


@contextmanager
def balancer(nodes: ServiceNodes) -> Iterator[int]:
    """The one of ``make cluster``, as a process of its own, once it passes connections on."""
    port = free_port()
    words = [sys.executable, "-m", "deploy.relay", f"127.0.0.1:{port}", *(f"127.0.0.1:{n.port}" for n in nodes.nodes)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, cwd=ROOT)  # noqa: S603 - our own program
    try:
        while not answers(port):
            assert process.poll() is None, "the balancer ended before it was ready"
        yield port
    finally:
        process.terminate()
        process.wait()


def test_a_file_of_which_a_dead_node_has_half_begins_again_at_the_other_and_comes_whole(
    balanced: BalancedNodes, browser: Browser, tmp_path: Path
) -> None:
    large = tmp_path / "CH01_20250407083000.mp4"
    large.write_bytes(os.urandom(LARGE))
    number = blank(balanced.front, "moved")
    with seat(browser, balanced.front, Role.CLERK) as clerk:
        page = clerk.page
        clerk.open(f"/classes/{number}/files")
        slow(page)
        page.set_input_files("[data-input=files]", str(large))
        bar = page.locator("[data-list] progress")
        while int(bar.get_attribute("value") or 0) < HALF:
            page.wait_for_timeout(100)
        balanced.first.kill()
        expect(page.locator("[data-told]")).to_contain_text("从头", timeout=60_000)
        clerk.shoot("hand-in-other-node")
        expect(page.locator("[data-total]")).to_have_text(re.compile("全部收到"), timeout=60_000)
        expect(page.locator("[data-standing] tbody tr")).to_have_count(1)
    (kept,) = [one for one in class_folder(balanced.second.home, number).rglob("*") if one.is_file()]
    assert hashlib.sha256(kept.read_bytes()).digest() == hashlib.sha256(large.read_bytes()).digest()
    with reading(balanced.nodes.insider.service.engine, "test") as connection:
        under_way = connection.execute(select(UPLOADS.c.token).where(UPLOADS.c.file_id.is_(None))).all()
    assert under_way == [], "the half that died with its node takes no place any more"


def slow(page: Page) -> None:
    """A line on which the node dies in the middle."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    speed = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": SLOW}
    session.send("Network.emulateNetworkConditions", {"offline": False, **speed})
