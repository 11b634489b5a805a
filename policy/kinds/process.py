from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from facts.counting import counted
from facts.errors import Fault
from facts.step import Step
from facts.text import Text
from policy.kinds.base import Params, empty_faults, positive_faults

_MONTHS = 12
_DAYS = 31


class MissingEffect(StrEnum):
    """What a record that is not there amounts to."""

    UNPROVEN = "unproven"
    NO_PAY = "no_pay"


Event = Step  # the steps of a rule are the steps of a claim


@dataclass(frozen=True, slots=True)
class ProcessOrder(Params):
    """Steps that must follow each other, none missing."""

    kind: ClassVar[str] = "process.order"
    title: ClassVar[Text] = Text("先后顺序", "order of steps")

    events: tuple[Event, ...]
    voucher_per_class: bool = False

    def formula(self) -> Text:
        """See ``Params``."""
        one = ("；一券一班", "; one voucher serves one class") if self.voucher_per_class else ("", "")
        return Text(
            " ≤ ".join(event.zh for event in self.events) + one[0],
            " ≤ ".join(event.en for event in self.events) + one[1],
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        if len(set(self.events)) < 2:  # noqa: PLR2004 - an order needs two
            yield Fault("events", counted(len(set(self.events)), "different event"), "two or more")
        elif len(set(self.events)) < len(self.events):
            yield Fault("events", "an event named twice", "each event once")


@dataclass(frozen=True, slots=True)
class ProcessDeadline(Params):
    """An event by a calendar day of this or a later year, or a public notice of ``min_workdays`` before an event."""

    kind: ClassVar[str] = "process.deadline"
    title: ClassVar[Text] = Text("期限与公示", "deadline or notice")

    event: Event
    min_workdays: int | None = None
    before: Event | None = None
    month: int | None = None
    day: int | None = None
    years_later: int = 0
    quarterly: bool = False
    contents: tuple[str, ...] = ()

    def formula(self) -> Text:
        """See ``Params``."""
        zh, en = [self.event.zh], [self.event.en]
        if self.min_workdays is not None:
            zh.append(f"不少于 {self.min_workdays} 个工作日（含调休）")
            en.append(f"lasts at least {self.min_workdays} official working days")
        if self.before is not None:
            zh.append(f"先于{self.before.zh}")
            en.append(f"comes before {self.before.en}")
        if self.month is not None:
            year = ("次年" * self.years_later or "当年", "of the next year" if self.years_later else "of the year")
            zh.append(f"不晚于{year[0]}{self.month}月{self.day}日")
            en.append(f"by {self.month:02d}-{self.day:02d} {year[1]}")
        if self.quarterly:
            zh.append("按季度办理")
            en.append("every quarter")
        if self.contents:
            zh.append("内容含" + "、".join(self.contents))
            en.append("names " + ", ".join(self.contents))
        return Text("，".join(zh), ", ".join(en))

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(min_workdays=self.min_workdays)
        if (self.month is None) != (self.day is None):
            yield Fault("month, day", "one without the other", "both or neither")
        if self.month is not None and not 1 <= self.month <= _MONTHS:
            yield Fault("month", str(self.month), "1 to 12")
        if self.day is not None and not 1 <= self.day <= _DAYS:
            yield Fault("day", str(self.day), "1 to 31")
        if self.years_later not in (0, 1):
            yield Fault("years_later", str(self.years_later), "0 or 1")
        if self.month is None and self.before is None:
            yield Fault("month or before", "neither", "a calendar day or the event that must come later")


@dataclass(frozen=True, slots=True)
class ProcessInspection(Params):
    """Inspections on at least so many days while the class is taught, as the register has them."""

    kind: ClassVar[str] = "process.inspection"
    title: ClassVar[Text] = Text("过程检查", "inspection")

    at_least: int
    source: str
    forms: tuple[str, ...]
    missing: MissingEffect = MissingEffect.UNPROVEN

    def formula(self) -> Text:
        """See ``Params``."""
        forms, missing = "、".join(self.forms), MISSING[self.missing]
        return Text(
            f"{self.source}中，开班至结课之间至少 {self.at_least} 天有 {forms}；缺则{missing[0]}",
            f"{self.source} has {forms} on at least {counted(self.at_least, 'day')} of the class; otherwise {missing[1]}",
        )

    def complaints(self) -> Iterator[Fault]:
        """See ``Params``."""
        yield from positive_faults(at_least=self.at_least)
        yield from empty_faults(forms=self.forms)


MISSING = {
    MissingEffect.UNPROVEN: ("存疑待核", "unproven"),
    MissingEffect.NO_PAY: ("不予补贴", "nothing is paid"),
}
