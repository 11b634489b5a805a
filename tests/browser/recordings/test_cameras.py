"""摄像机 in a real browser: a clerk puts a real RTSP camera down, tries it, sees it recorded and a dead one told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import LOOKS, seat
from tests.fixtures.recorder_service import RecordedService
from tests.fixtures.rtsp_camera import RtspCamera, rtsp_camera
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
SLOW_MS = 60_000


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Running, RecordedService, RtspCamera]]:
    home = tmp_path / "home"
    own = {"XUESHI_CAMERA_NETWORKS": "127.0.0.0/8"}
    with (
        running(settings_at(sqlite_address(home / "xueshi.db"), home, **own)) as found,
        rtsp_camera(tmp_path) as camera,
    ):
        service = RecordedService(home, found.service.engine)
        with service.recorder():
            yield found, service, camera


@LOOKS
def test_a_camera_is_put_down_tried_recorded_and_its_silence_told(
    browser: Browser,
    served: tuple[Running, RecordedService, RtspCamera],
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    found, service, camera = served
    name = f"{size[0]}-{lang}"
    with seat(browser, found, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        page = clerk.page
        clerk.open("/cameras")
        clerk.look_over(f"cameras-none-{name}")
        page.locator('a[href="/find-cameras"]').click()
        page.locator('form[action="/find-cameras"] button').click()
        expect(page.locator("p.none")).to_be_visible(timeout=SLOW_MS)
        clerk.look_over(f"camera-search-{name}")
        clerk.open("/cameras")
        page.locator('a[href="/new-camera"]').click()
        page.locator("[name=room]").fill("301")
        page.locator("[name=address]").fill("rtsp://10.0.0.1/1")
        page.locator("[name=plan]").select_option("always")
        page.locator("form.form button.primary").click()
        page.wait_for_selector("[aria-invalid]")
        clerk.complaints.clear()  # the browser calls the 422 that this page was drawn with an error
        clerk.look_over(f"camera-form-fault-{name}")
        page.locator("[name=address]").fill(camera.address)
        page.locator("form.form button.primary").click()
        page.wait_for_url("**/cameras/1")
        page.locator("#trial button").click()
        expect(page.locator("#trial .banner.pass")).to_be_visible(timeout=SLOW_MS)
        expect(page.locator("#trial img")).to_be_visible()
        service.wait_for_state(1, "recording")
        clerk.open("/cameras/1")
        expect(page.locator("main .status.pass").first).to_be_visible()
        clerk.look_over(f"camera-{name}")
        camera.end()
        service.wait(lambda: "camera.silent" in service.events(), "somebody is called")
        clerk.open("/")
        page.locator('a[href="/cameras/1"]').click()
        clerk.look_over(f"camera-silent-{name}")
        clerk.open("/cameras")
        clerk.look_over(f"cameras-{name}")
