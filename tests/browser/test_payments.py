"""The ledger of payments on a desk and on a phone: what was recorded on a claim stands there, narrowed and handed out."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from pipeline.accounts.rights import Role
from tests.browser.console import LOOKS, seat
from tests.fixtures.claim_service import claim_service
from tests.fixtures.service import Running
from tests.integration.claims.test_claim_payments import approved, pay

__all__ = ["approved", "claim_service"]
pytestmark = pytest.mark.browser


@LOOKS
def test_the_ledger_is_sound_to_look_at(
    approved: tuple[Running, int],
    browser: Browser,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    running, number = approved
    assert [pay(running, number, fen)[0] for fen in (120_000, 90_050)] == [200, 200]
    with seat(browser, running, Role.REVIEWER, size, lang=lang, theme=theme) as person:
        person.open("/payments")
        person.look_over(f"desk-ledger-{size[0]}-{lang}-{theme}")
        person.page.fill("#f-recipient", "没有这样的")
        person.page.click("form.filters button >> nth=0")
        person.page.wait_for_selector("p.none")
        person.open("/payments?sort=amount")
        assert person.page.locator("tbody th").count() == 2
