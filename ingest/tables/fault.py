from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from facts.text import Text
from ingest.tables.masks import without_numbers

_LISTED_PER_SENTENCE = 20
_LISTED_IN_ALL = 500


@dataclass(frozen=True, slots=True)
class TableFault:
    """One thing a clerk should know about a table: where it is, and what to do about it.

    A note is read and used as it stands; anything else was not used, or not wholly.
    """

    where: str
    text: Text
    note: bool = False

    @property
    def line(self) -> Text:
        """The sentence with its place in front, as lists of inputs show it."""
        return Text(f"{self.where}：{self.text.zh}", f"{self.where}: {self.text.en}")

    def within(self, file: str) -> Text:
        """The sentence as it stands under the file's own name: only the place inside the file in front."""
        place = self.where.removeprefix(file).lstrip("! ")
        return Text(f"{place}：{self.text.zh}", f"{place}: {self.text.en}") if place else self.text


class Faults:
    """Collects what is wrong with one file, listing few of the same and counting the rest."""

    def __init__(self, faults: Iterable[TableFault] = ()) -> None:
        self._listed: list[TableFault] = []
        self._said: set[TableFault] = set()
        self._seen: Counter[Text] = Counter()
        self._left_out: Counter[tuple[Text, str, bool]] = Counter()
        for each in faults:
            self.add(each)

    def fault(self, where: str, zh: str, en: str) -> None:
        """Something that keeps the cell, row, sheet or file from being used whole."""
        self.add(TableFault(where, Text(zh, en)))

    def note(self, where: str, zh: str, en: str) -> None:
        """Something that was decided for the clerk and should be looked at."""
        self.add(TableFault(where, Text(zh, en), note=True))

    def add(self, each: TableFault) -> None:
        """Keep the fault, or count it where enough of its kind are listed; the very same is said once.

        A cell that is shown may hold anybody's number, whatever its column is called: it is hidden here for all faults.
        """
        each = replace(each, text=Text(without_numbers(each.text.zh), without_numbers(each.text.en)))
        if each in self._said:
            return
        self._said.add(each)
        self._seen[each.text] += 1
        if self._seen[each.text] <= _LISTED_PER_SENTENCE and len(self._listed) < _LISTED_IN_ALL:
            self._listed.append(each)
            return
        alike = each.text if self._seen[each.text] > _LISTED_PER_SENTENCE else Text("其他问题", "other faults")
        self._left_out[alike, each.where.partition("!")[0], each.note] += 1

    def listed(self) -> tuple[TableFault, ...]:
        """Every fault kept, and one line for each kind of which only the first were kept."""
        rest = (
            TableFault(
                where,
                Text(f"同类问题还有 {count} 处：{alike.zh}", f"{count} more of the same: {alike.en}"),
                note,
            )
            for (alike, where, note), count in self._left_out.items()
        )
        return (*self._listed, *rest)


class UnreadableTableError(Exception):
    """A whole file or sheet that cannot be read, with the one sentence that says why."""

    def __init__(self, zh: str, en: str) -> None:
        self.text = Text(zh, en)
        super().__init__(en)
