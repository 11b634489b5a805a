"""Somebody before a screen whose clicks, fields and seconds are counted, and whose screens are kept."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

_GRAVE = {"serious", "critical"}
_PATIENCE_MS = 60_000


@dataclass
class Walk:
    """What one person had to do; waiting is what the machine took for work that was asked for."""

    who: str
    clicks: int = 0
    fields: int = 0
    pages: int = 0
    seconds: float = 0.0
    waited_s: float = 0.0
    grave: list[str] = field(default_factory=list)


class Walker:
    """One person, one browser window."""

    def __init__(self, page: Page, base: str, walk: Walk, screens: Path) -> None:
        self.page, self.base, self.walk, self.screens = page, base, walk, screens
        self._shot = 0

    def open(self, path: str) -> None:
        """An address that the person was given, or typed."""
        self.page.goto(path if path.startswith("http") else self.base + path, wait_until="load")
        self.walk.pages += 1

    def click(self, what: str) -> None:
        """The first of what fits."""
        self.page.locator(what).first.click()
        self.walk.clicks += 1

    def go(self, path: str) -> None:
        """By the menu, which a phone opens first."""
        if self.page.locator(".menu summary").is_visible():
            self.click(".menu summary")
        self.click(f"header nav a[href='{path}']")

    def fill(self, **fields: str) -> None:
        """Fields of a form by their names."""
        for name, value in fields.items():
            self.page.fill(f"#f-{name}", value)
            self.walk.fields += 1

    def choose(self, **fields: str) -> None:
        """Entries of lists by their words."""
        for name, label in fields.items():
            self.page.select_option(f"#f-{name}", label=label)
            self.walk.clicks += 1

    def wait(self, what: str) -> None:
        """Until the machine has done what was asked."""
        begun = time.monotonic()
        self.page.wait_for_selector(what, timeout=_PATIENCE_MS)
        self.walk.waited_s += time.monotonic() - begun

    def wait_for_picture(self) -> None:
        """Until the player shows something; the page's own policy forbids waiting in the page."""
        begun = time.monotonic()
        while not self.page.evaluate("document.querySelector('#video')?.readyState > 1"):
            if time.monotonic() - begun > _PATIENCE_MS / 1000:
                raise TimeoutError(f"{self.walk.who}: the player stayed black: {self.page.inner_text('#video-state')}")
            self.page.wait_for_timeout(50)
        self.walk.waited_s += time.monotonic() - begun

    def see(self, name: str) -> None:
        """A screen that the person reads: kept, and looked over by axe."""
        self.page.wait_for_load_state("load")
        begun = time.monotonic()
        for one in Axe().run(self.page).response["violations"]:
            if one["impact"] in _GRAVE:
                self.walk.grave.append(f"{name}: {one['id']}")
        self._shot += 1
        self.screens.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.screens / f"{self._shot:02}-{name}.png")
        self.walk.waited_s += time.monotonic() - begun


@contextmanager
def walking(browser: Browser, base: str, who: str, size: tuple[int, int], screens: Path) -> Iterator[Walker]:
    """A person with a browser that knows nobody; the walk's seconds end with the block."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    context.set_default_timeout(_PATIENCE_MS)
    walk, begun = Walk(who), time.monotonic()
    yield Walker(context.new_page(), base, walk, screens / who)
    walk.seconds = time.monotonic() - begun
    context.close()
