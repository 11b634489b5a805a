"""Faces switched on for a class in a real browser: ground, consents, photographs, what was seen, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from pipeline.accounts.rights import Role
from storage.database.connection import sqlite_address
from storage.evidence_log.keyring import KeyRing
from tests.browser.console import LOOKS, seat
from tests.fixtures.recognised_class import CapEngine, capped_class, photographs_of
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.toy_class import verified

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Running]:
    with running(settings_at(sqlite_address(tmp_path / "xueshi.db"), tmp_path)) as found:
        KeyRing(found.service.settings.home / "keys").init(found.clock())
        yield found


@LOOKS
def test_switched_on_consented_seen_and_withdrawn(
    browser: Browser, served: Running, size: tuple[int, int], lang: str, theme: Literal["light", "dark"]
) -> None:
    number = capped_class(served, seats=[0, 1, 2])
    zh = lang == "zh"
    with seat(browser, served, Role.CLERK, size, theme=theme, lang=lang) as person:
        page = person.page
        person.open(f"/classes/{number}/settings")
        page.click("text=认人" if zh else "text=Who was there")
        expect(page.locator("#recognition")).to_contain_text("关闭" if zh else "off")
        page.fill("#f-words", "同意书存办公室")
        page.click("button[value=on]")
        expect(page.locator(".banner.fail")).to_contain_text("教师" if zh else "teachers")
        person.complaints.clear()  # the browser tells of the refusal itself
        person.look_over(f"recognition-refused-{lang}")
        page.check("input[name=others]")
        page.click("button[value=on]")
        expect(page.locator("#recognition ~ .banner.unproven[role=status]")).to_contain_text(
            "5 人还没有同意" if zh else "5 trainees have not consented"
        )
        for box in page.locator("input[name=trainee]").all():
            box.check()
        page.fill("#f-given", "2025-03-20")
        page.click("button[form=consent]")
        expect(page.get_by_text("全员同意已记录" if zh else "everybody consented")).to_be_visible()
        _photographs(page, [0, 4])
        verified(served, number, opening=CapEngine)
        person.open(f"/classes/{number}/recognition")
        expect(page.locator("section[aria-labelledby=said] tbody tr")).to_have_count(2)
        expect(page.locator("section[aria-labelledby=said]")).to_contain_text("caps")
        person.look_over(f"recognition-seen-{lang}")
        page.locator("button[name=trainee]").first.click()
        expect(page.locator("section[aria-labelledby=gone] details")).to_have_count(1)
        expect(page.locator("section[aria-labelledby=gone]")).to_contain_text("撤回" if zh else "withdrew")
        person.look_over(f"recognition-withdrawn-{lang}")
        page.click("button[value=off]")
        expect(page.locator("#recognition")).to_contain_text("关闭" if zh else "off")


def _photographs(page: Page, people: list[int]) -> None:
    files = [{"name": name, "mimeType": kind, "buffer": data} for _, (name, data, kind) in photographs_of(people)]
    page.set_input_files("#f-files", files)  # type: ignore[arg-type]
    page.locator("section[aria-labelledby=photographs] button").click()
    expect(
        page.locator("section[aria-labelledby=consents] tbody tr td:nth-child(3)").filter(has_text="✓")
    ).to_have_count(2)
