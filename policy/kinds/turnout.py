from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, per_cent, share_faults
from policy.kinds.people import GATES, Gate


class TurnoutOf(StrEnum):
    """Whose turnout a floor is for."""

    PERSON = "person"
    CLASS = "class"


@dataclass(frozen=True, slots=True)
class PresenceShare(Params):
    """The share of the class hours taught in which a trainee, or the class on average, was there (到课率)."""

    kind: ClassVar[str] = "presence.share"
    title: ClassVar[Text] = Text("到课率", "turnout")

    at_least: Fraction
    of: TurnoutOf = TurnoutOf.PERSON
    gate: Gate = Gate.PAYMENT

    def formula(self) -> Text:
        """See ``Params``."""
        whose = _WHOSE[self.of]
        share, gate = per_cent(self.at_least), GATES[self.gate]
        return Text(
            f"{whose[0]}有效到课学时 ÷ 班期学时 ≥ {share}（请假、缺课不计入；{gate[0]}）",
            f"{whose[1]}: valid class hours / hours of the class ≥ {share} (leave counts as not there; {gate[1]})",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from share_faults("at_least", self.at_least)


_WHOSE = {
    TurnoutOf.PERSON: ("每名学员", "each trainee"),
    TurnoutOf.CLASS: ("全班合计", "the class as a whole"),
}
