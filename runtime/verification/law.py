"""The law of one class: the rulebook in force at its place on its first day, or why there is none."""

from datetime import date
from pathlib import Path

from attendance.law import RULEBOOKS_CONTESTED, Law, no_rulebook
from facts.course import TrainingClass
from facts.span import local_day
from facts.text import Text
from facts.verdict import Finding, Status
from pipeline.verification.report import ClassInputs
from policy.shelf import Gap, NoRulebook, Shelf, packaged, shelf_of


def law_of(inputs: ClassInputs, as_of: date, policy: str = "", *, shelf: Shelf | None = None) -> Law:
    """The rulebook that governs the class by place and first day, the one named, or why there is none."""
    training_class = inputs.training_class
    own = Path(policy) if policy.endswith(".toml") else None
    known = shelf_of({own.name: own.read_text("utf-8")}) if own else shelf or packaged()
    named = known.books[0].id if own else policy or training_class.policy
    choice = known.choose(training_class.locality, _first_day(inputs, as_of), as_of, policy=named)
    if isinstance(choice, NoRulebook):
        return Law(
            training_class,
            as_of,
            None,
            _gap_finding(choice, training_class),
        )
    return Law(training_class, as_of, choice.book)


def _gap_finding(choice: NoRulebook, training_class: TrainingClass) -> Finding:
    if choice.gap is Gap.CONTESTED:
        return Finding("", Status.UNPROVEN, RULEBOOKS_CONTESTED, choice.text, remedy=_choice(choice))
    return no_rulebook(choice.text, _remedy(training_class), lapsed=choice.gap is not Gap.UNKNOWN_PLACE)


def _choice(choice: NoRulebook) -> Text:
    ids = '" 或 policy = "'.join(choice.nearest)
    either = '" or policy = "'.join(choice.nearest)
    return Text(
        f'请向主管部门确认适用哪一份，并在班期设置或 class.toml 的 [class] 写明 policy = "{ids}"',
        f'ask the authority which of them governs, and write policy = "{either}" in the class\'s settings or class.toml',
    )


def _first_day(inputs: ClassInputs, as_of: date) -> date:
    """The class is governed by the document in force when it began (A13)."""
    days = [local_day(hour.span.start) for hour in inputs.hours]
    days += [local_day(segment.span.start) for segment in inputs.segments if segment.span]
    return min(days, default=as_of)


def _remedy(training_class: TrainingClass) -> Text:
    place = training_class.locality or "…"
    return Text(
        f'请在 class.toml 的 [class] 中写明 locality = "{place}" 或 policy = "…"（xueshi policy list 列出全部），或用 --policy 指定',
        f'in class.toml, under [class], write locality = "{place}" or policy = "…" (xueshi policy list names them), or pass --policy',
    )
