"""The console in a real browser: who looks, at which size, and what every page must keep to."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.accounts.rights import Role
from tests.browser.chromium import binary
from tests.fixtures.service import Running

DESK, PHONE = (1366, 900), (390, 844)
SIZES = pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
LOOKS = pytest.mark.parametrize(
    ("size", "lang", "theme"), [(DESK, "zh", "light"), (PHONE, "en", "dark")], ids=["desk-zh-light", "phone-en-dark"]
)
SERIOUS = {"serious", "critical"}


@dataclass
class Seat:
    """Somebody of a role before one screen; what went wrong on the way is kept."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def open(self, path: str) -> None:
        """Loads the page."""
        self.page.goto(self.base + path, wait_until="load")

    def look_over(self, name: str) -> None:
        """No serious finding of axe, nothing wider than the screen, nothing from elsewhere; a picture is kept."""
        self.page.wait_for_load_state("load")  # colours are judged once the style sheet is there
        found = Axe().run(self.page).response["violations"]
        grave = [
            f"{one['id']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
            for one in found
            if one["impact"] in SERIOUS
        ]
        assert not grave, (name, json.dumps(grave, ensure_ascii=False, indent=1))
        width = "[document.scrollingElement.scrollWidth, innerWidth]"
        wide, room = self.page.evaluate(width)
        assert wide <= room, f"{name}: got a page {wide} px wide, expected at most {room}"
        assert self.hosts <= {urlsplit(self.base).netloc}, self.hosts
        assert not self.complaints, (name, self.complaints)
        self.shoot(name)

    def shoot(self, name: str) -> None:
        """The picture, where XUESHI_SCREENSHOTS wants it."""
        if folder := os.environ.get("XUESHI_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary(), args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def seat(
    browser: Browser,
    running: Running,
    role: Role,
    size: tuple[int, int] = DESK,
    *,
    theme: Literal["light", "dark"] = "light",
    scripts: bool = True,
    lang: str = "zh",
    school: str = "正信职校",
) -> Iterator[Seat]:
    """The role, signed in."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=theme,
        java_script_enabled=scripts,
    )
    own = {"xueshi-session": running.token(role, school), "xueshi-lang": lang}
    context.add_cookies([{"name": name, "value": value, "url": running.url} for name, value in own.items()])
    yield watched(context.new_page(), running.url)
    context.close()


def watched(page: Page, base: str) -> Seat:
    """A page whose complaints and requests are kept."""
    found = Seat(page, base)
    page.on("console", lambda said: found.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda sent: found.hosts.add(urlsplit(sent.url).netloc) if sent.url.startswith("http") else None)
    return found
