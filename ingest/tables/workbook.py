"""What an XLSX says once for all its sheets: their names, shared strings, and which formats show dates."""

import posixpath
import re
from dataclasses import dataclass, field
from typing import Any

from ingest.tables.fault import UnreadableTableError
from ingest.tables.xlsx_archive import XlsxArchive, local_name, plain_parser

# Built-in formats that show a date or a time, those of Chinese Excel included (ECMA-376 part 1, 18.8.30).
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\[[^\]]*\]')
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LONGEST_FORMAT, _MOST_STYLES = 255, 65_490  # as Excel has them
MAX_CELLS = 1_000_000
MAX_STRING = 32_767
MAX_STRINGS = 2_000_000


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet's name, where its rows lie in the package, and whether Excel shows it."""

    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class Workbook:
    """The parts that every sheet of the workbook refers to."""

    sheets: list[SheetPart] = field(default_factory=list)
    strings: list[str] = field(default_factory=list)
    date_styles: frozenset[int] = frozenset()
    from_1904: bool = False
    cells_left: int = MAX_CELLS


def read_workbook(package: XlsxArchive) -> Workbook:
    """The workbook's list of sheets with everything needed to read any of them."""
    book = Workbook()
    targets = _targets(package)
    _read_sheets(package, book, targets)
    if not book.sheets:
        raise UnreadableTableError(
            "文件里没有工作表，请用 Excel/WPS 打开后另存为 .xlsx",
            "the file has no sheet; open it in Excel or WPS and save it again as .xlsx",
        )
    book.strings = _strings(package)
    book.date_styles = _date_styles(package)
    return book


def _targets(package: XlsxArchive) -> dict[str, str]:
    found: dict[str, str] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local_name(tag) == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            path = target if target.startswith("/") else posixpath.join("xl", target)
            found[attributes.get("Id", "")] = posixpath.normpath(path).lstrip("/")

    parser = plain_parser()
    parser.StartElementHandler = start
    package.parse("xl/_rels/workbook.xml.rels", parser)
    return found


def _read_sheets(package: XlsxArchive, book: Workbook, targets: dict[str, str]) -> None:
    def start(tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        if name == "workbookPr":
            book.from_1904 = attributes.get("date1904") in {"1", "true", "on"}
        elif name == "sheet":
            own = {local_name(key): value for key, value in attributes.items()}
            part = targets.get(own.get("id", ""), f"xl/worksheets/sheet{len(book.sheets) + 1}.xml")
            known = {each.part for each in book.sheets}
            if "/chartsheets/" not in part and "/dialogsheets/" not in part and part not in known:
                hidden = own.get("state", "visible") != "visible"
                book.sheets.append(SheetPart(own.get("name", ""), part, hidden))

    parser = plain_parser()
    parser.StartElementHandler = start
    package.parse("xl/workbook.xml", parser)


def _strings(package: XlsxArchive) -> list[str]:
    strings: list[str] = []
    collector = TextRuns()

    def start(tag: str, _: dict[str, str]) -> None:
        collector.start(local_name(tag))

    def end(tag: str) -> None:
        if local_name(tag) == "si":
            if len(strings) >= MAX_STRINGS:
                raise _too_many_strings()
            strings.append(collector.take())
        else:
            collector.end(local_name(tag))

    parser = plain_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = collector.data
    package.parse("xl/sharedStrings.xml", parser)
    return strings


def _too_many_strings() -> UnreadableTableError:
    return UnreadableTableError(
        f"文件里有超过 {MAX_STRINGS} 个不同的文字，不像一张名册或考勤表，未使用；请只导出需要的行再保存",
        f"the file has more than {MAX_STRINGS} texts, more than a roster or check-in list needs, and was not used;"
        " export only the rows needed",
    )


class TextRuns:
    """Joins the runs of one rich text and leaves out phonetic guides."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open = False
        self._phonetic = False

    def start(self, name: str) -> None:
        """Note an opening tag."""
        self._phonetic = self._phonetic or name == "rPh"
        self._open = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        """Note a closing tag."""
        self._open = False
        if name == "rPh":
            self._phonetic = False

    def data(self, text: str) -> None:
        """Keep the text if it is the string's own."""
        if self._open:
            self._parts.append(text)

    def take(self) -> str:
        """The joined text with Excel's escapes undone, cut at the length that a cell may have."""
        text = "".join(self._parts)
        self._parts.clear()
        return cell_text(text)


def cell_text(text: str) -> str:
    """A text of the file with Excel's escapes undone, cut at the length that a cell may have."""
    text = text[:MAX_STRING]
    return _ESCAPED.sub(_unescaped, text) if "_x" in text else text


def _unescaped(match: "re.Match[str]") -> str:
    code = int(match.group(1), 16)
    return match.group(0) if 0xD800 <= code <= 0xDFFF else chr(code)  # noqa: PLR2004 - half characters stay escaped


def _date_styles(package: XlsxArchive) -> frozenset[int]:
    custom: dict[str, str] = {}
    formats: list[str] = []
    inside: list[str] = []

    def start(tag: str, attributes: dict[str, Any]) -> None:
        name = local_name(tag)
        inside.append(name)
        if name == "numFmt":
            custom[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:_LONGEST_FORMAT]
        elif name == "xf" and "cellXfs" in inside and len(formats) < _MOST_STYLES:
            formats.append(attributes.get("numFmtId", "0"))

    def end(_: str) -> None:
        inside.pop()

    parser = plain_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    package.parse("xl/styles.xml", parser)
    return frozenset(index for index, code in enumerate(formats) if _shows_date(code, custom))


def _shows_date(number: str, custom: dict[str, str]) -> bool:
    code = custom.get(number)
    if code is None:
        return number.isdecimal() and int(number[:4]) in _DATE_FORMATS
    if _ELAPSED.search(code):
        return True
    bare = _LITERALS.sub("", code.split(";")[0]).lower()
    return bool(re.search(r"[ymdhs年月日时分秒]", bare)) and "general" not in bare and "e+" not in bare
