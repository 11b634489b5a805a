"""Files as they really are: each is read by its bytes, within bounds, and never with a traceback."""

import struct
import tracemalloc
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from ingest.tables.cells import CellKind, Sheet
from ingest.tables.fault import Faults
from ingest.tables.sheet import read_sheets
from tests.fixtures.old_excel import compound, xls, xls_of_cells


def read(path: Path) -> tuple[list[Sheet], str]:
    faults = Faults()
    sheets = read_sheets(path, path.name, faults)
    return sheets, "\n".join(each.line.zh for each in faults.listed())


def texts(sheet: Sheet) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in sheet]


def workbook(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same package with one part put in another's place."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for each in old.infolist():
            if each.filename != name:
                new.writestr(each.filename, old.read(each.filename))
        new.writestr(name, part)
    return stream.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def sheet_xml(rows: str) -> bytes:
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()


def test_a_workbook_is_read_whatever_its_name_ends_in(tmp_path: Path) -> None:
    path = tmp_path / "名册.csv"
    path.write_bytes(workbook(["姓名", "数"], ["甲", 3]))

    [sheet], said = read(path)

    assert texts(sheet) == [["姓名", "数"], ["甲", "3"]]
    assert said == ""


def test_text_is_read_though_its_name_says_excel(tmp_path: Path) -> None:
    path = tmp_path / "名册.xls"
    path.write_bytes("姓名\t数\n甲\t3\n".encode("gb18030"))

    assert texts(read(path)[0][0]) == [["姓名", "数"], ["甲", "3"]]


def test_dates_are_known_from_their_format_and_digits_are_kept_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    cells = (
        '<c r="A1"><v>990101199003030017</v></c><c r="B1"><v>4.4052418800101E+17</v></c><c r="C1" t="b"><v>1</v></c>'
    )
    path.write_bytes(with_part(workbook([1]), SHEET, sheet_xml(f'<row r="1">{cells}</row>')))
    dated = tmp_path / "b.xlsx"
    dated.write_bytes(workbook([datetime(2025, 4, 7, 8, 30)]))  # noqa: DTZ001 - as Excel stores it

    assert texts(read(path)[0][0]) == [["990101199003030017", "440524188001010000", "TRUE"]]
    cell = read(dated)[0][0].rows[0].cells[0]
    assert (cell.kind, round(cell.number or 0, 6)) == (CellKind.DATE, 45754.354167)


def test_the_date_system_of_1904_is_honoured(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - as openpyxl wants it
    book.active.append([datetime(2025, 4, 7)])  # noqa: DTZ001 - as Excel stores it
    book.save(tmp_path / "a.xlsx")

    assert read(tmp_path / "a.xlsx")[0][0].rows[0].cells[0].number == 45754


def test_a_formula_without_a_saved_result_is_blank_and_told(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(["甲", "=A1"]))

    [sheet], said = read(tmp_path / "a.xlsx")

    assert texts(sheet) == [["甲"]]
    assert "a.xlsx[Sheet]!B1：公式没有保存计算结果" in said


def test_a_formula_with_a_saved_result_is_read_and_marked(tmp_path: Path) -> None:
    row = '<row r="1"><c r="A1" t="str"><f>B1</f><v>甲</v></c><c r="B1" t="e"><v>#REF!</v></c></row>'
    (tmp_path / "a.xlsx").write_bytes(with_part(workbook([1]), SHEET, sheet_xml(row)))

    first, second = read(tmp_path / "a.xlsx")[0][0].rows[0].cells

    assert (first.text, first.formula) == ("甲", True)
    assert second.kind is CellKind.ERROR


def test_an_old_xls_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(xls([["姓名", "日期"], ["甲一", 45754.5]]))

    [sheet], said = read(tmp_path / "a.xls")

    assert (sheet.name, texts(sheet), said) == ("Sheet1", [["姓名", "日期"], ["甲一", "45754.5"]], "")


def test_a_hidden_sheet_of_an_old_xls_is_known(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(xls([["姓名"]], hidden=True))

    assert read(tmp_path / "a.xls")[0][0].hidden


def test_an_old_xls_cut_short_anywhere_is_named(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    whole = xls([["姓名", "日期"], ["甲一", 45754.5]] * 200)
    for keep in range(2048, len(whole) - 512, 512):
        (tmp_path / "a.xls").write_bytes(whole[:keep])
        assert "旧版 .xls 已损坏或不完整" in read(tmp_path / "a.xls")[1]
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("corner", [(65_535, 255), (65_535, 65_535)])
def test_two_far_cells_of_an_old_xls_take_no_memory(tmp_path: Path, corner: tuple[int, int]) -> None:
    (tmp_path / "a.xls").write_bytes(xls_of_cells([(0, 0, "a"), (*corner, "b")]))

    sheets, said = read(tmp_path / "a.xls")

    assert sheets == []
    assert "铺得过开" in said


def test_a_password_and_a_word_document_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(compound(b"x", "EncryptedPackage"))
    (tmp_path / "b.xls").write_bytes(compound(b"x", "WordDocument"))

    assert "文件有密码" in read(tmp_path / "a.xlsx")[1]
    assert "不是表格" in read(tmp_path / "b.xls")[1] or "而不是表格" in read(tmp_path / "b.xls")[1]


def test_a_bomb_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    rows = b"<row>" + b'<c t="n"><v>1</v></c>' * 15_000_000 + b"</row>"
    (tmp_path / "a.xlsx").write_bytes(with_part(workbook([1]), SHEET, sheet_xml("") + rows))

    tracemalloc.start()
    sheets, said = read(tmp_path / "a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (sheets, "解压后超过 256 MB" in said) == ([], True)
    assert peak < 40 << 20


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    content = bytearray(with_part(workbook([1]), SHEET, b" " * (300 << 20)))
    with zipfile.ZipFile(BytesIO(bytes(content))) as archive:
        place = archive.start_dir
    while content[place : place + 4] == b"PK\x01\x02":
        name_size, extra, comment = struct.unpack_from("<HHH", content, place + 28)
        if content[place + 46 : place + 46 + name_size].decode() == SHEET:
            struct.pack_into("<I", content, place + 24, 10)
        place += 46 + name_size + extra + comment
    (tmp_path / "a.xlsx").write_bytes(content)

    assert "解压后超过 256 MB" in read(tmp_path / "a.xlsx")[1]


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    (tmp_path / "a.xlsx").write_bytes(with_part(workbook([1]), SHEET, doctype.encode() + sheet_xml("")))

    assert "DTD" in read(tmp_path / "a.xlsx")[1]


def test_a_sheet_of_too_many_rows_is_refused_whole_and_others_stay(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    for name, count in (("大", 100_001), ("小", 1)):
        sheet = book.create_sheet(name)
        for _ in range(count):
            sheet.append(["甲"])
    book.save(tmp_path / "a.xlsx")

    sheets, said = read(tmp_path / "a.xlsx")

    assert [sheet.name for sheet in sheets] == ["小"]
    assert "a.xlsx[大]：超过 100000 行，超出上限，整张表未使用" in said


def test_a_million_formatted_blank_rows_are_no_rows(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="str"><v>甲</v></c></row>' + '<row><c s="1"/></row>' * 300_000
    (tmp_path / "a.xlsx").write_bytes(with_part(workbook([1]), SHEET, sheet_xml(rows)))

    assert texts(read(tmp_path / "a.xlsx")[0][0]) == [["甲"]]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空文件（0 字节）"),
        (b"<html><table></table></html>", "其实是网页"),
        (b"PK\x03\x04" + b"\0" * 100, "文件已损坏或不完整"),
        (bytes(range(32)) * 40, "含大量控制字符"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") * 90, "旧版 .xls 已损坏"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)

    sheets, said = read(tmp_path / "a.xlsx")

    assert sheets == []
    assert sentence in said


def test_a_cut_workbook_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(["甲"] * 9)[:-300])

    assert "文件已损坏或不完整" in read(tmp_path / "a.xlsx")[1]


def test_a_plain_archive_is_no_table(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")

    assert "是压缩包而不是" in read(tmp_path / "a.xlsx")[1]


def test_stray_nul_and_broken_characters_are_told_with_their_row(tmp_path: Path) -> None:
    body = "姓名,备注\n" + "甲一,正常的一行\n" * 60
    (tmp_path / "nul.csv").write_bytes((body + "乙\0二,x\n").encode())
    (tmp_path / "bad.csv").write_bytes(body.encode() + b"\xff\xfe,x\n")

    assert "nul.csv!第62行：含 1 个控制字符" in read(tmp_path / "nul.csv")[1]
    assert "bad.csv!第62行：有 2 处文字无法按 UTF-8 解读" in read(tmp_path / "bad.csv")[1]


def test_the_same_fault_a_thousand_times_is_listed_a_few_times_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(*[["=B1"]] * 1000))

    lines = read(tmp_path / "a.xlsx")[1].splitlines()

    assert len(lines) == 21
    assert lines[-1].startswith("a.xlsx[Sheet]：同类问题还有 980 处")
