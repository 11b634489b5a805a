"""In which minutes the page of a class hour showed time codes: where a recording is worth a closer look."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from facts.span import Span, union
from storage.database.tables.time_codes import TIME_CODES_SHOWN
from storage.database.upsert import insert_over

_MINUTE = timedelta(minutes=1)


def minute_of(moment: datetime) -> datetime:
    """The minute that holds the moment."""
    return moment.replace(second=0, microsecond=0)


def keep_code_time(connection: Connection, class_id: int, hour_id: str, at: datetime) -> None:
    """A code of the hour is on a screen now; however many screens, a minute is kept once."""
    made = insert_over(connection, TIME_CODES_SHOWN).values(class_id=class_id, hour_id=hour_id, minute=minute_of(at))
    connection.execute(made.on_conflict_do_nothing())


def code_times(connection: Connection, class_id: int) -> Mapping[str, tuple[Span, ...]]:
    """When codes were shown, by the class hour whose page it was."""
    own = TIME_CODES_SHOWN.c
    rows = connection.execute(select(own.hour_id, own.minute).where(own.class_id == class_id).order_by(own.minute))
    found: dict[str, list[Span]] = {}
    for row in rows:
        found.setdefault(row.hour_id, []).append(Span(row.minute, row.minute + _MINUTE))
    return {hour: union(spans) for hour, spans in found.items()}
