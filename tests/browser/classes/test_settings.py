"""班期设置 in a real browser: set by the clerk with rows added, read by the supervisor, at both sizes and looks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import LOOKS, PHONE, seat
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
SETTINGS = "/classes/1/settings"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("settings")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, pictured=True)
        blank(found, "empty", "刚建立的班")
        yield found


@LOOKS
def test_the_clerk_sets_the_class_and_the_supervisor_reads_it(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    name = f"{size[0]}-{lang}"
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        clerk.open(SETTINGS)
        page = clerk.page
        rows = page.locator("[data-rows] tr")
        before = rows.count()
        page.locator("[data-more]").click()
        assert rows.count() == before + 1
        last = rows.last
        assert last.locator("[name=camera_id]").evaluate("one => one === document.activeElement")
        last.locator("[name=camera_id]").fill(f"CH{size[0]}")
        last.locator("[name=camera_room]").fill(f"实训室{size[0]}")
        page.fill("[name=place_latitude]", "37.857012")
        page.fill("[name=place_longitude]", "113.580034")
        page.locator("button.primary[value=save]").click()
        page.wait_for_url("**saved=1")
        assert page.locator("[role=status]").inner_text().startswith("✓")
        assert f"实训室{size[0]}" in page.locator("#history ~ table").inner_text()
        assert page.locator("[name=place_latitude]").input_value() == "37.857012"
        clerk.look_over(f"settings-{name}")
    with seat(browser, served, Role.INSPECTOR, size, theme=theme, lang=lang) as reader:
        reader.open(SETTINGS)
        assert reader.page.locator("form.settings").count() == 0
        assert f"实训室{size[0]}" in reader.page.locator("main").inner_text()
        reader.look_over(f"settings-read-{name}")


@LOOKS
def test_a_fault_is_told_beside_its_field(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        clerk.open("/classes/2/settings")
        page = clerk.page
        page.fill("[name=place_latitude]", "113.58")
        page.fill("[name=place_longitude]", "37.85")
        page.press("[name=place_longitude]", "Enter")  # saves, and does not add rows
        page.wait_for_selector("[role=alert]")
        wrong = page.locator("[aria-invalid]")
        assert wrong.count() == 2
        described = wrong.first.get_attribute("aria-describedby")
        assert "54" in page.locator(f"#{described}").inner_text()
        clerk.complaints.clear()  # the browser calls the 422 that this page was drawn with an error
        clerk.look_over(f"settings-fault-{size[0]}-{lang}")


def test_without_scripts_rows_are_added_by_the_server(browser: Browser, served: Running) -> None:
    with seat(browser, served, Role.CLERK, PHONE, scripts=False) as clerk:
        clerk.open("/classes/2/settings")
        page = clerk.page
        rows = page.locator("[data-rows] tr")
        before = rows.count()
        rows.first.locator("[name=camera_id]").fill("CH01")
        page.locator("[data-more]").click()
        assert rows.count() > before
        assert rows.first.locator("[name=camera_id]").input_value() == "CH01"
        assert "还没有修改过" in page.locator("main").inner_text()


@LOOKS
def test_the_lectern_is_drawn_on_a_picture_of_its_camera(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as clerk:
        clerk.open(SETTINGS)
        page = clerk.page
        row = page.locator("[data-rows] tr").filter(has=page.locator("[data-lectern]:not([hidden])")).first
        field = row.locator("[name=camera_lectern]")
        row.locator("[data-lectern]").click()
        stage = page.locator(".lectern-stage")
        expect(stage.locator("img")).to_have_js_property("complete", value=True)
        if page.locator("#lectern [value=use]").is_enabled():
            page.keyboard.press("Escape")
            field.fill("")
            row.locator("[data-lectern]").click()
        assert page.locator("#lectern [value=use]").is_disabled()
        edge = stage.bounding_box()
        assert edge is not None
        page.mouse.move(edge["x"] + 0.1 * edge["width"], edge["y"] + 0.5 * edge["height"])
        page.mouse.down()
        page.mouse.move(edge["x"] + 0.3 * edge["width"], edge["y"] + 0.9 * edge["height"], steps=4)
        page.mouse.up()
        clerk.look_over(f"settings-lectern-{size[0]}-{lang}")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Shift+ArrowUp")
        page.locator("#lectern [value=use]").click()
        assert [round(float(side), 2) for side in field.input_value().split()] == pytest.approx(
            [0.11, 0.5, 0.2, 0.39], abs=0.011
        )
        page.locator("button.primary[value=save]").click()
        page.wait_for_url("**saved=1")
        assert [round(float(side), 1) for side in field.input_value().split()] == [0.1, 0.5, 0.2, 0.4]
