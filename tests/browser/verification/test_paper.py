"""What goes into a file: the report and the claim on A4, printed by a real Chromium and read back page by page."""

from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from report.claims.document import document as claim_document
from report.claims.page import claim_page
from report.contact_sheet import best_frame
from report.document import document
from report.page import page
from tests.browser.chromium import Browser, browser
from tests.fixtures.odd_reports import busy, empty, hostile, two_rooms, without_recordings
from tests.fixtures.paper_class import HOURS, PEOPLE, paper_claim, paper_document
from tests.fixtures.sample_pictures import shots
from tests.fixtures.sample_report import hours, sample_report
from tests.fixtures.sample_screen import screened

pytestmark = pytest.mark.browser
MOST_PAGES = 6
ODD = {
    "sample": sample_report,
    "busy": busy,
    "empty": empty,
    "two rooms": two_rooms,
    "no recordings": without_recordings,
    "hostile": hostile,
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as found:
        found.view(1200, 900)
        yield found


@pytest.fixture(scope="module")
def claim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claim")
    target = folder / "claim.html"
    target.write_text(claim_page(paper_claim(folder / "class")), "utf-8")
    return target


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    taken = {hour.id: shots(hour) for hour in hours() if hour.id in HOURS}
    target = tmp_path_factory.mktemp("report") / "report.html"
    target.write_text(page(paper_document(), {f"best:{key}": best_frame(one, PEOPLE) for key, one in taken.items()}))
    return target


def printed(chromium: Browser, source: Path, target: Path, lang: str = "zh") -> list[str]:
    """The text of every sheet, without the spaces that setting puts in and the radicals that a font names signs by."""
    chromium.load(source)
    chromium.ask(f"document.getElementById('lang-{lang}').checked = true")
    chromium.pdf(target)
    texts = (normalize("NFKC", sheet.extract_text()).replace("\u2012", "–") for sheet in PdfReader(target).pages)
    return ["".join(text.split()) for text in texts]


def in_order(text: str, *words: str) -> bool:
    """Each of them stands there, one after the other."""
    at = [text.find(word) for word in words]
    return -1 not in at and at == sorted(at)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_morning_of_24_people_is_at_most_six_sheets(
    chromium: Browser, report: Path, claim: Path, tmp_path: Path, lang: str
) -> None:
    for source in (report, claim):
        sheets = printed(chromium, source, tmp_path / "paper.pdf", lang)
        assert 3 <= len(sheets) <= MOST_PAGES, (source.name, len(sheets))
        box = PdfReader(tmp_path / "paper.pdf").pages[0].mediabox
        assert (round(box.width), round(box.height)) in {(595, 842), (594, 841), (595, 841), (596, 842)}


def test_the_report_s_first_sheet_has_verdicts_what_to_do_money_and_signatures(
    chromium: Browser, report: Path, tmp_path: Path
) -> None:
    sheets = printed(chromium, report, tmp_path / "paper.pdf")
    first, last = sheets[0], sheets[-1]
    assert in_order(
        first, "家政服务员示范班", "达标", "待办", "补导CH02", "资金", "核定可支持金额", "签字", "经办人", "复核人"
    )
    assert "假设" not in first
    assert "假设" in last
    assert "工具" in last


def test_the_claim_s_first_sheet_has_sums_what_to_do_doubts_and_signatures(
    chromium: Browser, claim: Path, tmp_path: Path
) -> None:
    sheets = printed(chromium, claim, tmp_path / "paper.pdf")
    first, whole = sheets[0], "".join(sheets)
    assert in_order(
        first, "7,500", "3,600", "待办", "请提供手机打卡导出表", "总额与明细不符", "签字", "经办人", "复核人"
    )
    assert "逐人资金" not in first
    assert "假设" in sheets[-1]
    assert "学员1–24" in whole, "the terms that all of them share stand once"
    assert whole.count("补贴标准为培训前10天每人每天150元") <= 4
    assert "致机构的函" not in whole


@pytest.mark.parametrize("name", ODD)
def test_both_signatures_fit_on_the_first_sheet_of_every_report(chromium: Browser, tmp_path: Path, name: str) -> None:
    source = tmp_path / "page.html"
    source.write_text(page(document(ODD[name]()), {}), "utf-8")
    for lang, last in (("zh", "复核人"), ("en", "Checkedby")):
        first = printed(chromium, source, tmp_path / "paper.pdf", lang)[0]
        assert in_order(first, "待办" if lang == "zh" else "Todo", last)


def test_sums_and_doubts_of_a_claim_without_them_still_leave_room_to_sign(chromium: Browser, tmp_path: Path) -> None:
    source = tmp_path / "claim.html"
    source.write_text(claim_page(claim_document(screened())), "utf-8")
    sheets = printed(chromium, source, tmp_path / "paper.pdf")
    assert in_order(sheets[0], "20,400", "待办", "公示", "复核人")
    assert len(sheets) <= MOST_PAGES
    assert "学员2–10" in "".join(sheets), "who has the same terms is told by number"
