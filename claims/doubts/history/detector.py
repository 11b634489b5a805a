"""What a detector of the history is: a pattern, the words for each match, and what the database is asked for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from facts.history import HistoryDoubt, HistoryMatch, HistoryPattern, HistoryQuestion, RepeatKey
from facts.text import Text

MatchWords = Callable[[HistoryMatch, HistoryQuestion], Text]
NO_SETTINGS: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class HistoryDetector:
    """One detector; ``figures`` are the numbers that the doubt carries, ``rule`` the rulebook's clause where it has one.

    ``of_claims`` says whether a single claim can show the pattern; the other fields are those of ``HistoryQuestion``.
    """

    pattern: HistoryPattern
    words: MatchWords
    figures: tuple[str, ...] = ()
    of_claims: bool = True
    rule: str = ""
    repeat: RepeatKey | None = None
    programme: str = ""
    benefit: str = ""

    def question(self, settings: Mapping[str, int] = NO_SETTINGS) -> HistoryQuestion:
        """What the database is asked, with the default of every number that is not set otherwise."""
        numbers = {each.name: each.default for each in self.pattern.parameters} | dict(settings)
        return HistoryQuestion(self.pattern.id, numbers, self.repeat, self.programme, self.benefit)

    def doubt(self, match: HistoryMatch, question: HistoryQuestion) -> HistoryDoubt:
        """The match in words, under the pattern's clause."""
        numbers = {name: match.numbers[name] for name in self.figures}
        words = self.words(match, question)
        return HistoryDoubt(self.pattern, words, match.latest, match.people, match.classes, numbers, self.rule)
