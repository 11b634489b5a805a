"""Which half-day word governs a row: in its own cells, in a merged block, in its head, in a band above, or from above."""

from datetime import date, datetime, timedelta

from facts.span import local
from ingest.tables.cells import Merge, SheetRow
from ingest.tables.half_days import governed, half_day, half_day_in
from ingest.tables.sheet_layout import SheetLayout

_TIMES = ("start", "end", "time")
_NIGHT = timedelta(hours=7)
_MOST_MERGED_ROWS = 200_000


class HalfDayRows:
    """Reads a list's rows in their order and remembers the words that reach beyond their own row."""

    def __init__(self, layout: SheetLayout) -> None:
        self._layout = layout
        self._band = layout.half
        self._carried: tuple[date | None, str] = (None, "")
        self._rows = {row.number: row for row in layout.sheet}
        self._blocks = _blocks_by_row(layout)

    def band(self, row: SheetRow) -> str:
        """The word of a row that holds nothing else than it (and perhaps a date): it governs the rows below."""
        texts = {cell.plain for cell in row.cells if cell}
        words = {half_day(text) or half_day_in(text) for text in texts} - {""}
        if len(words) != 1 or len(texts) > 2:  # noqa: PLR2004 - a band holds the word and perhaps its date
            return ""
        self._band = words.pop()
        return self._band

    def end_band(self) -> None:
        """Another band without a word: what the last one said is over."""
        self._band = self._layout.half

    def word(self, row: SheetRow, day: date | None) -> str:
        """The word that governs the row's hours; empty where none is written."""
        own = self._own(row)
        if own:
            self._carried = (day, own)
            return own
        day_before, word = self._carried
        return self._headed() or (word if word and day_before == day else "") or self._band

    def check_in(self, row: SheetRow, at: datetime) -> datetime:
        """The moment of a sign-in: phones write 24 hours, so only one that lies in the night is moved by the word."""
        shown = local(at)
        clock = timedelta(hours=shown.hour, minutes=shown.minute, seconds=shown.second)
        meant = governed(clock, self.word(row, shown.date())) if clock < _NIGHT else clock
        return at + (meant - clock)

    def _own(self, row: SheetRow) -> str:
        for name in _TIMES:
            if found := half_day_in(self._layout.cell(row, name).plain):
                return found
        whole = [half_day(cell.plain) for cell in row.cells if cell]
        found = next(filter(None, whole), "") or half_day_in(self._layout.cell(row, "date").plain)
        return found or next(filter(None, map(half_day, self._merged(row))), "")

    def _merged(self, row: SheetRow) -> list[str]:
        tops = [(self._rows.get(block.top), block.left) for block in self._blocks.get(row.number, ())]
        return [top.at(left).plain for top, left in tops if top]

    def _headed(self) -> str:
        columns = [column for name in _TIMES for column in self._layout.columns.get(name, ())]
        words = {half_day_in(self._layout.headers.get(column, "")) for column in columns} - {""}
        return words.pop() if len(words) == 1 else ""


def _blocks_by_row(layout: SheetLayout) -> dict[int, list[Merge]]:
    """The merged blocks of one column, by each row below their first; so many rows as a timetable may have."""
    found: dict[int, list[Merge]] = {}
    room = _MOST_MERGED_ROWS
    for each in layout.sheet.merges:
        height = each.bottom - each.top
        if each.left == each.right and each.top >= layout.first_row and height <= room:
            room -= height
            for number in range(each.top + 1, each.bottom + 1):
                found.setdefault(number, []).append(each)
    return found
