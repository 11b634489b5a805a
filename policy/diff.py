from collections.abc import Iterator
from dataclasses import dataclass

from facts.text import Text
from policy.kinds import KINDS
from policy.rulebook import Rule, Rulebook
from policy.vocabulary import WordList


@dataclass(frozen=True, slots=True)
class Difference:
    """One subject on which two rulebooks answer differently; an empty side says nothing about it."""

    subject: Text
    left: tuple[Text, ...]
    right: tuple[Text, ...]


def differences(left: Rulebook, right: Rulebook) -> tuple[Difference, ...]:
    """Where two rulebooks differ: dates, assumptions, and kind by kind the rules that say something else."""
    return (*_heads(left, right), *_assumptions(left, right), *_vocabulary(left, right), *_rules(left, right))


def _heads(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    pairs = (
        (Text("文号", "number"), left.number, right.number),
        (Text("地区", "places"), "、".join(left.places), "、".join(right.places)),
        (Text("层级", "level"), left.level.text.zh, right.level.text.zh),
        (Text("有效期", "validity"), left.valid.days, right.valid.days),
    )
    for subject, own, other in pairs:
        if own != other:
            yield Difference(subject, (Text(own, own),), (Text(other, other),))


def _assumptions(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    for own, other in zip(left.readings, right.readings, strict=True):
        if own.value != other.value:
            subject = Text(f"假设 {own.id}", f"assumption {own.id}")
            yield Difference(subject, (Text(own.value, own.value),), (Text(other.value, other.value),))


def _vocabulary(left: Rulebook, right: Rulebook) -> Iterator[Difference]:
    """Words that only one of them knows, and words that the two spell or fill differently."""
    pairs = (
        (Text("人群", "groups"), left.groups, right.groups),
        (Text("培训项目", "programmes"), left.programmes, right.programmes),
    )
    for subject, own, other in pairs:
        mine, theirs = _meanings(own), _meanings(other)
        if mine != theirs:
            yield Difference(
                subject,
                tuple(Text(words, words) for words in mine if words not in theirs),
                tuple(Text(words, words) for words in theirs if words not in mine),
            )


def _meanings(words: WordList) -> tuple[str, ...]:
    found = (("＝".join(word.spellings), "、".join(word.members)) for word in words.words)
    return tuple(f"{spelled}（含{members}）" if members else spelled for spelled, members in found)


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
