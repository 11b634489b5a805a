"""Several lists side by side on one sheet, under one row of heads that repeats: each is read for itself."""

from dataclasses import replace

from facts.counting import counted
from ingest.tables.cells import BLANK, Merge, SheetRow
from ingest.tables.fault import Faults
from ingest.tables.headers import header_key
from ingest.tables.sheet_layout import SheetLayout

_LEAST_FIELDS = 2
_MOST_PARTS = 12


def parts_beside(layout: SheetLayout) -> tuple[SheetLayout, ...]:
    """The lists of the sheet from left to right; one where its heads do not repeat."""
    heads = _heads(layout)
    starts = _starts(heads)
    if len(starts) < _LEAST_FIELDS:
        return (layout,)
    width = max(len(row.cells) for row in layout.sheet)
    bounds = _bounds(layout, starts, width)
    return tuple(_part(layout, first, end) for first, end in bounds)


def _heads(layout: SheetLayout) -> list[tuple[int, str]]:
    """The columns of fields with their headers, a head merged over several columns once."""
    columns = sorted({column for found in layout.columns.values() for column in found})
    heads = [(column, header_key(layout.headers.get(column, ""))) for column in columns]
    return [each for place, each in enumerate(heads) if not place or each[1] != heads[place - 1][1]]


def _starts(heads: list[tuple[int, str]]) -> list[int]:
    """Where each repetition begins, where all heads are two or more times the same ones."""
    keys = [key for _, key in heads]
    for length in range(_LEAST_FIELDS, len(keys) // 2 + 1):
        if (
            len(keys) % length == 0
            and len(set(keys[:length])) == length
            and keys == keys[:length] * (len(keys) // length)
        ):
            return [heads[place][0] for place in range(0, len(heads), length)][:_MOST_PARTS]
    return []


def _bounds(layout: SheetLayout, starts: list[int], width: int) -> list[tuple[int, int]]:
    """Each part's columns: what is left of its first field belongs to it, as far as the part before repeats it (序号)."""
    before = 0
    while before < starts[0] and all(
        start - before - 1 >= 0
        and header_key(layout.headers.get(start - before - 1, ""))
        == header_key(layout.headers.get(starts[0] - before - 1, ""))
        for start in starts
    ):
        before += 1
    firsts = [0, *(start - before for start in starts[1:])]
    return list(zip(firsts, [*firsts[1:], width], strict=True))


def _part(layout: SheetLayout, first: int, end: int) -> SheetLayout:
    def kept(row: SheetRow) -> SheetRow:
        if row.number < layout.first_row:
            return row
        return replace(row, cells=tuple(c if first <= i < end else BLANK for i, c in enumerate(row.cells)))

    def inside(merge: Merge) -> bool:
        return first <= merge.left < end

    sheet = replace(
        layout.sheet,
        rows=tuple(kept(row) for row in layout.sheet),
        merges=tuple(filter(inside, layout.sheet.merges)),
    )
    columns = {name: tuple(c for c in found if first <= c < end) for name, found in layout.columns.items()}
    headers = {column: text for column, text in layout.headers.items() if first <= column < end}
    return replace(layout, sheet=sheet, columns=columns, headers=headers)


def tell_second_names(layout: SheetLayout, faults: Faults) -> None:
    """The fault of rows that name two people under two equal heads, of whom only the first can be read."""
    columns = [column for column, _ in _heads(layout) if column in layout.columns.get("name", ())]
    if len({header_key(layout.headers.get(column, "")) for column in columns}) == len(columns):
        return
    rows = [row for row in layout.body() if len({row.at(column).plain for column in columns} - {""}) > 1]
    if rows:
        faults.fault(
            layout.sheet.place(rows[0].number, columns[1]),
            f"同一行有两个姓名（共 {len(rows)} 行），只读了左边的；请把右边的名单移到下方或另一张表",
            f"{counted(len(rows), 'row names', 'rows name')} two people, of whom the left one was read; move the right list below or to a sheet of "
            "its own",
        )
