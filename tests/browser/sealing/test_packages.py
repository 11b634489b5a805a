"""证据包: found from the class, its label read, and one with names and faces carried off after a reason."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import DESK, PHONE, seat
from tests.fixtures.sealed_classes import sealed, worker_of
from tests.fixtures.sealed_packages import DAYS, papers
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
LOOKS = pytest.mark.parametrize(
    ("size", "lang", "theme"),
    [(DESK, "zh", "light"), (DESK, "en", "light"), (PHONE, "en", "dark")],
    ids=["desk-zh", "desk-en", "phone-en"],
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("packages")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        number = sealed(found, papers(home / "papers").folder)
        with found.as_(Role.CLERK) as clerk:
            for kind in ("identity", "face"):
                clerk.post(f"/api/v1/classes/{number}/looks/{kind}", json={"reason": "应监管部门要求移交"})
            assert clerk.post(f"/api/v1/classes/{number}/seal", json={"identified": True}).status_code == 202
        assert worker_of(found).step()
        yield found


@LOOKS
def test_every_state_of_the_page_is_sound_to_look_at(
    served: Running, browser: Browser, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    name = f"{size[0]}-{lang}-{theme}"
    with seat(browser, served, Role.REVIEWER, size, lang=lang, theme=theme) as reviewer:
        for state, path in (("all", "/packages"), ("class", "/packages?class_id=1"), ("none", "/packages?q=nobody")):
            reviewer.open(path)
            reviewer.look_over(f"packages-{state}-{name}")
    with seat(browser, served, Role.CLERK, size, lang=lang, theme=theme, school="邻校") as other:
        other.open("/packages")
        assert other.page.locator("p.none").count() == 1
        other.look_over(f"packages-empty-{name}")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("size", "labelled"), [(DESK, False), (PHONE, True)], ids=["desk", "phone"])
def test_a_cell_carries_its_heading_only_where_the_heading_is_not_seen(
    served: Running, browser: Browser, size: tuple[int, int], *, labelled: bool, lang: str
) -> None:
    with seat(browser, served, Role.REVIEWER, size, lang=lang) as reviewer:
        reviewer.open("/packages")
        shown = reviewer.page.evaluate("getComputedStyle(document.querySelector('.stack td'), '::before').content")
        assert (shown == ('"内容"' if lang == "zh" else '"Content"')) is labelled, shown


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_class_to_the_zip_and_for_names_and_faces_after_a_reason(
    served: Running, browser: Browser, size: tuple[int, int]
) -> None:
    role = Role.INSPECTOR if size == DESK else Role.REVIEWER  # each asks for the first time
    with seat(browser, served, role, size) as inspector:
        page = inspector.page
        inspector.open("/classes/1")
        page.click("nav.tabs >> text=证据包")
        rows = page.locator("tbody tr")
        assert rows.count() == 2 * len(DAYS)
        masked = rows.filter(has_text="已遮蔽").first
        with page.expect_download() as carried:
            masked.locator("text=ZIP").click()
        assert carried.value.suggested_filename.endswith(".zip")
        whole = rows.filter(has_text="含姓名与人脸").first
        assert whole.locator("text=ZIP").count() == 0
        whole.locator("summary").click()
        whole.locator("input[name=reason]").fill("投诉件复核")
        inspector.look_over(f"packages-reason-{size[0]}")
        whole.locator("button").click()
        page.wait_for_selector("text=理由有效至")
        with page.expect_download() as carried:
            rows.filter(has_text="含姓名与人脸").first.locator("text=ZIP").click()
        assert carried.value.path().stat().st_size > 1000
        inspector.shoot(f"packages-open-{size[0]}")
        page.click("text=证据包校验")
        page.wait_for_selector("#f-package")
