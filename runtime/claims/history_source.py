"""Where the paying office's history comes from: a database, or registry exports that are read for one run alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from facts.report import ClassReport
from policy.rulebook import Rulebook
from report.claims.source import ReadFile
from runtime.claims.history import CountyHistory, limits_of
from runtime.claims.history_rows import account_digester
from runtime.claims.registry_exports import take_exports
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.platform.home import home
from storage.database.connection import reading, sqlite_address
from storage.database.schema import open_database
from storage.history.keys import HistoryKeys, keys_in
from storage.history.ledger import anything


@dataclass(frozen=True, slots=True)
class DatabaseHistory:
    """A history to ask; ``files`` are the exports that it was read from where it is kept for one run alone."""

    engine: Engine
    keys: HistoryKeys = field(repr=False)
    files: tuple[ReadFile, ...] = ()

    @property
    def digest(self) -> Callable[[str], str]:
        """By which the claim is to be read, or its accounts compare with nothing."""
        return account_digester(self.keys)

    def under(self, book: Rulebook, reports: Sequence[ClassReport]) -> CountyHistory:
        """The history asked under the rulebook's limits; the reports tell at which hours the class met."""
        return CountyHistory(self.engine, self.keys, limits_of(book), reports)


@contextmanager
def opened_history(where: str, db: str, seen: date) -> Iterator[DatabaseHistory | None]:
    """The history at an address, or in a file or folder of exports, else the database's where it holds any."""
    if where and "://" not in where:
        with TemporaryDirectory(prefix="xueshi-history-") as aside:
            yield from _exported(Path(where), Path(aside), seen)
    elif where:
        yield DatabaseHistory(open_db(environment(), where, must_exist=True), _keys())
    else:
        yield history_in(open_db(environment(), db), _keys) if db else None


def history_in(engine: Engine, keys: Callable[[], HistoryKeys]) -> DatabaseHistory | None:
    """The database's history, unless it never took any in; the key is looked for only where there is one."""
    with reading(engine, "looking for a history") as connection:
        there = anything(connection)
    return DatabaseHistory(engine, keys()) if there else None


def _keys() -> HistoryKeys:
    return keys_in(home(environment()) / "keys")


def _exported(root: Path, aside: Path, seen: date) -> Iterator[DatabaseHistory]:
    """People lie sealed even in the throw-away file, under a key that nobody keeps."""
    engine, keys = open_database(sqlite_address(aside / "history.db")), HistoryKeys.for_once()
    try:
        yield DatabaseHistory(engine, keys, take_exports(engine, keys, root, seen))
    finally:
        engine.dispose()
