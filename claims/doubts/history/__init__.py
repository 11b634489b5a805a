"""Doubts that only the history raises: limits, clauses, words and innocent explanations; the database counts."""

from claims.doubts.history import employers, number_owners, overlaps, parties, peaks, rates, repetition, roles
from claims.doubts.history.detector import HistoryDetector
from facts.history import HistoryPattern, Limits

_FIXED: tuple[HistoryDetector, ...] = (
    *number_owners.DETECTORS,
    *overlaps.DETECTORS,
    *roles.DETECTORS,
    *parties.DETECTORS,
    *rates.DETECTORS,
    *employers.DETECTORS,
    *peaks.DETECTORS,
)


def detectors(limits: Limits = Limits()) -> tuple[HistoryDetector, ...]:  # noqa: B008 - a frozen record without content
    """Every detector, those of the rulebook's keys included, in the order of what a person's check costs."""
    return tuple(
        sorted((*repetition.of_limits(limits), *_FIXED), key=lambda each: (each.pattern.check_cost_s, each.pattern.id))
    )


def patterns() -> tuple[HistoryPattern, ...]:
    """What is looked for, whatever the rulebook."""
    own = (repetition.REPEAT, repetition.CERTIFIED, repetition.BESIDE)
    return tuple(sorted((*own, *(each.pattern for each in _FIXED)), key=lambda each: (each.check_cost_s, each.id)))
