"""What stands against placing a hold and against its release: every reason at once, before anything is written."""

from collections.abc import Iterator
from datetime import date

from facts.refusals import Refusal, stands
from facts.retention import Hold
from facts.text import Text

_OF_SPOT_CHECK = Text(
    "抽查的冻结在抽查页由两人签字后解除", "a spot check's hold ends at the spot check, after two signatures"
)


def hold_refusals(target: str, reason: str, day: str, *, in_reach: bool) -> Iterator[Refusal]:
    """What stands against a hold on a class, or on one day of it; ``in_reach`` is whether the asker may see the class."""
    if not in_reach:
        text = Text("请选择您范围内的班期", "choose a class within your reach")
        yield Refusal("class_id", text, target, "the code of a class within your reach")
    if not reason.strip():
        yield Refusal("reason", Text("请写明冻结的理由", "say why it is held"), "blanks", "the reason")
    try:
        day_of(day)
    except ValueError:
        text = Text("日期应写成 2025-04-08", "a day is written 2025-04-08")
        yield Refusal("day", text, day, "a day such as 2025-04-08")


def release_refusals(hold: Hold, reason: str, *, of_spot_check: bool) -> Iterator[Refusal]:
    """What stands against its release: a spot check's hold ends by two signatures, any other by a stated reason."""
    if of_spot_check:
        yield stands("hold", _OF_SPOT_CHECK, f"the hold of the spot check {hold.case}", "a hold of its own")
    if not reason.strip():
        yield Refusal("reason", Text("请写明解除的理由", "say why it is released"), "blanks", "the reason")


def day_of(text: str) -> date | None:
    """The day that somebody wrote; none where nothing is written."""
    return date.fromisoformat(text) if text else None
