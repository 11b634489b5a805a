"""Signing in by a provider and linking an account, in a real browser: there, back, the code, and in again."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from pipeline.accounts.rights import Role
from runtime.accounts import passwords
from storage.database.accounts import accounts
from storage.database.connection import sqlite_address, writing
from tests.browser.console import LOOKS, PHONE, Seat, seat
from tests.fixtures.openid import independent, settings_of
from tests.fixtures.served_process import free_port
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
PASSWORD = "一匹白马走过三座桥，天亮了"  # noqa: S105 - an invented one


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    port = free_port()
    with independent() as issuer:
        chosen = settings_at(sqlite_address(tmp_path / "x.db"), tmp_path, XUESHI_PORT=str(port), **settings_of(issuer))
        with running(chosen, port) as found:
            with writing(found.service.engine, "test") as connection:
                person = accounts.add_account(connection, "li.na", "李娜", found.clock())
                accounts.grant(connection, person.id, "auditor")
                accounts.set_password(connection, person.id, passwords.hashed(PASSWORD))
                accounts.add_account(connection, "zhao.liu", "赵六", found.clock())
            yield found


@pytest.fixture
def page(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, color_scheme=theme)
    context.add_cookies([{"name": "xueshi-lang", "value": lang, "url": served.url}])
    yield context.new_page()
    context.close()


@LOOKS
def test_somebody_is_turned_away_then_linked_with_a_code_and_then_let_in(
    browser: Browser,
    served: Running,
    page: Page,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    own = Seat(page, served.url)
    end = f"openid-{lang}-{theme}"
    button = "用晋政通登录" if lang == "zh" else "Sign in with the province"
    page.goto(served.url + "/audit")
    own.look_over(f"{end}-sign-in")
    page.get_by_role("link", name=re.compile(button)).click()
    _agree(page, "u-1001")
    page.wait_for_url("**/sign-in/openid/unknown")
    own.hosts.clear()
    own.look_over(f"{end}-unknown")
    page.locator("main .primary").click()
    page.fill("#f-name", "li.na")
    page.fill("#f-password", PASSWORD)
    page.locator("main form button").click()
    page.goto(served.url + "/me")
    own.look_over(f"{end}-me-unlinked")
    page.locator("#identity a.secondary").click()
    page.get_by_text("u-1001", exact=True).click()
    page.wait_for_url("**/me#identity")
    own.look_over(f"{end}-me-proven")
    page.fill("#f-code", "AAAA-AAAA-AAAA-AAAA")
    page.locator("#identity button").click()
    page.wait_for_selector("#identity [role=alert]")
    own.look_over(f"{end}-me-wrong-code")
    page.fill("#f-code", _code(browser, served, size, theme, lang))
    page.locator("#identity button").click()
    page.wait_for_selector("#identity .status.pass")
    own.look_over(f"{end}-me-linked")
    if size == PHONE:
        page.locator(".menu summary").click()
    page.get_by_role("button", name="退出" if lang == "zh" else "Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(served.url + "/audit")
    page.get_by_role("link", name=re.compile(button)).click()
    page.get_by_text("u-1001", exact=True).click()
    page.wait_for_url("**/audit")
    page.wait_for_selector("#main h1")


@LOOKS
def test_whoever_cancels_reads_why_and_finds_both_ways_in(page: Page, served: Running, lang: str, theme: str) -> None:
    own = Seat(page, served.url)
    page.goto(served.url + "/sign-in")
    page.locator("a[href^='/sign-in/openid']").click()
    page.get_by_role("button", name="Deny").click()
    page.wait_for_url("**/sign-in?fault=cancelled*")
    page.wait_for_selector("[role=alert]")
    own.complaints.clear()
    own.look_over(f"openid-{lang}-{theme}-cancelled")


def _agree(page: Page, subject: str) -> None:
    page.fill("input[name=sub]", subject)
    page.get_by_role("button", name="Authorize").click()


def _code(browser: Browser, served: Running, size: tuple[int, int], theme: Literal["light", "dark"], lang: str) -> str:
    with seat(browser, served, Role.SYSTEM_ADMIN, size, theme=theme, lang=lang) as admin:
        admin.open("/accounts/2")
        admin.look_over(f"openid-{lang}-{theme}-account-new")
        admin.open("/accounts/1")
        admin.look_over(f"openid-{lang}-{theme}-account")
        admin.page.locator("#identity button").click()
        admin.page.wait_for_selector(".once .mono")
        admin.look_over(f"openid-{lang}-{theme}-code")
        return admin.page.locator(".once .mono").inner_text()
