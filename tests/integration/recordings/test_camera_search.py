"""A clerk searches for cameras: a recorder asks on its network, in the named networks alone, and the page tells."""

from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from ingest.cameras.onvif_discovery import discover
from pipeline.accounts.rights import Role
from runtime.recordings.camera_searches import CameraSearches
from runtime.recordings.camera_unit import RecorderPlace
from storage.database.connection import sqlite_address
from tests.fixtures.onvif_camera import onvif_camera, probed
from tests.fixtures.service import Running, running, settings_at

LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found


def searcher(served: Running, networks: tuple[object, ...], group: tuple[str, int]) -> CameraSearches:
    """A recorder's own, that probes where the simulator listens."""
    place = RecorderPlace(served.service.settings.home, networks)  # type: ignore[arg-type]
    return CameraSearches(served.service.engine, place, served.clock, lambda wait_s: discover(min(wait_s, 1.0), group))


def done(search: CameraSearches) -> None:
    search.step()
    if search._thread:  # noqa: SLF001 - the thread that does it
        search._thread.join(60)  # noqa: SLF001


def test_a_search_tells_who_answered_and_leads_to_the_form(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk, onvif_camera(ahead_s=3600.0) as device, probed(device) as group:
        assert clerk.get("/api/v1/camera-search").json()["asked_at"] is None
        assert clerk.post("/find-cameras").status_code == 303
        assert "正在查找" in clerk.get("/find-cameras").text
        done(searcher(served, LOOPBACK, group))
        (found,) = clerk.get("/api/v1/camera-search").json()["cameras"]
        assert (found["address"], found["port"], found["name"]) == ("127.0.0.1", device.port, "Front camera")
        page = clerk.get("/find-cameras").text
        assert "/new-camera?host=127.0.0.1" in page
        assert "Front camera" in page
        assert 'value="rtsp://127.0.0.1/"' in clerk.get("/new-camera?host=127.0.0.1").text
        assert clerk.get("/new-camera", params={"host": "a b"}).status_code == 422


def test_a_search_tells_that_a_camera_has_another_certificate_than_at_first(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk:
        told = []
        port = 0
        for _ in range(2):
            with onvif_camera(secure=True, port=port) as device, probed(device) as group:
                port = device.port
                assert clerk.post("/find-cameras").status_code == 303
                done(searcher(served, LOOPBACK, group))
            (found,) = clerk.get("/api/v1/camera-search").json()["cameras"]
            told.append((found["other_certificate"], found["clock_offset_s"] is None))
        assert told == [(False, False), (True, True)]
        assert "证书与首次连接时不同" in clerk.get("/find-cameras").text


@pytest.mark.parametrize(("networks", "probes"), [((), 0), ((ip_network("10.9.0.0/16"),), 1)])
def test_nobody_outside_the_named_networks_is_asked_or_shown(
    served: Running, networks: tuple[object, ...], probes: int
) -> None:
    with served.as_(Role.CLERK) as clerk, onvif_camera() as device, probed(device) as group:
        assert clerk.post("/api/v1/camera-search").status_code == 202
        done(searcher(served, networks, group))
        told = clerk.get("/api/v1/camera-search").json()
        assert (told["cameras"], told["unnamed_networks"]) == ([], probes == 0)
        assert (device.asked, device.probed) == ([], probes)
        assert ("XUESHI_CAMERA_NETWORKS）" in clerk.get("/find-cameras").text) is (probes == 0)


def test_a_search_that_no_recorder_takes_says_so_and_another_institution_sees_nothing_of_it(served: Running) -> None:
    with served.as_(Role.CLERK) as clerk, served.as_(Role.CLERK, "邻校") as other:
        assert clerk.post("/api/v1/camera-search").status_code == 202
        served.clock.ahead += timedelta(minutes=2)
        assert "没有录像程序来查找" in clerk.get("/find-cameras").text
        assert other.get("/api/v1/camera-search").json()["asked_at"] is None
    with served.as_(Role.INSPECTOR) as inspector:
        assert inspector.post("/api/v1/camera-search").status_code == 403
