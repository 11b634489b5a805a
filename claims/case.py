from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from claims.facts_of_claim import ClassClaim, PersonClaim
from facts.errors import Fault, FaultsError
from policy.rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a money engine may look at: the law, the class, and its people in the order of their keys.

    ``unsure`` are the keys of people of whom it is open whether the rule in question speaks of them: they are paid
    nothing by it, yet a rate has to reckon with them. ``beside`` are those of whom it surely does not speak.
    """

    book: Rulebook
    claim: ClassClaim
    people: tuple[PersonClaim, ...]
    unsure: frozenset[str] = frozenset()
    beside: tuple[PersonClaim, ...] = ()

    @classmethod
    def of(cls, book: Rulebook, claim: ClassClaim, people: Sequence[PersonClaim]) -> "Case":
        """The case of these people, each once, in whatever order they come."""
        twice = [key for key, count in Counter(person.key for person in people).items() if count > 1]
        if twice:
            raise FaultsError(
                Fault(f"class {claim.id}: {key}", "the person twice", "each person once") for key in twice
            )
        return cls(book, claim, tuple(sorted(people, key=lambda person: person.key)))

    @property
    def heads(self) -> int | None:
        """How many people the class has: as claimed, else as listed; an empty list says nothing."""
        return self.claim.heads if self.claim.heads is not None else len(self.people) or None

    def group_of(self, person: PersonClaim) -> str:
        """The person's own group, else the group of the class."""
        return person.group or self.claim.group

    def concerns(self, rule: Rule, person: PersonClaim | None = None) -> bool | None:
        """Whether the rule speaks of this class (and person) on its days; nothing where that is not known."""
        group = self.group_of(person) if person else self.claim.group
        answers = {self.book.concerns(rule, self.claim.programme, group), self._in_force(rule)}
        if False in answers:
            return False
        return None if None in answers else True

    def under(self, rule: Rule) -> "Case":
        """The people of whom the rule speaks or may speak."""
        answers = [(person, self.concerns(rule, person)) for person in self.people]
        unsure = frozenset(person.key for person, bound in answers if bound is None)
        spoken_of = tuple(person for person, bound in answers if bound is not False)
        beside = tuple(person for person, bound in answers if bound is False)
        return Case(self.book, self.claim, spoken_of, unsure, (*self.beside, *beside))

    @property
    def rated(self) -> tuple[PersonClaim, ...]:
        """Everybody who was trained in the class, whom rates are shares of: whatever they are called, claimed or not."""
        return (*self.people, *self.beside, *self.claim.unclaimed)

    def is_outside(self, person: PersonClaim) -> bool:
        """Whether the rule in question does not speak, or may not speak, of the person."""
        return person.key in self.unsure or person in self.beside

    @property
    def bound(self) -> tuple[PersonClaim, ...]:
        """The people of whom the rule surely speaks."""
        return tuple(person for person in self.people if person.key not in self.unsure)

    def binds(self, rule: Rule) -> bool | None:
        """Whether the rule speaks of anybody in the class."""
        answers = {self.concerns(rule, person) for person in self.people} or {self.concerns(rule)}
        if True in answers:
            return True
        return None if None in answers else False

    def _in_force(self, rule: Rule) -> bool | None:
        """A rule with dates of its own binds a class that lies wholly within them, not one wholly outside."""
        if rule.since is None and rule.until is None:
            return True
        days = (self.claim.first_day, self.claim.last_day)
        answers = {rule.in_force(day) for day in days if day is not None}
        return None if None in days or len(answers) != 1 else answers.pop()
