"""A letter of rectification in a real browser: recorded, signed by another, answered, closed; a complaint that stays sealed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from demo.identity import identities
from pipeline.accounts.rights import Role
from storage.database.classes.classes import add_class
from storage.database.connection import sqlite_address, writing
from storage.evidence_log.keyring import KeyRing
from tests.browser.console import LOOKS, Seat, seat
from tests.fixtures.service import Running, running, settings_at

pytestmark = pytest.mark.browser
LETTER = {
    "found": "4 月 7 日第 2 学时录像中断 31 分钟，\n点名册上 4 人不在画面内。",
    "asked": "一、说明录像中断的原因；\n二、补交当日签到原件。",
    "first": "2025-04-20",
    "term": "2025-05-10",
    "paper": "平人社整〔2025〕3号",
}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        KeyRing(found.service.settings.home / "keys").init(found.clock())
        texts = dict.fromkeys(("programme", "trainee_group", "occupation", "level", "policy"), "")
        own = {**texts, "name": "养老护理", "code": "JZ-2025-01", "locality": "山西省阳泉市平定县"}
        number = found.institution("正信职校")
        with writing(found.service.engine, "test") as connection:
            add_class(connection, number, found.clock(), **own)
        yield found


@LOOKS
def test_a_letter_is_recorded_signed_by_another_and_answered(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    zh = lang == "zh"
    with seat(browser, served, Role.INSPECTOR, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open("/supervision")
        person.look_over(f"supervision-none-{lang}")
        page.click("text=新增记录" if zh else "text=New record")
        page.click("nav.chips a >> nth=1")
        person.look_over(f"supervision-new-{lang}")
        page.select_option("#f-institution", label="正信职校")
        for name, value in LETTER.items():
            page.fill(f"#f-{name}", value)
        page.click("main form[method=post] button.primary")
        expect(page.locator("h1")).to_contain_text("待第二人签字" if zh else "second signer")
        person.look_over(f"supervision-proposed-{lang}")
    with seat(browser, served, Role.REVIEWER, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open("/")
        page.click("main .tasks a[href^='/supervision/']")
        page.click("button.primary")
        expect(page.locator("h1")).to_contain_text("已下达" if zh else "in force")
        with page.expect_download() as told:
            page.click("a[download]")
        _on_one_sheet(browser, told.value.path().read_text("utf-8"), lang)
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open("/")
        person.look_over(f"supervision-todo-clerk-{lang}")
        page.click("main .tasks a[href^='/supervision/']")
        page.click("main summary")
        page.fill("#w-answer", "录像机停电，已装 UPS；签到原件随函报送。")
        page.click("form[action$=answer] button")
        expect(page.locator("h1")).to_contain_text("机构已答复" if zh else "answered")
        person.look_over(f"supervision-answered-clerk-{lang}")


@LOOKS
def test_a_complaint_stays_sealed_until_somebody_says_why(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    with seat(browser, served, Role.INSPECTOR, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open("/supervision/new?kind=complaint")
        page.select_option("#f-institution", label="正信职校")
        page.fill("#f-found", "有人反映该校代签到。")
        page.fill("#f-reporter", "赵钱孙 13800001234")
        page.click("main form[method=post] button.primary")
        expect(page.locator("main")).to_contain_text("赵**")
        expect(page.locator("main")).not_to_contain_text("赵钱孙")
        person.look_over(f"supervision-complaint-{lang}")
        page.fill("#f-reason", "核实举报内容")
        page.click("form[action$=reporter] button")
        expect(page.locator("main")).to_contain_text("赵钱孙")
        person.open("/supervision")
        person.look_over(f"supervision-list-{lang}")


def _on_one_sheet(browser: Browser, letter: str, lang: str) -> None:
    """The letter prints on one A4 page."""
    page = browser.new_page(viewport={"width": 794, "height": 1123})
    page.set_content(letter)
    page.emulate_media(media="print")
    assert b"/Count 1" in page.pdf(prefer_css_page_size=True)
    Seat(page, "").shoot(f"supervision-letter-{lang}")
    page.close()


@LOOKS
def test_a_voucher_is_entered_and_issued(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    owner = identities(1, 11)[0]
    with seat(browser, served, Role.REVIEWER, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open("/vouchers")
        page.click("main summary")
        for name, value in {"number": "Q-2025-0007", "name": owner.name, "applied": "2025-03-01"}.items():
            page.fill(f"#f-{name}", value)
        page.fill("#f-id_number", owner.id_number.digits)
        page.select_option("#f-institution", label="正信职校")
        page.click("main details button.primary")
        expect(page.locator("h1")).to_contain_text("申请" if lang == "zh" else "applied for")
        page.fill("#f-day", "2025-03-05")
        page.click("main form[action$=steps] button.primary")
        expect(page.locator("h1")).to_contain_text("发券" if lang == "zh" else "issued")
        expect(page.locator("main")).not_to_contain_text(owner.name)
        person.look_over(f"voucher-{lang}")
        person.open("/vouchers")
        person.look_over(f"vouchers-{lang}")
