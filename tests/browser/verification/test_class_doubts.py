"""The life of a class's doubts in a real browser: the clerk explains several, the inspector accepts and upholds, a second signs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import DESK, PHONE, Seat, seat
from tests.fixtures.doubted_class import GAPS, doubted
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Running, int]]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path / "home")) as found:
        yield found, doubted(found)


def test_a_doubt_goes_from_the_first_page_to_the_second_name(
    browser: Browser, served: tuple[Running, int], tmp_path: Path
) -> None:
    found, number = served
    paper = tmp_path / "说明.pdf"
    paper.write_bytes(b"%PDF-1.4 hello")
    with seat(browser, found, Role.CLERK, DESK) as clerk:
        explained_by(clerk, paper)
    with seat(browser, found, Role.INSPECTOR, PHONE, theme="dark", lang="en") as inspector:
        looked_at_by(inspector)
        upheld_and_accepted_by(inspector)
    with seat(browser, found, Role.REVIEWER, DESK) as reviewer:
        signed_by(reviewer, f"{found.url}/classes/{number}/doubts#doubt-")


def explained_by(clerk: Seat, paper: Path) -> None:
    """Two gaps with one text and one file."""
    clerk.open("/")
    clerk.look_over("doubts-todo-desk")
    clerk.page.locator("ul.tasks a", has_text=f"{len(GAPS)} 项").click()
    gaps = clerk.page.locator("article.doubt", has=clerk.page.get_by_role("checkbox"))
    assert gaps.count() == len(GAPS)
    for index in (0, 1):
        gaps.nth(index).get_by_role("checkbox").check()
    together = clerk.page.locator("details.card")
    together.locator("summary").click()
    clerk.look_over("doubts-clerk-desk")
    together.get_by_label("说明").fill("当日断网，附照片")
    together.get_by_label("附件").set_input_files(paper)
    together.get_by_role("button", name="提交说明").click()
    assert clerk.page.get_by_text("当日断网，附照片").count() == 2
    clerk.open("/")
    assert clerk.page.get_by_text("等您办理的疑点 3").count() == 1


def looked_at_by(inspector: Seat) -> None:
    """From the first page and the list to the class."""
    inspector.open("/")
    inspector.look_over("doubts-todo-phone")
    inspector.open("/doubts?stage=explained")
    assert inspector.page.locator("article.doubt").count() == 2
    inspector.look_over("doubts-list-phone")
    inspector.page.get_by_role("link", name="history and next step").first.click()
    inspector.look_over("doubts-inspector-phone")


def upheld_and_accepted_by(inspector: Seat) -> None:
    """One waits for a second name, two are settled together."""
    shared = inspector.page.locator("article.doubt", has_text="one device")
    shared.locator("summary", has_text="Review").click()
    shared.get_by_label("Reason").fill("nobody had borrowed it")
    shared.get_by_role("button", name="Uphold").click()
    assert inspector.page.locator(".status", has_text="waits for a second signer").count() == 1
    assert inspector.page.locator("article.doubt", has_text="one device").locator("textarea").count() == 0
    explained = inspector.page.locator("article.doubt", has_text="当日断网，附照片")
    for index in range(2):
        explained.nth(index).get_by_role("checkbox").check()
    together = inspector.page.locator("details.card")
    together.locator("summary").click()
    together.get_by_label("Reason").fill("seen on film")
    together.get_by_role("button", name="Accept").click()
    assert inspector.page.locator(".status.pass", has_text="accepted").count() == 2
    inspector.look_over("doubts-inspector-after-phone")


def signed_by(reviewer: Seat, place: str) -> None:
    """The second name."""
    reviewer.open("/")
    reviewer.page.locator("ul.tasks a", has_text="◆ 疑点").click()
    assert reviewer.page.url.startswith(place)
    shared = reviewer.page.locator("article.doubt", has_text="同一设备")
    shared.get_by_label("理由").fill("同意维持")
    shared.get_by_role("button", name="维持疑点").click()
    assert reviewer.page.locator(".status.fail", has_text="已维持").count() == 1
    reviewer.look_over("doubts-reviewer-desk")
