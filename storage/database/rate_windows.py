"""Windows of fixed length in which is counted how often somebody asked, for all nodes that share the database."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, delete, or_

from storage.database.tables.rate_windows import RATE_WINDOWS
from storage.database.upsert import insert_over


def counted(connection: Connection, what: str, who: str, at: datetime, each: timedelta) -> tuple[datetime, int]:
    """One more: until when the window lasts, and how many came in it; one statement, so that none is missed."""
    key = hashlib.sha256(f"{what}\n{who}".encode()).hexdigest()
    ends, count = RATE_WINDOWS.c.ends_at, RATE_WINDOWS.c.requests
    over = or_(ends <= at, ends > at + each)  # it has ended, or a clock was set back
    new = insert_over(connection, RATE_WINDOWS).values(key=key, ends_at=at + each, requests=1)
    row = connection.execute(
        new.on_conflict_do_update(
            index_elements=[RATE_WINDOWS.c.key],
            set_={"ends_at": case((over, at + each), else_=ends), "requests": case((over, 1), else_=count + 1)},
        ).returning(ends, count)
    ).one()
    return row.ends_at, int(row.requests)


def forget_windows(connection: Connection, at: datetime) -> None:
    """Those that have ended."""
    connection.execute(delete(RATE_WINDOWS).where(RATE_WINDOWS.c.ends_at <= at))
