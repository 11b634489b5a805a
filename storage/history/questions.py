"""What the history is asked: whatever a question finds in the whole of it, or about one claim as if it were in it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from facts.history import HistoryClaim, HistoryMatch, HistoryQuestion, RepeatKey, Repeats
from facts.registry import RegistryRow
from storage.database.connection import faults
from storage.history import employers, number_owners, overlaps, parties, peaks, rates, repetition, roles
from storage.history.keys import HistoryKeys, class_key, party_key
from storage.history.loader import Loader
from storage.history.query import WHOLE, ClaimScope, HistoryQuery

QUERIES: Mapping[str, HistoryQuery] = {
    **number_owners.QUERIES,
    **overlaps.QUERIES,
    **roles.QUERIES,
    **parties.QUERIES,
    **rates.QUERIES,
    **employers.QUERIES,
    **peaks.QUERIES,
    **repetition.QUERIES,
}


def matches(connection: Connection, question: HistoryQuestion, scope: ClaimScope = WHOLE) -> Iterator[HistoryMatch]:
    """Everything that the history shows under the question, row by row as the database finds it."""
    return QUERIES[question.pattern].matches(connection, question, scope)


@contextmanager
def screening(engine: Engine, doing: str) -> Iterator[Connection]:
    """A transaction in which a claim may be written as if it were history already, and which is never kept."""
    with faults(engine, doing), engine.connect() as connection, connection.begin() as transaction:
        try:
            yield connection
        finally:
            transaction.rollback()


def add_claim(
    connection: Connection, keys: HistoryKeys, claim: HistoryClaim, repeat_keys: Sequence[RepeatKey]
) -> tuple[tuple[Repeats, ...], ClaimScope]:
    """What each key had counted for the claim's people, and the scope of the claim now that it is written.

    The connection must be one of ``screening``.
    """
    loader = Loader(connection, keys, claim.course.last_day)
    digits = {loader.person(each.person): each.person.id_number.digits for each in claim.people}
    institution = claim.course.of.institution.key
    scope = ClaimScope(tuple(sorted(digits)), class_key(institution, claim.course.of.number), party_key(institution))
    repeats = tuple(_counted(connection, repeat_keys, scope, claim, digits)) if digits else ()
    rows: tuple[RegistryRow, ...] = (*claim.people, *claim.sessions, *claim.certificates, *claim.employments)
    for row in rows:
        loader.add(row)
    loader.course(claim.course)
    loader.flush()
    return repeats, scope


def _counted(
    connection: Connection,
    repeat_keys: Sequence[RepeatKey],
    scope: ClaimScope,
    claim: HistoryClaim,
    digits: Mapping[int, str],
) -> Iterator[Repeats]:
    """Before the claim is written: what each key had counted for each of its people."""
    course = claim.course
    for key in repeat_keys:
        if key.programmes and course.programme not in key.programmes:
            continue
        same = {"occupation": course.occupation, "level": course.level}
        query = repetition.enrolled(key, scope)
        columns = query.selected_columns
        query = query.where(
            columns.class_id != scope.course, *(columns[name] == same[name] for name in same if name in key.fields)
        )
        if key.yearly:
            query = query.where(columns.year == course.first_day.year)
        found: dict[int, list[str]] = {}
        for row in connection.execute(query):
            found.setdefault(row.person, []).append(row.number)
        yield from (Repeats(key, digits[one], len(numbers), tuple(numbers)) for one, numbers in sorted(found.items()))
