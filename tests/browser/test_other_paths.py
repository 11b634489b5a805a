"""Claims, spot checks, retention, accounts and cameras: the main path of each role, on a desk and on a phone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from demo.claim import ClaimStory, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from facts.span import local_day
from pipeline.accounts.rights import Role
from runtime.platform.folders import class_folder
from storage.database.classes.classes import add_file
from storage.database.connection import writing
from tests.browser.console import LOOKS, SIZES, seat
from tests.fixtures.clips import clip
from tests.fixtures.demo_service import filled, token_of
from tests.fixtures.retention_case import Office, use
from tests.fixtures.service import AREA, Running

pytestmark = pytest.mark.browser
CLASS, SCHOOL, RECORDING = "yq-2025-jz-02", "某职业培训学校", "NVR_ch2_main_20250408083000_20250408093000.mp4"
PAGES = {
    Role.CLERK: [("claims", "/claims"), ("claim", "/claims/1"), ("cameras", "/wall"), ("retention", "/retention")],
    Role.REVIEWER: [
        ("claim-review", "/claims/1"),
        ("checks-read", "/checks"),
        ("payments", "/payments"),
        ("supervision", "/supervision"),
        ("vouchers", "/vouchers"),
        ("policy", "/policy"),
    ],
    Role.INSPECTOR: [
        ("todo", "/"),
        ("checks", "/checks"),
        ("cameras-of-class", "/wall/1"),
        ("retention-all", "/retention?days=all"),
    ],
    Role.AUDITOR: [("certificates", "/retention/certificates")],
    Role.SYSTEM_ADMIN: [
        ("accounts", "/accounts"),
        ("account", "/accounts/4"),
        ("webhooks", "/webhooks"),
        ("institutions", "/institutions"),
        ("me", "/me"),
    ],
    Role.SECURITY_ADMIN: [("account-grant", "/accounts/4"), ("keys", "/keys")],
}
NAMES = {
    Role.CLERK: ("clerk", "正信职校"),
    Role.REVIEWER: ("reviewer", AREA),
    Role.INSPECTOR: ("inspector", AREA),
    Role.AUDITOR: ("auditor", AREA),
    Role.SYSTEM_ADMIN: ("sysadmin", AREA),
    Role.SECURITY_ADMIN: ("security", AREA),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with filled(tmp_path_factory.mktemp("desk")) as (found, _):
        for role, (name, place) in NAMES.items():
            found.tokens[f"{role}@{place}"] = token_of(found, name)
        _recorded(found)
        _kept(found)
        _listed(found)
        yield found


def _listed(found: Running) -> None:
    """A row in each further list: a record, a voucher, a key, an address."""
    today, owner = local_day(found.clock()), identities(1, 5)[0]
    with found.as_(Role.REVIEWER) as reviewer:
        talk = {"kind": "talk", "institution_id": 1, "first": today.isoformat(), "found": "录像中断"}
        assert reviewer.post("/api/v1/supervision", json=talk).status_code == 201
        voucher = {"number": "Q-2026-1", "institution_id": 1, "applied": today.isoformat(), "name": owner.name}
        made = reviewer.post("/api/v1/vouchers", json=voucher | {"id_number": owner.id_number.digits})
        assert made.status_code == 201, made.text
    with found.as_(Role.SECURITY_ADMIN) as admin:
        assert admin.post("/keys", data={"name": "补贴系统", "area": AREA}).status_code == 200
    with found.as_(Role.SYSTEM_ADMIN) as admin:
        told = {"url": "https://subsidy.example.gov.cn/hook", "kinds": ["claim.decided"]}
        assert admin.post("/webhooks", data=told).status_code == 200


def _recorded(found: Running) -> None:
    place = class_folder(found.service.settings.home, 1) / RECORDING
    place.parent.mkdir(parents=True, exist_ok=True)
    clip(place, frames=25, gop=25, size=(320, 180))
    with writing(found.service.engine, "test") as connection:
        add_file(connection, 1, RECORDING, "recording", place.stat().st_size, "0" * 64, "test", found.clock())


def _kept(found: Running) -> None:
    service = found.service
    office, today = Office(service.settings.home, service.engine, service.store, found.clock), local_day(found.clock())
    end = date(today.year - 2, today.month, min(today.day, 28))
    for days, data in ((10, b"due soon"), (-60, b"gone")):
        office.keep(data, replace(use(CLASS, class_end=end + timedelta(days=days)), institution=SCHOOL))
    found.clock.ahead += timedelta(seconds=2)


@LOOKS
@pytest.mark.parametrize("role", PAGES, ids=str)
def test_every_page_is_sound_to_look_at(
    served: Running,
    browser: Browser,
    role: Role,
    size: tuple[int, int],
    lang: str,
    theme: Literal["light", "dark"],
) -> None:
    with seat(browser, served, role, size, lang=lang, theme=theme) as person:
        for name, path in PAGES[role]:
            person.open(path)
            person.look_over(f"desk-{name}-{size[0]}-{lang}-{theme}")


@SIZES
def test_a_clerk_hands_in_a_claim_and_explains_a_doubt(
    served: Running, browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    place = tmp_path / "申领.xlsx"
    write_claim(place, identities(24, size[0]), ClaimStory(SampleManifest(class_id=CLASS)))
    with seat(browser, served, Role.CLERK, size) as clerk:
        page = clerk.page
        clerk.open("/claims")
        page.set_input_files("#f-file", place)
        page.click("text=上传并核查")
        page.wait_for_selector("#doubts")
        doubt = page.locator("article.doubt", has_text="待说明").first
        name = doubt.get_attribute("id")
        doubt.locator("summary", has_text="说明这一疑点").click()
        doubt.locator("textarea").fill("系同村亲友代填，附更正说明")
        doubt.locator("button.primary").click()
        page.wait_for_selector(f"#{name} >> text=已说明待复核")
        clerk.look_over(f"desk-claim-explained-{size[0]}")


@SIZES
def test_an_inspector_signs_a_finding_of_a_drawn_class(
    served: Running, browser: Browser, size: tuple[int, int]
) -> None:
    with seat(browser, served, Role.INSPECTOR, size) as inspector:
        page = inspector.page
        inspector.open("/checks")
        page.click("text=示范：双随机抽查")
        inspector.look_over(f"desk-check-{size[0]}")
        page.locator("ul.tasks a").first.click()
        page.wait_for_selector("h1")
        if page.locator("input[name=status]").count():
            page.locator("input[name=status][value=PASS]").check()
            page.fill("#f-text", "到场核对，人数与录像一致")
            page.click("text=签字 >> nth=-1")
            page.wait_for_selector("text=待另一人复签")
        inspector.look_over(f"desk-finding-{size[0]}")


@SIZES
def test_an_inspector_holds_evidence_that_comes_due(served: Running, browser: Browser, size: tuple[int, int]) -> None:
    with seat(browser, served, Role.INSPECTOR, size) as inspector:
        page = inspector.page
        inspector.open("/retention")
        page.click("details:has(form[action='/retention/holds']) > summary")
        page.fill("#f-target", CLASS)
        page.fill("#f-reason", f"投诉 {size[0]}")
        page.click("form[action='/retention/holds'] button.primary")
        page.wait_for_selector("tbody >> text=冻结中")
        inspector.look_over(f"desk-held-{size[0]}")


@SIZES
def test_a_system_administrator_makes_an_account_and_sees_the_link_once(
    served: Running, browser: Browser, size: tuple[int, int]
) -> None:
    with seat(browser, served, Role.SYSTEM_ADMIN, size) as admin:
        page = admin.page
        admin.open("/accounts")
        page.click("main summary")
        page.fill("#f-name", f"new.person{size[0]}")
        page.click("text=建立账号")
        page.wait_for_selector(".once")
        admin.look_over(f"desk-account-made-{size[0]}")
