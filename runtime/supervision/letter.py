"""The letter of a measure, put together from its record, its class and the clauses that it may cite."""

from sqlalchemy import Connection

from facts.names import masked_name
from facts.text import Text
from pipeline.accounts.rights import OF_AREA
from report.measure_letter import LetterClause, MeasureLetter
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from runtime.supervision.clauses import measure_clauses
from runtime.supervision.measures import MeasureView
from storage.database.claims import claims
from storage.database.classes.classes import classes
from storage.database.supervision.measures import MeasureRow
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES


def about(connection: Connection, row: MeasureRow) -> tuple[Text, ...]:
    """Class, hours and claim that the measure is about."""
    owners = classes(connection, CLASSES.c.id == row.class_id) if row.class_id else ()
    own = claims(connection, CLAIMS.c.id == row.claim_id) if row.claim_id else ()
    hours = row.hours.split("\n") if row.hours else []
    return (
        *(Text(f"班期 {one.code} {one.name}".strip(), f"class {one.code} {one.name}".strip()) for one in owners),
        *([Text(f"学时 {'、'.join(hours)}", f"class hours {', '.join(hours)}")] if hours else []),
        *(Text(f"申领 {one.code}", f"claim {one.code}") for one in own),
    )


def people_shown(view: MeasureView) -> tuple[str, ...]:
    """Whom it names, masked."""
    return tuple(f"{masked_name(one.name)} {one.tail}".strip() for one in view.words.people)


def measure_letter(service: Service, connection: Connection, view: MeasureView) -> MeasureLetter:
    """The letter; of the clauses only those in force on its first day are cited."""
    row = view.row
    clauses = measure_clauses(shelf_of(service), row.locality, row.of, row.first)
    return MeasureLetter(
        number=row.id,
        kind=row.of,
        paper=row.paper,
        institution=row.institution,
        about=about(connection, row),
        people=people_shown(view),
        found=view.words.found,
        asked=view.words.asked,
        level=row.level,
        first=row.first,
        last=row.last,
        term=row.term,
        stage=row.state,
        issued=row.at.stands,
        clauses=tuple(
            LetterClause(one.document.zh, one.article, one.quote, one.rule) for one in clauses if one.in_force
        ),
    )


def has_letter(caller: Caller, row: MeasureRow) -> bool:
    """A complaint goes to nobody; a draft is its authority's."""
    return row.of.told and (row.at.stands or caller.role in OF_AREA)
