from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.kinds.base import Params, empty_faults, per_cent, positive_faults
from policy.kinds.money_heads import HeadBasis


class TableKey(StrEnum):
    """What a row of a table is looked up by."""

    CERTIFICATE = "certificate"
    STAGE = "stage"


@dataclass(frozen=True, slots=True)
class Row:
    """The yuan for one certificate or stage; ``first_only`` where it must be the person's first."""

    key: str
    yuan: int
    first_only: bool = False


@dataclass(frozen=True, slots=True)
class MoneyTable(Params):
    """Yuan looked up by certificate or apprenticeship stage; with ``ceiling`` the sum is the most that may be paid.

    ``free``: nothing is paid for a certificate whose evaluation cost the person a fee.
    """

    kind: ClassVar[str] = "money.table"
    title: ClassVar[Text] = Text("按证书补贴", "paid by certificate")

    by: TableKey
    rows: tuple[Row, ...]
    per: HeadBasis = HeadBasis.PERSON
    ceiling: bool = False
    recipient: str = ""
    free: bool = False

    def yuan(self, key: str) -> int | None:
        """The sum in the row of that key, or nothing where no row has it."""
        return next((row.yuan for row in self.rows if row.key == key), None)

    def formula(self) -> Text:
        """See ``Params``."""
        least = ("最高 ", "up to ") if self.ceiling else ("", "")
        first = ("（限初次取证）", " (first certificate only)")
        year = ("每年", " a year") if self.per is HeadBasis.PERSON_YEAR else ("", "")
        zh = [f"{row.key}{first[0] if row.first_only else ''} {least[0]}{row.yuan} 元" for row in self.rows]
        en = [f"{row.key}{first[1] if row.first_only else ''} {least[1]}{row.yuan} yuan" for row in self.rows]
        free = ("；限免费评价", "; only where the evaluation was free") if self.free else ("", "")
        return Text(f"每人{year[0]}：" + "、".join(zh) + free[0], f"per person{year[1]}: " + ", ".join(en) + free[1])

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from empty_faults(rows=self.rows)
        seen: set[str] = set()
        for index, row in enumerate(self.rows):
            if row.key in seen:
                yield Fault(f"rows[{index}].key", f"{row.key} again", "each key once")
            if row.yuan <= 0:
                yield Fault(f"rows[{index}].yuan", str(row.yuan), "a whole number of yuan above 0")
            seen.add(row.key)


@dataclass(frozen=True, slots=True)
class PaymentStage:
    """A share of the sum that falls due when a rate is reached, within so many months where the text says so."""

    rate: str
    at_least: Fraction
    share: Fraction
    within_months: int | None = None


@dataclass(frozen=True, slots=True)
class MoneyStaged(Params):
    """Yuan per person and day up to a cap, paid to the qualified in stages; both are ceilings."""

    kind: ClassVar[str] = "money.staged"
    title: ClassVar[Text] = Text("分段拨付", "paid in stages")

    day_yuan: int
    cap_yuan: int
    stages: tuple[PaymentStage, ...]

    def formula(self) -> Text:
        """See ``Params``."""
        zh = [f"每人最高 min({self.cap_yuan}, {self.day_yuan}×天数) 元，按合格人数"]
        en = [f"up to min({self.cap_yuan}, {self.day_yuan} × days) yuan for each of the qualified"]
        for stage in self.stages:
            months = stage.within_months
            by = (f"（{months} 个月内）", f" within {counted(months, 'month')}") if months else ("", "")
            zh.append(f"{stage.rate} ≥ {per_cent(stage.at_least)}{by[0]}：拨付 {per_cent(stage.share)}")
            en.append(f"{stage.rate} ≥ {per_cent(stage.at_least)}{by[1]}: {per_cent(stage.share)} is paid")
        return Text("；".join(zh), "; ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(day_yuan=self.day_yuan, cap_yuan=self.cap_yuan)
        yield from empty_faults(stages=self.stages)
        if any(not 0 < stage.at_least <= 1 or not 0 < stage.share <= 1 for stage in self.stages):
            yield Fault("stages", "a share outside 0 to 1", 'shares such as "80/100"')
        if self.stages and sum(stage.share for stage in self.stages) > 1:
            yield Fault("stages", "shares above the whole together", "shares that add up to 1 or less")
