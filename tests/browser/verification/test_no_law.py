"""没有现行文件 as people meet it: in 待办, on the class, tried under a lapsed document, and a rulebook handed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.accounts.rights import Role
from runtime.platform.worker import Worker
from storage.database.connection import sqlite_address
from tests.browser.console import PHONE, seat
from tests.fixtures.county_rulebook import county_text
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.table_folder import table_folder
from tests.fixtures.tus import uploaded

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, int]]:
    """A class begun after every document had lapsed, with a recording of random bytes."""
    home = tmp_path_factory.mktemp("no-law")
    folder = table_folder(home / "class", "")
    (folder / "录像").mkdir()
    (folder / "录像" / "CH02_20261102083000_20261102091500.mp4").write_bytes(bytes(range(1, 250)) * 900)
    with running(settings_at(sqlite_address(home / "xueshi.db"), home / "home")) as found:
        with found.as_(Role.CLERK) as clerk:
            number = uploaded(clerk, folder)
            clerk.post(f"/classes/{number}/verify")
        work(found)
        yield found, number


def work(found: Running) -> None:
    worker = Worker(found.service.engine, found.service.settings, found.clock)
    while worker.step():
        pass


def test_the_clerk_finds_it_first_and_tries_the_lapsed_document(browser: Browser, served: tuple[Running, int]) -> None:
    found, number = served
    with seat(browser, found, Role.CLERK) as clerk:
        clerk.open("/")
        assert "没有现行政策文件" in clerk.page.locator("ul.tasks li").first.inner_text()
        clerk.look_over("no-law-todo")
        clerk.page.locator("ul.tasks li a").first.click()
        assert clerk.page.locator("#no-law").is_visible()
        assert "✓" not in clerk.page.locator("section:has(#todo)").inner_text()
        clerk.look_over("no-law-class")
        clerk.open(f"/classes/{number}/files")
        assert "不是录像" in clerk.page.locator("th.path").filter(has_text=".mp4").inner_text()
        clerk.look_over("no-law-files")
        clerk.open(f"/classes/{number}")
        clerk.page.select_option("#f-lapsed", "yangquan-2024")
        clerk.page.check("[name=provisional]")
        clerk.page.get_by_role("button", name="暂按它核验").click()
        work(found)
        for path in ("", "/attendance", "/days/2026-11-02"):
            clerk.open(f"/classes/{number}{path}")
            assert clerk.page.locator(".provisional strong").first.inner_text().startswith("! 暂按已失效文件")
        clerk.open(f"/classes/{number}")
        clerk.look_over("trial-class")
        clerk.open(f"/classes/{number}/days/2026-11-02")
        clerk.look_over("trial-day")
        assert clerk.complaints == []
    with seat(browser, found, Role.INSPECTOR, PHONE) as inspector:
        inspector.open(f"/classes/{number}")
        inspector.look_over("trial-class-phone")
        assert inspector.page.locator(".provisional").first.is_visible()


def test_a_rulebook_is_handed_in_with_its_faults_in_a_table_and_signed_by_another(
    browser: Browser, served: tuple[Running, int], tmp_path: Path
) -> None:
    found, _ = served
    bad, good = tmp_path / "bad.toml", tmp_path / "huidong.toml"
    good.write_text(county_text(), "utf-8")
    bad.write_text(county_text().replace("每学时连续录像不低于10分钟", "每学时连续录像不低于5分钟"), "utf-8")
    with seat(browser, found, Role.REVIEWER) as author:
        author.open("/policy")
        author.look_over("policy-shelf")
        author.page.get_by_role("link", name="提交规则文件").click()
        author.page.set_input_files("#f-file", bad)
        author.page.locator("button.primary").click()
        assert author.page.locator("table.lint tbody tr").count() >= 1
        author.shoot("policy-lint")
        author.complaints.clear()  # the browser tells every 422
        author.page.set_input_files("#f-file", good)
        author.page.locator("button.primary").click()
        assert "等待另一人复签" in author.page.locator("h1").inner_text()
        assert author.page.get_by_role("button", name="复签").count() == 0
        place = author.page.url
    with seat(browser, found, Role.INSPECTOR) as second:
        second.page.goto(place)
        second.look_over("policy-handed")
        second.page.get_by_role("button", name="复签").click()
        assert "已采用" in second.page.locator("h1").inner_text()
