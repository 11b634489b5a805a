"""The claim page as a reviewer meets it: in a real browser, on a desk, a phone and paper, in both languages."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from facts.text import Text
from facts.verdict import Doubt
from report.claims.document import document
from report.claims.page import claim_page, term_groups
from report.claims.source import ScreeningResult
from tests.browser.chromium import Browser, browser
from tests.fixtures.sample_screen import screened

pytestmark = pytest.mark.browser


def bare() -> ScreeningResult:
    """Nothing but the claim: no verdicts, no findings, no doubts."""
    made = screened()
    screen = replace(made.screen, findings=(), doubts=(), papers=(), assumptions=(), missing=())
    return replace(made, screen=screen, reports=(), sources={}, claim=replace(made.claim, notices=None, signers=None))


def hostile() -> ScreeningResult:
    """Long words, markup and quotes wherever somebody could write."""
    made = screened()
    evil = "<img src=x onerror=alert(1)>'\"" + "长" * 300 + "W" * 300
    course = replace(made.claim.training_class, name=evil, institution=replace(made.claim.institution, name=evil))
    doubt = Doubt("ODD", Text(evil, evil), (evil,), ("p0001",), (), (Text(evil, evil),), "YQ-M1")
    return replace(made, claim=replace(made.claim, training_class=course), screen=replace(made.screen, doubts=(doubt,)))


PAGES = {"sample": screened, "bare": bare, "hostile": hostile}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for name, build in PAGES.items():
        found[name] = folder / f"{name}.html"
        found[name].write_text(claim_page(document(build())), "utf-8")
    return found


@pytest.mark.parametrize("name", PAGES)
def test_it_loads_without_a_complaint_and_without_the_network(
    chromium: Browser, pages: dict[str, Path], name: str
) -> None:
    chromium.view(1200, 900)
    chromium.load(pages[name])
    bad = ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")
    assert [str(event) for event in chromium.events if event.get("method") in bad] == []
    sent = [e["params"]["request"]["url"] for e in chromium.events if e.get("method") == "Network.requestWillBeSent"]
    assert [url for url in sent if not url.startswith("data:")] == [pages[name].as_uri()]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(chromium: Browser, pages: dict[str, Path], name: str, lang: str) -> None:
    chromium.view(390, 844)
    chromium.load(pages[name])
    chromium.ask(f"document.getElementById('lang-{lang}').checked = true")
    assert chromium.ask("document.documentElement.scrollWidth") <= 390


def clicked(chromium: Browser, element: str) -> None:
    """A real click: a browser copies nothing for a script's own."""
    x, y = chromium.ask(
        f"(() => {{const e = {element}; e.scrollIntoView({{block: 'center', behavior: 'instant'}});"
        " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]})()"
    )
    for kind in ("mousePressed", "mouseReleased"):
        at = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
        chromium.send("Input.dispatchMouseEvent", at)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_axe_finds_no_barrier(chromium: Browser, pages: dict[str, Path], width: int, theme: str) -> None:
    axe = Path(pytest.importorskip("axe_playwright_python").__file__).with_name("axe.min.js")
    chromium.view(width, 900, dark=theme == "dark")
    chromium.load(pages["sample"])
    chromium.ask("document.querySelectorAll('details').forEach(d => d.open = true)")
    chromium.ask(axe.read_text("utf-8") + ";0")
    found = chromium.ask(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa']}).then(r => r.violations.map("
        "v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | ')))"
    )
    assert found == []


def test_the_sentence_to_send_is_copied_by_one_click(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    button = "document.querySelector('button[data-copy=letter-zh]')"
    assert chromium.ask(f"!{button}.hidden")
    clicked(chromium, button)
    assert chromium.ask(f"new Promise(r => setTimeout(() => r({button}.dataset.done), 300))") == "1"


def test_without_scripts_no_button_promises_anything(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900, scripts=False)
    chromium.load(pages["sample"])
    chromium.view(1200, 900)
    assert chromium.ask("[...document.querySelectorAll('button')].every(b => b.hidden)")
    assert "请就下列事项说明或补正" in chromium.ask("document.querySelector('#letter-zh').textContent")


def test_a_link_of_the_money_leads_to_the_class_hour(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    target = chromium.ask("document.querySelector('.sum a').getAttribute('href').slice(1)")
    assert chromium.ask(f"!!document.getElementById('{target}')")


def test_on_paper_everybody_is_unfolded_and_every_sum_shows_its_terms(
    chromium: Browser, pages: dict[str, Path]
) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    folds = "[...document.querySelectorAll('details.fold,details.passed')]"
    chromium.ask("dispatchEvent(new Event('beforeprint'))")
    assert chromium.ask(f"{folds}.length > 1 && {folds}.every(d => d.open)")
    chromium.ask("dispatchEvent(new Event('afterprint'))")
    assert chromium.ask(f"{folds}.every(d => !d.open)")
    chromium.send("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = chromium.ask(
            "[...document.querySelectorAll('.terms .sum')].filter(e => e.getClientRects().length).length"
        )
    finally:
        chromium.send("Emulation.setEmulatedMedia", {"media": ""})
    assert shown >= len(term_groups(document(screened())["people"]))


def test_a_link_to_a_person_opens_the_fold(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    assert not chromium.ask("document.querySelector('details.fold').open")
    chromium.ask("location.hash = 'person-3'")
    assert chromium.ask("new Promise(r => setTimeout(() => r(document.querySelector('details.fold').open), 200))")


def test_the_language_switches_without_a_script(chromium: Browser, pages: dict[str, Path]) -> None:
    chromium.view(1200, 900)
    chromium.load(pages["sample"])
    assert chromium.ask("document.querySelector('#findings').innerText") == "核验项"
    chromium.ask("document.querySelector('label[for=lang-en]').click()")
    assert chromium.ask("document.querySelector('#findings').innerText") == "Findings"
    assert "请" not in chromium.ask("document.querySelector('#letter').parentElement.innerText").split("「")[0]
