from collections.abc import Iterator
from dataclasses import dataclass

from facts.text import Text
from policy.kinds import KINDS
from policy.rulebook import Rule, Rulebook


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject on which two rulebooks answer differently; an empty side says nothing about it."""

    subject: Text
    left: tuple[Text, ...]
    right: tuple[Text, ...]


def differences(left: Rulebook, right: Rulebook) -> tuple[Difference, ...]:
    """Where two rulebooks differ: dates, assumptions, and kind by kind the rules that say something else."""
    return (*_heads(left, right), *_assumptions(left, right), *_rules(left, right))


def _heads(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    pairs = (
        (Text("文号", "number"), left.number, right.number),
        (Text("地区", "places"), "、".join(left.places), "、".join(right.places)),
        (Text("有效期", "validity"), left.valid.days, right.valid.days),
    )
    for subject, own, other in pairs:
        if own != other:
            yield Difference(subject, (Text(own, own),), (Text(other, other),))


def _assumptions(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    for own, other in zip(left.assumptions.listed(), right.assumptions.listed(), strict=True):
        if own.value != other.value:
            subject = Text(f"假设 {own.id}", f"assumption {own.id}")
            yield Difference(subject, (Text(own.value, own.value),), (Text(other.value, other.value),))


def _rules(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    for kind, params in KINDS.items():
        own = [rule for rule in left.rules if rule.kind == kind]
        other = [rule for rule in right.rules if rule.kind == kind]
        left_only = _only(own, other)
        right_only = _only(other, own)
        if left_only or right_only:
            subject = Text(f"{params.title.zh}\n{kind}", f"{params.title.en}\n{kind}")
            yield Difference(subject, left_only, right_only)


def _only(rules: list[Rule], others: list[Rule]) -> tuple[Text, ...]:
    said = {_words(rule).en for rule in others}
    alone = [rule for rule in rules if _words(rule).en not in said]
    return tuple(Text(f"{rule.id} {_words(rule).zh}", f"{rule.id} {_words(rule).en}") for rule in alone)


def _words(rule: Rule) -> Text:
    scope = "/".join((*rule.programmes, *rule.groups))
    about = f"［{scope}］" if scope else ""
    formula = rule.params.formula()
    return Text(about + formula.zh, about + formula.en)
