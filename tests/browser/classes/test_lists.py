"""Lists and search in a real browser: ordered, narrowed, kept and found, at both sizes and looks, also without scripts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import LOOKS, PHONE, seat
from tests.fixtures.doubted_class import doubted_report
from tests.fixtures.sample_service import blank, seeded
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("lists")
    with running(settings_at(sqlite_address(home / "xueshi.db"), home)) as found:
        seeded(found, doubted_report())
        for no in range(60):
            blank(found, f"b-{no:02}", f"第{no:02}班")
        yield found


@LOOKS
def test_lists_and_search_at_both_sizes(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    name = f"{size[0]}-{lang}"
    with seat(browser, served, Role.INSPECTOR, size, theme=theme, lang=lang) as inspector:
        for shown, path in (
            ("classes", "/classes?sort=-name&made_from=2020-01-01"),
            ("doubts", "/doubts?kind=ROSTER_GAP"),
            ("claims", "/claims?claimed_least=1"),
            ("packages", "/packages?day_from=2025-01-01"),
            ("checks", "/checks"),
            ("cameras", "/cameras?q=201"),
            ("search", "/search?q=班"),
            ("nothing", "/search?q=zzz"),
        ):
            inspector.open(path)
            inspector.look_over(f"list-{shown}-{name}")
    with seat(browser, served, Role.AUDITOR, size, theme=theme, lang=lang) as auditor:
        for shown, path in (("log", "/audit?at_from=2020-01-01"), ("accounts", "/accounts?sort=name")):
            auditor.open(path)
            auditor.look_over(f"list-{shown}-{name}")


def test_without_scripts_a_list_is_ordered_narrowed_kept_and_left_again(browser: Browser, served: Running) -> None:
    with seat(browser, served, Role.CLERK, PHONE, scripts=False) as clerk:
        page = clerk.page
        clerk.open("/classes")
        page.select_option("#f-sort", "name")
        page.fill("#f-q", "b-")
        page.press("#f-q", "Enter")
        assert page.locator("tbody th a").first.inner_text() == "第00班"
        page.locator("details.keep summary").press("Enter")
        page.fill("#f-keep", "按名称")
        page.press("#f-keep", "Enter")
        assert page.locator("ul.saved a[aria-current]").inner_text() == "按名称"
        page.locator("a[rel=next]").click()
        assert page.locator("tbody th a").first.inner_text() == "第50班"
        page.locator("ul.saved button").click()
        assert page.locator("ul.saved").count() == 0
        page.locator("header summary").click()
        page.fill("header input[name=q]", "第07班")
        page.press("header input[name=q]", "Enter")
        page.locator("main a", has_text="第07班").click()
        assert page.locator("nav.trail a").inner_text() == "班期"
