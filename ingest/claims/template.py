"""The workbook that a claim is filled into: one for each programme, with lists to choose from and an example."""

from collections.abc import Iterable, Sequence
from io import BytesIO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ingest.claims.fields import AS_TEXT, EXAMPLE, EXPLAINED, FILLED_IN, LISTS, Field, FieldKind, Table, Vocabulary
from ingest.claims.form import PAPERS, TABLES
from ingest.claims.header_form import HEADER

_ROOM = 60  # rows that are laid out; further ones take the format of their column
_OFFERED = 5000  # rows that offer the lists
_INK, _MUTED, _WASH, _NEEDED = "1B2530", "556270", "F4F7FA", "DCE8F6"
_FORMATS = {FieldKind.DAY: "yyyy-mm-dd", FieldKind.MONEY: "#,##0.00", FieldKind.COUNT: "0"}
_WIDTHS = {
    FieldKind.ID: 24,
    FieldKind.USCC: 24,
    FieldKind.ACCOUNT: 24,
    FieldKind.DAY: 15,
    FieldKind.TRUTH: 14,
    FieldKind.MONEY: 16,
    FieldKind.COUNT: 14,
}
# A county's own programme, of which the form knows nothing, is asked for everything.
_NAMED = frozenset(name for table in TABLES for item in table.fields for name in item.programmes)
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_LINE = Border(bottom=Side("thin", "D5DCE3"))


def template(programme: str, words: Vocabulary) -> bytes:
    """The empty workbook of the programme."""
    book = Workbook()
    lists = _Lists(book, words)
    for table in TABLES:
        sheet = book.create_sheet(table.zh)
        _title(sheet, table, programme)
        if table is HEADER:
            _form(sheet, table, programme, lists)
        else:
            _grid(sheet, table, programme, lists)
    _papers(book[PAPERS.zh], words.papers)
    book.move_sheet(LISTS, len(TABLES))
    book.active = 0
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


class _Lists:
    """The sheet that the drop-down lists point to; a list inside a cell's rule may have 255 characters only."""

    def __init__(self, book: Workbook, words: Vocabulary) -> None:
        self._words, self._columns = words, dict[str, str]()
        active = book.active
        assert isinstance(active, Worksheet)  # noqa: S101 - a new workbook has one
        self._sheet = active
        self._sheet.title = LISTS

    def rule(self, choices: str) -> DataValidation:
        """The rule for cells that hold one of these words; another word is warned of and may stand."""
        options = self._words.choices(choices)
        if choices not in self._columns:
            column = get_column_letter(len(self._columns) + 1)
            self._columns[choices] = f"'{LISTS}'!${column}$1:${column}${max(1, len(options))}"
            for row, option in enumerate(options, start=1):
                self._sheet[f"{column}{row}"] = option
            self._sheet.column_dimensions[column].width = 24
        found = DataValidation(type="list", formula1=self._columns[choices], allow_blank=True, errorStyle="warning")
        found.errorTitle, found.error = "不在选项中 not in the list", "请从下拉中选择 / choose from the list"
        return found


def _title(sheet: Worksheet, table: Table, programme: str) -> None:
    sheet["A1"] = f"{table.zh} {table.en} · {programme}"
    sheet["A1"].font = Font(bold=True, size=14, color=_INK)
    sheet["A2"] = f"{table.help_zh} / {table.help_en}"
    sheet["A2"].font = Font(color=_MUTED)
    sheet.sheet_view.showGridLines = False


def heading(item: Field) -> str:
    """How the form calls a field; what must be filled in has a star."""
    return f"{item.zh}{'*' if item.required else ''}\n{item.en}"


def _head(sheet: Worksheet, row: int, texts: Sequence[str], needed: Sequence[bool]) -> None:
    for column, (text, must) in enumerate(zip(texts, needed, strict=True), start=1):
        cell = sheet.cell(row, column, text)
        cell.font = Font(bold=True, color=_INK)
        cell.fill = PatternFill("solid", _NEEDED if must else _WASH)
        cell.alignment, cell.border = _WRAPPED, Border(bottom=Side("medium", _INK))


def _form(sheet: Worksheet, table: Table, programme: str, lists: _Lists) -> None:
    """Items down the page, as forms are printed."""
    _head(sheet, 3, ["项目 item", f"{FILLED_IN} value", f"{EXAMPLE} example", f"{EXPLAINED} explanation"], [False] * 4)
    for row, item in enumerate(table.fields, start=4):
        example = programme if item.name == "programme" else item.example
        says = " / ".join(text for text in (item.help_zh, item.help_en) if text)
        for column, text in ((1, heading(item).replace("\n", " ")), (3, example), (4, says)):
            cell = sheet.cell(row, column, text)
            cell.alignment, cell.border = _WRAPPED, _LINE
            cell.font = Font(bold=item.required and column == 1, color=_INK if column == 1 else _MUTED)
        filled = sheet.cell(row, 2, programme if item.name == "programme" else None)
        filled.number_format = _format(item)
        filled.fill, filled.border = PatternFill("solid", _NEEDED if item.required else _WASH), _LINE
        _offer(sheet, item, f"B{row}", lists)
    for letter, width in zip("ABCD", (34, 40, 26, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "B4"


def _grid(sheet: Worksheet, table: Table, programme: str, lists: _Lists) -> None:
    """One row for each record, an example first."""
    asked = programme if programme in _NAMED else ""
    items = [item for item in table.fields if item.asked_of(asked)]
    _head(sheet, 3, ["序号\nno.", *map(heading, items)], [False, *(item.required for item in items)])
    example = [EXAMPLE, *(item.example for item in items)]
    for column, text in enumerate(example, start=1):
        cell = sheet.cell(4, column, text)
        cell.font, cell.number_format = Font(italic=True, color=_MUTED), "@"
    sheet["A4"].comment = Comment("本行为示例，读取时跳过，可删除 / an example, skipped when read", "学时证")
    for column, item in enumerate(items, start=2):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = _WIDTHS.get(item.kind, 20)
        sheet.column_dimensions[letter].number_format = _format(item)
        for row in range(5, _ROOM + 5):
            sheet.cell(row, column).number_format = _format(item)
        _offer(sheet, item, f"{letter}5:{letter}{_OFFERED}", lists)
        _explain(sheet, item, f"{letter}3")
    sheet.column_dimensions["A"].width = 8
    sheet.row_dimensions[3].height = 34
    sheet.freeze_panes = "C5" if table.name == "people" else "B5"


def _format(item: Field) -> str:
    return "@" if item.kind in AS_TEXT else _FORMATS.get(item.kind, "General")


def _offer(sheet: Worksheet, item: Field, cells: str, lists: _Lists) -> None:
    if item.choices:
        rule = lists.rule(item.choices)
        rule.add(cells)
        sheet.add_data_validation(rule)


def _explain(sheet: Worksheet, item: Field, cell: str) -> None:
    if item.help_zh or item.help_en:
        sheet[cell].comment = Comment(f"{item.help_zh} / {item.help_en}", "学时证", height=90, width=260)


def _papers(sheet: Worksheet, papers: Iterable[str]) -> None:
    """The papers that the documents ask for stand there already: nobody has to know them by heart."""
    for row, paper in enumerate(papers, start=5):
        sheet.cell(row, 1, row - 4)
        sheet.cell(row, 2, paper)
