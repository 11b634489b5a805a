"""The history's doubts: the detectors' questions put to the database, and each match put in words."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from claims.doubts.history import detectors, patterns
from claims.doubts.history.detector import NO_SETTINGS, HistoryDetector
from facts.errors import InputError
from facts.history import Answers, HistoryClaim, HistoryDoubt, Limits
from storage.history.keys import HistoryKeys
from storage.history.loader import with_room
from storage.history.query import WHOLE, ClaimScope
from storage.history.questions import add_claim, matches

DetectorSettings = Mapping[str, Mapping[str, int]]


def doubts_of(
    connection: Connection,
    detector: HistoryDetector,
    settings: Mapping[str, int] = NO_SETTINGS,
    scope: ClaimScope = WHOLE,
) -> Iterator[HistoryDoubt]:
    """What one detector finds, streamed."""
    question = detector.question(settings)
    return (detector.doubt(match, question) for match in matches(connection, question, scope))


def whole(
    connection: Connection, limits: Limits, settings: DetectorSettings | None = None, only: Sequence[str] = ()
) -> Iterator[HistoryDoubt]:
    """Every doubt in the history, streamed, the cheapest check first; a detector that is not known is refused."""
    unknown = {*only, *(settings or {})} - {pattern.id for pattern in patterns()}
    if unknown:
        raise InputError(f"detector: got {', '.join(sorted(unknown))}, expected one of `xueshi history detectors`")
    with_room(connection)
    for each in detectors(limits):
        if not only or each.pattern.id in only:
            yield from doubts_of(connection, each, (settings or {}).get(each.pattern.id, NO_SETTINGS))


def for_claim(connection: Connection, keys: HistoryKeys, claim: HistoryClaim, limits: Limits) -> Answers:
    """What the history says of this claim; the connection must be one of ``storage.history.questions.screening``."""
    repeats, scope = add_claim(connection, keys, claim, limits.repeats)
    if not scope.people:
        return Answers()
    found = (
        doubt for each in detectors(limits) if each.of_claims for doubt in doubts_of(connection, each, scope=scope)
    )
    return Answers(repeats, tuple(found))
