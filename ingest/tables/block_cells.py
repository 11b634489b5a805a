"""A sheet's cells with every merged block filled in, for tables whose labels stand once over many cells."""

from ingest.tables.cells import BLANK, Cell, Sheet, SheetRow

_LARGEST_BLOCK, _MOST_FILLED = 4_000, 200_000


class BlockCells:
    """Looks a cell up by its row and column; a merged block has its first cell's content everywhere."""

    def __init__(self, sheet: Sheet) -> None:
        self._rows = {row.number: row for row in sheet}
        self._blocks: dict[tuple[int, int], tuple[int, int]] = {}
        room = _MOST_FILLED
        for merge in sheet.merges:
            height, width = merge.bottom - merge.top + 1, merge.right - merge.left + 1
            if height * width > min(_LARGEST_BLOCK, room):
                continue
            room -= height * width
            for row in range(merge.top, merge.bottom + 1):
                for column in range(merge.left, merge.right + 1):
                    self._blocks[row, column] = (merge.top, merge.left)

    def at(self, row: int, column: int) -> Cell:
        """The cell's own content or that of its block."""
        top, left = self._blocks.get((row, column), (row, column))
        found = self._rows.get(top)
        return found.at(left) if found else BLANK

    def origin(self, row: int, column: int) -> tuple[int, int]:
        """Where the content of the cell is written."""
        return self._blocks.get((row, column), (row, column))

    def row(self, row: SheetRow, first: int, end: int) -> list[Cell]:
        """The cells of these columns, ``end`` not included."""
        return [self.at(row.number, column) for column in range(first, end)]
