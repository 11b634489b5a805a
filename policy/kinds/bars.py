from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults
from policy.vocabulary import ACTORS


class Effect(StrEnum):
    """What a barred conduct or state leads to."""

    BAR = "bar"
    NO_PAY = "no_pay"
    FLAG = "flag"


class ExemptionCause(StrEnum):
    """What frees a class from a rule."""

    SECRET_UNIT = "secret_unit"  # noqa: S105 - a unit under state secrecy, no password
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class SanctionBar(Params):
    """Conduct or a state that stops training, stops payment, or is shown as a doubt."""

    kind: ClassVar[str] = "sanction.bar"
    title: ClassVar[Text] = Text("禁止与处置", "bar")

    conduct: tuple[str, ...]
    effects: tuple[Effect, ...]

    def formula(self) -> Text:
        """See ``Params``."""
        zh = "、".join(_EFFECT[item][0] for item in self.effects)
        en = ", ".join(_EFFECT[item][1] for item in self.effects)
        return Text(f"有{'、'.join(self.conduct)}的：{zh}", f"{', '.join(self.conduct)}: {en}")

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(conduct=self.conduct, effects=self.effects)


@dataclass(frozen=True, slots=True)
class ClaimClaimant(Params):
    """Who may claim, with the day on which that changes."""

    kind: ClassVar[str] = "claim.claimant"
    title: ClassVar[Text] = Text("申领人", "claimant")

    claimant: str
    switch_on: date | None = None
    then: str = ""

    def on(self, day: date) -> str:
        """The claimant on that day."""
        return self.then if self.switch_on is not None and day >= self.switch_on else self.claimant

    def formula(self) -> Text:
        """See ``Params``."""
        if self.switch_on is None:
            return Text(f"由{self.claimant}申领", f"claimed by {self.claimant}")
        return Text(
            f"{self.switch_on} 以前由{self.claimant}申领，{self.switch_on} 起由{self.then}申领",
            f"claimed by {self.claimant} before {self.switch_on}, by {self.then} from then on",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        if (self.switch_on is None) != (not self.then):
            yield Fault("switch_on, then", "one without the other", "the day and the claimant from then on")
        for field, name in (("claimant", self.claimant), ("then", self.then)):
            if name and name not in {*ACTORS, "个人"}:
                yield Fault(field, f"the unknown claimant {name}", "an actor of policy/vocabulary.py or 个人")


@dataclass(frozen=True, slots=True)
class Exemption(Params):
    """Frees a unit or a programme from the rules it names, never from others."""

    kind: ClassVar[str] = "exemption"
    title: ClassVar[Text] = Text("免验", "exemption")

    when: ExemptionCause
    frees: tuple[str, ...]
    of_programmes: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        who = (
            ("涉密单位", "units under state secrecy")
            if self.when is ExemptionCause.SECRET_UNIT
            else ("、".join(self.of_programmes), ", ".join(self.of_programmes))
        )
        rules = ", ".join(self.frees)
        return Text(f"{who[0]}免验 {rules}", f"{who[1]}: exempt from {rules}")

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(frees=self.frees)
        if (self.when is ExemptionCause.PROGRAMME) != bool(self.of_programmes):
            yield Fault(
                "of_programmes",
                counted(len(self.of_programmes), "programme"),
                'them exactly where when = "programme"',
            )

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return self.frees

    def names_programmes(self) -> tuple[str, ...]:
        """See ``Params``."""
        return self.of_programmes


@dataclass(frozen=True, slots=True)
class PolicyTransition(Params):
    """Training begun before a day and not yet paid keeps the older standard, which this rulebook does not hold."""

    kind: ClassVar[str] = "policy.transition"
    title: ClassVar[Text] = Text("过渡条款", "transition")

    began_before: date
    only_unpaid: bool = True

    def formula(self) -> Text:
        """See ``Params``."""
        unpaid = ("且尚未支出", " and not yet paid") if self.only_unpaid else ("", "")
        return Text(
            f"{self.began_before} 以前已开展{unpaid[0]}的培训，按原补贴标准核发",
            f"training begun before {self.began_before}{unpaid[1]} is paid by the older standard",
        )


_EFFECT = {
    Effect.BAR: ("不得开展", "no training"),
    Effect.NO_PAY: ("不予补贴", "nothing is paid"),
    Effect.FLAG: ("列为疑点", "shown as a doubt"),
}
