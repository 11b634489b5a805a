"""Lists whose rows are few and read at once: narrowed and ordered after reading."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from storage.database.lists import DESCENDING, ColumnKind, ListQuery

Row = TypeVar("Row")
Ways = Mapping[str, Callable[[Row], Any]]
_DAYS = frozenset({ColumnKind.DAY, ColumnKind.MOMENT})


def fitting(query: ListQuery, rows: Iterable[Row], said: Ways[Row], ways: Ways[Row]) -> list[Row]:
    """The rows that hold what is asked, in the order that is asked for.

    ``said`` gives for each column that narrows what a row says of it: text, or a day, or one of its choices (or several);
    ``ways`` gives for each column that orders what is compared.
    """
    columns = {column.name: column.kind for column in query.plan.columns if column.fields}
    found = [row for row in rows if all(_fits(query, name, kind, said[name](row)) for name, kind in columns.items())]
    if query.sort:
        found.sort(key=ways[query.sort.removeprefix(DESCENDING)], reverse=query.descending)
    return found


def _fits(query: ListQuery, name: str, kind: ColumnKind, told: Any) -> bool:  # noqa: ANN401 - what a row says
    if kind in _DAYS:
        first, last = query.given.get(f"{name}_from", ""), query.given.get(f"{name}_to", "")
        return bool(told) and first <= told and (not last or told <= last) if first or last else True
    asked = query.given.get(name, "")
    if not asked:
        return True
    return asked.casefold() in told.casefold() if kind is ColumnKind.WORDS else asked in told
