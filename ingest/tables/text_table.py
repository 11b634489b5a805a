"""CSV and its relatives: which encoding, which separator, and what Excel's text tricks hide in a cell."""

import csv
import re
from collections import Counter
from io import StringIO

from facts.counting import counted, noun
from ingest.tables.bounds import OF_A_CLASS, Bounds
from ingest.tables.cells import Cell, KnownCells, Sheet, SheetRow, text_cell
from ingest.tables.fault import Faults, UnreadableTableError
from ingest.tables.xlsx import MAX_COLUMNS, too_many

_SEPARATORS = (",", "\t", ";", "|")
_SAMPLE_LINES = 40
_SAMPLE_CHARS = 65_536
_ONE_BAD_IN = 50
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_FORMULA_TEXT = re.compile(r'="(.*)"', re.DOTALL)


def read_delimited(content: bytes, file: str, faults: Faults, bounds: Bounds = OF_A_CLASS) -> list[Sheet]:
    """The one sheet that a text file holds."""
    text = _decode(content, file, faults)
    if _CONTROL.search(text):
        text = _without_controls(text, file, faults)
    separator, body = _separator(text)
    return [Sheet(file, "", tuple(_rows(body, separator, bounds)))]


def _decode(content: bytes, file: str, faults: Faults) -> str:
    utf16 = _UTF16.get(content[:2])
    if utf16:
        return content[2:].decode(utf16, "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    mended = content.decode("utf-8-sig", "replace")
    bad = mended.count("\ufffd")
    foreign = sum(1 for char in mended[:_SAMPLE_CHARS] if char > "\x7f")
    if bad * _ONE_BAD_IN < foreign:
        _tell_lost(mended, file, "UTF-8", faults)
        return mended
    text = content.decode("gb18030", "replace")
    if "\ufffd" in text:
        _tell_lost(text, file, "GB18030", faults)
    return text


def _tell_lost(text: str, file: str, encoding: str, faults: Faults) -> None:
    lost = text.count("\ufffd")
    row = text[: text.index("\ufffd")].count("\n") + 1
    faults.fault(
        f"{file}!第{row}行",
        f"有 {lost} 处文字无法按 {encoding} 解读（首处在此行），已显示为 \ufffd；请用 Excel/WPS 重新导出",
        f"{counted(lost, 'place')}, the first in this row, {noun(lost, 'is', 'are')} no {encoding} text and show as \ufffd; export the file again",
    )


def _without_controls(text: str, file: str, faults: Faults) -> str:
    controls = len(_CONTROL.findall(text))
    if controls * _ONE_BAD_IN > len(text):
        raise UnreadableTableError(
            "不是文字表格（含大量控制字符），未读取；请另存为 .xlsx 或 UTF-8 的 .csv",
            "this is no text table (full of control characters) and was not read; save it as .xlsx or UTF-8 .csv",
        )
    faults.fault(
        f"{file}!第{text[: _CONTROL.search(text).start()].count(chr(10)) + 1}行",  # type: ignore[union-attr] # counted above
        f"含 {controls} 个控制字符（如 NUL），已去掉；请检查此行内容",
        f"{controls} control characters (such as NUL) were removed; check this row",
    )
    return _CONTROL.sub("", text)


def _separator(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    declared = first.strip().lower().removeprefix("sep=")
    if first.lower().startswith("sep=") and len(declared) == 1:
        return declared, rest
    sample = text[:_SAMPLE_CHARS]
    return max(_SEPARATORS, key=lambda separator: _regularity(sample, separator)), text


def _regularity(sample: str, separator: str) -> tuple[int, int]:
    widths: Counter[int] = Counter()
    try:
        for index, fields in enumerate(csv.reader(StringIO(sample, newline=""), delimiter=separator)):
            if index >= _SAMPLE_LINES:
                break
            widths[len(fields)] += 1
    except csv.Error:
        return (0, 0)
    widths.pop(1, None)
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def _rows(text: str, separator: str, bounds: Bounds) -> list[SheetRow]:
    rows: list[SheetRow] = []
    cells = 0
    known = KnownCells(_cell)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        for number, fields in enumerate(reader, start=1):
            row = tuple(map(known.__getitem__, fields))
            if not any(row):
                continue
            cells += len(row)
            _check_size(bounds, len(rows), cells, len(row))
            rows.append(SheetRow(number, row))
    except csv.Error as error:
        raise UnreadableTableError(
            f"第 {reader.line_num} 行附近的引号或字段无法解读（{error}）；请另存为 .xlsx",
            f"near line {reader.line_num} a quote or field cannot be read ({error}); save the table as .xlsx",
        ) from error
    return rows


def _check_size(bounds: Bounds, rows: int, cells: int, width: int) -> None:
    if rows >= bounds.rows:
        raise too_many(f"超过 {bounds.rows} 行", f"more than {counted(bounds.rows, 'row')}")
    if cells > bounds.cells * 2 or width > MAX_COLUMNS * 4:
        raise too_many("单元格过多", "too many cells")


def _cell(value: str) -> Cell:
    text = value.strip()
    match = _FORMULA_TEXT.fullmatch(text) if text.startswith("=") else None
    return text_cell((match.group(1).strip() if match else text).removeprefix("'"))
