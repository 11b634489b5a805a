import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.radosgw import Radosgw, missing_programs, radosgw

# A machine that is busy is slow and no fault; a case that fails can be run again from what is printed.
settings.register_profile("xueshi", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("xueshi")

_LONG = {"browser", "recordings"}

pytest_plugins = ["tests.fixtures.databases", "tests.fixtures.service"]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive packed a second later would be another test to each worker."""
    return argname if isinstance(val, (bytes, bytearray)) else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that draw films, open browsers or record cameras come first: none of them is left to one process at the end."""
    long = {item.path for item in items if item.get_closest_marker("slow") or _LONG & set(item.path.parts)}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish() -> None:
    """What was imported and collected lives as long as the run; the collector walked it again and again, a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radosgw]:
    """A real S3 server with Object Lock; XUESHI_TEST_S3=host:port uses one that is running already."""
    running = os.environ.get("XUESHI_TEST_S3")
    if running:
        host, _, port = running.rpartition(":")
        yield Radosgw(host, int(port), Path())
        return
    lacking = missing_programs()
    if lacking and os.environ.get("CI"):
        pytest.fail(f"CI must test real locks, but {', '.join(lacking)} are not installed")
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}; `make test-s3` installs Debian's radosgw, ceph-mon and ceph-osd")
    with radosgw(tmp_path_factory.mktemp("radosgw")) as server:
        yield server


@pytest.fixture(scope="session")
def openssl_program() -> str:
    """The openssl program, for SM2 and for a time stamping authority of our own."""
    found = shutil.which("openssl")
    if found is None and os.environ.get("CI"):
        pytest.fail("CI must test SM2 and time stamps, but openssl is not installed")
    if found is None:
        pytest.skip("needs the openssl program (apt-get install openssl)")
    return found
