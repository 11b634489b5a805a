from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, per_cent, positive_faults, share_faults
from policy.kinds.money_heads import HeadBasis


class SettlementMode(StrEnum):
    """How a programme may be settled."""

    ONCE = "once"
    STAGED = "staged"


@dataclass(frozen=True, slots=True)
class MoneyCourseware(Params):
    """Online courseware by class hour under a cap a day and a cap a class, in proportion below ``full_heads``.

    ``filed``: the course was filed before it began; ``core_business``: it belongs to the firm's main business;
    ``affected``: the firm is one that the support is for, within its time; ``passed``: who failed is no head.
    """

    kind: ClassVar[str] = "money.courseware"
    title: ClassVar[Text] = Text("线上课件", "online courseware")

    hour_yuan: int
    day_cap_yuan: int
    class_cap_yuan: int
    full_heads: int
    min_day_hours: int
    platform_share: Fraction
    filed: bool = False
    core_business: bool = False
    affected: bool = False
    passed: bool = False

    def formula(self) -> Text:
        """See ``Params``."""
        share = per_cent(self.platform_share)
        asked = [words for wanted, words in self._conditions() if wanted]
        more = (
            ("；限" + "、".join(zh for zh, _ in asked), "; only " + ", ".join(en for _, en in asked))
            if asked
            else ("", "")
        )
        return Text(
            f"min({self.class_cap_yuan}, Σ每天 min({self.day_cap_yuan}, {self.hour_yuan}×课时)) × "
            f"min(1, 人数/{self.full_heads})；每天不少于 {self.min_day_hours} 课时；"
            f"购买平台：min({self.class_cap_yuan}, 培训成本×{share}){more[0]}",
            f"min({self.class_cap_yuan}, sum over days of min({self.day_cap_yuan}, {self.hour_yuan} × hours)) × "
            f"min(1, heads/{self.full_heads}); at least {counted(self.min_day_hours, 'hour')} a day; "
            f"bought platform: min({self.class_cap_yuan}, cost × {share}){more[1]}",
        )

    def _conditions(self) -> tuple[tuple[bool, tuple[str, str]], ...]:
        return (
            (self.affected, ("受影响企业、在补贴期限内", "affected firms in time")),
            (self.filed, ("开班前已备案", "filed beforehand")),
            (self.core_business, ("与主营业务相关", "of the main business")),
            (self.passed, ("考核合格人数", "heads that passed")),
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(
            hour_yuan=self.hour_yuan,
            day_cap_yuan=self.day_cap_yuan,
            class_cap_yuan=self.class_cap_yuan,
            full_heads=self.full_heads,
            min_day_hours=self.min_day_hours,
        )
        yield from share_faults("platform_share", self.platform_share)


@dataclass(frozen=True, slots=True)
class MoneyActualCost(Params):
    """What was really charged or paid, up to a ceiling in yuan or one fixed elsewhere."""

    kind: ClassVar[str] = "money.actual_cost"
    title: ClassVar[Text] = Text("据实补贴", "actual cost")

    costs: tuple[str, ...]
    ceiling: str = ""
    ceiling_yuan: int | None = None
    per: HeadBasis = HeadBasis.PERSON

    def formula(self) -> Text:
        """See ``Params``."""
        costs = "＋".join(self.costs)
        bound = self.ceiling or f"{self.ceiling_yuan} 元"
        year = ("每年", " and year") if self.per is HeadBasis.PERSON_YEAR else ("", "")
        return Text(
            f"每人{year[0]} min({costs}, {bound})",
            f"per person{year[1]}: min({' + '.join(self.costs)}, {self.ceiling or f'{self.ceiling_yuan} yuan'})",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(costs=self.costs)
        yield from positive_faults(ceiling_yuan=self.ceiling_yuan)
        if bool(self.ceiling) == (self.ceiling_yuan is not None):
            yield Fault("ceiling, ceiling_yuan", "both or neither", "exactly one of them")


@dataclass(frozen=True, slots=True)
class MoneyUplift(Params):
    """What listed payers may add to other rules until a day: a ceiling, never an entitlement."""

    kind: ClassVar[str] = "money.uplift"
    title: ClassVar[Text] = Text("上浮", "uplift")

    of: tuple[str, ...]
    up_to: Fraction
    firms: tuple[str, ...]
    last_day: date

    def formula(self) -> Text:
        """See ``Params``."""
        share = per_cent(self.up_to)
        return Text(
            f"{'、'.join(self.firms)}：{', '.join(self.of)} 可上浮，最多 {share}，至 {self.last_day}",
            f"{', '.join(self.firms)}: {', '.join(self.of)} may be raised by up to {share} until {self.last_day}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(of=self.of, firms=self.firms)
        yield from share_faults("up_to", self.up_to)

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return self.of


@dataclass(frozen=True, slots=True)
class MoneyExternal(Params):
    """The amount stands in another document that is not loaded; until then it is unproven, never zero."""

    kind: ClassVar[str] = "money.external"
    title: ClassVar[Text] = Text("另有文件", "set elsewhere")

    document: str

    def formula(self) -> Text:
        """See ``Params``."""
        return Text(
            f"金额见《{self.document}》，本规则库未载入：存疑待核",
            f"the amount stands in 《{self.document}》, which is not loaded: unproven",
        )


@dataclass(frozen=True, slots=True)
class MoneySameAs(Params):
    """The sum of another rule, for the groups that this one names."""

    kind: ClassVar[str] = "money.same_as"
    title: ClassVar[Text] = Text("参照标准", "same as")

    rule: str

    def formula(self) -> Text:
        """See ``Params``."""
        return Text(f"参照 {self.rule}", f"as {self.rule}")

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return (self.rule,)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How one programme is settled."""

    programme: str
    mode: SettlementMode


@dataclass(frozen=True, slots=True)
class MoneyCondition(Params):
    """What surrounds a sum: the settlement a programme allows, costs it leaves out, fees it waives."""

    kind: ClassVar[str] = "money.condition"
    title: ClassVar[Text] = Text("资金条件", "terms of payment")

    settlement: tuple[Settlement, ...] = ()
    excludes: tuple[str, ...] = ()
    waives: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        zh = [f"{x.programme}：{_SETTLE[x.mode][0]}" for x in self.settlement]
        en = [f"{x.programme}: {_SETTLE[x.mode][1]}" for x in self.settlement]
        if self.excludes:
            zh.append("不含" + "、".join(self.excludes))
            en.append("leaves out " + ", ".join(self.excludes))
        if self.waives:
            zh.append("免除" + "、".join(self.waives))
            en.append("waives " + ", ".join(self.waives))
        return Text("；".join(zh), "; ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        if not (self.settlement or self.excludes or self.waives):
            yield Fault("settlement", "nothing", "settlement, excludes or waives")

    def names_programmes(self) -> tuple[str, ...]:
        """See ``Params``."""
        return tuple(one.programme for one in self.settlement)


_SETTLE = {
    SettlementMode.ONCE: ("一次结算", "settled once"),
    SettlementMode.STAGED: ("可分段结算", "may be settled in stages"),
}
