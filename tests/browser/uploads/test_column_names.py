"""Answering which column is which in a real browser, on a desk and on a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from tests.browser.console import LOOKS, seat
from tests.fixtures.hand_in import sent
from tests.fixtures.office.table import number
from tests.fixtures.sample_service import blank
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
ODD = f"谁,证件,几时,设备\n甲一二,{number(1)},2025-04-07 08:20:00,phone-1\n".encode()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        yield found


@LOOKS
def test_the_columns_are_chosen_and_the_table_is_read(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    own = blank(served, "one")
    with served.as_(Role.CLERK) as clerk:
        sent(clerk, own, "打卡.csv", ODD)
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as person:
        person.open(f"/classes/{own}/files")
        person.look_over(f"columns-asked-{lang}")
        person.page.select_option("select[name=field-name]", "谁")
        person.page.select_option("select[name=field-time]", "几时")
        person.page.click("text=记住" if lang == "zh" else "text=Remember")
        expect(person.page.locator("select[name=field-name]")).to_have_count(0)
        expect(person.page.locator("#standing ~ .marks-list")).to_contain_text(
            "打卡 1 次" if lang == "zh" else "1 check-in"
        )
        person.look_over(f"columns-known-{lang}")
