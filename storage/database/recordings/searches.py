"""A search for cameras: asked for by a page, done by a recorder, which stands in the cameras' network."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from storage.database.record import columns_for, records_of
from storage.database.tables.cameras import CAMERA_SEARCHES
from storage.database.upsert import insert_over

SEARCH_STALE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class KeptSearch:
    """The newest search of an institution; ``result`` is empty until it is over."""

    institution_id: int
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None
    done_at: datetime | None
    result: str


def ask_search(connection: Connection, institution_id: int, asked_by: str, at: datetime) -> None:
    """Another search, in place of the one before."""
    values = {"asked_by": asked_by, "asked_at": at, "taken_at": None, "done_at": None, "result": ""}
    made = insert_over(connection, CAMERA_SEARCHES).values(institution_id=institution_id, **values)
    connection.execute(made.on_conflict_do_update(index_elements=["institution_id"], set_=values))


def take_search(connection: Connection, at: datetime) -> KeptSearch | None:
    """One that nobody does yet and whoever asked still waits for, ours from now on."""
    waits = (CAMERA_SEARCHES.c.asked_at > at - SEARCH_STALE, CAMERA_SEARCHES.c.taken_at.is_(None))
    number = connection.execute(select(CAMERA_SEARCHES.c.institution_id).where(*waits).limit(1)).scalar()
    own = (CAMERA_SEARCHES.c.institution_id == number, CAMERA_SEARCHES.c.taken_at.is_(None))
    if number is None or not connection.execute(update(CAMERA_SEARCHES).where(*own).values(taken_at=at)).rowcount:
        return None
    return newest_search(connection, number)


def search_waits(connection: Connection, at: datetime) -> bool:
    """Whether there is one to take."""
    waits = (CAMERA_SEARCHES.c.asked_at > at - SEARCH_STALE, CAMERA_SEARCHES.c.taken_at.is_(None))
    return connection.execute(select(CAMERA_SEARCHES.c.institution_id).where(*waits).limit(1)).scalar() is not None


def finish_search(connection: Connection, told: KeptSearch) -> None:
    """What came of it, unless somebody has asked anew meanwhile."""
    own = (CAMERA_SEARCHES.c.institution_id == told.institution_id, CAMERA_SEARCHES.c.taken_at == told.taken_at)
    connection.execute(update(CAMERA_SEARCHES).where(*own).values(done_at=told.done_at, result=told.result))


def newest_search(connection: Connection, institution_id: int) -> KeptSearch | None:
    """The search, if one was asked for."""
    where = CAMERA_SEARCHES.c.institution_id == institution_id
    found = records_of(KeptSearch, connection.execute(select(*columns_for(KeptSearch, CAMERA_SEARCHES)).where(where)))
    return found[0] if found else None
