"""Workbooks of a few kilobytes that once stopped the whole service: each is read or refused in a moment, in words."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from xml.sax.saxutils import quoteattr

import pytest

from ingest.tables.search import Tables, read_tables
from ingest.tables.workbook import MAX_STRINGS

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# Each took minutes or for ever; a machine that is busy takes many times as long as a quiet one.
LIMIT_S = 40
DATES = (
    f'<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="170" formatCode="yyyy-mm-dd"/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
)


def workbook(folder: Path, name: str, sheet: str, styles: str = "", strings: str = "") -> Path:
    kinds = ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(kinds, 1)
    )
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": styles or f"<styleSheet {MAIN}/>",
        "xl/sharedStrings.xml": strings or f"<sst {MAIN}/>",
    }
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as packed:
        for part, text in parts.items():
            packed.writestr(part, text)
    return folder


def text(place: str, words: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def rows(*lines: str) -> str:
    made = "".join(f'<row r="{number}">{line}</row>' for number, line in enumerate(lines, 1))
    return f"<sheetData>{made}</sheetData>"


ROSTER = rows(text("A1", "姓名") + text("B1", "身份证号"), text("A2", "甲乙") + '<c r="B2" s="1"><v>4</v></c>')


def quickly(read: Callable[[], Tables]) -> Tables:
    began = process_time()
    found = read()
    assert process_time() - began < LIMIT_S
    return found


@pytest.mark.parametrize("value", ["1e350", "-1e350", "1e308", "1e18", "99999999999", "-1", "nan", "inf", "2958466"])
@pytest.mark.parametrize("name", ["课表.xlsx", "打卡.xlsx"])
def test_a_date_beyond_every_calendar_is_none_and_is_told(value: str, name: str, tmp_path: Path) -> None:
    day = f'<c r="A2" s="1"><v>{value}</v></c>'
    plan = rows(
        text("A1", "日期") + text("B1", "开始时间") + text("C1", "结束时间") + text("D1", "教室"),
        day + text("B2", "08:30") + text("C2", "09:15") + text("D2", "201"),
    )
    signs = rows(text("B1", "姓名") + text("A1", "打卡时间"), text("B2", "甲乙") + day)
    sheet = plan if name == "课表.xlsx" else signs
    found = read_tables(workbook(tmp_path, name, f"<worksheet {MAIN}>{sheet}</worksheet>", DATES))
    assert (found.hours, found.checkins) == ((), ())
    assert any(name in fault.where for fault in found.faults)


@pytest.mark.parametrize("sign", ["[", '"', "\\", "_", "y["])
def test_a_number_format_of_millions_of_signs_freezes_nobody(sign: str, tmp_path: Path) -> None:
    code = quoteattr(sign * (2_000_000 // len(sign)))
    styles = (
        f'<styleSheet {MAIN}><numFmts count="1"><numFmt numFmtId="170" formatCode={code}/></numFmts>'
        '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    folder = workbook(tmp_path, "花名册.xlsx", f"<worksheet {MAIN}>{ROSTER}</worksheet>", styles)
    assert [one.name for one in quickly(lambda: read_tables(folder)).roster] == ["甲乙"]


@pytest.mark.parametrize("shape", ["A{0}:XFD{1}", "A{0}:A{1}", "A{0}:BZ{0}"])
def test_twenty_thousand_merged_blocks_take_a_moment(shape: str, tmp_path: Path) -> None:
    lines = [text("A1", "日期") + text("B1", "时间") + text("C1", "教室")]
    lines += [
        text(f"A{n}", "2025-04-07") + text(f"B{n}", f"{8 + n % 9}:30-{9 + n % 9}:15") + text(f"C{n}", str(n))
        for n in range(2, 3_000)
    ]
    merges = "".join(f'<mergeCell ref="{shape.format(n, n + 100_000)}"/>' for n in range(2, 20_002))
    sheet = f"<worksheet {MAIN}>{rows(*lines)}<mergeCells>{merges}</mergeCells></worksheet>"
    assert quickly(lambda: read_tables(workbook(tmp_path, "课表.xlsx", sheet))).hours


def test_millions_of_shared_texts_are_refused_in_words(tmp_path: Path) -> None:
    strings = f"<sst {MAIN}>{'<si><t/></si>' * (MAX_STRINGS + 10)}</sst>"
    folder = workbook(tmp_path, "花名册.xlsx", f"<worksheet {MAIN}>{ROSTER}</worksheet>", strings=strings)
    found = quickly(lambda: read_tables(folder))
    assert found.roster == ()
    assert any(f"超过 {MAX_STRINGS} 个不同的文字" in str(fault) for fault in found.faults)
