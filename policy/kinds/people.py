from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, per_cent


class Relation(StrEnum):
    """How the left side of a relation has to stand to the right side."""

    DIFFER = "differ"
    SAME = "same"
    LISTED = "listed"
    PREFER = "prefer"
    MATCH = "match"
    AT_LEAST = "at_least"


class CountingPeriod(StrEnum):
    """Over which stretch repetitions are counted."""

    YEAR = "year"
    EVER = "ever"


class KeyField(StrEnum):
    """What two subsidies are compared by to find a repetition."""

    PERSON = "person"
    OCCUPATION = "occupation"
    LEVEL = "level"


class Gate(StrEnum):
    """What a rate decides: the payment, the keeping of a duty, or only a statistic."""

    PAYMENT = "payment"
    DUTY = "duty"
    INDICATOR = "indicator"


@dataclass(frozen=True, slots=True)
class PeopleEligible(Params):
    """Trainees of one of ``groups``, or tied to the place by one of ``ties``, and not on an old-age pension.

    ``pension_kind`` is the only pension that bars where the document names one, ``pension_of`` the groups, or the tie
    that somebody has alone, of whom it asks that at all.
    """

    kind: ClassVar[str] = "people.eligible"
    title: ClassVar[Text] = Text("人员资格", "eligibility")

    among: tuple[str, ...] = ()
    ties: tuple[str, ...] = ()
    no_pension: bool = False
    pension_kind: str = ""
    pension_of: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        zh, en = [], []
        if self.among:
            zh.append("人员类别 ∈ {" + "、".join(self.among) + "}")
            en.append("group is one of " + ", ".join(self.among))
        if self.ties:
            zh.append("符合其一：" + "、".join(self.ties))
            en.append("one of " + ", ".join(self.ties))
        if self.no_pension:
            whom = ("、".join(self.pension_of), ", ".join(self.pension_of))
            zh.append((f"{whom[0]}的" if whom[0] else "") + f"未按月领取{self.pension_kind or '基本养老金'}")
            en.append("draws no monthly pension" + (f" (asked of {whom[1]})" if whom[1] else ""))
        return Text("；".join(zh), "; ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        if not (self.among or self.ties or self.no_pension):
            yield Fault("among", "nothing that anyone could fail", "groups, ties or no_pension")
        if (self.pension_kind or self.pension_of) and not self.no_pension:
            yield Fault("no_pension", "false", "true where a kind of pension or those who are asked are named")

    def names_groups(self) -> tuple[str, ...]:
        """See ``Params``; those who are asked about pensions may be named by a tie as well."""
        return (*self.among, *(name for name in self.pension_of if name not in self.ties))


@dataclass(frozen=True, slots=True)
class PartyRelation(Params):
    """Two parties or facts of one class compared, as evaluator and trainer, occupation and catalogue."""

    kind: ClassVar[str] = "party.relation"
    title: ClassVar[Text] = Text("关系核对", "relation")

    left: str
    must: Relation
    right: str
    aspects: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        about = (f"（{'、'.join(self.aspects)}）", f" ({', '.join(self.aspects)})") if self.aspects else ("", "")
        unless = (f"，{'、'.join(self.unless)}除外", f", unless {', '.join(self.unless)}") if self.unless else ("", "")
        zh, en = _MUST[self.must]
        sides = {"left": self.left, "right": self.right}
        return Text(zh.format(**sides) + about[0] + unless[0], en.format(**sides) + about[1] + unless[1])


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many subsidies with the same ``key`` within a year or ever."""

    key: tuple[KeyField, ...]
    within: CountingPeriod
    at_most: int = 1
    programmes: tuple[str, ...] = ()

    def words(self) -> Text:
        """The limit in words."""
        of = (f"{'/'.join(self.programmes)} ", f"{'/'.join(self.programmes)}, ") if self.programmes else ("", "")
        zh = "、".join(_KEYS[item] for item in self.key)
        en = ", ".join(item.value for item in self.key)
        over = _WITHIN[self.within]
        return Text(
            f"{of[0]}同一（{zh}）{over[0]} ≤ {self.at_most} 次", f"{of[1]}same ({en}): at most {self.at_most} {over[1]}"
        )


@dataclass(frozen=True, slots=True)
class HistoryUnique(Params):
    """What one person may receive only so often, and what excludes it altogether."""

    kind: ClassVar[str] = "history.unique"
    title: ClassVar[Text] = Text("重复享受", "repetition")

    limits: tuple[Limit, ...]
    excluded_by: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        zh = [limit.words().zh for limit in self.limits]
        en = [limit.words().en for limit in self.limits]
        if self.excluded_by:
            zh.append("已享受" + "、".join(self.excluded_by) + "的除外")
            en.append("nothing beside " + ", ".join(self.excluded_by))
        return Text("；".join(zh), "; ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(limits=self.limits)
        for index, limit in enumerate(self.limits):
            if not limit.key:
                yield Fault(f"limits[{index}].key", "an empty list", "the fields that are compared")
            if limit.at_most < 1:
                yield Fault(f"limits[{index}].at_most", str(limit.at_most), "1 or more")

    def names_programmes(self) -> tuple[str, ...]:
        """See ``Params``."""
        return tuple(name for limit in self.limits for name in limit.programmes)


@dataclass(frozen=True, slots=True)
class Measure:
    """One rate and its bound; ``below`` turns the bound into an upper one that must not be reached."""

    rate: str
    share: Fraction
    below: bool = False


@dataclass(frozen=True, slots=True)
class RateThreshold(Params):
    """Rates compared as exact fractions; 「以上」 includes the bound (assumption A11)."""

    kind: ClassVar[str] = "rate.threshold"
    title: ClassVar[Text] = Text("比率", "rate")

    measures: tuple[Measure, ...]
    gate: Gate

    def formula(self) -> Text:
        """See ``Params``."""
        parts = [f"{m.rate} {'<' if m.below else '≥'} {per_cent(m.share)}" for m in self.measures]
        gate = GATES[self.gate]
        return Text("，".join(parts) + f"（{gate[0]}）", ", ".join(parts) + f" ({gate[1]})")

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(measures=self.measures)
        for index, measure in enumerate(self.measures):
            if not 0 < measure.share <= 1:
                yield Fault(f"measures[{index}].share", f'"{measure.share}"', 'a share such as "50/100"')


_MUST = {
    Relation.DIFFER: ("{left}不得同为{right}", "{left} must not be {right}"),
    Relation.SAME: ("{left}应同于{right}", "{left} must be the same as {right}"),
    Relation.LISTED: ("{left}应列入{right}", "{left} must be listed in {right}"),
    Relation.PREFER: ("{left}应优先选择{right}", "{left} must come first from {right}"),
    Relation.MATCH: ("{left}应与{right}相符", "{left} must agree with {right}"),
    Relation.AT_LEAST: ("{left}不少于{right}", "{left} must be at least {right}"),
}
_KEYS = {KeyField.PERSON: "人", KeyField.OCCUPATION: "职业（工种）", KeyField.LEVEL: "等级"}
GATES = {
    Gate.PAYMENT: ("拨付条件", "a condition of payment"),
    Gate.DUTY: ("应守要求", "a duty, no condition of payment"),
    Gate.INDICATOR: ("考核指标，非拨付条件", "an indicator, no condition of payment"),
}
_WITHIN = {CountingPeriod.YEAR: ("每年", "a year"), CountingPeriod.EVER: ("累计", "ever")}
