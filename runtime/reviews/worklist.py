"""Where the hours under review are found again: their page, their label, their institution."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, select

from report.times import day
from runtime.classes.addresses import review_path
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import VERDICTS
from storage.database.verification.reviews import ReviewRow


@dataclass(frozen=True, slots=True)
class HourPlace:
    """One class hour as a list names it."""

    path: str
    label: str
    institution: str


def hour_places(connection: Connection, within: ColumnElement[bool], rows: Iterable[ReviewRow]) -> dict[int, HourPlace]:
    """The place of each review's hour in the newest report of its class, by the review's number."""
    wanted = list(rows)
    numbers = {row.class_id for row in wanted}
    if not numbers:
        return {}
    own = select(
        VERDICTS.c.class_id, VERDICTS.c.hour_id, VERDICTS.c.day, VERDICTS.c.starts_at, VERDICTS.c.ends_at,
        VERDICTS.c.room, CLASSES.c.name, CLASSES.c.code, INSTITUTIONS.c.name.label("institution"),
    )  # fmt: skip
    newest = and_(CLASSES.c.id == VERDICTS.c.class_id, CLASSES.c.report_id == VERDICTS.c.report_id)
    found = connection.execute(
        own.join_from(VERDICTS, CLASSES, newest)
        .join(INSTITUTIONS, INSTITUTIONS.c.id == CLASSES.c.institution_id)
        .where(within, VERDICTS.c.class_id.in_(numbers))
        .order_by(VERDICTS.c.class_id, VERDICTS.c.starts_at, VERDICTS.c.ends_at, VERDICTS.c.room, VERDICTS.c.hour_id)
    ).all()
    places: dict[tuple[int, str], HourPlace] = {}
    seen: dict[int, int] = {}
    for row in found:
        index = seen.get(row.class_id, 0)
        seen[row.class_id] = index + 1
        label = f"{day(row.day)['zh']} {row.name or row.code}"
        places[row.class_id, row.hour_id] = HourPlace(review_path(row.class_id, index), label, row.institution)
    return {row.id: place for row in wanted if (place := places.get((row.class_id, row.hour_id)))}
