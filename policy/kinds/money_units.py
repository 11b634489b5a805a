from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, positive_faults


class Unit(StrEnum):
    """What money is counted by."""

    DAY = "day"
    HOUR = "hour"
    MONTH = "month"

    @property
    def zh(self) -> str:
        """The word on Chinese screens."""
        return {"day": "天", "hour": "课时", "month": "月"}[self.value]


@dataclass(frozen=True, slots=True)
class Tier:
    """So many yuan for each unit up to and including the ``up_to``-th; without it, for all further ones."""

    yuan: int
    up_to: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyPerUnit(Params):
    """Yuan for each person and unit, in tiers, with a floor below which nothing is paid and a cap per person.

    ``certificates``: only who holds one of them is paid for; ``firms``: only a firm on one of these lists is paid;
    ``not_with`` names other subsidies by rule or by name, whatever a register calls them.
    """

    kind: ClassVar[str] = "money.per_unit"
    title: ClassVar[Text] = Text("按时长补贴", "paid by time")

    unit: Unit
    tiers: tuple[Tier, ...]
    cap_yuan: int | None = None
    min_units: int = 0
    max_units: int | None = None
    usual_min: int | None = None
    usual_max: int | None = None
    class_max_heads: int | None = None
    not_with: tuple[str, ...] = ()
    fund: str = ""
    certificates: tuple[str, ...] = ()
    firms: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        zh, en = [self._tiers_zh()], [self._tiers_en()]
        if self.min_units:
            zh.append(f"不足 {self.min_units} {self.unit.zh}为 0")
            en.append(f"nothing below {self.min_units} {self.unit.value}s")
        if self.max_units is not None:
            zh.append(f"最长 {self.max_units} {self.unit.zh}")
            en.append(f"at most {self.max_units} {self.unit.value}s")
        if self.cap_yuan is not None:
            zh.append(f"每人最高 {self.cap_yuan} 元")
            en.append(f"at most {self.cap_yuan} yuan a person")
        if self.usual_min is not None or self.usual_max is not None:
            usual = f"{self.usual_min or 0}-{self.usual_max or '…'}"
            zh.append(f"一般 {usual} {self.unit.zh}")
            en.append(f"usually {usual} {self.unit.value}s")
        if self.class_max_heads is not None:
            zh.append(f"每班一般不超过 {self.class_max_heads} 人")
            en.append(f"classes usually up to {counted(self.class_max_heads, 'person')}")
        if self.not_with:
            zh.append("与 " + "、".join(self.not_with) + " 不重复享受")
            en.append("not together with " + ", ".join(self.not_with))
        if self.certificates:
            zh.append("凭" + " 或 ".join(self.certificates))
            en.append("on " + " or ".join(self.certificates))
        if self.firms:
            zh.append("限" + "、".join(self.firms))
            en.append("only for " + ", ".join(self.firms))
        return Text("；".join(zh), "; ".join(en))

    def _tiers_zh(self) -> str:
        unit = self.unit.zh
        parts = [f"前 {x.up_to} {unit}每人每{unit} {x.yuan} 元" for x in self.tiers[:-1]]
        lead = "之后" if parts else ""
        return "，".join([*parts, f"{lead}每人每{unit} {self.tiers[-1].yuan} 元"])

    def _tiers_en(self) -> str:
        parts = [f"{x.yuan} yuan a {self.unit.value} up to {self.unit.value} {x.up_to}" for x in self.tiers[:-1]]
        lead = "then " if parts else ""
        return ", ".join([*parts, f"{lead}{self.tiers[-1].yuan} yuan a {self.unit.value} and person"])

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(tiers=self.tiers)
        yield from positive_faults(
            cap_yuan=self.cap_yuan,
            max_units=self.max_units,
            usual_min=self.usual_min,
            usual_max=self.usual_max,
            class_max_heads=self.class_max_heads,
        )
        yield from _tier_faults(self.tiers)
        if self.min_units < 0:
            yield Fault("min_units", str(self.min_units), "0 or more")
        yield from _range_faults("min_units, max_units", self.min_units, self.max_units)
        yield from _range_faults("usual_min, usual_max", self.usual_min, self.usual_max)

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return tuple(name for name in self.not_with if name.isascii())


def _range_faults(where: str, least: int | None, most: int | None) -> Iterator[Fault]:
    if least is not None and most is not None and least > most:
        yield Fault(where, f"{least} above {most}", "the smaller number first")


def _tier_faults(tiers: tuple[Tier, ...]) -> Iterator[Fault]:
    reached = 0
    for index, tier in enumerate(tiers):
        where = f"tiers[{index}]"
        if tier.yuan <= 0:
            yield Fault(f"{where}.yuan", str(tier.yuan), "a whole number of yuan above 0")
        if tier.up_to is None:
            if index + 1 < len(tiers):
                yield Fault(f"{where}.up_to", "nothing", "a bound; only the last tier is open")
            continue
        if index + 1 == len(tiers):
            yield Fault(
                f"{where}.up_to", str(tier.up_to), "an open last tier", "leave up_to out; use max_units or cap_yuan"
            )
        if tier.up_to <= reached:
            yield Fault(f"{where}.up_to", f"{tier.up_to} after {reached}", "tiers in order that do not overlap")
        reached = max(reached, tier.up_to)
