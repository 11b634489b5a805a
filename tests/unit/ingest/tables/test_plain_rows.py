"""Rows that are read without the XML parser say exactly what the parser would have said."""

import zipfile
from pathlib import Path

import pytest

from ingest.tables.cells import Sheet
from ingest.tables.fault import Faults
from ingest.tables.sheet import read_sheets
from ingest.tables.xlsx_rows import CellText, NotPlainError, PlainRows, row_pieces

BOOK = '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="rId1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'
STRINGS = "<sst><si><t>甲一</t></si><si><t>a&amp;b</t></si></sst>"
PLAIN = (
    '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
    '<row r="2" hidden="1"><c r="A2"><v>12.50</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="e"><v>#REF!</v></c></row>'
    '<row r="3"/><row r="5" spans="1:3"><c r="A5" t="inlineStr"><is><t>x &lt; y_x0041_</t></is></c><c r="B5" s="3"/></row>'
    '<row r="6"><c r="A6" t="str"><f>A1</f><v>甲一</v></c><c r="B6"><f>1+1</f><v>2</v></c></row>'
)


def sheet(tmp_path: Path, rows: str, *, head: str = "") -> tuple[Sheet, str]:
    path = tmp_path / "t.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        archive.writestr("xl/sharedStrings.xml", STRINGS)
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet>{head}<sheetData>{rows}</sheetData></worksheet>")
    faults = Faults()
    (found,) = read_sheets(path, path.name, faults)
    return found, "\n".join(fault.line.zh for fault in faults.listed())


def by_parser(rows: str) -> str:
    """The same rows spelt so that only the parser reads them."""
    return rows.replace("</row>", "<!-- --></row>")


def test_the_plain_spelling_and_the_parser_agree(tmp_path: Path) -> None:
    plain, said = sheet(tmp_path, PLAIN)
    assert (plain, said) == sheet(tmp_path, by_parser(PLAIN))
    assert [row.number for row in plain] == [1, 2, 5, 6]
    assert [cell.text for cell in plain.rows[0].cells] == ["甲一", "", "a&b"]
    assert plain.rows[1].hidden
    assert [cell.text for cell in plain.rows[2].cells] == ["x < yA"]
    assert [cell.formula for cell in plain.rows[3].cells] == [True, True]


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1"><c t="s" r="A1"><v>0</v></c></row>',
        '<row r="1"> <c r="A1" t="s"><v>0</v></c> </row>',
        '<row><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><r><t>甲</t></r><r><t>一</t></r></is></c></row>',
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&#30002;一</t></is></c></row>',
        '<row r="1"><c r="B1"><v>2</v></c><c r="A1" t="s"><v>0</v></c></row>',
        '<row r="1"><c r="A1"><f>NOW()</f></c><c r="B1" t="s"><v>9</v></c></row>',
    ],
)
def test_every_other_spelling_is_left_to_the_parser(tmp_path: Path, row: str) -> None:
    def no_cell(_: CellText) -> None:
        raise NotPlainError

    assert sheet(tmp_path, row) == sheet(tmp_path, by_parser(row))
    assert PlainRows(no_cell, 8).rows(row.encode()) is None  # type: ignore[arg-type] # it makes no cell at all


def test_rows_inside_a_comment_are_no_rows(tmp_path: Path) -> None:
    hidden = f"<!-- <sheetData>{PLAIN}</sheetData> -->"
    found, _ = sheet(tmp_path, '<row r="9"><c r="A9"><v>1</v></c></row>', head=hidden)
    assert [row.number for row in found] == [9]


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_pieces_put_together_are_the_document(size: int) -> None:
    whole = f"<worksheet><sheetData>{PLAIN}</sheetData><x/></worksheet>".encode()
    chunks = (whole[start : start + size] for start in range(0, len(whole), size))
    pieces = list(row_pieces(chunks))
    assert b"".join(piece for piece, _ in pieces) == whole
    assert b"".join(piece for piece, rows in pieces if rows) == PLAIN.encode()
