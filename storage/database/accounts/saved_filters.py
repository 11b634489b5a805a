"""What an account keeps of a list under a name of its own: which list, and what was asked of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from storage.database.record import columns_for, records_of
from storage.database.tables.accounts import SAVED_FILTERS

MOST_SAVED = 30


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One of them; ``query`` is written as an address has it."""

    id: int
    path: str
    name: str
    query: str


def saved_filters(connection: Connection, account_id: int, path: str = "") -> tuple[SavedFilter, ...]:
    """Those of an account, or of one list of it, in the order of their names."""
    own = SAVED_FILTERS.c
    query = select(*columns_for(SavedFilter, SAVED_FILTERS)).where(own.account_id == account_id)
    query = query.where(own.path == path) if path else query
    return records_of(SavedFilter, connection.execute(query.order_by(own.path, own.name).limit(1000)))


def keep_filter(connection: Connection, account_id: int, path: str, name: str, query: str, at: datetime) -> bool:
    """Keep it, in place of one of the same name; false where the list has as many as there may be."""
    own = SAVED_FILTERS.c
    of_list = (own.account_id == account_id, own.path == path)
    connection.execute(delete(SAVED_FILTERS).where(*of_list, own.name == name))
    if connection.execute(select(func.count()).select_from(SAVED_FILTERS).where(*of_list)).scalar_one() >= MOST_SAVED:
        return False
    values = {"account_id": account_id, "path": path, "name": name, "query": query, "made_at": at}
    connection.execute(insert(SAVED_FILTERS).values(**values))
    return True


def drop_filter(connection: Connection, account_id: int, number: int) -> str | None:
    """Forget one; the list that it was of, or nothing where the account has none of that number."""
    own = SAVED_FILTERS.c
    gone = delete(SAVED_FILTERS).where(own.account_id == account_id, own.id == number).returning(own.path)
    return connection.execute(gone).scalar_one_or_none()
