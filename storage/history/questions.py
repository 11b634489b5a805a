"""The two questions: what about this claim, and what about everything; answers come cheapest check first."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from facts.errors import InputError
from facts.history import Answers, HistoryClaim, HistoryDoubt, HistoryPattern, Limits, Repeats
from facts.registry import RegistryRow as HistoryRow
from storage.database.connection import faults
from storage.history import employers, overlaps, parties, peaks, rates, repetition, roles, shared_numbers
from storage.history.detector import ClaimScope, Detector, Params
from storage.history.keys import HistoryKeys, class_key, party_key
from storage.history.loader import Loader, with_room

Settings = Mapping[str, Params]
_FIXED: tuple[Detector, ...] = (
    *shared_numbers.DETECTORS,
    *overlaps.DETECTORS,
    *roles.DETECTORS,
    *parties.DETECTORS,
    *rates.DETECTORS,
    *employers.DETECTORS,
    *peaks.DETECTORS,
)


def detectors(limits: Limits = Limits()) -> tuple[Detector, ...]:  # noqa: B008 - a frozen record without content
    """Every detector, those of the rulebook's keys included, in the order of what a person's check costs."""
    return tuple(
        sorted((*repetition.of_limits(limits), *_FIXED), key=lambda each: (each.about.check_cost_s, each.about.id))
    )


def abouts() -> tuple[HistoryPattern, ...]:
    """What is looked for, whatever the rulebook."""
    own = (repetition.REPEAT, repetition.CERTIFIED, repetition.BESIDE)
    return tuple(sorted((*own, *(each.about for each in _FIXED)), key=lambda each: (each.check_cost_s, each.id)))


def whole(
    connection: Connection, limits: Limits, settings: Settings | None = None, only: Sequence[str] = ()
) -> Iterator[HistoryDoubt]:
    """Every doubt in the history, streamed; a detector that is not known is refused."""
    unknown = {*only, *(settings or {})} - {about.id for about in abouts()}
    if unknown:
        raise InputError(f"detector: got {', '.join(sorted(unknown))}, expected one of `xueshi history detectors`")
    with_room(connection)
    for each in detectors(limits):
        if not only or each.about.id in only:
            yield from each.doubts(connection, (settings or {}).get(each.about.id, {}))


@contextmanager
def screening(engine: Engine, doing: str) -> Iterator[Connection]:
    """A transaction in which a claim may be written as if it were history already, and which is never kept."""
    with faults(engine, doing), engine.connect() as connection, connection.begin() as transaction:
        try:
            yield connection
        finally:
            transaction.rollback()


def for_claim(
    connection: Connection, keys: HistoryKeys, claim: HistoryClaim, limits: Limits, settings: Settings | None = None
) -> Answers:
    """What the history says of this claim; the connection must be one of ``screening``."""
    loader = Loader(connection, keys, claim.course.last_day)
    digits = {loader.person(each.person): each.person.id_number.digits for each in claim.people}
    institution = claim.course.of.institution.key
    scope = ClaimScope(tuple(sorted(digits)), class_key(institution, claim.course.of.number), party_key(institution))
    counts = tuple(_counted(connection, limits, scope, claim, digits)) if digits else ()
    rows: tuple[HistoryRow, ...] = (*claim.people, *claim.sessions, *claim.certificates, *claim.employments)
    for row in rows:
        loader.add(row)
    loader.course(claim.course)
    loader.flush()
    found = (
        doubt
        for each in detectors(limits)
        if each.of_claims and digits
        for doubt in each.doubts(connection, (settings or {}).get(each.about.id, {}), scope)
    )
    return Answers(counts, tuple(found))


def _counted(
    connection: Connection, limits: Limits, scope: ClaimScope, claim: HistoryClaim, digits: Mapping[int, str]
) -> Iterator[Repeats]:
    """Before the claim is written: what each key had counted for each of its people."""
    course = claim.course
    for key in limits.repeats:
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
