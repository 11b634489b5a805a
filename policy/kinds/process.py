from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from facts.errors import Fault
from facts.step import Step
from facts.text import Text
from policy.kinds.base import Params, positive_faults

_MONTHS = 12
_DAYS = 31


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
            yield Fault("events", f"{len(set(self.events))} different events", "two or more")
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
