"""The report as a person meets it: in a real browser, on a desk, a phone and paper, with and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from report.document import document
from report.page import page
from tests.browser.chromium import Browser, browser
from tests.fixtures.odd_reports import busy, empty, hostile, two_rooms, without_recordings
from tests.fixtures.sample_pictures import pictures
from tests.fixtures.sample_report import sample_report

pytestmark = pytest.mark.browser

REPORTS = {
    "sample": sample_report,
    "busy": busy,
    "empty": empty,
    "two rooms": two_rooms,
    "no recordings": without_recordings,
    "hostile": hostile,
}
# Boxes of words that are shown and overlap by more than a hair, with the words themselves.
TOUCHING = """
(() => {
  const shown = [...document.querySelectorAll('.strip svg')].filter(svg => svg.getClientRects().length);
  const found = [];
  for (const svg of shown) {
    const words = [...svg.querySelectorAll('text')].filter(t => t.getClientRects().length && t.textContent.trim());
    const boxes = words.map(t => [t.textContent, t.getBoundingClientRect()]);
    const frame = svg.getBoundingClientRect();
    boxes.forEach(([text, box], at) => {
      if (box.right > frame.right + 1 || box.left < frame.left - 1) found.push(text + ' leaves the picture');
      const inset = box.height * 0.16;
      for (const [other, b] of boxes.slice(at + 1))
        if (box.left + 1 < b.right && b.left + 1 < box.right
            && box.top + inset < b.bottom - inset && b.top + inset < box.bottom - inset)
          found.push(text + ' touches ' + other);
    });
  }
  return [shown.length, found];
})()
"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, build in REPORTS.items():
        found[name] = folder / f"{name}.html"
        shown = pictures(2) if name == "sample" else {}
        found[name].write_text(page(document(build()), shown), "utf-8")
    return found


def complaints(chromium: Browser) -> list[str]:
    """What the browser had to say against the page."""
    bad = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    return [str(event) for event in chromium.events if event.get("method") in bad]


def requests(chromium: Browser) -> list[str]:
    sent = [
        event["params"]["request"]["url"]
        for event in chromium.events
        if event.get("method") == "Network.requestWillBeSent"
    ]
    return [url for url in sent if not url.startswith("data:")]


@pytest.mark.parametrize("name", REPORTS)
def test_it_loads_without_a_complaint_and_without_the_network(
    chromium: Browser, pages: dict[str, Path], name: str
) -> None:
    chromium.view(1200, 900)
    chromium.load(pages[name])
    assert complaints(chromium) == []
    assert requests(chromium) == [pages[name].as_uri()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_phone_never_scrolls_sideways(chromium: Browser, pages: dict[str, Path], name: str, lang: str) -> None:
    chromium.view(390, 844)
    chromium.load(pages[name])
    chromium.ask(f"document.getElementById('lang-{lang}').checked = true")
    assert chromium.ask("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("width", [390, 1200])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["sample", "busy", "two rooms", "no recordings", "hostile"])
def test_no_words_of_a_strip_touch(chromium: Browser, pages: dict[str, Path], name: str, lang: str, width: int) -> None:
    chromium.view(width, 900)
    chromium.load(pages[name])
    chromium.ask(f"document.getElementById('lang-{lang}').checked = true")
    shown, found = chromium.ask(TOUCHING)
    assert shown > 0
    assert found == []


def test_every_sign_is_drawn_by_a_font_that_has_it(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    # A font that lacks a sign draws every such sign alike; no sign of the page may look like a sign nobody has.
    lacking = chromium.ask("""
    (() => {
      const canvas = Object.assign(document.createElement('canvas'), {width: 40, height: 40});
      const pen = canvas.getContext('2d', {willReadFrequently: true});
      pen.font = '24px ' + getComputedStyle(document.body).fontFamily;
      const drawn = sign => {
        pen.clearRect(0, 0, 40, 40); pen.fillText(sign, 4, 30);
        return pen.getImageData(0, 0, 40, 40).data.join();
      };
      const tofu = drawn('\\u{10FFFD}');
      return [...new Set(document.body.innerText)].filter(sign => sign.trim() && drawn(sign) === tofu);
    })()
    """)
    assert lacking == []
    used = {font["familyName"] for font in chromium.fonts("main")}
    assert used


def test_the_language_switches_without_a_script(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900, scripts=False)
    chromium.load(pages["sample"])
    chromium.view(1200, 900)
    before = chromium.ask("document.querySelector('#todo').innerText")
    chromium.ask("document.querySelector('label[for=lang-en]').click()")
    assert before == "需要处理"
    assert chromium.ask("document.querySelector('#todo').innerText") == "To do"
    english = chromium.ask(
        "document.querySelector('.strip.wide').innerText + document.querySelector('.tiles').innerText"
    )
    assert "达标" not in english
    assert "pass" in english


def test_the_keyboard_reaches_the_strip_and_comes_to_the_table(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    target = chromium.ask("""
    (() => {
      const link = document.querySelector('.strip.wide a.hour');
      link.focus();
      return [document.activeElement === link, link.getAttribute('href'), link.tabIndex];
    })()
    """)
    assert target == [True, "#hour-1", 0]
    for key in ("keyDown", "keyUp"):
        event = {"type": key, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        chromium.send("Input.dispatchKeyEvent", event)
    assert chromium.ask("location.hash") == "#hour-1"
    assert chromium.ask("document.querySelector(':target').tagName") == "TR"
    # What the narrow drawing repeats is not stepped through twice.
    assert chromium.ask("document.querySelector('.strip.narrow a.hour').getClientRects().length") == 0


def test_dark_and_light_differ_and_both_show_the_strip(chromium: Browser, pages: dict[str, Path]) -> None:
    grounds = []
    for dark in (False, True):
        chromium.view(1200, 900, dark=dark)
        chromium.load(pages["sample"])
        grounds.append(chromium.ask("getComputedStyle(document.body).backgroundColor"))
    assert grounds == ["rgb(255, 255, 255)", "rgb(17, 23, 29)"]


def test_it_prints_on_paper_with_the_sheets_only_when_chosen(
    chromium: Browser, pages: dict[str, Path], tmp_path: Path
) -> None:
    chromium.view(1200, 900)
    sizes = []
    for chosen in ("false", "true"):
        chromium.load(pages["sample"])
        chromium.ask(f"document.getElementById('print-sheets').checked = {chosen}")
        target = tmp_path / f"{chosen}.pdf"
        chromium.pdf(target)
        assert target.read_bytes().startswith(b"%PDF-")
        sizes.append(target.read_bytes().count(b"/Type /Page\n") or target.stat().st_size)
    assert sizes[1] > sizes[0]
