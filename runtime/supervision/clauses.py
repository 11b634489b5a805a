"""Which clauses of a place's documents speak of a measure, and what each lets follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from claims.rules.bars import speaks_of
from claims.rules.relations import CREDIT
from facts.supervision import MeasureKind
from facts.text import Text
from policy.kinds import PartyRelation, SanctionBar
from policy.kinds.bars import Effect
from policy.rulebook import Rule, Rulebook
from policy.shelf import Shelf


@dataclass(frozen=True, slots=True)
class MeasureClause:
    """One clause, whether it was in force on the measure's first day, and what follows by it."""

    document: Text
    book_id: str
    rule: str
    article: str
    quote: str
    effect: Text
    costs: bool
    in_force: bool


def measure_clauses(shelf: Shelf, locality: str, kind: MeasureKind, day: date) -> tuple[MeasureClause, ...]:
    """The clauses of every document of the place, those in force on the day first."""
    found = [
        MeasureClause(
            book.title, book.id, rule.id, rule.article, rule.quote, effect, costs, in_force=book.valid.covers(day)
        )
        for book in shelf.at(locality)
        for rule, effect, costs in _clauses(book, kind)
    ]
    return tuple(sorted(found, key=lambda one: (not one.in_force, not one.costs)))


def _clauses(book: Rulebook, kind: MeasureKind) -> Iterator[tuple[Rule, Text, bool]]:
    for rule, params in book.of_kind(SanctionBar):
        if kind.bears and speaks_of(params, kind.text.zh):
            stops = Effect.NO_PAY in params.effects
            yield rule, _STOPS[kind is MeasureKind.BREACH] if stops else _LOOKED_AT, stops
    for rule, relation in book.of_kind(PartyRelation):
        if kind is MeasureKind.CREDIT and relation.left == CREDIT:
            yield rule, _RATED, False


_STOPS = {
    False: Text(
        "自起始日至办结日，与之重叠的班期不予补贴",
        "nothing is paid for a class that shares a day with it, from its first day to its last",
    ),
    True: Text("所认定的班期或人员不予补贴", "nothing is paid for the class or the people it names"),
}
_LOOKED_AT = Text("列为疑点，由人查看，不影响金额", "shown as a doubt for people to look at; no sum changes")
_RATED = Text("表明已评定信用等级，不影响金额", "shows that there is a credit level; no sum changes")
