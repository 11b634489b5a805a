from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, per_cent, positive_faults, share_faults


class PaidHeads(StrEnum):
    """Whose heads are paid for."""

    PARTICIPANTS = "participants"
    QUALIFIED = "qualified"
    EMPLOYED = "employed"
    CERTIFIED = "certified"
    APPRENTICES = "apprentices"

    @property
    def zh(self) -> str:
        """The word on Chinese screens."""
        return _HEADS[self]


class Fallback(StrEnum):
    """What holds where the rate falls short: the employed are paid, another rule applies to all, or the document is silent."""

    EMPLOYED = "employed"
    RULE = "rule"
    UNDEFINED = "undefined"


class HeadBasis(StrEnum):
    """How often a head counts."""

    PERSON = "person"
    CLASS = "class"
    PERSON_YEAR = "person_year"


@dataclass(frozen=True, slots=True)
class MoneyHeads(Params):
    """How many heads the rules in ``of`` pay for, decided by an exact rate."""

    kind: ClassVar[str] = "money.heads"
    title: ClassVar[Text] = Text("拨付人数", "heads paid for")

    of: tuple[str, ...]
    threshold: Fraction
    then: PaidHeads
    otherwise: Fallback
    otherwise_rule: str = ""
    rate: str = "employment"

    def formula(self) -> Text:
        """See ``Params``."""
        fallback = {
            Fallback.EMPLOYED: ("按实际就业人数", "the employed are paid for"),
            Fallback.RULE: (f"全部学员改按 {self.otherwise_rule}", f"{self.otherwise_rule} applies to all trainees"),
            Fallback.UNDEFINED: ("文件未规定（存疑待核）", "the document does not say (unproven)"),
        }[self.otherwise]
        rate = ("就业率", "employment rate") if self.rate == "employment" else (self.rate, self.rate)
        share = per_cent(self.threshold)
        return Text(
            f"{rate[0]} ≥ {share}：按{self.then.zh}人数；否则{fallback[0]}",
            f"{rate[1]} ≥ {share}: {counted(self.then.value, 'head')}; otherwise {fallback[1]}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(of=self.of)
        yield from share_faults("threshold", self.threshold)
        if (self.otherwise is Fallback.RULE) != bool(self.otherwise_rule):
            yield Fault("otherwise_rule", repr(self.otherwise_rule), 'a rule id exactly where otherwise = "rule"')

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return (*self.of, *([self.otherwise_rule] if self.otherwise_rule else []))


@dataclass(frozen=True, slots=True)
class MoneyPerHead(Params):
    """A flat sum for each head; either floor suffices, none means no floor is stated.

    ``firms``: only a firm on one of these lists is paid. ``not_with`` names other subsidies by rule or by name, whatever
    a register calls them.
    """

    kind: ClassVar[str] = "money.per_head"
    title: ClassVar[Text] = Text("按人定额", "flat per head")

    yuan: int
    heads: PaidHeads
    per: HeadBasis = HeadBasis.CLASS
    floor_days: int | None = None
    floor_hours: int | None = None
    off_job: bool = False
    recipient: str = "企业"
    firms: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        year = ("每年", " and year") if self.per is HeadBasis.PERSON_YEAR else ("", "")
        zh, en = [f"{self.yuan} 元 × {self.heads.zh}人数{year[0]}"], [f"{self.yuan} yuan per head{year[1]}"]
        en[0] += f" ({self.heads.value})"
        floors_zh = [f"{n} {unit}" for n, unit in ((self.floor_days, "天"), (self.floor_hours, "学时")) if n]
        floors_en = [f"{n} {unit}" for n, unit in ((self.floor_days, "days"), (self.floor_hours, "hours")) if n]
        if floors_zh:
            off = ("脱产", "off-the-job ") if self.off_job else ("", "")
            zh.append(f"{off[0]}培训累计不少于 {' 或 '.join(floors_zh)}")
            en.append(f"at least {' or '.join(floors_en)} of {off[1]}training")
        if self.firms:
            zh.append("限" + "、".join(self.firms))
            en.append("only for " + ", ".join(self.firms))
        if self.not_with:
            zh.append("与 " + "、".join(self.not_with) + " 不重复享受")
            en.append("not together with " + ", ".join(self.not_with))
        return Text("；".join(zh), "; ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(yuan=self.yuan, floor_days=self.floor_days, floor_hours=self.floor_hours)

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return tuple(name for name in self.not_with if name.isascii())


@dataclass(frozen=True, slots=True)
class MoneyShare(Params):
    """Whoever has no certificate (of those named, or none at all) is paid only part of the rules in ``of``."""

    kind: ClassVar[str] = "money.share"
    title: ClassVar[Text] = Text("按比例拨付", "part of a sum")

    of: tuple[str, ...]
    without: Fraction
    certificates: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        names, rules, share = "、".join(self.certificates), ", ".join(self.of), per_cent(self.without)
        return Text(
            f"未取得{names or '证书'}的，{rules} 按 {share} 计；取得的全额",
            f"without {names or 'a certificate'} {share} of {rules}; with one all of it",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(of=self.of)
        yield from share_faults("without", self.without)

    def names_rules(self) -> tuple[str, ...]:
        """See ``Params``."""
        return self.of


_HEADS = {
    PaidHeads.PARTICIPANTS: "参训",
    PaidHeads.QUALIFIED: "合格",
    PaidHeads.EMPLOYED: "就业",
    PaidHeads.CERTIFIED: "取证",
    PaidHeads.APPRENTICES: "学徒",
}
