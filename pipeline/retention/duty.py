"""How long evidence must be kept: the longest duty of every document that binds, counted from the latest known day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from facts.course import TrainingClass
from facts.errors import InputError
from facts.retention import Base, Category, Term, Use
from facts.span import SHANGHAI
from policy.kinds import EvidenceRetention
from policy.kinds.evidence import RetainedKind
from policy.rulebook import Rulebook
from policy.shelf import Shelf

_ONE_DAY = timedelta(days=1)
_KEEP = {Category.VIDEO: RetainedKind.VIDEO, Category.PAPERS: RetainedKind.PAPERS}


@dataclass(frozen=True, slots=True)
class KnownDays:
    """The days that a duty may be counted from; the payout comes last and may not be known yet."""

    class_end: date
    recorded_end: date | None = None
    paid: date | None = None

    def base(self, kind: Base) -> date:
        """The base day; where the one asked for is not known, the latest that is (A7: never too early)."""
        latest = max(filter(None, (self.class_end, self.recorded_end, self.paid)))
        asked = {Base.RECORDING: self.recorded_end, Base.CLASS_END: self.class_end, Base.PAYOUT: self.paid}
        return asked.get(kind) or latest


@dataclass(frozen=True, slots=True)
class Duty:
    """Kept through ``last``, by this rule, counted from this day."""

    last: date
    rule: str
    base: date

    @property
    def until(self) -> datetime:
        """The first moment at which the duty is over."""
        return datetime.combine(self.last + _ONE_DAY, time(), SHANGHAI)


def years_after(day: date, years: int) -> date:
    """The same day so many calendar years later; 29 February → 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def duty(terms: Iterable[Term], known: KnownDays) -> Duty:
    """The longest of them; a named rule before an unnamed one where two end on the same day."""
    duties = [Duty(years_after(known.base(term.base), term.years), term.rule, known.base(term.base)) for term in terms]
    if not duties:
        raise InputError("retention: got no term, expected at least one; an object without a duty is not evidence")
    return max(duties, key=lambda one: (one.last, bool(one.rule), one.base, one.rule))


def terms_of(
    books: Sequence[Rulebook], category: Category, training_class: TrainingClass, last: date, longest_years: int
) -> tuple[Term, ...]:
    """What the documents ask for this kind of object; where none does, the longest that any known document asks."""
    found = {term for book in books for term in _terms(book, category, training_class, last)}
    ordered = sorted(found, key=lambda term: (term.rule, term.years, term.base))
    return tuple(ordered) or (Term("", longest_years, Base.LATEST),)


def _terms(book: Rulebook, category: Category, training_class: TrainingClass, last: date) -> Iterable[Term]:
    rules = book.of_kind(EvidenceRetention, last) or book.of_kind(EvidenceRetention)
    for rule, params in rules:
        concerned = book.concerns(rule, training_class.programme, training_class.group)
        if _KEEP[category] in params.objects and concerned is not False:
            yield Term(rule.id, params.years, Base(params.base.value))


def binding(shelf: Shelf, governing: Rulebook | None, locality: str, days: Iterable[date]) -> tuple[Rulebook, ...]:
    """Every document that may bind the class: the one that governs it, and all of its place that were in force."""
    span = tuple(days)
    local = [book for book in shelf.at(locality) if any(book.valid.covers(day) for day in span)] if locality else []
    own = [governing] if governing and all(book.id != governing.id for book in local) else []
    return (*own, *local)


def paid_on(use: Use, paid: date) -> Use:
    """The use once the payout is known: counted anew, never shortened."""
    if not use.terms:
        return use
    latest = max(paid, use.paid or paid)
    found = duty(use.terms, KnownDays(use.class_end, use.recorded_end, latest))
    return lengthened(replace(use, paid=latest), found.until, found.rule, found.base)


def lengthened(use: Use, until: datetime, rule: str, base: date) -> Use:
    """The use under a duty that ends later; one that ends earlier changes nothing."""
    return replace(use, keep_until=until, rule=rule, base=base) if until > use.keep_until else use
