from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from report.cells import safe_cell
from report.draw_page import rows_of, worklists

_WIDTHS = (8, 22, 34, 18, 24, 14, 14, 34)


def draw_xlsx(sheet: Mapping[str, Any]) -> bytes:
    """``draw.xlsx``: the drawn classes, the proof, and both lists, masked as the sheet is."""
    book = Workbook()
    head = ("序", "班期编号", "培训机构", "地区", "培训项目", "日期", "层", "抽查员（遮蔽）")
    drawn = [
        [row["number"], *_facts(row), "、".join(f"{o['id']} {o['name']}" for o in row["people"])]
        for row in rows_of(sheet)
    ]
    _fill(book.worksheets[0], "抽取结果", head, drawn)
    proof = [(key, sheet[key]) for key in ("commitment", "nonce", "beacon", "seed")]
    proof += [("beacon announced", sheet["rules"]["beacon"]), ("weights", sheet["rules"]["weights_because"])]
    _fill(book.create_sheet(), "核验", ("项", "值"), proof)
    classes = [[*_facts(one), one["weight"]] for one in sheet["classes"]]
    _fill(book.create_sheet(), "班期名单", (*head[1:7], "权重"), classes)
    people = [
        (
            o["id"],
            o["name"],
            o["unit"],
            "、".join(o["avoid_institutions"]),
            "、".join(o["avoid_localities"]),
            o["max_load"],
        )
        for o in sheet["inspectors"]
    ]
    _fill(book.create_sheet(), "抽查员名单", ("编号", "姓名（遮蔽）", "单位", "回避机构", "回避地区", "上限"), people)
    return _bytes(book)


def worklist_xlsx(sheet: Mapping[str, Any], names: Mapping[str, str]) -> bytes:
    """``worklist.xlsx``: one sheet for every inspector, with columns to fill in; not for publication."""
    book = Workbook()
    head = (
        "序",
        "班期编号",
        "培训机构",
        "地区",
        "培训项目",
        "日期",
        "层",
        "同行",
        "结论",
        "所见",
        "签字",
        "第二人复签",
    )
    page = book.worksheets[0]
    for one in worklists(sheet, names):
        rows = [[row["number"], *_facts(row), "、".join(row["others"]), "", "", "", ""] for row in one["rows"]]
        _fill(page, f"{one['id']}", head, rows)
        page = book.create_sheet()
    if len(book.worksheets) > 1:
        book.remove(page)
    return _bytes(book)


def _facts(row: Mapping[str, Any]) -> list[Any]:
    return [row[name] or "" for name in ("id", "institution", "locality", "programme", "day", "stratum")]


def _fill(page: Worksheet, title: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    page.title = "".join(sign if sign not in r"[]:*?/\'" else "_" for sign in title)[:31] or "_"
    page.freeze_panes = "A2"
    for number, row in enumerate((head, *rows), start=1):
        for column, value in enumerate(row, start=1):
            cell = page.cell(number, column, safe_cell(value) if isinstance(value, str) else value)
            if number == 1:
                cell.font = Font(bold=True)
    for index, width in enumerate(_WIDTHS[: len(head)], start=1):
        page.column_dimensions[get_column_letter(index)].width = width


def _bytes(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()
