"""What is asked about a sheet whose columns nobody can guess, without showing whom it lists."""

import re
from dataclasses import dataclass, field

from facts.text import Text
from ingest.tables.cells import Sheet, SheetRow
from ingest.tables.masks import holds_number, masked_text
from ingest.tables.sheet_layout import SheetLayout
from ingest.tables.synonyms import FIELD_ZH, ROLE_ZH, TableRole

_SHOWN_ROWS = 3
_LEAST_HEADERS = 2  # a list of any role has two columns at least
_LIKE_NAMES = re.compile(r"[^\W\d_a-zA-Z]{2,4}|[^\W\d_a-zA-Z]+(?:·[^\W\d_a-zA-Z]+)+")


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A sheet whose columns could not be recognised: what it seems to be, what is missing, which headers it has.

    ``headers`` is empty where no row reads like a head: then there is nothing to choose from. ``rows`` are the first
    rows below the header, masked, column by column, for whoever is to say which column is which.
    """

    where: str
    role: TableRole
    missing: tuple[str, ...]
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)

    @property
    def text(self) -> Text:
        """The question with the exact lines that answer it; without a head, what to write above the columns."""
        missing = "、".join(FIELD_ZH.get(name, name) for name in self.missing)
        if not self.headers:
            return Text(
                f"像是{ROLE_ZH[self.role]}，但没有找到表头（各列上方的名称），整张表未用；请在数据上方加一行表头，至少写明：{missing}",
                f"looks like {self.role}, but no row names its columns, so nothing of it was used; write a row above "
                f"the data that names at least: {', '.join(self.missing)}",
            )
        shown = " | ".join(self.headers)
        lines = "; ".join(f'{name} = "…"' for name in self.missing)
        return Text(
            f"像是{ROLE_ZH[self.role]}，但找不到这些列：{missing}。表头为：{shown}。"
            f"请在 class.toml 的 [columns.{self.role}] 下写明：{lines}",
            f"looks like {self.role}, but these columns were not found: {', '.join(self.missing)}. "
            f"The header reads: {shown}. Name them in class.toml under [columns.{self.role}]: {lines}",
        )


def asked_about(sheet: Sheet, role: TableRole, missing: tuple[str, ...], layout: SheetLayout | None) -> ColumnQuestion:
    """The question about the sheet, with the head that knows the most of its columns where it has one."""
    if layout is None:
        return ColumnQuestion(sheet.where, role, missing, ())
    columns = sorted(layout.headers)
    headers = tuple(layout.headers[column] for column in columns)
    shown = tuple(tuple(masked_text(row.at(column).plain) for column in columns) for row in _first(layout))
    return ColumnQuestion(sheet.where, role, missing, headers, shown)


def reads_like_head(layout: SheetLayout) -> bool:
    """Whether the row names columns: it holds nobody's number, and is not laid out like the rows below it."""
    below = _first(layout)
    own = next((row for row in layout.sheet if row.number == layout.first_row - 1), None)
    texts = [*layout.headers.values(), *(cell.plain for cell in (own.cells if own else ()))]
    if (
        not below
        or len(set(layout.headers.values()) - {""}) < _LEAST_HEADERS
        or any(holds_number(text) for text in texts)
    ):
        return False
    repeated = any(row.at(column).plain == text for row in below for column, text in layout.headers.items() if text)
    return (
        not repeated
        and not _people_across(layout, below)
        and (bool(layout.columns) or not any(_alike(layout, row) for row in below))
    )


def _people_across(layout: SheetLayout, below: tuple[SheetRow, ...]) -> bool:
    """Whether words like names stand over columns that all hold the same kind of number or mark: 日期 | 甲 | 乙."""
    known = {column for columns in layout.columns.values() for column in columns}
    others = [column for column, text in layout.headers.items() if column not in known and _LIKE_NAMES.fullmatch(text)]
    looks = {_look(row.at(column).plain) for row in below for column in others if row.at(column)}
    return len(others) > 1 and len(looks) == 1 and not looks & {"name", "a"}


def _first(layout: SheetLayout) -> tuple[SheetRow, ...]:
    return layout.body()[:_SHOWN_ROWS]


def _alike(layout: SheetLayout, row: SheetRow) -> bool:
    pairs = [(text, row.at(column).plain) for column, text in layout.headers.items() if text and row.at(column)]
    return all(_look(above) == _look(below) for above, below in pairs)


def _look(text: str) -> str:
    """A text's shape: letters and digits stand for others of their kind, and names of two to four signs for each other."""
    bare = "".join(text.split())
    if _LIKE_NAMES.fullmatch(bare):
        return "name"
    return re.sub(r"\d+", "0", re.sub(r"[^\W\d_]+", "a", bare))
